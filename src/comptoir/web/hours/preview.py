"""What hours come to: the next fortnight day by day, and the next change of the clocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from comptoir.core.calendars import Calendar
from comptoir.core.calendars.zones import LAST_YEAR, offset_spans
from comptoir.core.moments import from_us, to_us
from comptoir.merchant.hours import Hours

DAYS = 14
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """Open time of a day, in minutes after midnight by the wall clock."""

    start: int
    length: int
    text: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the preview; `occasion` is what makes it differ from its weekday."""

    day: date
    bars: tuple[Bar, ...]
    open_minutes: int
    occasion: str = ""
    is_special: bool = False


@dataclass(frozen=True, slots=True)
class ClockChange:
    """The next change of the clocks: when, and by how many minutes (back where negative)."""

    at: datetime
    minutes: int


def fortnight(
    calendar: Calendar, hours: Hours, labels: Mapping[str, str], *, first: datetime
) -> list[Day]:
    """Give the days from `first` on. `labels` name public holidays by date."""
    begin = first.astimezone(calendar.zone).date()
    special = {d.day: d.name for d in hours.days}
    public = {day: labels.get(day, name) for day, name in hours.taken().items()}
    days = []
    for day in (begin + timedelta(days=n) for n in range(DAYS)):
        written = day.isoformat()
        bars, minutes = _bars(calendar, day)
        days.append(
            Day(
                day=day,
                bars=bars,
                open_minutes=minutes,
                occasion=special.get(written) or public.get(written, ""),
                is_special=written in special or written in public,
            )
        )
    return days


def _bars(calendar: Calendar, day: date) -> tuple[tuple[Bar, ...], int]:
    start = datetime.combine(day, time(), calendar.zone)
    end = datetime.combine(day + timedelta(days=1), time(), calendar.zone)
    bars: list[Bar] = []
    moment: datetime | None = start
    while moment is not None and (opens := calendar.next_open(moment)) is not None:
        if opens >= end:
            break
        closes = calendar.next_close(opens)
        first = _wall_minute(opens.astimezone(calendar.zone))
        until = end if closes is None or closes >= end else closes
        last = 1440 if until == end else _wall_minute(until.astimezone(calendar.zone))
        bars.append(Bar(first, max(last - first, 1), f"{_clock(first)}–{_clock(last)}"))
        moment = closes
    return tuple(bars), calendar.elapsed(start, end) // MINUTE


def _wall_minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def next_clock_change(calendar: Calendar, *, now: datetime) -> ClockChange | None:
    """Find the next change of the clocks within a year; None where there is none."""
    year = now.year
    spans = list(offset_spans(calendar.zone, year, min(year + 1, LAST_YEAR)))
    for (_, _, before), (start, _, after) in pairwise(spans):
        if start > to_us(now) and before != after:
            return ClockChange(from_us(start), (after - before) // 60_000_000)
    return None
