"""The time at the edges of the product.

Only views, commands, jobs and loops ask for it, and pass it down. In the demo it can be moved
forward, to show what becomes of deadlines; a real desk never moves it.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from comptoir.storage.models import Setting

OFFSET_KEY = "demo_clock_offset_seconds"


def is_movable() -> bool:
    """Tell whether this is the demo, the only place where time may be moved."""
    return os.environ.get("COMPTOIR_DEMO") == "1"


def now() -> datetime:
    """Give the present moment, in UTC."""
    present = datetime.now(UTC)
    return present + offset() if is_movable() else present


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
