"""Time zones people can choose, and finding the one they mean."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

DEFAULT = "Europe/Paris"
REGIONS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


@cache
def names() -> tuple[str, ...]:
    """List zones named after places, and UTC, by name."""
    return (*sorted(name for name in available_timezones() if name.startswith(REGIONS)), "UTC")


def find(text: str) -> str | None:
    """Find a zone by its name or by its city alone, whatever the case; None when unclear."""
    wanted = text.strip().replace(" ", "_").lower()
    if not wanted:
        return None
    exact = [name for name in names() if name.lower() == wanted]
    by_city = [name for name in names() if name.lower().endswith("/" + wanted)]
    found = exact or by_city
    return found[0] if len(found) == 1 else None
