"""Waiting for somebody else. The buyer never sees it, and no marketplace's limit pauses for it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from comptoir.merchant.models import Person
from comptoir.tickets.actions.changing import changing
from comptoir.tickets.actions.solve import set_status
from comptoir.tickets.models import Ticket

STATUS_OF = {
    "buyer": Ticket.Status.WAITING_ON_BUYER,
    "marketplace": Ticket.Status.WAITING_ON_MARKETPLACE,
    "internally": Ticket.Status.WAITING_INTERNALLY,
}


def wait(
    ticket_id: int,
    *,
    on: Literal["buyer", "marketplace", "internally"],
    by: Person,
    now: datetime,
) -> None:
    """Say whom the ticket waits on. An unanswered message keeps it in the queue all the same."""
    with changing(ticket_id, "wait", by=by, now=now, on=on) as ticket:
        set_status(ticket, STATUS_OF[on], by=by, now=now)
