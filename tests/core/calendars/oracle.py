"""The slow and obvious calendar that ours is compared with.

It looks at every minute of UTC by itself: what does the wall clock show, and is that inside one
of the written intervals? It shares no code with the product.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)


def _intervals_on(spec: dict[str, Any], day: date) -> list[list[str]]:
    overrides: dict[str, list[list[str]]] = spec.get("overrides", {})
    hours: dict[str, list[list[str]]] = spec["hours"]
    if day.isoformat() in overrides:
        return overrides[day.isoformat()]
    if day.isoformat() in spec.get("holidays", []):
        return []
    return hours.get(WEEKDAYS[day.weekday()], [])


def _wall_minutes(day: date, interval: list[str]) -> set[int]:
    """Give every minute the wall clock shows inside the interval, counted from year 1."""
    midnight = day.toordinal() * 1440

    def minute(text: str) -> int:
        return midnight + int(text[:2]) * 60 + int(text[3:])

    start, end = minute(interval[0]), minute(interval[1])
    return set(range(start, end if end > start else end + 1440))


@lru_cache(maxsize=64)
def _wall_clock(zone: str, start: datetime, days: int) -> list[int]:
    """Give the minute, counted from year 1, that the wall clock shows in each minute of UTC."""
    walls = ((start + i * MINUTE).astimezone(ZoneInfo(zone)) for i in range(days * 1440))
    return [wall.toordinal() * 1440 + wall.hour * 60 + wall.minute for wall in walls]


class Oracle:
    """Open or closed, for each minute from `start` on."""

    def __init__(self, spec: dict[str, Any], start: datetime, days: int) -> None:
        self.start = start.astimezone(UTC)
        opens: set[int] = set()
        closed: set[int] = set()
        for n in range(-3, days + 3):
            day = self.start.date() + timedelta(days=n)
            for interval in _intervals_on(spec, day):
                opens |= _wall_minutes(day, interval)
            for cut in spec.get("closures", {}).get(day.isoformat(), []):
                closed |= _wall_minutes(day, cut)
        shown = _wall_clock(spec["timezone"], self.start, days)
        self.open = [minute in opens and minute not in closed for minute in shown]

    def _index(self, moment: datetime) -> int:
        return (moment - self.start) // MINUTE

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        return sum(self.open[self._index(start) : self._index(end)]) * MINUTE

    def add(self, start: datetime, minutes: int) -> datetime | None:
        """Walk forward minute by minute; None if the window ends first."""
        left = minutes
        for i in range(self._index(start), len(self.open)):
            if self.open[i]:
                if left == 0:
                    return self.start + i * MINUTE
                left -= 1
                if left == 0:
                    return self.start + (i + 1) * MINUTE
        return None

    def subtract(self, end: datetime, minutes: int) -> datetime | None:
        """Walk back minute by minute; None if the window begins first."""
        left = minutes
        for i in range(self._index(end) - 1, -1, -1):
            if left == 0:
                break
            if self.open[i]:
                left -= 1
                if left == 0:
                    return self.start + i * MINUTE
        return end if minutes == 0 else None

    def next_open(self, moment: datetime) -> datetime | None:
        for i in range(self._index(moment), len(self.open)):
            if self.open[i]:
                return self.start + i * MINUTE
        return None

    def next_close(self, moment: datetime) -> datetime | None:
        for i in range(self._index(moment), len(self.open) - 1):
            if self.open[i] and not self.open[i + 1]:
                return self.start + (i + 1) * MINUTE
        return None
