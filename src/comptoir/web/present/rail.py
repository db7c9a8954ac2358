"""The rail at the left: views, saved views and channels, each with what waits there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import pgettext

COUNT_SHOWN_MAX = 999


@dataclass(frozen=True, slots=True)
class RailLink:
    """One line of the rail. `key` names its count in live updates; `hint` is read aloud with it."""

    key: str
    label: str
    icon: str
    address: str
    count: str
    is_current: bool
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Rail:
    """Views above, what people put together below them, then channels."""

    views: tuple[RailLink, ...]
    saved: tuple[RailLink, ...]
    channels: tuple[RailLink, ...]


@dataclass(frozen=True, slots=True)
class SavedLine:
    """One saved view for the rail. `shared_with` is empty for one's own."""

    id: int
    name: str
    shared_with: str


@dataclass(frozen=True, slots=True)
class Here:
    """What is open: a view, a channel, a saved view; all empty elsewhere."""

    view: str = ""
    channel: str = ""
    saved: str = ""


def make_rail(
    counts: Mapping[str, int],
    channels: Iterable[tuple[int, str, str]],
    saved: Iterable[SavedLine] = (),
    *,
    here: Here,
    quarantine: str = "",
) -> Rail:
    """Make the rail. `quarantine` is the address of that page, for those who may open it."""
    views = [
        RailLink(
            key=key,
            label=label,
            icon=icon,
            address=view_address(key),
            count=count_text(counts.get(key)),
            is_current=key == here.view and not here.channel and not here.saved,
        )
        for key, label, icon in _views()
    ]
    if quarantine:
        label = pgettext("view", "Quarantine")
        count = count_text(counts.get("quarantine"))
        at = next(n for n, link in enumerate(views) if link.key == "all")
        views.insert(at, RailLink("quarantine", label, "tray", quarantine, count, False))
    return Rail(
        views=tuple(views),
        saved=tuple(_saved(line, counts, here) for line in saved),
        channels=tuple(
            RailLink(
                key=f"channel:{id_}",
                label=name,
                icon="",
                address=view_address("queue", id_),
                count=count_text(counts.get(f"channel:{id_}")),
                is_current=here.channel == str(id_) and not here.saved,
            )
            for id_, name, _short in channels
        ),
    )


def view_address(view: str, channel_id: int | None = None) -> str:
    """Give the address of a list."""
    asked = {} if view == "queue" else {"view": view}
    if channel_id:
        asked["channel"] = str(channel_id)
    return f"/?{urlencode(asked)}" if asked else "/"


def count_text(count: int | None) -> str:
    """Write a count: nothing for none, "999+" from where counting stops."""
    if not count:
        return ""
    return f"{COUNT_SHOWN_MAX}+" if count > COUNT_SHOWN_MAX else str(count)


def view_label(view: str) -> str:
    """Name a view."""
    return next((label for key, label, _icon in _views() if key == view), "")


def _saved(line: SavedLine, counts: Mapping[str, int], here: Here) -> RailLink:
    return RailLink(
        key=f"saved:{line.id}",
        label=line.name,
        icon="people" if line.shared_with else "filter",
        address=f"/?saved={line.id}",
        count=count_text(counts.get(f"saved:{line.id}")),
        is_current=here.saved == str(line.id),
        hint=line.shared_with,
    )


def _views() -> tuple[tuple[str, str, str], ...]:
    return (
        ("queue", pgettext("view", "Next"), "inbox"),
        ("risk", pgettext("view", "At risk"), "risk"),
        ("claims", pgettext("view", "Claims and threats"), "shield"),
        ("mine", pgettext("view", "Mine"), "person"),
        ("unassigned", pgettext("view", "Unassigned"), "person-dashed"),
        ("waiting", pgettext("view", "Waiting"), "hourglass"),
        ("snoozed", pgettext("view", "Snoozed"), "moon"),
        ("drafts", pgettext("view", "Drafts"), "pencil"),
        ("solved", pgettext("view", "Solved"), "check"),
        ("all", pgettext("view", "All tickets"), "stack"),
        ("history", pgettext("view", "History"), "archive"),
    )
