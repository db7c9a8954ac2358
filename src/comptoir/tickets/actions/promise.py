"""Promises to the buyer: "I will come back to you by …", each with a clock of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from comptoir.merchant.models import Person
from comptoir.tickets.actions.changing import changing, write_fact
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Message, Ticket

AT_MOST = timedelta(days=366)
"""A year mistyped would make a clock that no calendar of ours reaches."""


def check(due_at: datetime, *, now: datetime) -> None:
    """Refused: `promise_in_past`, `promise_too_far`."""
    if due_at <= now:
        raise Refused("promise_in_past")
    if due_at > now + AT_MOST:
        raise Refused("promise_too_far")


def make(ticket_id: int, due_at: datetime, *, by: Person, now: datetime) -> None:
    """Promise to come back by then. Refused: `already_over`, and what `check` says."""
    check(due_at, now=now)
    with changing(ticket_id, "promise", by=by, now=now) as ticket:
        if ticket.is_over:
            raise Refused("already_over")
        number = f"p{uuid4().hex[:12]}"  # not counted: promises change tickets in a merge
        due = due_at.isoformat()
        write_fact(ticket, "promise", at=now, now=now, by=by, id=number, due_at=due)


def keep(ticket_id: int, *, by: Person, now: datetime) -> None:
    """Say that every open promise was kept. Refused: `no_promise`."""
    with changing(ticket_id, "promise_kept", by=by, now=now) as ticket:
        if not is_open(ticket):
            raise Refused("no_promise")
        write_fact(ticket, "promise_kept", at=now, now=now, by=by)


def keep_by_reply(ticket: Ticket, message: Message, *, at: datetime, now: datetime) -> None:
    """Let a reply to the buyer keep what was promised before it was written.

    What was promised since (that very reply may say so) is still owed.
    """
    for number, made_at in _open_promises(ticket).items():
        if made_at < message.stored_at:
            moment = max(at, made_at)
            write_fact(ticket, "promise_kept", at=moment, now=now, by=message.person, id=number)


def _open_promises(ticket: Ticket) -> dict[str, datetime]:
    """Give the promises that are still owed by id, with the moments at which they were made."""
    owed: dict[str, datetime] = {}
    for fact in ticket.facts.filter(kind__in=["promise", "promise_kept"]).order_by("id"):
        number = fact.data.get("id", "")
        if fact.kind == "promise":
            owed[number] = fact.happened_at
        elif number:
            owed.pop(number, None)
        else:
            owed.clear()
    return owed


def is_open(ticket: Ticket) -> bool:
    """Tell whether something promised is still owed."""
    return bool(ticket.clocks.filter(kind="promise", ended_at__isnull=True).exists())
