"""From a stored raw item to a message on a ticket: read, recognised, routed, taken in."""

from __future__ import annotations

from datetime import datetime
from typing import Any


def take_in(item: Any, *, now: datetime) -> None:
    """Make one raw item a message."""
    raise NotImplementedError
