"""How TikTok Shop writes moments and amounts: seconds since 1970 and decimals, either as text too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from comptoir.channels.kernel.told import Place

PLACE = Place(marketplace="tiktok_shop")
SECONDS_MAX = 100_000_000_000
"""Beyond the year 5000: milliseconds, or nonsense."""


def when(value: Any) -> datetime | None:
    """Read seconds since 1970; None for what is none."""
    try:
        seconds = int(value)
    except (TypeError, ValueError):
        return None
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < SECONDS_MAX else None


def day_of(value: Any) -> date | None:
    """Read the day, in UTC, of seconds since 1970."""
    at = when(value)
    return at.date() if at else None


def amount(value: Any) -> Decimal | None:
    """Read an amount; None for what is none."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def part(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Give an object within an object, empty where there is none."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}
