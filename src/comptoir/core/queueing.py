"""Where a ticket stands in the queue: claims first, then what can still be saved, by deadline.

A ticket stands there exactly while an answer of ours is expected. What is past its limit has no
deadline left to save; it comes after everything that has one, the oldest miss first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from comptoir.core.clocks import Clock, Kind, State

CLAIM = 0
SAVABLE = 1
MISSED = 2
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the queue: `tier` first, then `at`."""

    tier: int
    at: datetime


def queue_place(clocks: Sequence[Clock], risk_tier: int, now: datetime) -> Place | None:
    """Give a ticket's place, None when no answer of ours is expected."""
    waiting = [clock for clock in clocks if clock.is_open and clock.kind is not Kind.RESOLUTION]
    if not waiting:
        return None
    deadlines = [at for clock in waiting if (at := _next_deadline(clock, now)) is not None]
    first = min(deadlines, default=NEVER)
    if risk_tier == 0:
        return Place(CLAIM, first)
    if all(clock.state is State.BREACHED for clock in waiting):
        return Place(MISSED, min(clock.limit_at or NEVER for clock in waiting))
    return Place(SAVABLE, first)


def _next_deadline(clock: Clock, now: datetime) -> datetime | None:
    """Give the next deadline still ahead; the last one that passed when none is."""
    if clock.next_at is not None:
        return clock.next_at
    passed = [at for at in (clock.target_at, clock.limit_at) if at is not None and at < now]
    return max(passed, default=None)
