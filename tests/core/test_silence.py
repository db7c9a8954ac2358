"""Silence against what is usual: rare enough to be believed, soon enough to be of use."""

from __future__ import annotations

import math
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from comptoir.core.silence import Rhythm, learn, silence

PARIS = ZoneInfo("Europe/Paris")
HOUR = timedelta(hours=1)
START = datetime(2026, 1, 5, tzinfo=UTC)
DAY_SHAPE = [1, 1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 12, 11, 11, 11, 11, 11, 12, 12, 12, 11, 8, 5, 2]


def poisson(random_: random.Random, mean: float) -> int:
    count, product = 0, random_.random()
    limit = math.exp(-mean)
    while product > limit:
        count, product = count + 1, product * random_.random()
    return count


def traffic(
    weekly: float, weeks: int, *, seed: int = 1, burst: int = 1, start: datetime = START
) -> list[datetime]:
    """Give moments of messages with the shape of a day, in bursts of that many."""
    random_ = random.Random(seed)
    moments: list[datetime] = []
    for hour in range(weeks * 168):
        at = start + hour * HOUR
        shape = DAY_SHAPE[at.astimezone(PARIS).hour] / sum(DAY_SHAPE)
        for _ in range(poisson(random_, weekly / 7 * shape / burst)):
            moments += [at + timedelta(seconds=random_.randrange(3600)) for _ in range(burst)]
    return sorted(moments)


def by_hour(moments: list[datetime]) -> dict[datetime, int]:
    return dict(Counter(at.replace(minute=0, second=0, microsecond=0) for at in moments))


def learned(moments: list[datetime], until: datetime) -> Rhythm | None:
    return learn(by_hour([at for at in moments if at < until]), until=until, zone=PARIS)


def false_alarms(moments: list[datetime]) -> int:
    """Judge the end of every pause between two messages, after eight weeks, learned once a week."""
    found, week, rhythm = 0, 0, None
    counts = by_hour(moments)
    for before, after in pairwise(moments):
        if before < START + timedelta(weeks=8):
            continue
        if (before - START).days // 7 != week:
            week = (before - START).days // 7
            rhythm = learned(moments, before)
        if rhythm is not None and silence(rhythm, counts, before, now=after):
            found += 1
    return found


def test_five_hours_without_a_message_on_a_busy_morning_are_unusual() -> None:
    moments = traffic(400, 9)
    morning = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
    rhythm = learned(moments, morning)
    assert rhythm is not None

    found = silence(rhythm, by_hour(moments), morning, now=morning + 5 * HOUR)

    assert found is not None
    assert found.length == 5 * HOUR
    assert 12 < found.expected < 25
    assert found.chance < 1e-5


def test_the_same_hours_at_night_are_not() -> None:
    moments = traffic(400, 9)
    night = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    rhythm = learned(moments, night)
    assert rhythm is not None

    assert silence(rhythm, by_hour(moments), night, now=night + 5 * HOUR) is None


@pytest.mark.parametrize(("weekly", "seed"), [(60, 1), (150, 2), (400, 3), (1500, 4)])
def test_a_channel_that_works_gives_no_false_alarm_in_half_a_year(weekly: float, seed: int) -> None:
    assert false_alarms(traffic(weekly, 34, seed=seed)) == 0


@pytest.mark.parametrize("seed", [5, 6])
def test_buyers_who_write_in_bursts_give_no_false_alarm_either(seed: int) -> None:
    assert false_alarms(traffic(300, 34, seed=seed, burst=5)) == 0


def test_bursts_make_a_channel_wait_longer() -> None:
    even, bursts = traffic(300, 9, seed=7), traffic(300, 9, seed=7, burst=5)
    until = START + timedelta(weeks=9)
    calm, lively = learned(even, until), learned(bursts, until)
    assert calm is not None
    assert lively is not None

    assert calm.cluster_size < 1.5
    assert 3 < lively.cluster_size < 8


def test_a_dead_channel_is_noticed_within_a_working_day() -> None:
    moments = traffic(300, 9)
    dead_from = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
    rhythm = learned(moments, dead_from)
    assert rhythm is not None

    hours = next(
        n
        for n in range(1, 100)
        if silence(rhythm, by_hour(moments), dead_from, now=dead_from + n * HOUR)
    )

    assert 3 <= hours <= 9


def test_little_traffic_says_nothing() -> None:
    assert learned(traffic(20, 9), START + timedelta(weeks=9)) is None


def test_a_channel_younger_than_two_weeks_says_nothing() -> None:
    moments = traffic(400, 9)

    assert learned(moments, START + timedelta(days=13)) is None
    assert learned(moments, START + timedelta(days=16)) is not None


def test_a_quiet_week_is_held_against_itself() -> None:
    """After a campaign a tenth of the messages is usual: five hours of nothing are nothing."""
    busy = traffic(400, 8, seed=8)
    calm = traffic(40, 1, seed=9, start=START + timedelta(weeks=8))
    morning = START + timedelta(weeks=9, hours=8)
    rhythm = learned(busy + calm, morning)
    assert rhythm is not None

    assert silence(rhythm, by_hour(busy + calm), morning, now=morning + 5 * HOUR) is None


def test_what_is_usual_follows_the_wall_clock_when_clocks_change() -> None:
    """Learned in winter, 09:00 in Paris stays the busy hour after the last Sunday of March."""
    rhythm = Rhythm(tuple(60.0 if slot % 24 == 9 else 0.0 for slot in range(168)), 1.0, 8, PARIS)
    winter, summer = datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 29, tzinfo=UTC)

    assert rhythm.expected(winter + 8 * HOUR, winter + 9 * HOUR) == 60
    assert rhythm.expected(summer + 7 * HOUR, summer + 8 * HOUR) == 60
    assert rhythm.expected(summer + 7.5 * HOUR, summer + 8 * HOUR) == 30
