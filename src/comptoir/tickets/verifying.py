"""Proving that stored clocks equal the function: every ticket computed anew and compared.

A difference is a bug, and is reported as one; nothing is repaired in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from comptoir.tickets.clocks import recorded
from comptoir.tickets.models import Clock, Ticket
from comptoir.tickets.projection import project

COMPARED = ("kind", "number", "state", "started_at", "target_at", "limit_at", "ended_at")


@dataclass(frozen=True, slots=True)
class Difference:
    """One stored clock that is not what the function answers."""

    ticket_id: int
    kind: str
    number: int
    field: str
    stored: str
    computed: str


def differences(*, now: datetime, ticket_ids: list[int] | None = None) -> Iterator[Difference]:
    """Compare every ticket that has clocks, or those given.

    What fell due less than the deadline loop's lag ago is not stored yet; a clock whose next
    deadline has just passed is therefore compared as of that deadline.
    """
    tickets = Ticket.objects.filter(policy_version__isnull=False).order_by("id")
    if ticket_ids is not None:
        tickets = tickets.filter(pk__in=ticket_ids)
    for ticket in tickets.iterator(chunk_size=500):
        yield from _of_ticket(ticket, now=now)


def _of_ticket(ticket: Ticket, *, now: datetime) -> Iterator[Difference]:
    stored = {(c.kind, c.number): c for c in Clock.objects.filter(ticket=ticket)}
    due = [c.next_at for c in stored.values() if c.next_at is not None and c.next_at < now]
    projection = project(recorded(ticket.pk), ticket.held, now=min([now, *due]))
    computed = (
        {(row["kind"], row["number"]): row for row in projection.clock_rows} if projection else {}
    )
    for key in sorted(stored.keys() | computed.keys()):
        if key not in stored or key not in computed:
            there = "missing" if key not in stored else "there"
            yield Difference(
                ticket.pk,
                key[0],
                key[1],
                "clock",
                there,
                "there" if there == "missing" else "missing",
            )
            continue
        for name in COMPARED:
            before, after = _text(getattr(stored[key], name)), _text(computed[key][name])
            if before != after:
                yield Difference(ticket.pk, key[0], key[1], name, before, after)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
