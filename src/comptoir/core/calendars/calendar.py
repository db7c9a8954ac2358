"""What can be asked of any calendar.

Moments go in and come out aware and in UTC; lengths are `timedelta`. An interval holds its start
and not its end. `None` means: never.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from comptoir.core.refusals import Refusal

Shift = tuple[int, int]
"""Start and end in minutes after midnight of the day it belongs to; an end over 1440 is the next
day's."""

OpenInterval = tuple[datetime, datetime | None]
"""Start and end of open time; the end is None where it never closes."""


class Calendar(ABC):
    """Open and closed time, and arithmetic that counts only the open part."""

    __slots__ = ()

    zone: ZoneInfo
    """The zone in which its days begin and end."""

    @abstractmethod
    def add(self, start: datetime, length: timedelta) -> datetime:
        """Give the moment at which that much open time has passed since `start`.

        From outside hours it counts from the next opening; what ends exactly on a closing time
        is that closing time; no time at all, added while closed, is the next opening.
        Raises `Refusal` if the calendar can never supply that much.
        """

    @abstractmethod
    def subtract(self, end: datetime, length: timedelta) -> datetime:
        """Give the latest moment from which that much open time leads to `end`."""

    @abstractmethod
    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Give the open time between two moments; nothing when `end` comes first."""

    @abstractmethod
    def is_open(self, moment: datetime) -> bool:
        """Tell whether somebody is there."""

    @abstractmethod
    def next_open(self, moment: datetime) -> datetime | None:
        """Give the moment itself when open, else the next opening."""

    @abstractmethod
    def next_close(self, moment: datetime) -> datetime | None:
        """Give the next closing time strictly after the moment."""

    @property
    @abstractmethod
    def has_shifts(self) -> bool:
        """Tell whether it opens and closes week after week: then each moment has a next closing."""

    @abstractmethod
    def intervals(self, start: datetime, count: int) -> list[OpenInterval]:
        """Give the next open intervals, the first one cut at `start`; fewer if there are fewer."""

    @abstractmethod
    def working_days(self) -> Calendar:
        """Give the calendar that is open day and night on each day on which this one opens."""

    @abstractmethod
    def in_window(self, window: Shift, weekdays: Iterable[int] | None = None) -> Calendar:
        """Give the calendar open in that window of each working day (or of those weekdays)."""

    @abstractmethod
    def end_of_working_day(self, start: datetime, count: int) -> datetime:
        """Give the end (midnight) of the count-th working day after the day of `start`."""


def check_length(length: timedelta) -> timedelta:
    """Hand the length back. Raises `Refusal` for a negative one."""
    if length < timedelta(0):
        raise Refusal("minutes must not be negative; ask for the opposite operation instead")
    return length
