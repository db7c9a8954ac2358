"""What the staffed hours make possible, whatever the staff: the best share answered in time.

A message can be answered in time if staffed time lies between its arrival and its due moment. The
week is a wall-clock week of the staffed calendar's zone, Monday 00:00 first, without holidays and
without a clock change. It is cut into cells of equal length, a divisor of a quarter of an hour on
which all hours, lengths and offsets fall, so that a cell is answerable as a whole or not at all:
the shares are exact. (Lengths that are no whole minutes are taken to the minute.)

`comptoir.core.extra_hours` finds the fewest hours to add.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import gcd
from typing import NamedTuple

from comptoir.core.calendars import ALWAYS, Calendar, WorkingHours
from comptoir.core.clocks.deadlines import Calendars, Start, due_at, find_calendar
from comptoir.core.clocks.policies import Deadline
from comptoir.core.refusals import Refusal

MINUTE = timedelta(minutes=1)
MICROSECOND = timedelta(microseconds=1)
WEEK = timedelta(weeks=1)
WEEK_MINUTES = 10_080
QUARTER_MINUTES = 15
QUARTERS = WEEK_MINUTES // QUARTER_MINUTES
EVENLY = (1,) * QUARTERS
"""Arrivals that know neither day nor night, for want of a pattern."""
WEEKS_TRIED = 60


class Span(NamedTuple):
    """Part of the week, in minutes after Monday 00:00; one that passes Sunday ends over 10080.

    `share` of all messages arrive in it.
    """

    start_minute: int
    end_minute: int
    share: float


class Coverage(NamedTuple):
    """The best share that anybody could answer in time, and when the lost messages arrive."""

    share: float
    lost: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Cells:
    """The week in cells. `last[i]` is the last cell in which what arrives in cell i is in time.

    It may lie past the end of the week, and before i where nothing is ever in time.
    """

    minutes: int
    staffed: tuple[bool, ...]
    arrivals: tuple[int, ...]
    last: tuple[int, ...]

    def lost(self) -> Iterator[int]:
        """Yield the cells whose messages nobody can answer in time."""
        coming = _next_staffed(self.staffed)
        for i, last in enumerate(self.last):
            if coming[i] is None or coming[i] > last:  # type: ignore[operator]  # mypy forgets the None
                yield i


def coverage(
    staffed: Calendar,
    deadline: Deadline,
    calendars: Calendars,
    *,
    near: datetime,
    arrivals: Sequence[int] = EVENLY,
) -> Coverage | None:
    """Tell what share of the messages staffed hours can answer in time.

    `arrivals` are 672 weights, one each quarter of an hour of the week. `near` chooses the offsets
    of the zones: the next week without a clock change. None where the channel names the day.
    """
    cells = cells_of(staffed, deadline, calendars, near=near, arrivals=arrivals)
    if cells is None:
        return None
    lost = list(cells.lost())
    total = sum(cells.arrivals)
    return Coverage(1 - sum(cells.arrivals[i] for i in lost) / total, _spans(cells, lost, total))


def cells_of(
    staffed: Calendar,
    deadline: Deadline,
    calendars: Calendars,
    *,
    near: datetime,
    arrivals: Sequence[int] = EVENLY,
) -> Cells | None:
    """Cut the week into cells; None where the channel names the day."""
    if len(arrivals) != QUARTERS or min(arrivals) < 0 or not any(arrivals):
        raise Refusal(
            "arrivals are {count} weights, one each quarter of an hour of the week, not all zero",
            count=QUARTERS,
        )
    usual = {name: _usual(calendar) for name, calendar in calendars.items()}
    counted = _usual(find_calendar(deadline.calendar, calendars))
    monday = usual_monday(near, staffed, counted)
    step = _step(_usual(staffed), counted, deadline, monday)
    last = _last_cells(deadline, usual, monday, step)
    if last is None:
        return None
    per_quarter = QUARTER_MINUTES // step
    return Cells(
        minutes=step,
        staffed=_staffed_cells(staffed, step),
        arrivals=tuple(weight for weight in arrivals for _ in range(per_quarter)),
        last=last,
    )


def usual_monday(near: datetime, *calendars: Calendar) -> datetime:
    """Give the start of the next week after which no offset changes for a fortnight.

    It is Monday 00:00 of the first calendar's zone.
    """
    zone = calendars[0].zone
    day = near.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    first = day - timedelta(days=day.weekday())
    for weeks in range(1, WEEKS_TRIED):
        monday = first + weeks * WEEK
        if all(_is_steady(monday, calendar) for calendar in calendars):
            return monday
    return first + WEEK


def _is_steady(monday: datetime, calendar: Calendar) -> bool:
    # Noons, since moments of one zone are added by the wall clock.
    noons = (monday + timedelta(days=days, hours=12) for days in range(-1, 15))
    return len({noon.astimezone(calendar.zone).utcoffset() for noon in noons}) == 1


def _usual(calendar: Calendar) -> Calendar:
    """Give the calendar without its exceptions."""
    if isinstance(calendar, WorkingHours):
        return WorkingHours(zone=calendar.zone, weekly=calendar.weekly)
    return calendar


def _step(staffed: Calendar, counted: Calendar, deadline: Deadline, monday: datetime) -> int:
    """Give the longest cells, in minutes, that no hour, length or offset cuts through."""
    lengths = [QUARTER_MINUTES, deadline.hour, *(deadline.window or ())]
    if deadline.length is not None:
        if deadline.length % MINUTE:
            return 1
        lengths.append(deadline.length // MINUTE)
    for calendar in (staffed, counted):
        offset = monday.astimezone(calendar.zone).utcoffset() or timedelta(0)
        lengths.append(offset // MINUTE)
        if isinstance(calendar, WorkingHours):
            lengths += [edge for shifts in calendar.weekly for shift in shifts for edge in shift]
    return gcd(*lengths)


def _last_cells(
    deadline: Deadline, calendars: Calendars, monday: datetime, step: int
) -> tuple[int, ...] | None:
    """Tell for each cell the last one that is still in time; None without a due moment.

    The middle of a cell stands for all of it: a due moment moves on with its arrival or stands
    still, and changes between the two on the edge of a cell.
    """
    count, length = WEEK_MINUTES // step, step * MINUTE
    begin = monday.astimezone(ALWAYS.zone)
    last = []
    for i in range(count):
        due = due_at(deadline, Start(begin + i * length + length / 2), calendars)
        if due is None:
            return None
        end = -((begin - due) // length)  # rounded up: the cell in which it falls due counts
        last.append(min(end - 1, i + count - 1))
    return tuple(last)


def _staffed_cells(calendar: Calendar, step: int) -> tuple[bool, ...]:
    count = WEEK_MINUTES // step
    if not isinstance(calendar, WorkingHours):
        return (True,) * count
    cells = [False] * count
    for day, shifts in enumerate(calendar.weekly):
        for start, end in shifts:
            for i in range((day * 1440 + start) // step, (day * 1440 + end) // step):
                cells[i % count] = True
    return tuple(cells)


def _next_staffed(staffed: Sequence[bool]) -> list[int | None]:
    """Give for each cell the next staffed one, itself included, perhaps of the week after."""
    count = len(staffed)
    found: list[int | None] = [None] * count
    coming: int | None = None
    for i in range(2 * count - 1, -1, -1):
        if staffed[i % count]:
            coming = i
        if i < count:
            found[i] = coming
    return found


def _spans(cells: Cells, lost: list[int], total: int) -> tuple[Span, ...]:
    """Join neighbouring cells; what passes from Sunday to Monday is one span."""
    runs: list[list[int]] = []
    for i in lost:
        if runs and i == runs[-1][-1] + 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    count = len(cells.last)
    if len(runs) > 1 and runs[0][0] == 0 and runs[-1][-1] == count - 1:
        runs[-1] += [i + count for i in runs.pop(0)]
    return tuple(
        Span(
            run[0] * cells.minutes,
            (run[-1] + 1) * cells.minutes,
            sum(cells.arrivals[i % count] for i in run) / total,
        )
        for run in runs
        if any(cells.arrivals[i % count] for i in run)
    )
