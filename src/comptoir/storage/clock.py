"""The time at the edges of the product.

Only views, commands, jobs and loops ask for it, and pass it down. In the demo it can be moved
forward, to show what becomes of deadlines; a real desk never moves it.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta

from comptoir.storage.models import Setting

OFFSET_KEY = "demo_clock_offset_seconds"
OFFSET_KEPT_SECONDS = 0.25
"""A worker asks for the time some thirty times a second."""

_kept: tuple[float, timedelta] = (float("-inf"), timedelta(0))


def is_movable() -> bool:
    """Tell whether this is the demo, the only place where time may be moved."""
    return os.environ.get("COMPTOIR_DEMO") == "1"


def now() -> datetime:
    """Give the present moment, in UTC."""
    present = datetime.now(UTC)
    return present + _recent_offset() if is_movable() else present


def offset() -> timedelta:
    """Tell how far the demo's clock runs ahead."""
    row = Setting.objects.filter(key=OFFSET_KEY).values_list("value", flat=True).first()
    return timedelta(seconds=float(row or 0))


def move_forward(by: timedelta) -> None:
    """Move the demo's clock forward; refused on a real desk."""
    if not is_movable():
        raise ValueError("The clock can only be moved in the demo.")
    if by < timedelta(0):
        raise ValueError("The demo's clock only moves forward.")
    ahead = (offset() + by).total_seconds()
    Setting.objects.update_or_create(key=OFFSET_KEY, defaults={"value": ahead})
    _keep(timedelta(seconds=ahead))


def _recent_offset() -> timedelta:
    read_at, known = _kept
    return known if time.monotonic() - read_at < OFFSET_KEPT_SECONDS else _keep(offset())


def _keep(ahead: timedelta) -> timedelta:
    global _kept
    _kept = (time.monotonic(), ahead)
    return ahead
