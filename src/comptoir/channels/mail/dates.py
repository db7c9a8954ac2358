"""Dates of mails: UTC, with what is odd about them said as problem codes.

Codes: `bad_date` (unreadable), `date_without_zone` (taken for UTC), `implausible_date` (before
there was mail as we know it, or later than the mail was there; left as it is).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

_EARLIEST_YEAR = 1995
_CLOCK_SKEW = timedelta(days=1)
_LENGTH_MAX = 200
_OFFSET = re.compile(r"[+-]\d\d:?\d\d\b")
_NAMED_ZONE = re.compile(r"\b([A-Z]{1,4}T|UTC|UCT|Z|MES?Z)\b")
_ZONE_HOURS = {
    "GMT": 0, "UT": 0, "UTC": 0, "UCT": 0, "Z": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1,
    "CEST": 2, "MESZ": 2, "EET": 2, "EEST": 3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5,
    "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "JST": 9,
}  # fmt: skip
"""The standard library knows the American names only and takes all others for UTC."""


def sent_at(value: str, known_by: datetime | None, problems: set[str]) -> datetime | None:
    """Read a Date header; None when it is missing or unreadable.

    `known_by` is a moment at which the mail was there already.
    """
    if not value:
        return None
    moment, has_zone = _read(value)
    if moment is None:
        problems.add("bad_date")
        return None
    if not has_zone:
        problems.add("date_without_zone")
    too_late = known_by is not None and moment > known_by + _CLOCK_SKEW
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
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        if _OFFSET.search(value):
            return moment - timedelta(seconds=parts[9] or 0), True
        zone = _NAMED_ZONE.search(value)
        hours = _ZONE_HOURS.get(zone[1]) if zone else None
        return moment - timedelta(hours=hours or 0), hours is not None
    except (ValueError, OverflowError):
        return None, False


def _iso(value: str) -> tuple[datetime | None, bool]:
    """Read what some shop systems write instead of a mail date."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC), False
    return moment.astimezone(UTC), True
