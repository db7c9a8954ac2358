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


def columns_of(display: Mapping[str, Any], saved: object = None) -> tuple[str, ...]:
    """Give the columns to show: those of a saved view that has any, else the person's."""
    for chosen in (saved, display.get("columns")):
        if isinstance(chosen, list) and chosen:
            return tuple(name for name in COLUMNS if name in chosen)
    return DEFAULT


def density_of(display: Mapping[str, Any]) -> Density:
    """Give how tightly rows stand."""
    return "compact" if display.get("density") == "compact" else "normal"


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
