"""Calendars as people write them down (`docs/sla.md`), checked and read.

    {"timezone": "Europe/Paris",
     "hours": {"mon": [["09:00", "12:30"], ["13:30", "18:00"]]},
     "holidays": ["2026-12-25"],
     "overrides": {"2026-12-24": [["09:00", "12:00"]]},
     "closures": {"2026-01-05": [["10:00", "11:00"]]}}

or the word "always". Each refusal says what to change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from comptoir.core.calendars.always import ALWAYS
from comptoir.core.calendars.calendar import Calendar, Shift
from comptoir.core.calendars.days import Shifts, Weekly
from comptoir.core.calendars.working_hours import Dated, WorkingHours
from comptoir.core.calendars.zones import FIRST_YEAR, LAST_YEAR, find_zone
from comptoir.core.refusals import Refusal
from comptoir.core.specs import read_object

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIELDS = ("timezone", "hours", "holidays", "overrides", "closures", "name")
CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def calendar_from_spec(spec: object) -> Calendar:
    """Read a calendar. Raises `Refusal` for one that is wrong or never open."""
    if spec == "always":
        return ALWAYS
    if not isinstance(spec, Mapping):
        raise Refusal('a calendar is "always" or an object with "timezone" and "hours"')
    read_object(spec, "a calendar", known=FIELDS)
    if "timezone" not in spec:
        raise Refusal('the calendar has no "timezone"; add one such as "Europe/Paris"')
    calendar = WorkingHours(
        zone=find_zone(spec["timezone"]),
        weekly=_weekly(spec.get("hours", {})),
        holidays=frozenset(_holidays(spec.get("holidays", []))),
        overrides=_dated(spec.get("overrides", {}), "overrides", may_overlap=False),
        closures=_dated(spec.get("closures", {}), "closures", may_overlap=True),
    )
    _refuse_never_open(calendar)
    return calendar


def read_clock_time(text: object) -> int:
    """Read "09:30" as minutes after midnight; "24:00" is the end of the day."""
    if not isinstance(text, str) or not (match := CLOCK_TIME.fullmatch(text)):
        raise Refusal('"{time}" is not a time of day; write "00:00" to "24:00"', time=text)
    return 1440 if text == "24:00" else int(match[1]) * 60 + int(match[2])


def read_shift(pair: object) -> Shift:
    """Read ["22:00", "06:00"]; an end before its start is the next day's."""
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise Refusal('an interval is a pair such as ["09:00", "17:00"], not {pair}', pair=pair)
    start, end = read_clock_time(pair[0]), read_clock_time(pair[1])
    if start == 1440:
        raise Refusal('an interval cannot begin at "24:00"; begin it at "00:00" of the next day')
    if start == end:
        raise Refusal(
            'the interval {start}-{end} has equal ends; for a whole day write ["00:00", "24:00"]',
            start=pair[0],
            end=pair[1],
        )
    return (start, end) if start < end else (start, end + 1440)


def _weekly(hours: object) -> Weekly:
    given = read_object(hours, '"hours"', known=WEEKDAYS)
    weekly = tuple(_shifts(given.get(day, []), day, may_overlap=False) for day in WEEKDAYS)
    for i, shifts in enumerate(weekly):
        following = weekly[(i + 1) % 7]
        if shifts and following and shifts[-1][1] - 1440 > following[0][0]:
            raise _overlap(f"{WEEKDAYS[i]} night and {WEEKDAYS[(i + 1) % 7]}")
    return weekly


def _shifts(pairs: object, where: str, *, may_overlap: bool) -> Shifts:
    if not isinstance(pairs, list | tuple):
        raise Refusal(
            'the hours of {where} must be a list such as [["09:00", "17:00"]]', where=where
        )
    shifts = sorted(read_shift(pair) for pair in pairs)
    for earlier, later in pairwise(shifts):
        if later[0] < earlier[1] and not may_overlap:
            raise _overlap(where)
    return tuple(shifts)


def _holidays(days: object) -> list[date]:
    if not isinstance(days, list | tuple):
        raise Refusal('"holidays" must be a list of dates such as ["2026-12-25"]')
    return [_day(day) for day in days]


def _dated(entries: object, field: str, *, may_overlap: bool) -> Dated:
    if not isinstance(entries, Mapping):
        raise Refusal('"{field}" must be an object from dates to lists of intervals', field=field)
    read = {_day(day): _shifts(v, str(day), may_overlap=may_overlap) for day, v in entries.items()}
    return tuple(sorted(read.items()))


def _day(text: object) -> date:
    try:
        if isinstance(text, str) and DAY.fullmatch(text):
            day = date.fromisoformat(text)
            if FIRST_YEAR < day.year < LAST_YEAR:
                return day
    except ValueError:
        pass
    raise Refusal('"{day}" is not a date; write it as "2026-12-25"', day=text)


def _overlap(where: str) -> Refusal:
    return Refusal("intervals of {where} overlap; join them or move one", where=where)


def _refuse_never_open(calendar: WorkingHours) -> None:
    if any(calendar.weekly):
        return
    days = [day for day, shifts in calendar.overrides if shifts]
    before = datetime.combine(min(days, default=date.max), time.min, UTC)
    if not days or calendar.next_open(before - timedelta(days=2)) is None:
        raise Refusal('the calendar has no open time at all; give it "hours"')
