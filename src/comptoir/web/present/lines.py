"""The lines of a list, drawn: each is made once a minute for everybody who reads it alike.

Fifty lines are most of what a queue page costs, and between two visits few of them change. What is
drawn depends on the row's values, the reader's language, zone and columns, whether the ticket is
theirs, the part of the list it stands in, and the minute; the browser counts on from the times in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.template.loader import get_template
from markupsafe import Markup

from comptoir.inbox.listing import QueueRow
from comptoir.web.present.rows import make_row, place_of
from comptoir.web.present.times import Times, times_for

KEPT_COUNT = 4096


class Line(NamedTuple):
    """One row of a list as HTML; `place` is the part of the queue it stands in."""

    place: int
    html: Markup


def make_lines(
    rows: Iterable[QueueRow], times: Times, *, me: int, columns: tuple[str, ...]
) -> list[Line]:
    """Draw the lines of a list."""
    minute = times.now.replace(second=0, microsecond=0)
    return [
        _drawn(
            row,
            times.language,
            times.zone.key,
            minute,
            row.assignee_id == me,
            columns,
            place_of(row, times.now),
        )
        for row in rows
    ]


@lru_cache(maxsize=KEPT_COUNT)
def _drawn(
    row: QueueRow,
    language: str,
    zone: str,
    minute: datetime,
    is_mine: bool,
    columns: tuple[str, ...],
    place: int,
) -> Line:
    me = row.assignee_id if is_mine and row.assignee_id else 0
    view = make_row(row, times_for(zone, minute), me=me, place=place)
    template = get_template("queue/row.html")
    html = template.render({"row": view, "language": language, "shows": frozenset(columns)})
    return Line(view.place, Markup(html))  # noqa: S704 - our own template, which escapes
