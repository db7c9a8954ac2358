"""The offsets of a time zone, year by year, as plain integers.

`zoneinfo` answers for one moment at a time; a table of open hours needs the moments at which the
offset changes. They are found by looking at each day of a year and halving where two differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from comptoir.core.moments import SECOND_US
from comptoir.core.refusals import Refusal

FIRST_YEAR = 1900
LAST_YEAR = 2499
"""Calendars know these years. What lies outside is taken for a mistake and refused."""

Span = tuple[int, int, int]
"""Start, end (exclusive) and offset from UTC that holds between them, all in microseconds."""


def find_zone(name: object) -> ZoneInfo:
    """Give the IANA zone of that name. Raises `Refusal`."""
    is_plain = isinstance(name, str) and not name.startswith(("posix/", "right/"))
    try:
        if is_plain:
            return ZoneInfo(str(name))
    except (ValueError, OSError, KeyError):
        pass  # zoneinfo lets several kinds through: a folder's name, "..", a file that is no zone
    raise Refusal(
        'there is no time zone "{name}"; use an IANA name such as "Europe/Paris"', name=name
    )


def offset_spans(zone: ZoneInfo, first_year: int, last_year: int) -> Iterator[Span]:
    """Yield the spans of one offset each, from the first year to the end of the last, in UTC."""
    changes = [
        change for year in range(first_year, last_year + 1) for change in _changes(zone, year)
    ]
    start, offset = changes[0]
    for moment, new_offset in changes[1:]:
        if new_offset != offset:
            yield start * SECOND_US, moment * SECOND_US, offset * SECOND_US
            start, offset = moment, new_offset
    yield start * SECOND_US, _year_start(last_year + 1) * SECOND_US, offset * SECOND_US


@lru_cache(maxsize=4096)
def _changes(zone: ZoneInfo, year: int) -> tuple[tuple[int, int], ...]:
    """Give (second, offset in force from then on): the start of the year, then each change."""
    moment, end = _year_start(year), _year_start(year + 1)
    offset = _offset(zone, moment)
    found = [(moment, offset)]
    while moment < end:
        after = min(moment + 86_400, end)
        if (later := _offset(zone, after)) != offset:
            low, high = moment, after
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset(zone, middle) == offset else (low, middle)
            found.append((high, later))
        moment, offset = after, later
    return tuple(found)


def _offset(zone: ZoneInfo, second: int) -> int:
    delta = datetime.fromtimestamp(second, zone).utcoffset()
    return delta.days * 86_400 + delta.seconds if delta is not None else 0


def _year_start(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
