"""The rail at the left: views and channels, each with what waits there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

COUNT_SHOWN_MAX = 999


@dataclass(frozen=True, slots=True)
class RailLink:
    """One line of the rail. `key` names its count in live updates."""

    key: str
    label: str
    icon: str
    address: str
    count: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Rail:
    """Views above, channels below, and the few that fit under a thumb on a phone."""

    views: tuple[RailLink, ...]
    channels: tuple[RailLink, ...]


def make_rail(
    counts: Mapping[str, int],
    channels: Iterable[tuple[int, str, str]],
    *,
    shown: str,
    channel: str,
) -> Rail:
    """Make the rail for the view and channel that are open (empty elsewhere)."""
    views = tuple(
        RailLink(
            key=key,
            label=label,
            icon=icon,
            address=view_address(key),
            count=count_text(counts.get(key)),
            is_current=key == shown and not channel,
        )
        for key, label, icon in _views()
    )
    return Rail(
        views=views,
        channels=tuple(
            RailLink(
                key=f"channel:{id_}",
                label=name,
                icon="",
                address=view_address("queue", id_),
                count=count_text(counts.get(f"channel:{id_}")),
                is_current=channel == str(id_),
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


def _views() -> tuple[tuple[str, str, str], ...]:
    return (
        ("queue", pgettext("view", "To answer"), "inbox"),
        ("claims", pgettext("view", "Claims and risks"), "shield"),
        ("mine", pgettext("view", "Mine"), "person"),
        ("unassigned", pgettext("view", "Unassigned"), "person-dashed"),
        ("waiting", pgettext("view", "Waiting"), "hourglass"),
        ("drafts", pgettext("view", "Drafts"), "pencil"),
        ("solved", pgettext("view", "Solved"), "check"),
        ("history", pgettext("view", "History"), "archive"),
        ("all", _("All tickets"), "stack"),
    )
