"""Moments: aware, in UTC, exact to the microsecond; and how they are written.

Inside the calendars a moment is a whole number of microseconds since 1970, because the bisection
of a table of integers is several times faster than that of datetimes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from comptoir.core.refusals import Refusal

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
DAY_US = 1440 * MINUTE_US
EPOCH_ORDINAL = EPOCH.toordinal()


def to_us(moment: datetime) -> int:
    """Give the microseconds since 1970 of an aware moment, in whatever zone it is written."""
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND_US + since.microseconds


def from_us(us: int) -> datetime:
    """Give the moment in UTC."""
    return EPOCH + timedelta(0, 0, us)


def length_us(length: timedelta) -> int:
    """Give a length in microseconds."""
    return (length.days * 86_400 + length.seconds) * SECOND_US + length.microseconds


def read_moment(text: object, *, field: str = "moment") -> datetime:
    """Read ISO 8601 with an offset. Raises `Refusal`; a moment without an offset is refused."""
    if not isinstance(text, str):
        raise Refusal('"{field}" must be a moment such as "2026-03-02T09:00:00Z"', field=field)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(
            '"{field}": "{value}" is not a moment; write it as "2026-03-02T09:00:00Z"',
            field=field,
            value=text,
        ) from None
    if moment.tzinfo is None:
        raise Refusal(
            '"{field}": "{value}" has no offset from UTC; add "Z" or one such as "+01:00"',
            field=field,
            value=text,
        )
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise Refusal(
            '"{field}": "{value}" is outside the years 1 to 9999', field=field, value=text
        ) from None


def write_moment(moment: datetime) -> str:
    """Write a moment as ISO 8601 in UTC with `Z`."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
