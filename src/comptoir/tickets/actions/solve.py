"""Solving a ticket, and opening it again."""

from __future__ import annotations

from datetime import datetime

from comptoir.merchant.models import Person
from comptoir.tickets.actions.changing import changing, write_fact
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Ticket


def solve(ticket_id: int, *, by: Person, now: datetime) -> None:
    """Solve a ticket.

    Refused: `unanswered` while a buyer message is neither answered nor marked as needing no
    answer, `case_open` while the marketplace waits for us, and `already_over`.
    """
    with changing(ticket_id, "solve", by=by, now=now) as ticket:
        if ticket.is_over:
            raise Refused("already_over")
        if ticket.oldest_unanswered_at is not None:
            raise Refused("unanswered", since=ticket.oldest_unanswered_at)
        if owes_a_decision(ticket):
            raise Refused("case_open")
        set_status(ticket, Ticket.Status.SOLVED, by=by, now=now)


def reopen(ticket_id: int, *, by: Person, now: datetime) -> None:
    """Open a solved ticket again: the same clock goes on. Refused: `not_over`."""
    with changing(ticket_id, "reopen", by=by, now=now) as ticket:
        if not ticket.is_over:
            raise Refused("not_over")
        set_status(ticket, Ticket.Status.OPEN, by=by, now=now)


def owes_a_decision(ticket: Ticket) -> bool:
    """Tell whether a claim, a return or a promise still waits for us."""
    kinds = ("case", "return_decision", "promise")
    return bool(ticket.clocks.filter(kind__in=kinds, ended_at__isnull=True).exists())


def set_status(ticket: Ticket, status: Ticket.Status, *, by: Person | None, now: datetime) -> None:
    """Move a locked ticket to a status and write the fact; the caller recomputes its clocks."""
    if ticket.status == status:
        return
    solved = status == Ticket.Status.SOLVED
    ticket.status = status
    ticket.solved_at = now if solved else None
    ticket.solved_by = by if solved else None
    if solved:
        ticket.snoozed_until_at, ticket.snoozed_by, ticket.snooze_reason = None, None, ""
    write_fact(ticket, "status", at=now, now=now, by=by, to=str(status))
