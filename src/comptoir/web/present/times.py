"""Moments and lengths of time in words: short, in the reader's zone and language.

Lists hold a hundred moments a page, so the short forms are put together here from names that Babel
gives once a language; the long ones are Babel's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_datetime
from django.utils.translation import get_language, pgettext

WEEK = timedelta(days=6)
LONG_DAYS = {"de": "EEEE, d. MMMM"}
"""How a day is written out where it is not "EEEE d MMMM"."""


@dataclass(frozen=True, slots=True)
class Units:
    """The letters behind numbers of time."""

    day: str
    hour: str
    minute: str


@dataclass(frozen=True, slots=True)
class Times:
    """How one reader is told the time: language, zone, and what today is."""

    language: str
    zone: ZoneInfo
    now: datetime
    units: Units

    def short(self, at: datetime | None) -> str:
        """Write "17:40", "Sat 17:40" within a week either way, else "21 Nov 17:40"."""
        if at is None:
            return ""
        local, today = at.astimezone(self.zone), self.now.astimezone(self.zone)
        clock = f"{local.hour:02}:{local.minute:02}"
        if local.date() == today.date():
            return clock
        if abs(at - self.now) < WEEK:
            return f"{_weekdays(self.language)[local.weekday()]} {clock}"
        return f"{self.day(at)} {clock}"

    def day(self, at: datetime | None) -> str:
        """Write "21 Nov", with the year when it is another one."""
        if at is None:
            return ""
        local = at.astimezone(self.zone)
        text = _day_and_month(self.language, local.day, local.month)
        is_this_year = local.year == self.now.astimezone(self.zone).year
        return text if is_this_year else f"{text} {local.year}"

    def clock(self, at: datetime) -> str:
        """Write "17:40"."""
        local = at.astimezone(self.zone)
        return f"{local.hour:02}:{local.minute:02}"

    def for_input(self, at: datetime) -> str:
        """Write the moment as an input of type `datetime-local` takes it, in the reader's zone."""
        return f"{at.astimezone(self.zone):%Y-%m-%dT%H:%M}"

    def full(self, at: datetime) -> str:
        """Write the moment out, with its zone."""
        local = at.astimezone(self.zone)
        written = format_datetime(
            local, f"{_long_day(self.language)} y, HH:mm", locale=self.language
        )
        return f"{written} ({self.zone.key})"

    def heading(self, at: datetime) -> str:
        """Write a day as the heading of what happened on it."""
        local, today = at.astimezone(self.zone).date(), self.now.astimezone(self.zone).date()
        if local == today:
            return pgettext("day", "Today")
        if local == today - timedelta(days=1):
            return pgettext("day", "Yesterday")
        day = _long_day(self.language)
        pattern = day if local.year == today.year else f"{day} y"
        return format_date(local, pattern, locale=self.language)

    def length(self, seconds: float) -> str:
        """Write a length of time: "2 d 5 h", "3 h 12", "45 min"."""
        return length(seconds, self.units)


def times_for(zone_name: str, now: datetime) -> Times:
    """Tell the time to a reader in that zone, in the language that is active."""
    language = get_language() or "en"
    return Times(language, _zone(zone_name), now, _units(language))


def length(seconds: float, units: Units) -> str:
    """Write a length of time in two parts at most; what is less than a minute is "0 min"."""
    minutes = int(abs(seconds) // 60)
    hours, days = minutes // 60, minutes // 1440
    if hours >= 48:
        rest = hours - days * 24
        return f"{days} {units.day} {rest} {units.hour}" if rest else f"{days} {units.day}"
    if hours:
        rest = minutes % 60
        return f"{hours} {units.hour} {rest:02}" if rest else f"{hours} {units.hour}"
    return f"{minutes} {units.minute}"


def epoch(at: datetime | None) -> int:
    """Give whole seconds since 1970, 0 for no moment: what scripts reckon with."""
    return int(at.timestamp()) if at else 0


@cache
def _units(language: str) -> Units:
    return Units(
        day=pgettext("unit of time", "d"),
        hour=pgettext("unit of time", "h"),
        minute=pgettext("unit of time", "min"),
    )


def _long_day(language: str) -> str:
    return LONG_DAYS.get(language, "EEEE d MMMM")


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


@cache
def _weekdays(language: str) -> tuple[str, ...]:
    names = Locale.parse(language).days["format"]["abbreviated"]
    return tuple(str(names[number]).removesuffix(".") for number in range(7))


@lru_cache(maxsize=1200)
def _day_and_month(language: str, day: int, month: int) -> str:
    moment = datetime(2024, month, day, tzinfo=UTC)
    return format_date(moment, "d. MMM" if language == "de" else "d MMM", locale=language)
