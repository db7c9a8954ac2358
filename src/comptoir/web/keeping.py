"""What pages keep for a moment in each process, so that forty open desks do not ask forty times.

Rights are never kept; what depends on them has them in its key.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

KEPT_SECONDS = 1.0
KEPT_AT_MOST = 500

kept: dict[Any, tuple[float, Any]] = {}


def keep(key: Any, work: Callable[[], Any], *, seconds: float = KEPT_SECONDS) -> Any:
    """Give what is kept under a key, or work it out and keep it."""
    known = kept.get(key)
    present = time.monotonic()
    if known and known[0] > present:
        return known[1]
    if len(kept) >= KEPT_AT_MOST:
        kept.clear()
    value = work()
    kept[key] = (present + seconds, value)
    return value


def forget(*kinds: str) -> None:
    """Drop what is kept, all of it or what has a key of these kinds."""
    for key in list(kept):
        kind = key[0] if isinstance(key, tuple) else key
        if not kinds or kind in kinds:
            kept.pop(key, None)
