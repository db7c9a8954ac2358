"""How an account by its API is doing, beyond what every connection shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.channels.kernel.card import Card
from comptoir.channels.kernel.catalogue import card_of
from comptoir.inbox import endings
from comptoir.inbox.limits import headroom
from comptoir.inbox.pushing import key_of
from comptoir.merchant.models import Connection
from comptoir.tickets.models import Outbox

WARNED_BEFORE = timedelta(days=30)
EMPTY_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Room:
    """What is left of one rate, as of the last call; `paused_seconds` is 0 when nobody waits."""

    name: str
    left: int
    most: int
    paused_seconds: float

    @property
    def is_tight(self) -> bool:
        """Tell whether the next call may have to wait."""
        return self.paused_seconds > 0 or self.left <= self.most * EMPTY_SHARE


@dataclass(frozen=True, slots=True)
class Ending:
    """A credential that ends. `tone` is `bad` once it has, `warn` a month before."""

    what: str
    at: datetime
    tone: str


@dataclass(frozen=True, slots=True)
class AccountHealth:
    """Everything the health page of an account adds."""

    vendor: str
    rooms: tuple[Room, ...]
    has_limits: bool
    endings: tuple[Ending, ...]
    rules: tuple[tuple[str, int], ...]
    """What ends by itself, so many days after it was made."""
    push_address: str
    queued_count: int
    refused_count: int
    shown: tuple[tuple[str, str], ...]
    """Settings by name; no secret is ever among them."""


def health_of(row: Connection, card: Card, *, now: datetime) -> AccountHealth:
    """Read how an account is doing."""
    language = get_language() or "en"
    counted = Outbox.objects.filter(connection_id=row.pk)
    return AccountHealth(
        vendor=card.named(language),
        rooms=tuple(
            Room(_named(room.name), int(room.left), int(room.burst), room.paused_seconds)
            for room in headroom(row.pk)
        ),
        has_limits=bool(card.rates),
        endings=_endings(row, now=now),
        rules=tuple((end.what.of(language), end.days) for end in card.ends),
        push_address=settings.URL + reverse("push", args=[key_of(row)]) if card.ways.push else "",
        queued_count=counted.filter(state=Outbox.State.QUEUED).count(),
        refused_count=counted.filter(
            state=Outbox.State.REFUSED, queued_at__gte=now - timedelta(days=1)
        ).count(),
        shown=tuple(
            (field.label.of(language), _said(row.settings[field.name]))
            for field in card.fields
            if field.kind != "secret" and row.settings.get(field.name) not in (None, "", [])
        ),
    )


def _endings(row: Connection, *, now: datetime) -> tuple[Ending, ...]:
    """Give what ends: the credentials as noted, and access tokens, which are renewed by themselves."""
    found = []
    for name, at in endings.of(row).items():
        tone = "bad" if at <= now else "warn" if at - now <= WARNED_BEFORE else "good"
        found.append(Ending(_credential(row, name), at, tone))
    tokens = row.tokens.order_by("name").values_list("name", "ends_at")
    found += [
        Ending(_("Access token (%(name)s), renewed by itself") % {"name": name}, at, "")
        for name, at in tokens
    ]
    return tuple(found)


def _credential(row: Connection, name: str) -> str:
    """Say which credential it is: as the card says it, else as its field is labelled."""
    card, language = card_of(row.kind), get_language() or "en"
    told = {end.name: end.what for end in card.ends} if card else {}
    labels = {field.name: field.label for field in card.fields} if card else {}
    words = told.get(name) or labels.get(name)
    return words.of(language) if words else _("Keys or consent")


def _named(operation: str) -> str:
    return _("all calls") if operation == "*" else operation


def _said(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
