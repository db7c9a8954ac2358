"""Connecting a mailbox: a verdict before anything is stored, then channels to confirm.

    412 mails: Amazon.de 210, eBay 31, unknown 14

The verdict reads the beginnings of the newest mails and stores nothing; flags stay as they were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings as django_settings
from django.db import transaction

from comptoir.channels.kernel.catalogue import card_of
from comptoir.channels.kernel.protocol import Connector
from comptoir.channels.mail.understood import Understood, understand
from comptoir.inbox import endings
from comptoir.inbox.connections import open_account, stored_secrets
from comptoir.inbox.own_mail import forget_addresses
from comptoir.inbox.routing import DIRECT, forget_routes
from comptoir.merchant.models import (
    Brand,
    Channel,
    Connection,
    ConnectionToken,
    Merchant,
    Person,
    Route,
)
from comptoir.rulebook.catalogue import marketplace
from comptoir.sla.actions.presets import apply_assumed, apply_preset
from comptoir.storage import audit
from comptoir.storage.secrets import seal

SURVEY_COUNT = 1000
EXAMPLES_COUNT = 3
UNCLAIMED = "Unassigned · "
"""How the name of the place for unclaimed mail begins; pages say it in the reader's language."""
ZONES = {
    "AT": "Europe/Vienna", "BE": "Europe/Brussels", "DE": "Europe/Berlin", "ES": "Europe/Madrid",
    "FR": "Europe/Paris", "GB": "Europe/London", "IE": "Europe/Dublin", "IT": "Europe/Rome",
    "NL": "Europe/Amsterdam", "PL": "Europe/Warsaw", "SE": "Europe/Stockholm",
    "US": "America/New_York", "CA": "America/Toronto", "JP": "Asia/Tokyo",
    "AU": "Australia/Sydney",
}  # fmt: skip
"""The zone a storefront's country is shown in, until the merchant says otherwise."""


