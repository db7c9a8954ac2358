"""Waiting for somebody else. The buyer never sees it, and no marketplace's limit pauses for it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from comptoir.merchant.duty import read_duty, same_time_next_working_day
from comptoir.merchant.models import Person
from comptoir.tickets.actions.changing import changing
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.snooze import forget, latest, put_off
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
) -> datetime | None:
    """Say whom the ticket waits on, and give when it comes back by itself, if it does.

    What waits on ourselves comes back the next working day at this time, or half an hour before
    its limit; where not even that much is left it stays in the queue. On the marketplace, an
    unanswered message keeps it in the queue all the same. Nothing waits on a buyer who waits for us,
    and a pause of the resolution would begin. Refused: `buyer_waits`, with `since`.
    """
    with changing(ticket_id, "wait", by=by, now=now, on=on) as ticket:
        if on == "buyer" and ticket.oldest_unanswered_at is not None:
            raise Refused("buyer_waits", since=ticket.oldest_unanswered_at)
        waited = ticket.status == Ticket.Status.WAITING_INTERNALLY
        set_status(ticket, STATUS_OF[on], by=by, now=now)
        if on == "internally" and ticket.snoozed_until_at is None:
            _remind(ticket, by=by, now=now)
        elif on != "internally" and waited:
            forget(ticket)
        return ticket.snoozed_until_at


def _remind(ticket: Ticket, *, by: Person, now: datetime) -> None:
    at = same_time_next_working_day(by, read_duty(now=now))
    last = latest(ticket, now=now)
    at = min(at, last) if last else at
    if at > now:
        put_off(ticket, until=at, reason="", by=by, now=now)
