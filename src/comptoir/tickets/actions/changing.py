"""What every verb of a ticket does around itself: lock, rights, clocks, and telling the browsers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from comptoir.merchant.models import Brand, Channel, Person
from comptoir.merchant.rights import NotAllowed, rights_of
from comptoir.storage import audit, changes, rows
from comptoir.tickets import clocks
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Fact, Message, Ticket
from comptoir.tickets.queries import NoSuchTicket

LOCK_SQL = """
FROM tickets_ticket t JOIN merchant_channel c ON c.id = t.channel_id
JOIN merchant_brand b ON b.id = c.brand_id
WHERE t.id = %(ticket)s FOR UPDATE OF t
"""


@contextmanager
def changing(
    ticket_id: int,
    what: str,
    *,
    by: Person | None,
    now: datetime,
    held: Ticket | None = None,
    **audited: Any,
) -> Iterator[Ticket]:
    """Open a ticket for one change, in one transaction.

    The row is locked first; on the way out its clocks are computed anew, the audit line is
    written, and browsers are told. `what` is the verb (`solve`). Raises `NoSuchTicket` when the
    person cannot see it, `NotAllowed` when they may only read. `held` is the ticket where the
    caller has locked it in this transaction.
    """
    with transaction.atomic(savepoint=held is None):
        ticket = held or locked(ticket_id, by)
        yield ticket
        clocks.recompute(ticket, now=now)
        audit.record(f"ticket.{what}", by=by, now=now, subject=("ticket", ticket.pk), **audited)
        tell(ticket, what, now=now)


def write_fact(
    ticket: Ticket,
    kind: str,
    *,
    at: datetime,
    now: datetime,
    by: Person | None = None,
    message: Message | None = None,
    **data: Any,
) -> Fact:
    """Add a fact to the ticket's timeline."""
    fact = Fact(
        ticket=ticket,
        kind=kind,
        happened_at=at,
        stored_at=now,
        person=by,
        message=message,
        data=data,
    )
    return rows.add(fact)


def tell(ticket: Ticket, what: str, *, now: datetime) -> None:
    """Tell the browsers of those who may see this ticket."""
    changes.record(
        "ticket",
        now=now,
        channel_id=ticket.channel_id,
        ticket_id=ticket.pk,
        what=what,
        assignee=ticket.assignee_id,
        tier=ticket.tier,
        queued=ticket.queue_tier is not None,
    )


def locked(ticket_id: int, by: Person | None, *, is_merged_too: bool = False) -> Ticket:
    """Lock a ticket that the person sees and may change; see `changing` for what is raised.

    A person's word on a ticket that was merged would be lost. Refused: `merged_away`.
    """
    parts = ((Ticket, "t"), (Channel, "c"), (Brand, "b"))
    found = rows.read_together(parts, LOCK_SQL, {"ticket": ticket_id})
    if not found:
        raise NoSuchTicket(ticket_id)
    ticket: Ticket = found[0][0]
    ticket.channel, ticket.channel.brand = found[0][1:]
    if by is not None:
        rights = rights_of(by)
        if not rights.sees(ticket.channel_id, ticket.assignee_id):
            raise NoSuchTicket(ticket_id)
        if not rights.may_answer:
            raise NotAllowed("not_allowed_to_answer")
        if ticket.merged_into_id is not None and not is_merged_too:
            raise Refused("merged_away", into=ticket.merged_into_id)
    return ticket
