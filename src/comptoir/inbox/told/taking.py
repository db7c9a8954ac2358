"""From a stored item of an API to what it tells, each told thing to its room.

The caller holds the transaction: all of an item is taken in, or nothing, and then it waits in
quarantine. The same item again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from comptoir.channels.kernel.protocol import RawItem
from comptoir.channels.kernel.told import (
    CaseTold,
    FigureTold,
    MessageTold,
    OrderTold,
    ThreadTold,
    Told,
)
from comptoir.inbox.routing import Candidate, candidates
from comptoir.inbox.told import cases, figures, messages, orders, threads
from comptoir.inbox.told.ordered import with_order
from comptoir.inbox.told.places import placed
from comptoir.inbox.told.stored import Source
from comptoir.merchant.models import Connection


class NoPlace(Exception):  # noqa: N818 - reads as what happened
    """Say that a connection serves no channel for what it told."""


def read_item(row: Connection, item: RawItem, read: Any) -> Iterable[Told]:
    """Ask the connector what an item says."""
    told: Iterable[Told] = read(item, row.settings)
    return told


def take_in(source: Source, told: Iterable[Told], *, now: datetime) -> int:
    """Take everything in that an item told, and count it. Raises `NoPlace`."""
    count = 0
    served = candidates(source.connection_id)
    for bare in told:
        one, shown = with_order(served, bare)
        candidate = shown or placed(served, one.place)
        if candidate is None:
            raise NoPlace(f"connection {source.connection_id} serves no channel for {one.place}")
        _take(source, one, candidate, now=now)
        count += 1
    return count


def _take(source: Source, one: Told, candidate: Candidate, *, now: datetime) -> None:
    match one:
        case MessageTold():
            messages.take(source, one, candidate, now=now)
        case OrderTold():
            orders.take(source, one, candidate, now=now)
        case CaseTold():
            cases.take(source, one, candidate, now=now)
        case ThreadTold():
            threads.take(source, one, candidate, now=now)
        case FigureTold():
            figures.take(one, candidate, now=now)
