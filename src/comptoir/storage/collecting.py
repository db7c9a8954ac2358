"""When Python looks for garbage: rarely in a worker, not at all during one bounded piece of bulk work."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

NEW_OBJECTS_COUNT: Final = 50_000
OLDER_ROUNDS_COUNT: Final = 20


def collect_rarely() -> None:
    """Let a process that reads mail for weeks look for garbage less often.

    Python's default looks every 700 new objects, several times a mail; nearly all of them go by
    themselves. What start-up made is left out for good. It is not switched off: a hostile mail may
    make circles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS_COUNT, OLDER_ROUNDS_COUNT, OLDER_ROUNDS_COUNT)


@contextmanager
def without_collecting() -> Iterator[None]:
    """Keep what one bounded piece of work makes: looking through it takes a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
