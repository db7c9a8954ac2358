"""Giving a ticket to a person."""

from __future__ import annotations

from datetime import datetime

from comptoir.merchant.models import Person
from comptoir.tickets.actions.changing import changing, write_fact
from comptoir.tickets.actions.errors import Refused


def assign(ticket_id: int, *, to: int | None, by: Person, now: datetime) -> None:
    """Give a ticket to somebody who may answer, or to nobody. Refused: `not_allowed_to_answer`."""
    with changing(ticket_id, "assign", by=by, now=now, to=to) as ticket:
        if to is not None:
            person = Person.objects.filter(pk=to, is_active=True).first()
            if person is None or not person.may_answer:
                raise Refused("not_allowed_to_answer")
        if ticket.assignee_id == to:
            return
        ticket.assignee_id = to
        write_fact(ticket, "assigned", at=now, now=now, by=by, to=to)


def take(ticket_id: int, *, by: Person, now: datetime) -> None:
    """Take a ticket oneself."""
    assign(ticket_id, to=by.pk, by=by, now=now)
