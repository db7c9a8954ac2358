"""Random calendars, zones and clock changes, compared with a minute-by-minute oracle."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.core.calendars.oracle import WEEKDAYS, Oracle

from comptoir.core.calendars import Calendar, calendar_from_spec
from comptoir.core.refusals import Refusal

# A zone and a day near one of its clock changes (or none): half an hour, two hours, at midnight,
# a whole day left out, in Ramadan, and quarter-hour offsets.
PLACES = [
    ("Europe/Paris", date(2026, 3, 29)),
    ("Europe/Paris", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Antarctica/Troll", date(2026, 3, 29)),
    ("America/Havana", date(2026, 3, 8)),
    ("America/Havana", date(2026, 11, 1)),
    ("Asia/Beirut", date(2026, 3, 29)),
    ("Asia/Beirut", date(2026, 10, 25)),
    ("America/Santiago", date(2026, 4, 5)),
    ("America/Santiago", date(2026, 9, 6)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("Africa/Casablanca", date(2026, 3, 22)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Pacific/Chatham", date(2026, 4, 5)),
    ("Asia/Kathmandu", date(2026, 1, 1)),
    ("Asia/Kolkata", date(2025, 12, 31)),
    ("UTC", date(2028, 2, 29)),
]
DAYS_SEEN = 10

# Times near each other and near the hours that clock changes touch, so that ends meet often.
clock_times = st.sampled_from(
    [0, 1, 30, 60, 90, 119, 120, 121, 150, 180, 210, 360, 540, 750, 810, 1020, 1320, 1410, 1439]
)


@st.composite
def shifts(draw: st.DrawFn) -> list[list[str]]:
    """Up to three intervals that do not overlap; the last may pass midnight."""
    ends = sorted(draw(st.sets(clock_times, min_size=2, max_size=6)))
    texts = [f"{end // 60:02}:{end % 60:02}" for end in ends[: len(ends) // 2 * 2]]
    pairs = [list(pair) for pair in zip(texts[::2], texts[1::2], strict=True)]
    ending = draw(st.sampled_from(["as is", "24:00", "past midnight"]))
    if ending == "24:00":
        pairs[-1][1] = "24:00"
    elif ending == "past midnight" and pairs[-1][0] > "06:00":
        pairs[-1][1] = draw(st.sampled_from(["00:00", "00:30", "02:30", "06:00"]))
    return pairs


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, Any], datetime]:
    """A calendar, and the UTC midnight some days before the change it lives through."""
    zone, change = draw(st.sampled_from(PLACES))
    days = st.integers(-3, 4).map(lambda n: (change + timedelta(days=n)).isoformat())
    spec = {
        "timezone": zone,
        "hours": draw(st.dictionaries(st.sampled_from(WEEKDAYS), shifts(), max_size=7)),
        "holidays": draw(st.lists(days, max_size=2)),
        "overrides": draw(st.dictionaries(days, shifts() | st.just([]), max_size=2)),
        "closures": draw(st.dictionaries(days, shifts(), max_size=2)),
    }
    start = datetime(change.year, change.month, change.day, tzinfo=UTC) - timedelta(days=5)
    return spec, start


def accepted(spec: dict[str, Any]) -> Calendar:
    """Read a calendar; those that are rightly refused are no case for this test."""
    try:
        return calendar_from_spec(spec)
    except Refusal as refusal:
        assume("overlap" not in str(refusal) and "no open time" not in str(refusal))
        raise


minutes = st.integers(0, 5 * 1440 - 1)


@settings(max_examples=120, deadline=None)
@given(case=cases(), first=minutes, second=minutes, wanted=st.integers(0, 3000))
def test_calendar_agrees_with_oracle(
    case: tuple[dict[str, Any], datetime], first: int, second: int, wanted: int
) -> None:
    """Every operation gives what walking the minutes one by one gives."""
    spec, begins = case
    oracle = Oracle(spec, begins, DAYS_SEEN)
    calendar = accepted(spec)
    at = begins + timedelta(minutes=first)
    later = at + timedelta(minutes=second)
    length = timedelta(minutes=wanted)

    assert calendar.is_open(at) == oracle.open[first]
    assert calendar.elapsed(at, later) == oracle.elapsed(at, later)
    if (expected := oracle.add(at, wanted)) is not None:
        assert calendar.add(at, length) == expected
        assert calendar.elapsed(at, expected) == length
    if (expected := oracle.subtract(at, wanted)) is not None:
        assert calendar.subtract(at, length) == expected
    if (expected := oracle.next_open(at)) is not None:
        assert calendar.next_open(at) == expected
    if (expected := oracle.next_close(at)) is not None:
        assert calendar.next_close(at) == expected


@settings(max_examples=150, deadline=None)
@given(
    case=cases(),
    first=minutes,
    lengths=st.tuples(st.integers(0, 10**10), st.integers(0, 10**10)),
)
def test_adding_never_goes_backwards(
    case: tuple[dict[str, Any], datetime], first: int, lengths: tuple[int, int]
) -> None:
    """More time never ends earlier, and what was added is what has elapsed (in microseconds)."""
    spec, begins = case
    spec["hours"]["wed"] = [["09:00", "17:00"]]  # so that there is always more to come
    spec["hours"].pop("tue", None)
    calendar = accepted(spec)
    start = begins + timedelta(minutes=first)
    shorter, longer = (timedelta(microseconds=us) for us in sorted(lengths))

    ends = calendar.add(start, shorter), calendar.add(start, longer)

    assert start <= ends[0] <= ends[1]
    assert calendar.elapsed(start, ends[0]) == shorter
    assert calendar.elapsed(start, ends[1]) == longer
    assert calendar.subtract(ends[1], longer) >= start or longer == timedelta(0)
