"""A ticket from its first message to its solution, cut where it pauses, is solved or reopened.

The stretches follow each other without a gap; only the running ones count for a target.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from comptoir.core.clocks.clock import Step
from comptoir.core.clocks.events import (
    BuyerMessage,
    Event,
    MarketplaceMessage,
    Status,
    StatusChanged,
)


class Mode(StrEnum):
    """What the clock does during a stretch."""

    RUNNING = "running"
    PAUSED = "paused"
    SOLVED = "solved"


class Stretch(NamedTuple):
    """One piece of a ticket's life; the last one has no end yet."""

    mode: Mode
    from_at: datetime
    to_at: datetime | None


def stretches(
    events: Iterable[Event],
    started_at: datetime,
    *,
    pauses: Collection[Status],
    taken_out: Collection[str],
) -> tuple[list[Stretch], list[Step]]:
    """Cut the time since the start, and say why it was cut.

    `events` are in order; messages that were taken out neither end a pause nor reopen.
    """
    found: list[Stretch] = []
    steps: list[Step] = []
    mode, since = Mode.RUNNING, started_at
    for event in events:
        status = _status_after(event, taken_out)
        if status is None or event.at < started_at:
            continue
        if isinstance(event, MarketplaceMessage) and mode is Mode.SOLVED:
            continue
        new = Mode.SOLVED if status is Status.SOLVED else Mode.RUNNING
        if status in pauses:
            new = Mode.PAUSED
        if new is not mode:
            steps.append(_step(mode, new, status, event.at))
            if event.at > since:
                found.append(Stretch(mode, since, event.at))
            mode, since = new, event.at
    return [*found, Stretch(mode, since, None)], steps


def _status_after(event: Event, taken_out: Collection[str]) -> Status | None:
    """Give the status that an event leaves behind; None if it leaves it alone."""
    if isinstance(event, StatusChanged):
        return event.to
    if isinstance(event, BuyerMessage) and event.id not in taken_out:
        return Status.OPEN
    if isinstance(event, MarketplaceMessage) and event.asks_us:
        return Status.OPEN
    return None


def _step(old: Mode, new: Mode, status: Status, at: datetime) -> Step:
    if new is Mode.SOLVED:
        return Step("solved", {"at": at}, at)
    if new is Mode.PAUSED:
        return Step(f"paused_{status.value}", {"at": at}, at)
    return Step("reopened" if old is Mode.SOLVED else "resumed", {"at": at}, at)
