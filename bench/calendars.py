"""Due times one by one beside three libraries, and how many each gets wrong over a year.

    ./dev bench calendars

One core; every library gets its moments beforehand in the type it likes best. What is not installed
is named and left out. A result counts as right if it is the oracle's (every minute of the year
looked at by itself), or the opening after it where the oracle's falls on a closing time: both are
customs. Anything else, and any error, is wrong.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from tests.core.calendars.oracle import WEEKDAYS, Oracle

from comptoir.core.calendars import calendar_from_spec
from comptoir.core.clocks import BuyerMessage, evaluate
from comptoir.core.clocks.explain import sentences
from comptoir.core.clocks.policy_specs import read_policy

ZONE = "Europe/Paris"
YEAR = 2026
HOLIDAYS = (date(2026, 4, 6), date(2026, 5, 1), date(2026, 7, 14), date(2026, 12, 25))
HOUR = timedelta(hours=1)
HOURS_MAX = 16
STEP = timedelta(minutes=15)
TIMED, ROUNDS = 20_000, 5
TIMED_ELSEWHERE = 2_000

Add = Callable[[Any, int], Any]
"""Takes a moment in the library's own type and a number of hours."""


@dataclass(frozen=True)
class Hours:
    """What is open, in a form that each library can be told."""

    name: str
    shifts: tuple[tuple[str, str], ...]
    weekdays: tuple[int, ...]

    @property
    def spec(self) -> dict[str, Any]:
        """Give the calendar as `comptoir calendar` takes it."""
        hours = {WEEKDAYS[day]: [list(shift) for shift in self.shifts] for day in self.weekdays}
        return {
            "timezone": ZONE,
            "hours": hours,
            "holidays": [day.isoformat() for day in HOLIDAYS],
        }


OFFICE = Hours("office", (("09:00", "12:30"), ("13:30", "18:00")), (0, 1, 2, 3, 4))
NIGHT = Hours("night", (("22:00", "06:00"),), tuple(range(7)))


@dataclass(frozen=True)
class Library:
    """One of those compared: how to tell it hours, and how to hand it a moment."""

    name: str
    package: str
    build: Callable[[Hours], Add]
    moment: Callable[[datetime], Any]