@dataclass(frozen=True, slots=True)
class Guess:
    """One channel that a mailbox seems to receive, with how many mails say so and why."""

    marketplace: str
    country: str
    name: str
    short_name: str
    count: int
    buyer_count: int
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a mailbox holds: how many mails in all, how many were looked at, and whose they are."""

    total_count: int
    read_count: int
    guesses: tuple[Guess, ...]
    unknown_count: int
    notice_count: int
    unknown_senders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewChannel:
    """A channel as a person confirmed it."""

    marketplace: str
    name: str
    starts_at: datetime
    country: str = ""
    short_name: str = ""
    brand: str = ""
    time_zone: str = ""
    locale: str = "en"
    is_watched_only: bool = False
    sender_address: str = ""
    matches: dict[str, Any] = field(default_factory=dict)


def survey(
    kind: str,
    values: dict[str, Any],
    secrets: dict[str, Any],
    *,
    count: int = SURVEY_COUNT,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Verdict:
    """Look at the newest mails of an account that is not stored. Raises `ChannelError`."""
    with closing(open_account(kind, values, secrets)) as connector:
        connector.check()
        return look(connector, values, count=count, progress=progress)


def look(
    connector: Connector,
    values: dict[str, Any],
    *,
    count: int = SURVEY_COUNT,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Verdict:
    """Look at the newest mails of an open account. Raises `ChannelError`."""
    tally: Counter[tuple[str, str]] = Counter()
    buyers: Counter[tuple[str, str]] = Counter()
    reasons: dict[tuple[str, str], Counter[str]] = {}
    strangers: Counter[str] = Counter()
    read = unknown = notices = total = 0
    own = _own_addresses(values)
    for item in connector.survey(count):  # type: ignore[attr-defined]  # optional verb
        read += 1
        total = int(item.meta.get("total_count", total))
        mail = understand(item.content, own_addresses=own)
        key = (mail.marketplace, mail.recognition.country)
        if mail.kind in ("marketing", "bounce", "auto_reply", "reply_copy"):
            notices += 1
        elif not mail.marketplace:
            unknown += 1
            strangers[mail.mail.sender.address.rpartition("@")[2]] += 1
        else:
            tally[key] += 1
            buyers[key] += mail.kind == "buyer_message"
            reasons.setdefault(key, Counter()).update(_shown_evidence(mail))
        progress(read, total)
    guesses = [_guess(key, tally[key], buyers[key], reasons[key]) for key, _ in tally.most_common()]
    senders = tuple(domain for domain, _ in strangers.most_common(EXAMPLES_COUNT) if domain)
    return Verdict(max(total, read), read, tuple(guesses), unknown, notices, senders)


@transaction.atomic
def connect(
    kind: str,
    name: str,
    values: dict[str, Any],
    secrets: dict[str, Any],
    channels: Sequence[NewChannel],
    *,
    by: Person | None,
    now: datetime,
) -> Connection:
    """Store a connection with the channels it serves, and a place for what nobody can claim."""
    row: Connection = Connection.objects.create(
        kind=kind,
        name=name,
        settings=values,
        sealed_secrets=seal(secrets, django_settings.MASTER_KEYS),
        created_at=now,
    )
    for channel in channels:
        add_channel(row, channel, by=by, now=now)
    _catch_all(row, channels, now=now)
    audit.record("connection.add", by=by, now=now, subject=("connection", row.pk), name=name)
    _look_anew()
    return row


@transaction.atomic
def add_channel(row: Connection, new: NewChannel, *, by: Person | None, now: datetime) -> Channel:
    """Add a channel to a connection, with the policy of its marketplace."""
    facts = marketplace(new.marketplace)
    channel: Channel = Channel.objects.create(
        marketplace=new.marketplace,
        name=new.name or facts.name,
        short_name=new.short_name or short_name(new.marketplace, new.country),
        brand=_brand(new.brand),
        country=new.country,
        time_zone=new.time_zone or ZONES.get(new.country) or _merchant_zone(),
        locale=new.locale,
        starts_at=new.starts_at,
        is_watched_only=new.is_watched_only,
    )
    Route.objects.create(
        connection=row, channel=channel, matches=new.matches, sender_address=new.sender_address
    )
    apply_preset(channel, by=by, now=now)
    audit.record("channel.add", by=by, now=now, subject=("channel", channel.pk), name=channel.name)
    _look_anew()
    return channel


@transaction.atomic
def go_live(channel_id: int, *, by: Person, now: datetime) -> None:
    """End a channel's watch mode: from now on its replies leave."""
    Channel.objects.filter(pk=channel_id).update(is_watched_only=False)
    audit.record("channel.go_live", by=by, now=now, subject=("channel", channel_id))


@transaction.atomic
def watch(channel_id: int, *, by: Person, now: datetime) -> None:
    """Put a channel into watch mode: it is only read."""
    Channel.objects.filter(pk=channel_id).update(is_watched_only=True)
    audit.record("channel.watch", by=by, now=now, subject=("channel", channel_id))


@transaction.atomic
def change_connection(
    connection_id: int,
    values: dict[str, Any],
    secrets: dict[str, Any] | None,
    *,
    by: Person,
    now: datetime,
    name: str = "",
) -> None:
    """Store other settings, other credentials unless they are None, another name if one is given.

    Access tokens that were got with the credentials before are forgotten with them.
    """
    changed: dict[str, Any] = {"settings": values, "failing_since": None, "error_code": ""}
    changed |= {"name": name} if name else {}
    if secrets is not None:
        _move_ends(Connection.objects.get(pk=connection_id), secrets, now=now)
        changed["sealed_secrets"] = seal(secrets, django_settings.MASTER_KEYS)
        ConnectionToken.objects.filter(connection_id=connection_id).delete()
    Connection.objects.filter(pk=connection_id).update(**changed)
    audit.record(
        "connection.change",
        by=by,
        now=now,
        subject=("connection", connection_id),
        secrets_changed=secrets is not None,
    )
    _look_anew()


