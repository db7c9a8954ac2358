"""A whole list: its rows under headings, the way on, and what it says when it is empty."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from comptoir.inbox.queue import BY_DEADLINE, QueuePage, View
from comptoir.web.present.lines import Line, make_lines
from comptoir.web.present.rail import view_label
from comptoir.web.present.times import Times


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that stand together for one reason; no heading where nothing needs saying."""

    heading: str
    rows: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ListView:
    """One list. `address` names it, `more_address` gives its next rows as a fragment."""

    title: str
    view: str
    channel_id: int | None
    channels: tuple[tuple[int, str], ...]
    address: str
    more_address: str
    more_page: str
    sections: tuple[Section, ...]
    empty: Any
    is_queue: bool


def make_list(
    page: QueuePage,
    times: Times,
    *,
    me: int,
    view: View,
    channel_id: int | None,
    channels: Iterable[tuple[int, str, str]],
    place_before: int | None = None,
    empty: Any = None,
) -> ListView:
    """Make a list; `place_before` is the place of the row before the first one, if any."""
    rows = make_lines(page.rows, times, me=me)
    asked: dict[str, str] = {} if view == "queue" else {"view": view}
    if channel_id:
        asked["channel"] = str(channel_id)
    further = ""
    if page.next_after and rows:
        further = urlencode({**asked, "after": page.next_after, "place": str(rows[-1].place)})
    known = tuple((id_, name) for id_, name, _short in channels)
    channel_name = next((name for id_, name in known if id_ == channel_id), "")
    return ListView(
        title=channel_name if channel_name and view == "queue" else view_label(view),
        view=view,
        channel_id=channel_id,
        channels=known,
        address=f"/?{urlencode(asked)}" if asked else "/",
        more_address=f"/?{further}&part=rows" if further else "",
        more_page=f"/?{further}" if further else "",
        sections=tuple(_sections(rows, place_before, headed=view in BY_DEADLINE)),
        empty=empty,
        is_queue=view in BY_DEADLINE,
    )


def _sections(rows: list[Line], before: int | None, *, headed: bool) -> Iterable[Section]:
    if not headed:
        if rows:
            yield Section("", tuple(rows))
        return
    headings = {
        0: _("Claims on which it is our move"),
        1: pgettext("queue", "In time to save"),
        2: pgettext("queue", "Past the limit"),
    }
    places = list(dict.fromkeys(row.place for row in rows))
    for place in places:
        heading = "" if place == before else headings.get(place, "")
        yield Section(heading, tuple(row for row in rows if row.place == place))
