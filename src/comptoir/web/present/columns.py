"""Which columns a list shows, and how tightly: as each person likes it, and as a saved view says.

Two columns that are narrow stand above each other where rows have two lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from django.utils.translation import pgettext

Density = Literal["normal", "compact"]
COLUMNS = (
    "deadlines", "channel", "order", "value", "country", "language", "tags", "age", "team",
    "assignee",
)  # fmt: skip
"""What can be shown beside buyer and gist, from left to right."""
DEFAULT = ("deadlines", "channel", "order", "value", "assignee")


def columns_of(
    display: Mapping[str, Any], saved: object = None, listed: str = ""
) -> tuple[str, ...]:
    """Give the columns to show: the person's of that list, those of the saved view, the person's."""
    for chosen in (of_list(display, listed).get("columns"), saved, display.get("columns")):
        if isinstance(chosen, list) and chosen:
            return tuple(name for name in COLUMNS if name in chosen)
    return DEFAULT


def density_of(display: Mapping[str, Any], listed: str = "") -> Density:
    """Give how tightly rows stand: as was chosen for that list, else as for all."""
    chosen = of_list(display, listed).get("density") or display.get("density")
    return "compact" if chosen == "compact" else "normal"


def of_list(display: Mapping[str, Any], listed: str) -> Mapping[str, Any]:
    """Give what a person chose for one list alone."""
    lists = display.get("lists")
    found = lists.get(listed) if isinstance(lists, dict) else None
    return found if isinstance(found, dict) else {}


def labels() -> dict[str, str]:
    """Name the columns."""
    return {
        "deadlines": pgettext("column", "Deadlines"),
        "channel": pgettext("column", "Channel"),
        "order": pgettext("column", "Order"),
        "value": pgettext("column", "Order value"),
        "country": pgettext("column", "Country"),
        "language": pgettext("column", "Language"),
        "tags": pgettext("column", "Tags"),
        "age": pgettext("column", "Waiting since"),
        "team": pgettext("column", "Team"),
        "assignee": pgettext("column", "Assignee"),
    }
