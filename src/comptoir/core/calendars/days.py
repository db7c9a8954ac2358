"""What hours a date has, and how the wall clock of a zone is laid onto UTC.

A *day* is a number here: days since 1970-01-01. Wall-clock time is written as microseconds since
1970 too, as if the zone were UTC; `open_intervals` shifts it by the offset of each span.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from comptoir.core.calendars.calendar import Shift
from comptoir.core.calendars.table import Interval, merged, without
from comptoir.core.calendars.zones import FIRST_YEAR, LAST_YEAR, Span
from comptoir.core.moments import DAY_US, EPOCH_ORDINAL, MINUTE_US

Shifts = tuple[Shift, ...]
Weekly = tuple[Shifts, ...]
"""Seven entries, Monday first."""

THURSDAY = 3  # the weekday of 1970-01-01


class Days:
    """The hours of each date: what the week says, unless a date says otherwise."""

    __slots__ = (
        "closures",
        "first_exception",
        "last_exception",
        "replaced",
        "supply_max_us",
        "weekly",
        "weekly_is_empty",
        "weekly_is_full",
    )

    def __init__(
        self,
        weekly: Weekly,
        holidays: Iterable[date],
        overrides: Mapping[date, Shifts],
        closures: Mapping[date, Shifts],
    ) -> None:
        self.weekly = weekly
        self.replaced: dict[int, Shifts] = {day_number(day): () for day in holidays}
        self.replaced.update((day_number(day), shifts) for day, shifts in overrides.items())
        self.closures = {day_number(day): cuts for day, cuts in sorted(closures.items())}
        exceptions = [*self.replaced, *self.closures] or [0]
        self.first_exception, self.last_exception = min(exceptions), max(exceptions)
        self.weekly_is_empty = not any(weekly)
        self.weekly_is_full = _is_full(weekly)
        self.supply_max_us = _supply_max_us(weekly, overrides)

    def shifts_on(self, day: int) -> Shifts:
        """Give the shifts that begin on that day, closures not yet cut out."""
        replaced = self.replaced.get(day)
        return self.weekly[(day + THURSDAY) % 7] if replaced is None else replaced

    def is_working_day(self, day: int) -> bool:
        """Tell whether a shift begins that day and is not closed altogether."""
        shifts = self.shifts_on(day)
        if day not in self.closures and day + 1 not in self.closures:
            return bool(shifts)
        return bool(without(merged(sorted(_laid(day, shifts))), self._cuts(day, day + 1)))

    def open_intervals(self, spans: Sequence[Span]) -> list[Interval]:
        """Give the open time of those spans, in UTC, merged and in order."""
        wall = self._wall_clock(spans[0][0] // DAY_US - 3, spans[-1][1] // DAY_US + 2)
        ends = [end for _, end in wall]
        pieces: list[Interval] = []
        for start, end, offset in spans:
            low, high = start + offset, end + offset
            for i in range(bisect_right(ends, low), len(wall)):
                opens, closes = wall[i]
                if opens >= high:
                    break
                pieces.append((max(opens, low) - offset, min(closes, high) - offset))
        return merged(pieces)

    def _wall_clock(self, first_day: int, last_day: int) -> list[Interval]:
        shifts = (
            interval
            for day in range(first_day, last_day + 1)
            for interval in _laid(day, self.shifts_on(day))
        )
        hours = merged(shifts)
        return without(hours, self._cuts(first_day, last_day)) if self.closures else hours

    def _cuts(self, first_day: int, last_day: int) -> list[Interval]:
        return merged(
            sorted(
                cut
                for day, cuts in self.closures.items()
                if first_day - 1 <= day <= last_day + 1
                for cut in _laid(day, cuts)
            )
        )


def day_number(day: date) -> int:
    """Give the days since 1970-01-01."""
    return day.toordinal() - EPOCH_ORDINAL


def _laid(day: int, shifts: Shifts) -> Iterator[Interval]:
    midnight = day * DAY_US
    for start, end in shifts:
        yield midnight + start * MINUTE_US, midnight + end * MINUTE_US


def _supply_max_us(weekly: Weekly, overrides: Mapping[date, Shifts]) -> int:
    """Give more open time than the calendar can have in all the years it knows."""
    years = LAST_YEAR - FIRST_YEAR + 1
    a_week = sum(end - start for shifts in weekly for start, end in shifts)
    dated = sum(end - start for shifts in overrides.values() for start, end in shifts)
    # 53 weeks a year, and a day a year for hours that are repeated.
    return (years * (53 * a_week + 1440) + 2 * dated) * MINUTE_US


def _is_full(weekly: Weekly) -> bool:
    week = merged(interval for day in range(7) for interval in _laid(day, weekly[day]))
    week = merged(sorted([*week, *((start + 7 * DAY_US, end + 7 * DAY_US) for start, end in week)]))
    return any(start <= 7 * DAY_US and end >= 14 * DAY_US for start, end in week)
