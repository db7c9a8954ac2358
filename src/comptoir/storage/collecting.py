"""Bulk work without Python's garbage collection, which would look through all of it again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """Keep what one bounded piece of work makes: looking through it takes a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
