"""What the pages about channels and connections show: one query a table, whatever the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from comptoir.inbox.health import stale_seconds
from comptoir.merchant.models import Channel, Connection, Route, Team
from comptoir.rulebook.catalogue import UnknownMarketplaceError, marketplace
from comptoir.sla.models import PolicyVersion
from comptoir.storage.models import RawItem
from comptoir.storage.secrets import SecretsUnreadable, unseal
from comptoir.storage.sorting import in_order, name_key
from comptoir.tickets.models import Ticket
from comptoir.web.settings_pages import choices, policy_words, words
from comptoir.web.settings_pages.policy_words import Promise


@dataclass(frozen=True, slots=True)
class Health:
    """How a connection is doing. `problem` is empty while all is well."""

    row: Connection
    state: str
    """paused | failing | stale | new | well"""
    problem: str
    detail: str
    lag_seconds: float | None
    credentials_readable: bool
    waiting_count: int
    quarantined_count: int
    channels: tuple[Channel, ...]


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One channel of the list."""

    channel: Channel
    state: str
    marketplace: str
    promise: Promise | None
    version_id: int | None
    last_mail_at: datetime | None
    connections: tuple[Health, ...]
    teams: tuple[Team, ...]


def connections(*, now: datetime, ids: Iterable[int] | None = None) -> list[Health]:
    """Give connections with their health, by name."""
    found = Connection.objects.order_by("id")
    rows = in_order(found if ids is None else found.filter(pk__in=ids))
    numbers = [row.pk for row in rows]
    channels: dict[int, list[Channel]] = {}
    routes = Route.objects.filter(connection_id__in=numbers).select_related("channel")
    for route in sorted(routes, key=lambda one: _order(one.channel)):
        channels.setdefault(route.connection_id, []).append(route.channel)
    counted = _raw_counts(numbers)
    return [_health(row, channels.get(row.pk, []), counted, now=now) for row in rows]


def channels(*, now: datetime) -> list[ChannelRow]:
    """Give all channels, those with a marketplace before the places of unknown mail."""
    latest = dict(
        Ticket.objects.order_by().values_list("channel_id").annotate(Max("last_message_at"))
    )
    found = Channel.objects.prefetch_related("teams", "routes")
    versions = current_versions(now=now)
    healths = {health.row.pk: health for health in connections(now=now)}
    return [
        ChannelRow(
            channel=channel,
            state=words.state(channel),
            marketplace=marketplace_name(channel),
            promise=_promise(versions.get(channel.pk)),
            version_id=version.pk if (version := versions.get(channel.pk)) else None,
            last_mail_at=latest.get(channel.pk),
            connections=tuple(healths[route.connection_id] for route in channel.routes.all()),
            teams=tuple(channel.teams.all()),
        )
        for channel in sorted(found, key=_order)
    ]


def _order(channel: Channel) -> tuple[bool, tuple[str, str]]:
    """Sort channels by name, the places of unknown mail last."""
    return channel.is_catch_all, name_key(channel.name)


def current_versions(*, now: datetime) -> dict[int, PolicyVersion]:
    """Give the policy version each channel is under, by channel."""
    found = PolicyVersion.objects.filter(
        policy__is_active=True, policy__channel__isnull=False, valid_from__lte=now
    )
    ordered = found.select_related("policy").order_by(
        "policy__channel_id", "policy__position", "policy_id", "-number"
    )
    first = ordered.distinct("policy__channel_id")
    return {version.policy.channel_id or 0: version for version in first}


def marketplace_name(channel: Channel) -> str:
    """Name a channel's marketplace, with its country; one nobody knows here keeps its id."""
    if channel.is_catch_all:
        return ""
    try:
        name = _(marketplace(channel.marketplace).name).partition(" (")[0]
    except UnknownMarketplaceError:
        name = channel.marketplace
    return f"{name}, {choices.country_name(channel.country)}" if channel.country else name


def _raw_counts(ids: list[int]) -> dict[tuple[int, str], int]:
    """Count what waits to be read or could not be; both are behind small indexes."""
    states = (RawItem.State.NEW, RawItem.State.QUARANTINED)
    counted: Counter[tuple[int, str]] = Counter()
    for state in states:
        found = RawItem.objects.filter(state=state, connection_id__in=ids)
        for number, count in found.values_list("connection_id").annotate(n=Count("id")):
            counted[(number, state)] = count
    return counted


def stored_count(connection_id: int) -> int:
    """Count all that came over a connection."""
    return RawItem.objects.filter(connection_id=connection_id).count()


def _health(
    row: Connection,
    channels: list[Channel],
    counted: dict[tuple[int, str], int],
    *,
    now: datetime,
) -> Health:
    readable = _is_readable(row)
    lag = (now - row.last_pull_at).total_seconds() if row.last_pull_at else None
    code = row.error_code if row.is_failing else "" if readable else "secrets_unreadable"
    return Health(
        row=row,
        state=_state(row, lag, code),
        problem=words.problem_of(row, code) if code else "",
        detail=row.error_detail if row.is_failing else "",
        lag_seconds=lag,
        credentials_readable=readable,
        waiting_count=counted.get((row.pk, RawItem.State.NEW), 0),
        quarantined_count=counted.get((row.pk, RawItem.State.QUARANTINED), 0),
        channels=tuple(channels),
    )


def _state(row: Connection, lag: float | None, code: str) -> str:
    if row.state == Connection.State.PAUSED:
        return "paused"
    if code:
        return "failing"
    if lag is None:
        return "new"
    return "stale" if lag > stale_seconds(row.kind) else "well"


def _is_readable(row: Connection) -> bool:
    try:
        unseal(bytes(row.sealed_secrets), settings.MASTER_KEYS)
    except SecretsUnreadable:
        return False
    return True


def _promise(version: PolicyVersion | None) -> Promise | None:
    return policy_words.of_version(version) if version else None
