"""Channels from which nothing came although it usually would have by now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from comptoir.alerts.actions.record import News
from comptoir.alerts.models import Alert
from comptoir.core.silence import HOUR, WEEKS_SEEN, learn, silence
from comptoir.inbox.health import STALE_PULL_SECONDS
from comptoir.merchant.models import Channel, Connection

TO = ("supervisor", "admins")

HOURS_SQL = """
SELECT channel_id, date_trunc('hour', asked_at), count(*), max(asked_at) FROM tickets_outcome
WHERE asked_at > %(since)s AND asked_at <= %(now)s GROUP BY 1, 2
"""


def silent(*, now: datetime) -> list[News]:
    """Give channels that are silent against what is usual for them."""
    hours, latest = _traffic(now=now)
    channels = Channel.objects.filter(
        pk__in=hours, is_active=True, is_catch_all=False, starts_at__lt=now
    )
    heard = _heard(now=now)
    found = []
    for channel in channels:
        if channel.pk in heard:
            news = _silence(channel, hours[channel.pk], latest[channel.pk], now=now)
            found += [news] if news is not None else []
    return found


def _silence(
    channel: Channel, counts: Mapping[datetime, int], last_at: datetime, *, now: datetime
) -> News | None:
    # Learned up to the last message: the silence itself must not become what is usual.
    until = last_at.replace(minute=0, second=0, microsecond=0) + HOUR
    rhythm = learn(counts, until=until, zone=ZoneInfo(channel.time_zone))
    found = rhythm and silence(rhythm, counts, last_at, now=now)
    if not found:
        return None
    return News(
        Alert.Kind.CHANNEL_SILENT,
        f"channel_silent:{channel.pk}:{last_at.isoformat()}",
        TO,
        now,
        channel_id=channel.pk,
        data={
            "last_at": last_at.isoformat(),
            "hours": round(found.length / HOUR, 1),
            "expected": round(found.expected),
        },
    )


def _traffic(*, now: datetime) -> tuple[dict[int, dict[datetime, int]], dict[int, datetime]]:
    """Give messages by channel and hour, and each channel's last one."""
    hours: dict[int, dict[datetime, int]] = {}
    latest: dict[int, datetime] = {}
    with connection.cursor() as cursor:
        since = now - timedelta(weeks=WEEKS_SEEN)
        cursor.execute(HOURS_SQL, {"since": since, "now": now})
        for channel_id, hour, count, last_at in cursor.fetchall():
            hours.setdefault(channel_id, {})[hour.astimezone(UTC)] = count
            latest[channel_id] = max(latest.get(channel_id, last_at), last_at)
    return hours, latest


def _heard(*, now: datetime) -> set[int]:
    """Give channels that we listen to: an account that fails is told of as such."""
    pulled = Connection.objects.filter(
        state=Connection.State.ACTIVE,
        failing_since=None,
        last_pull_at__gt=now - timedelta(seconds=STALE_PULL_SECONDS),
        routes__receives=True,
    )
    return set(pulled.values_list("routes__channel_id", flat=True))