def main() -> None:
    """Measure and print."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    present = [lib for lib in LIBRARIES if importlib.util.find_spec(lib.package)]
    missing = [lib.name for lib in LIBRARIES if lib not in present]
    if missing:
        print(f"Left out, not installed: {', '.join(missing)}. To install them:")
        uv = Path(sys.executable).with_name("uv")
        print(
            f"  {uv if uv.exists() else 'uv'} pip install --python {sys.executable} --group bench\n"
        )
    print_rates(present)
    print_wrong(present)


def print_rates(libraries: Sequence[Library]) -> None:
    """Print how many due times each gives in a second, on office hours."""
    print("due times a second, one by one (office hours, 1 to 16 h)")
    for library in libraries:
        count = TIMED if library.name == OURS else TIMED_ELSEWHERE
        add, questions = library.build(OFFICE), timed_questions(library, count)
        print(f"  {library.name:24} {rate(add, questions):10,.0f}")
    print(f"  {'a whole clock, explained':24} {explained_rate():10,.0f}\n")


def timed_questions(library: Library, count: int) -> list[tuple[Any, int]]:
    """Give random moments of the year to the second, the same for each library."""
    chance = random.Random(1)
    begin = datetime(YEAR, 1, 1, tzinfo=UTC)
    return [
        (
            library.moment(begin + timedelta(seconds=chance.randrange(365 * 86_400))),
            chance.randint(1, HOURS_MAX),
        )
        for _ in range(count)
    ]


def rate(add: Add, questions: Sequence[tuple[Any, int]]) -> float:
    """Give the calls a second of the best of some rounds, the loop around them included."""
    best = float("inf")
    gc.disable()
    for _ in range(ROUNDS):
        started = perf_counter()
        for moment, hours in questions:
            add(moment, hours)
        best = min(best, perf_counter() - started)
    gc.enable()
    return len(questions) / best


def explained_rate() -> float:
    """Time a ticket with one message: target, limit, state and the sentences that say why."""
    policy = read_policy(
        {
            "first_reply": {
                "target_minutes": 240,
                "target_calendar": "office",
                "limit_minutes": 1440,
            }
        }
    )
    calendars = {"office": calendar_from_spec(OFFICE.spec)}

    def answer(event: BuyerMessage, hours: int) -> object:
        result = evaluate([event], policy, calendars, event.at + hours * HOUR)
        return [sentences(clock.explanation) for clock in result.clocks]

    events = [
        (BuyerMessage(moment, "m1"), hours)
        for moment, hours in timed_questions(LIBRARIES[0], TIMED // 4)
    ]
    return rate(answer, events)


def print_wrong(libraries: Sequence[Library]) -> None:
    """Print how many each gets wrong, from every quarter of an hour of the year."""
    for hours in (OFFICE, NIGHT):
        oracle = Oracle(hours.spec, datetime(YEAR, 1, 1, tzinfo=UTC), 365 + 21)
        cases = expected(oracle)
        shifts = ", ".join("-".join(shift) for shift in hours.shifts)
        print(f"wrong of {len(cases):,} over {YEAR}, {hours.name} ({shifts} in {ZONE})")
        for library in libraries:
            print(f"  {library.name:24} {wrong(library, hours, cases)}")


Case = tuple[datetime, int, set[datetime]]


def expected(oracle: Oracle) -> list[Case]:
    """Give each moment with a number of hours and the results that count as right."""
    found: list[Case] = []
    moment, number = oracle.start, 0
    while moment.year == YEAR:
        hours = 1 + number % HOURS_MAX
        due = oracle.add(moment, hours * 60)
        opening = due and oracle.next_open(due)
        if due is None or opening is None:
            raise RuntimeError("the oracle's year is too short")
        found.append((moment, hours, {due, opening}))
        moment, number = moment + STEP, number + 1
    return found


def wrong(library: Library, hours: Hours, cases: Sequence[Case]) -> str:
    """Count the results that are not among the right ones, and say where most of them are."""
    add = library.build(hours)
    missed: list[datetime] = []
    error_count = 0
    for moment, length, right in cases:
        try:
            result = add(library.moment(moment), length).astimezone(UTC)
        except Exception:
            error_count += 1
            continue
        if result not in right:
            missed.append(moment)
    if not missed and not error_count:
        return "none wrong"
    first = f", the first from {missed[0]:%Y-%m-%d %H:%M} UTC" if missed else ""
    errors = f" ({error_count:,} errors)" if error_count else ""
    return f"{len(missed) + error_count:,} wrong{errors}{first}"


def _ours(hours: Hours) -> Add:
    add = calendar_from_spec(hours.spec).add
    lengths = [n * HOUR for n in range(HOURS_MAX + 1)]
    return lambda moment, count: add(moment, lengths[count])


def _pandas(hours: Hours) -> Add:
    from pandas.tseries.offsets import CustomBusinessHour

    days = " ".join(WEEKDAYS[day].capitalize() for day in hours.weekdays)
    offsets = [
        CustomBusinessHour(
            n,
            weekmask=days,
            holidays=list(HOLIDAYS),
            start=[start for start, _ in hours.shifts],
            end=[end for _, end in hours.shifts],
        )
        for n in range(1, HOURS_MAX + 1)
    ]
    return lambda moment, count: moment + offsets[count - 1]


def _pandas_moment(moment: datetime) -> object:
    import pandas

    return pandas.Timestamp(moment).tz_convert(ZONE)


def _businesstimedelta(hours: Hours) -> Add:
    import businesstimedelta as library
    import pytz

    zone = pytz.timezone(ZONE)
    kept = {"working_days": list(hours.weekdays), "tz": zone}
    # As its documentation does it: one working day, and breaks taken out of it.
    ends = [time.fromisoformat(end) for shift in hours.shifts for end in shift]
    rules = [library.WorkDayRule(ends[0], ends[-1], **kept)]
    rules += [
        library.LunchTimeRule(start, end, **kept)
        for start, end in zip(ends[1:-1:2], ends[2::2], strict=True)
    ]
    # Its holidays must not run out: it looks ahead for the next one.
    days = [*HOLIDAYS, date(YEAR + 1, 4, 5)]
    open_hours = library.Rules([*rules, library.HolidayRule(days, tz=zone)])
    lengths = [library.BusinessTimeDelta(open_hours, hours=n) for n in range(HOURS_MAX + 1)]
    return lambda moment, count: moment + lengths[count]


def _bizcal(hours: Hours) -> Add:
    from django_bizcal.calendars import WorkingCalendar
    from django_bizcal.providers import SetHolidayProvider

    blocks = [(start, end, int(end < start)) for start, end in hours.shifts]
    calendar = WorkingCalendar(
        tz=ZONE,
        weekly_schedule=dict.fromkeys(hours.weekdays, blocks),
        holiday_provider=SetHolidayProvider.from_dates(HOLIDAYS),
    )
    lengths = [n * HOUR for n in range(HOURS_MAX + 1)]
    return lambda moment, count: calendar.add_business_time(moment, lengths[count])


def _in_utc(moment: datetime) -> datetime:
    return moment


def _in_zone(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(ZONE))


OURS = "Comptoir"
LIBRARIES = (
    Library(OURS, "comptoir", _ours, _in_utc),
    Library("pandas", "pandas", _pandas, _pandas_moment),
    Library("businesstimedelta", "businesstimedelta", _businesstimedelta, _in_utc),
    Library("django-bizcal", "django_bizcal", _bizcal, _in_zone),
)


if __name__ == "__main__":
    main()
