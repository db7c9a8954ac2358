"""Days as people write them in a search: dates of our languages, weekdays, "yesterday"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from comptoir.inbox.search.folding import words

_WEEKDAYS = (
    "monday montag lundi mon mo lun", "tuesday dienstag mardi tue di mar",
    "wednesday mittwoch mercredi wed mi mer", "thursday donnerstag jeudi thu do jeu",
    "friday freitag vendredi fri fr ven", "saturday samstag samedi sat sa sam",
    "sunday sonntag dimanche sun so dim",
)  # fmt: skip
_WEEKDAY = {name: day for day, names in enumerate(_WEEKDAYS) for name in names.split()}
_NEAR = {
    name: days
    for days, names in {0: "today heute aujourdhui", 1: "yesterday gestern hier"}.items()
    for name in names.split()
}
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
_DAY_FIRST = re.compile(r"(\d{1,2})[./](\d{1,2})(?:[./](\d{4}|\d{2}))?\.?")
_AGO = re.compile(r"(\d{1,3})([dwmjts])")
_AGO_DAYS = {"d": 1, "j": 1, "t": 1, "w": 7, "s": 7, "m": 30}


def days_of(text: str, *, today: date) -> tuple[date, date] | None:
    """Give the first day and the day after the last one; None when no day is meant.

    `2026-11` is a month, `21.11.` and `21/11` the last such day, `7d` (`7j`, `7t`) a week ago. A weekday is the
    last one, today left out.
    """
    folded = "".join(words(text))
    if folded in _NEAR:
        return _one(today - timedelta(days=_NEAR[folded]))
    if folded in _WEEKDAY:
        return _one(today - timedelta(days=(today.weekday() - _WEEKDAY[folded] - 1) % 7 + 1))
    try:
        return _written(text.strip().lower(), today)
    except (ValueError, OverflowError):
        return None


def _written(text: str, today: date) -> tuple[date, date] | None:
    if found := _AGO.fullmatch(text):
        return _one(today - timedelta(days=int(found[1]) * _AGO_DAYS[found[2]]))
    if found := _YEAR_FIRST.fullmatch(text):
        year, month = int(found[1]), int(found[2])
        if found[3]:
            return _one(date(year, month, int(found[3])))
        return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    if found := _DAY_FIRST.fullmatch(text):
        day, month = int(found[1]), int(found[2])
        if found[3]:
            return _one(date(int(found[3]) % 2000 + 2000, month, day))
        this_year = date(today.year, month, day)
        return _one(this_year if this_year <= today else date(today.year - 1, month, day))
    return None


def _one(day: date) -> tuple[date, date]:
    return day, day + timedelta(days=1)