def _move_ends(row: Connection, secrets: dict[str, Any], *, now: datetime) -> None:
    """Assume that a secret typed anew was made today, where the card knows how long one lives."""
    card, before = card_of(row.kind), stored_secrets(row)
    for end in card.ends if card else ():
        if secrets.get(end.name) and secrets[end.name] != before.get(end.name):
            endings.note(row.pk, end.name, now + timedelta(days=end.days))


@transaction.atomic
def set_paused(connection_id: int, paused: bool, *, by: Person, now: datetime) -> None:
    """Stop reading a connection, or go on."""
    state = Connection.State.PAUSED if paused else Connection.State.ACTIVE
    Connection.objects.filter(pk=connection_id).update(state=state)
    action = "connection.pause" if paused else "connection.resume"
    audit.record(action, by=by, now=now, subject=("connection", connection_id))


def set_expiry(connection_id: int, ends_at: datetime | None, *, by: Person, now: datetime) -> None:
    """Note when a connection's password, secret or token ends, so that it can be warned of."""
    endings.put(connection_id, {endings.NOTED: ends_at} if ends_at else {})
    told = ends_at.isoformat() if ends_at else None
    audit.record(
        "connection.expiry", by=by, now=now, subject=("connection", connection_id), ends_at=told
    )


def short_name(marketplace_id: str, country: str) -> str:
    """Give the few letters under which lists show a channel: "AMZ DE"."""
    known = {
        "amazon": "AMZ", "ebay": "EBAY", "walmart": "WMT", "generic_email": "MAIL",
        "shopify": "SHOP", "cdiscount": "CDISC", "leroy_merlin": "LEROY", "rakuten_fr": "RAKU",
        "conforama": "CONFO", "boulanger": "BOULA", "kaufland": "KAUF",
    }  # fmt: skip
    letters = known.get(marketplace_id, marketplace_id.replace("_", "")[:5].upper())
    return f"{letters} {country}".strip()


def _guess(key: tuple[str, str], count: int, buyer_count: int, reasons: Counter[str]) -> Guess:
    marketplace_id, country = key
    facts = marketplace(marketplace_id)
    name = "E-mail" if marketplace_id == DIRECT else facts.name.partition(" (")[0]
    shown = f"{name}.{country.lower()}" if country and facts.kind == "marketplace" else name
    evidence = tuple(reason for reason, _ in reasons.most_common(EXAMPLES_COUNT))
    return Guess(
        marketplace_id, country, shown, short_name(marketplace_id, country), count, buyer_count,
        evidence,
    )  # fmt: skip


def _shown_evidence(mail: Understood) -> list[str]:
    return list(mail.recognition.evidence[:2])


def _own_addresses(values: dict[str, Any]) -> frozenset[str]:
    given = [*values.get("senders", ()), values.get("user", "")]
    return frozenset(str(address).lower() for address in given if "@" in str(address))


def _brand(name: str) -> Brand:
    if name:
        return Brand.objects.get_or_create(name=name)[0]
    merchant = Merchant.objects.first()
    return Brand.objects.order_by("id").first() or Brand.objects.create(
        name=merchant.name if merchant else "Shop"
    )


def _merchant_zone() -> str:
    return Merchant.objects.values_list("time_zone", flat=True).first() or "Europe/Paris"


def _catch_all(row: Connection, channels: Sequence[NewChannel], *, now: datetime) -> Channel:
    """Make the place of mail that no channel of the connection can claim: 24 h to plan by."""
    starts_at = min((channel.starts_at for channel in channels), default=now)
    channel: Channel = Channel.objects.create(
        marketplace=DIRECT,
        name=f"{UNCLAIMED}{row.name}",
        short_name="?",
        brand=_brand(channels[0].brand if channels else ""),
        time_zone=_merchant_zone(),
        starts_at=starts_at,
        is_catch_all=True,
        is_watched_only=any(channel.is_watched_only for channel in channels),
    )
    Route.objects.create(connection=row, channel=channel)
    apply_assumed(channel, now=now)
    return channel


def _look_anew() -> None:
    forget_routes()
    forget_addresses()
