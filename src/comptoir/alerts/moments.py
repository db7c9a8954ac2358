"""Moments in words for messages that leave the desk: absolute, since nobody knows when they are read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_datetime
from django.utils.translation import pgettext

NEAR = timedelta(days=6)


class Tells(Protocol):
    """Whoever can say a moment, and a length of time, to one reader."""

    @property
    def now(self) -> datetime:
        """Give the moment at which it is told."""

    def short(self, at: datetime | None) -> str:
        """Say a moment."""

    def length(self, seconds: float) -> str:
        """Say a length of time."""


@dataclass(frozen=True, slots=True)
class Moments:
    """How a message tells the time: in its reader's language and zone."""

    language: str
    zone: ZoneInfo
    now: datetime

    def short(self, at: datetime | None) -> str:
        """Write "Sat 17:40", with the date when it is further away than a week."""
        if at is None:
            return ""
        day = (
            "EEE" if abs(at - self.now) < NEAR else ("d. MMM" if self.language == "de" else "d MMM")
        )
        written = format_datetime(at.astimezone(self.zone), f"{day} HH:mm", locale=self.language)
        return written.replace(".,", "").replace(". ", " ", 1) if day == "EEE" else written

    def length(self, seconds: float) -> str:
        """Write "2 h", "1 h 30", "45 min"."""
        minutes = int(seconds // 60)
        hours, rest = divmod(minutes, 60)
        hour = pgettext("unit of time", "h")
        if not hours:
            return f"{minutes} {pgettext('unit of time', 'min')}"
        return f"{hours} {hour} {rest:02}" if rest else f"{hours} {hour}"


def moments_for(zone_name: str, language: str, now: datetime) -> Moments:
    """Tell the time in that zone; one that nobody knows any more gives way to UTC."""
    try:
        zone = ZoneInfo(zone_name)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return Moments(language, zone, now)
