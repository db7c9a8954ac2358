"""The calendar of most limits: night, week-end and holiday alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from comptoir.core.calendars.calendar import Calendar, OpenInterval, Shift, check_length
from comptoir.core.calendars.working_hours import WorkingHours
from comptoir.core.refusals import Refusal


class AlwaysOpen(Calendar):
    """It never closes, and its days are those of UTC."""

    __slots__ = ()

    zone = ZoneInfo("UTC")

    def add(self, start: datetime, length: timedelta) -> datetime:
        try:
            return start.astimezone(UTC) + check_length(length)
        except OverflowError:
            raise Refusal("the result lies after the year 9999; use fewer minutes") from None

    def subtract(self, end: datetime, length: timedelta) -> datetime:
        try:
            return end.astimezone(UTC) - check_length(length)
        except OverflowError:
            raise Refusal("the result lies before the year 1; use fewer minutes") from None

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        # Two moments of one zone other than UTC would be subtracted by their wall clocks.
        return max(end.astimezone(UTC) - start.astimezone(UTC), timedelta(0))

    def is_open(self, moment: datetime) -> bool:
        return True

    def next_open(self, moment: datetime) -> datetime | None:
        return moment.astimezone(UTC)

    def next_close(self, moment: datetime) -> datetime | None:
        return None

    @property
    def has_shifts(self) -> bool:
        return False

    def intervals(self, start: datetime, count: int) -> list[OpenInterval]:
        return [(start.astimezone(UTC), None)] if count > 0 else []

    def working_days(self) -> Calendar:
        return self

    def in_window(self, window: Shift, weekdays: Iterable[int] | None = None) -> Calendar:
        days = range(7) if weekdays is None else tuple(weekdays)
        weekly = tuple((window,) if day in days else () for day in range(7))
        return WorkingHours(zone=self.zone, weekly=weekly)

    def end_of_working_day(self, start: datetime, count: int) -> datetime:
        midnight = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return self.add(midnight, timedelta(days=count + 1))

    def __repr__(self) -> str:
        return "ALWAYS"


ALWAYS = AlwaysOpen()
