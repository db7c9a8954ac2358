"""Dates of mails: UTC, with what is odd about them said as problem codes.

Codes: `bad_date` (unreadable), `date_without_zone` (taken for UTC), `implausible_date` (before
there was mail as we know it, or later than the mail was received; left as it is).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

_EARLIEST_YEAR = 1995
_CLOCK_SKEW = timedelta(days=1)
_LENGTH_MAX = 200


def sent_at(value: str, received_at: datetime | None, problems: set[str]) -> datetime | None:
    """Read a Date header; None when it is missing or unreadable."""
    if not value:
        return None
    moment, has_zone = _read(value)
    if moment is None:
        problems.add("bad_date")
        return None
    if not has_zone:
        problems.add("date_without_zone")
    too_late = received_at is not None and moment > received_at + _CLOCK_SKEW
    if moment.year < _EARLIEST_YEAR or too_late:
        problems.add("implausible_date")
    return moment


def received_at(value: str) -> datetime | None:
    """Read the moment a Received header ends with."""
    _, separator, moment = value.rpartition(";")
    return _read(moment)[0] if separator else None


def _read(value: str) -> tuple[datetime | None, bool]:
    value = value.strip()[:_LENGTH_MAX]
    try:
        parts = parsedate_tz(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        parts = None
    try:
        if parts is None:
            return _iso(value)
        year, month, day, hour, minute, second = parts[:6]
        zone_seconds = parts[9]
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        if zone_seconds is None:
            return moment, "-0000" in value
        return moment - timedelta(seconds=zone_seconds), True
    except (ValueError, OverflowError):
        return None, False


def _iso(value: str) -> tuple[datetime | None, bool]:
    """Read what some shop systems write instead of a mail date."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC), False
    return moment.astimezone(UTC), True
