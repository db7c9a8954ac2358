"""Weekly hours in a time zone, with their exceptions.

An instant is open when the wall clock of the zone, at that instant, stands inside an interval.
Both clock changes follow from that: a skipped hour is nobody's, a repeated one counts twice.

Hours are laid out once as a table of UTC intervals with running totals (`table.py`), for as many
years as were asked about, so that each question costs a bisection or two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from comptoir.core.calendars.calendar import Calendar, OpenInterval, Shift, check_length
from comptoir.core.calendars.days import Days, Shifts, Weekly, day_number
from comptoir.core.calendars.table import Table, build_table
from comptoir.core.calendars.zones import FIRST_YEAR, LAST_YEAR, offset_spans
from comptoir.core.moments import DAY_US, EPOCH_ORDINAL, MINUTE_US, from_us, length_us, to_us
from comptoir.core.refusals import Refusal

Dated = tuple[tuple[date, Shifts], ...]
WHOLE_DAY: Shifts = ((0, 1440),)
YEARS_KEPT = 80
"""A longer table answers its question and is forgotten: it costs megabytes."""


@dataclass(frozen=True, slots=True)
class WorkingHours(Calendar):
    """Hours by weekday (Monday first), and the dates on which they do not hold.

    An override replaces what its date would have had, also on a holiday; a closure is cut out of
    whatever is open on its date. A shift past midnight belongs to the day it starts on.
    Read from outside with `calendar_from_spec`, which checks what this constructor takes as given.
    """

    zone: ZoneInfo
    weekly: Weekly
    holidays: frozenset[date] = frozenset()
    overrides: Dated = ()
    closures: Dated = ()
    _days: Days = field(init=False, repr=False, compare=False)
    _table: Table = field(init=False, repr=False, compare=False)
    _derived: dict[object, Calendar] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        days = Days(self.weekly, self.holidays, dict(self.overrides), dict(self.closures))
        object.__setattr__(self, "_days", days)
        object.__setattr__(self, "_table", build_table(0, 0, ()))

    def add(self, start: datetime, length: timedelta) -> datetime:
        us, wanted = to_us(start), length_us(length)
        if wanted <= 0:
            check_length(length)
            return self._opening_from(start)
        table = self._covering(us, us)
        total = table.total_at(us) + wanted
        found = table.earliest_with(total)
        while found is None:
            table = self._later(table, wanted, total - wanted)
            total = table.total_at(us) + wanted
            found = table.earliest_with(total)
        return from_us(found)

    def subtract(self, end: datetime, length: timedelta) -> datetime:
        us, wanted = to_us(end), length_us(check_length(length))
        if not wanted:
            return from_us(us)
        table = self._covering(us, us)
        while (found := table.latest_with(table.total_at(us) - wanted)) is None:
            table = self._earlier(table, wanted)
        return from_us(found)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        start_us, end_us = to_us(start), to_us(end)
        if end_us <= start_us:
            return timedelta(0)
        table = self._covering(start_us, end_us)
        return timedelta(0, 0, table.total_at(end_us) - table.total_at(start_us))

    def is_open(self, moment: datetime) -> bool:
        us = to_us(moment)
        table = self._covering(us, us)
        i = table.interval_after(us)
        return i < len(table.starts) and table.starts[i] <= us

    def next_open(self, moment: datetime) -> datetime | None:
        us = to_us(moment)
        table = self._covering(us, us)
        while (i := table.interval_after(us)) == len(table.starts):
            if self._days.weekly_is_empty and self._is_past_exceptions(table):
                return None
            table = self._extended(table, later=True)
        return from_us(max(us, table.starts[i]))

    def next_close(self, moment: datetime) -> datetime | None:
        us = to_us(moment)
        table = self._covering(us, us)
        while True:
            i = table.interval_after(us)
            if i < len(table.ends) and table.ends[i] < table.last_us:
                return from_us(table.ends[i])
            is_settled = self._days.weekly_is_full or self._days.weekly_is_empty
            if is_settled and self._is_past_exceptions(table):
                return None
            table = self._extended(table, later=True)

    @property
    def has_shifts(self) -> bool:
        return not (self._days.weekly_is_full or self._days.weekly_is_empty)

    def intervals(self, start: datetime, count: int) -> list[OpenInterval]:
        found: list[OpenInterval] = []
        moment: datetime | None = start
        while len(found) < count and moment is not None:
            opening = self.next_open(moment)
            if opening is None:
                break
            moment = self.next_close(opening)
            found.append((opening, moment))
        return found

    def working_days(self) -> Calendar:
        if "working_days" not in self._derived:
            self._derived["working_days"] = self._reshaped(WHOLE_DAY, None, closures=())
        return self._derived["working_days"]

    def in_window(self, window: Shift, weekdays: Iterable[int] | None = None) -> Calendar:
        days = None if weekdays is None else frozenset(weekdays)
        if (window, days) not in self._derived:
            made = self._reshaped((window,), days, closures=self.closures)
            self._derived[window, days] = made
        return self._derived[window, days]

    def end_of_working_day(self, start: datetime, count: int) -> datetime:
        day = day_number(start.astimezone(self.zone).date())
        give_up = max(day, self._days.last_exception) + 7 * count + 400
        for _ in range(count):
            day += 1
            while not self._days.is_working_day(day):
                day += 1
                if day > give_up:
                    raise _never()
        following = date.fromordinal(day + 1 + EPOCH_ORDINAL)
        return datetime.combine(following, time.min, self.zone).astimezone(UTC)

    def _reshaped(
        self, shifts: Shifts, weekdays: frozenset[int] | None, *, closures: Dated
    ) -> WorkingHours:
        """Give each working day those shifts; a day that is closed altogether is none."""
        opens = [
            bool(hours) if weekdays is None else i in weekdays
            for i, hours in enumerate(self.weekly)
        ]
        fully_closed = {
            day for day, _ in self.closures if not self._days.is_working_day(day_number(day))
        }
        overrides = {day: shifts if hours else () for day, hours in self.overrides}
        overrides.update(dict.fromkeys(fully_closed, ()))
        return WorkingHours(
            zone=self.zone,
            weekly=tuple(shifts if is_open else () for is_open in opens),
            holidays=self.holidays,
            overrides=tuple(sorted(overrides.items())),
            closures=tuple((day, cuts) for day, cuts in closures if day not in fully_closed),
        )

    def _opening_from(self, start: datetime) -> datetime:
        opening = self.next_open(start)
        if opening is None:
            raise _never()
        return from_us(to_us(opening))

    def _covering(self, first_us: int, last_us: int) -> Table:
        """Give a table that reaches over both moments, laying it out if need be."""
        table = self._table
        if table.first_us <= first_us and last_us < table.last_us:
            return table
        first, last = _year(first_us), min(_year(last_us) + 1, max(_year(last_us), LAST_YEAR))
        if table.first_us < table.last_us:
            first = min(first, _year(table.first_us))
            last = max(last, _year(table.last_us - 1))
        return self._laid_out(first, last)

    def _extended(self, table: Table, *, later: bool, wanted_us: int = 0) -> Table:
        """Give a table twice as long, or as long as may be wanted, into the future or the past."""
        first, last = _year(table.first_us), _year(table.last_us - 1)
        years = last - first + 1
        if table.after:
            years = max(years, years * wanted_us // table.after[-1])
        if later and last < LAST_YEAR:
            return self._laid_out(first, min(last + years, LAST_YEAR))
        if not later and first > FIRST_YEAR:
            return self._laid_out(max(first - years, FIRST_YEAR), last)
        raise _outside()

    def _later(self, table: Table, wanted_us: int, spent_us: int) -> Table:
        if wanted_us > self._days.supply_max_us:
            raise _outside()  # without laying out centuries first
        if self._days.weekly_is_empty and self._is_past_exceptions(table):
            left_us = (table.after[-1] if table.after else 0) - spent_us
            raise Refusal(
                "this calendar has only {left_minutes} minutes of open time left and can never"
                " supply {wanted_minutes}; give it weekly hours",
                left_minutes=max(left_us, 0) // MINUTE_US,
                wanted_minutes=wanted_us // MINUTE_US,
            )
        return self._extended(table, later=True, wanted_us=wanted_us)

    def _earlier(self, table: Table, wanted_us: int) -> Table:
        if wanted_us > self._days.supply_max_us:
            raise _outside()
        if (
            self._days.weekly_is_empty
            and table.first_us < (self._days.first_exception - 3) * DAY_US
        ):
            raise Refusal("this calendar had less open time than that before; use fewer minutes")
        return self._extended(table, later=False, wanted_us=wanted_us)

    def _is_past_exceptions(self, table: Table) -> bool:
        return table.last_us > (self._days.last_exception + 30) * DAY_US

    def _laid_out(self, first_year: int, last_year: int) -> Table:
        if first_year < FIRST_YEAR or last_year > LAST_YEAR:
            raise _outside()
        spans = list(offset_spans(self.zone, first_year, last_year))
        table = build_table(spans[0][0], spans[-1][1], self._days.open_intervals(spans))
        if last_year - first_year < YEARS_KEPT:
            object.__setattr__(self, "_table", table)
        return table


def _year(us: int) -> int:
    return from_us(us).year


def _outside() -> Refusal:
    return Refusal(
        "this leads outside the years {first} to {last} that calendars know; check the moment"
        " and the minutes",
        first=FIRST_YEAR,
        last=LAST_YEAR,
    )


def _never() -> Refusal:
    return Refusal("this calendar does not open again; give it weekly hours")
