"""Which channels an account serves: those made for it, and those that are there already.

One channel may be served by several accounts, its mail and its API: what comes both ways is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from comptoir.channels.kernel.card import Card
from comptoir.channels.kernel.catalogue import card_of
from comptoir.inbox import connecting, endings
from comptoir.inbox.connecting import NewChannel
from comptoir.inbox.connections import stored_secrets
from comptoir.inbox.routing import forget_routes
from comptoir.merchant.models import Channel, Connection, Person, Route
from comptoir.rulebook.catalogue import marketplaces
from comptoir.storage import audit
from comptoir.storage.sorting import in_order


@transaction.atomic
def connect_account(
    kind: str,
    name: str,
    values: dict[str, Any],
    secrets: dict[str, Any],
    *,
    new: Sequence[NewChannel],
    existing: Sequence[int],
    ends: Mapping[str, datetime],
    by: Person,
    now: datetime,
) -> Connection:
    """Store an account with new channels and channels that are there.

    `ends` is when its credentials end, as the vendor said; for others the card's days count from now.
    """
    row = connecting.connect(kind, name, values, secrets, new, by=by, now=now)
    for channel_id in existing:
        serve(row, channel_id, by=by, now=now)
    endings.put(row.pk, {**assumed_ends(card_of(kind), now=now), **ends})
    return row


@transaction.atomic
def serve(row: Connection, channel_id: int, *, by: Person, now: datetime) -> None:
    """Let an account serve a channel that is there; harmless when it does already."""
    channel = Channel.objects.get(pk=channel_id)
    _, is_new = Route.objects.get_or_create(connection=row, channel=channel)
    if is_new:
        audit.record(
            "channel.serve", by=by, now=now, subject=("channel", channel.pk), name=row.name
        )
    forget_routes()


def is_known(kind: str, values: dict[str, Any], secrets: dict[str, Any]) -> Connection | None:
    """Give the stored account that is the same: equal settings and equal typed secrets."""
    for row in Connection.objects.filter(kind=kind, settings=values):
        if secrets.items() <= stored_secrets(row).items():
            return row
    return None


def assumed_ends(card: Card | None, *, now: datetime) -> dict[str, datetime]:
    """Tell when the credentials end that end by themselves, had they been made today."""
    return {end.name: now + timedelta(days=end.days) for end in (card.ends if card else ())}


def served_by(card: Card) -> list[str]:
    """Name the marketplaces of the rulebook that a connector is for, those it names first."""
    named = [id_ for id_ in card.serves.marketplaces if id_ in marketplaces()]
    families = set(card.serves.families)
    more = [one.id for one in marketplaces().values() if one.family in families]
    return list(dict.fromkeys([*named, *more]))


def channels_for(card: Card) -> list[Channel]:
    """Give the channels there are that a connector could serve too, by name."""
    found = Channel.objects.filter(
        marketplace__in=served_by(card), is_active=True, is_catch_all=False
    )
    return in_order(found)
