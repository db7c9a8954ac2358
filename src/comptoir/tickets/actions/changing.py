"""What every verb of a ticket does around itself: lock, rights, clocks, and telling the browsers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from comptoir.merchant.models import Person
from comptoir.merchant.rights import NotAllowed, rights_of
from comptoir.storage import audit, changes
from comptoir.tickets import clocks
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Fact, Message, Ticket
from comptoir.tickets.queries import NoSuchTicket


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
    fact: Fact = Fact.objects.create(
        ticket=ticket,
        kind=kind,
        happened_at=at,
        stored_at=now,
        person=by,
        message=message,
        data=data,
    )
    return fact


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
    tickets = Ticket.objects.select_for_update(of=("self",)).select_related("channel__brand")
    ticket: Ticket | None = tickets.filter(pk=ticket_id).first()
    if ticket is None:
        raise NoSuchTicket(ticket_id)
    if by is not None:
        rights = rights_of(by)
        if not rights.sees(ticket.channel_id, ticket.assignee_id):
            raise NoSuchTicket(ticket_id)
        if not rights.may_answer:
            raise NotAllowed("not_allowed_to_answer")
        if ticket.merged_into_id is not None and not is_merged_too:
            raise Refused("merged_away", into=ticket.merged_into_id)
    return ticket
