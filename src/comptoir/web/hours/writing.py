"""Hours of a day as people type them: "9-12:30, 13.30–18", and hours put into a week.

One line a day is quicker to type, and to read aloud, than a row of pickers. It is read generously
and written in one way: "09:00–12:30, 13:30–18:00".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

from comptoir.core.calendars import Shift
from comptoir.core.calendars.spec import WEEKDAYS, read_shift
from comptoir.core.refusals import Refusal
from comptoir.merchant.hours import Pairs

TIME = r"(\d{1,2})(?:\s*[:.h]\s*(\d{2})?)?(?:\s*(?:uhr|h))?"
INTERVAL = re.compile(rf"\s*{TIME}\s*(?:-|–|—|\bto\b|\bbis\b|\bà\b)\s*{TIME}\s*", re.IGNORECASE)
WHOLE_DAY = re.compile(r"\s*(0?0[:.]00\s*[-–]\s*)?24(:00)?\s*h?\s*", re.IGNORECASE)
LINE_CHARS_MAX = 200


def read_line(text: str) -> Pairs:
    """Read the hours of a day; none for an empty line. Raises `Refusal`."""
    parts = [part for part in re.split(r"[,;+&]", text) if part.strip()]
    pairs = sorted((_interval(part) for part in parts), key=lambda pair: pair[0])
    shifts = [read_shift(pair) for pair in pairs]
    for (earlier, later), (first, second) in zip(pairwise(shifts), pairwise(pairs), strict=True):
        if later[0] < earlier[1]:
            raise Refusal(
                "{first} and {second} overlap; join them or move one",
                first=write_line([first]),
                second=write_line([second]),
            )
    return pairs


def write_line(pairs: Pairs) -> str:
    """Write the hours of a day; nothing for none."""
    return ", ".join(f"{start}–{end}" for start, end in pairs)


def runs_into(night: Pairs, day: Pairs) -> bool:
    """Tell whether a day's last interval passes midnight and overlaps the next day's first."""
    if not night or not day:
        return False
    return read_shift(night[-1])[1] - 1440 > read_shift(day[0])[0]


def _interval(text: str) -> list[str]:
    if WHOLE_DAY.fullmatch(text):
        return ["00:00", "24:00"]
    match = INTERVAL.fullmatch(text)
    if match is None:
        raise Refusal(
            '"{text}" is not hours; write them as 09:00–12:30, 13:30–18:00', text=text.strip()
        )
    return [_time(match[1], match[2]), _time(match[3], match[4])]


def _time(hour: str, minute: str | None) -> str:
    return f"{int(hour):02}:{minute or '00'}"


def with_extra_hours(weekly: Mapping[str, Pairs], hours: Iterable[int]) -> dict[str, Pairs]:
    """Put hours of the week (0 is Monday 00:00 to 01:00) into the week, joined to what is there."""
    week = [[read_shift(pair) for pair in weekly.get(day, [])] for day in WEEKDAYS]
    for hour in sorted(set(hours)):
        day, start = hour // 24 % 7, hour % 24 * 60
        # A night that began the day before is open already, and belongs to its own day.
        night = max((end - 1440 for _, end in week[day - 1]), default=0)
        if (start := max(start, night)) < (end := hour % 24 * 60 + 60):
            week[day] = _joined([*week[day], (start, end)])
    return {
        day: [[_clock(start), _clock(end)] for start, end in shifts]
        for day, shifts in zip(WEEKDAYS, week, strict=True)
    }


def _joined(shifts: list[Shift]) -> list[Shift]:
    joined: list[Shift] = []
    for start, end in sorted(shifts):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _clock(minute: int) -> str:
    of_day = minute if minute <= 1440 else minute - 1440
    return f"{of_day // 60:02}:{of_day % 60:02}"
