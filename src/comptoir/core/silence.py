"""Whether a channel's silence is unusual: nothing came although messages were expected.

What is usual is learned from the messages of the last weeks by hour of the week, on the wall clock
of the channel's country. Buyers write in bursts (a delayed parcel, a campaign), so the hours of
silence are judged as if messages came in clusters of the size seen: the chance of hearing nothing
while `expected` messages were due is exp(-expected / cluster size).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
WEEK_HOURS = 168
WEEKS_SEEN = 8
WEEKS_MIN = 2
WEEKLY_MIN = 40.0
"""Messages a week below which a channel has too little traffic: its silence says nothing."""
FALSE_ALARMS_A_YEAR = 0.1
"""How often a channel that works may be taken for silent. Each pause between two messages (or
clusters) is a chance for it, so busy channels must be silent for longer, in messages."""
RECENT = timedelta(days=7)
BLOCK_HOURS = 6
SMOOTHING = (0.25, 0.5, 0.25)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is usual on a channel: messages an hour by hour of the week, Monday 00:00 first."""

    hourly: tuple[float, ...]
    cluster_size: float
    weeks: float
    zone: ZoneInfo

    def chance_of_nothing(self, expected: float) -> float:
        """Give the chance of hearing nothing while so many messages are expected.

        What is usual is itself only known from a few weeks: its uncertainty is taken off first.
        """
        clusters = expected / self.cluster_size
        return math.exp(-max(0.0, clusters - math.sqrt(clusters / self.weeks)))

    @property
    def chance_max(self) -> float:
        """Give how rare a silence must be to be told."""
        return FALSE_ALARMS_A_YEAR / (52 * max(1.0, self.weekly / self.cluster_size))

    @property
    def weekly(self) -> float:
        """Give the messages of a usual week."""
        return sum(self.hourly)

    def expected(self, start: datetime, end: datetime) -> float:
        """Give how many messages are usual between two moments."""
        return sum(self.hourly[slot] * share for slot, share in _slots(start, end, self.zone))


@dataclass(frozen=True, slots=True)
class Silence:
    """That nothing came since `last_at` although so many messages were expected."""

    last_at: datetime
    length: timedelta
    expected: float
    chance: float


def learn(counts: Mapping[datetime, int], *, until: datetime, zone: ZoneInfo) -> Rhythm | None:
    """Learn what is usual from messages by hour (its start in UTC), up to `until`.

    The weeks are counted from the first message. None while there are fewer than two, or too
    little traffic.
    """
    kept = {at: n for at, n in counts.items() if until - WEEKS_SEEN * 7 * 24 * HOUR <= at < until}
    if not kept:
        return None
    first = min(kept)
    weeks = (until - first) / (WEEK_HOURS * HOUR)
    if weeks < WEEKS_MIN:
        return None
    seen, lasted = [0.0] * WEEK_HOURS, [0.0] * WEEK_HOURS
    for slot, share in _slots(first, until, zone):
        lasted[slot] += share
    for at, number in kept.items():
        seen[_slot(at, zone)] += number
    raw = [n / t if t else 0.0 for n, t in zip(seen, lasted, strict=True)]
    hourly = tuple(_smoothed(raw, slot) for slot in range(WEEK_HOURS))
    if sum(hourly) < WEEKLY_MIN:
        return None
    rhythm = Rhythm(hourly, 1.0, weeks, zone)
    return replace(rhythm, cluster_size=_cluster_size(rhythm, kept, first, until))


def silence(
    rhythm: Rhythm, counts: Mapping[datetime, int], last_at: datetime, *, now: datetime
) -> Silence | None:
    """Judge the time since the last message; None while it is nothing unusual.

    A channel that was quieter of late than usual (after a campaign, in August) is held against
    its last seven days.
    """
    expected = rhythm.expected(last_at, now)
    if rhythm.chance_of_nothing(expected) > rhythm.chance_max:
        return None
    since = last_at - RECENT
    recent = sum(number for at, number in counts.items() if since <= at <= last_at)
    usual = rhythm.expected(since, last_at)
    level = min(1.0, (recent + 1) / (usual + 1))
    expected *= level
    chance = rhythm.chance_of_nothing(expected)
    if chance > rhythm.chance_max:
        return None
    return Silence(last_at, now - last_at, expected, chance)


def _cluster_size(
    rhythm: Rhythm, counts: Mapping[datetime, int], first: datetime, until: datetime
) -> float:
    """Give how many messages come together: the variance of six-hour blocks over their mean."""
    total, blocks = 0.0, 0
    start = first
    while start + BLOCK_HOURS * HOUR <= until:
        end = start + BLOCK_HOURS * HOUR
        usual = rhythm.expected(start, end)
        if usual >= 1:
            seen = sum(counts.get(start + hour * HOUR, 0) for hour in range(BLOCK_HOURS))
            total += (seen - usual) ** 2 / usual
            blocks += 1
        start = end
    return max(1.0, total / blocks) if blocks else 1.0


def _smoothed(raw: list[float], slot: int) -> float:
    return sum(
        weight * raw[(slot + step) % WEEK_HOURS]
        for step, weight in zip((-1, 0, 1), SMOOTHING, strict=True)
    )


def _slots(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[int, float]]:
    """Give the hours of the week between two moments, each with the share of it that lies there."""
    at = start.astimezone(UTC)
    end = end.astimezone(UTC)
    while at < end:
        following = min(at.replace(minute=0, second=0, microsecond=0) + HOUR, end)
        yield _slot(at, zone), (following - at) / HOUR
        at = following


def _slot(at: datetime, zone: ZoneInfo) -> int:
    wall = at.astimezone(zone)
    return wall.weekday() * 24 + wall.hour
