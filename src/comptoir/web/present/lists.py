"""A whole list: its rows under headings, its filters as chips, the way on, and what it says empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import pgettext

from comptoir.inbox.queue import IS_QUEUE, SORTS, Asked, View
from comptoir.inbox.sorting import Sort
from comptoir.web.present.filters import FilterChip, Names, label, value_label
from comptoir.web.present.lines import Line
from comptoir.web.present.rail import view_label
from comptoir.web.present.rows import ELSEWHERE, OVERDUE

Address = Callable[[Asked], str]


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that stand together for one reason; no heading where nothing needs saying."""

    heading: str
    place: int
    rows: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class SortChoice:
    """One way to sort the list."""

    value: Sort
    label: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class SavedHere:
    """The saved view that is open, and what may be done with it."""

    id: int
    name: str
    is_changed: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class ListView:
    """One list. `address` names it, `more_address` gives its next rows as a fragment.

    `query` is what stands behind the question mark of its address, for whatever asks about it.
    """

    title: str
    view: str
    address: str
    query: str
    more_address: str
    more_page: str
    sections: tuple[Section, ...]
    empty: Any
    is_queue: bool
    chips: tuple[FilterChip, ...]
    clear_address: str
    left_out: tuple[str, ...]
    sorts: tuple[SortChoice, ...]
    saved: SavedHere | None
    density: str
    columns: tuple[str, ...]


def title_of(asked: Asked, names: Names, saved_name: str) -> str:
    """Name a list: the saved view, a channel that is all there is to it, or the view."""
    if saved_name:
        return saved_name
    channels = asked.filters.of("channel")
    if asked.view == "queue" and len(channels) == 1 and set(asked.filters.chosen) == {"channel"}:
        return names.channels.get(int(channels[0]), view_label(asked.view))
    return view_label(asked.view)


def make_chips(asked: Asked, names: Names, address: Address) -> tuple[FilterChip, ...]:
    """Give a chip for each chosen value, with the list without it behind the cross."""
    return tuple(
        FilterChip(
            label(name),
            f"“{value}”" if name == "text" else value_label(name, value, names),
            address(Asked(asked.view, asked.filters.without(name, value), asked.sort)),
        )
        for name, value in asked.filters.pairs()
    )


def make_sorts(asked: Asked) -> tuple[SortChoice, ...]:
    """Give the ways to sort this list."""
    labels = sort_labels()
    return tuple(SortChoice(sort, labels[sort], sort == asked.sort) for sort in SORTS[asked.view])


def sort_labels() -> dict[Sort, str]:
    """Name the ways to sort."""
    return {
        "deadline": pgettext("sort", "Next deadline first"),
        "age": pgettext("sort", "Waiting longest first"),
        "newest": pgettext("sort", "Newest first"),
        "value": pgettext("sort", "Highest order value first"),
        "wake": pgettext("sort", "Back soonest first"),
    }


def place_labels() -> dict[int, str]:
    """Name the parts of a list by deadline."""
    return {
        0: pgettext("queue", "Claims on which it is our move"),
        OVERDUE: pgettext("queue", "Past our target, no limit to lose"),
        1: pgettext("queue", "In time to save"),
        2: pgettext("queue", "Past the limit"),
        ELSEWHERE: pgettext("queue", "Not our move"),
    }


def make_sections(rows: list[Line], before: int | None, asked: Asked) -> tuple[Section, ...]:
    """Put rows under headings; `before` is the place of the row before the first one, if any."""
    if not is_headed(asked.view, asked.sort):
        return (Section("", -1, tuple(rows)),) if rows else ()
    return tuple(_sections(rows, before))


def is_headed(view: View, sort: Sort) -> bool:
    """Tell whether a list stands under headings."""
    return sort == "deadline" and (view in IS_QUEUE or view == "mine")


def _sections(rows: list[Line], before: int | None) -> Iterable[Section]:
    headings = place_labels()
    for place in dict.fromkeys(row.place for row in rows):
        heading = "" if place == before else headings.get(place, "")
        yield Section(heading, place, tuple(row for row in rows if row.place == place))
