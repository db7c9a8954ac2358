"""Putting a ticket off: it stands in no queue until then, and comes back by itself.

Its clocks run on and its alerts stay, so it is never put off past a limit. It comes back at its
time, or at once when the buyer writes, a claim comes, or a colleague wakes it. Waiting for a
colleague is the same with a status of its own, and always has a moment to come back.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min

from comptoir.merchant.models import Person
from comptoir.tickets.actions.changing import changing, write_fact
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.solve import set_status
from comptoir.tickets.models import Ticket

BEFORE_LIMIT = timedelta(minutes=30)
"""Time that must be left to answer when it comes back."""
LONGEST = timedelta(days=366)
REASON_CHARS_MAX = 200


def snooze(
    ticket_id: int, *, until: datetime, reason: str = "", by: Person, now: datetime
) -> datetime:
    """Put a ticket off until then, and give that moment.

    Refused: `already_over`, `snooze_in_past`, `snooze_too_long`, and `snooze_past_limit` (with the
    `limit_at`, and `before`, the latest moment that leaves time to answer, or None).
    """
    with changing(ticket_id, "snooze", by=by, now=now, until=until.isoformat()) as ticket:
        if ticket.is_over:
            raise Refused("already_over")
        _refuse_moment(ticket, until, now=now)
        put_off(ticket, until=until, reason=reason.strip()[:REASON_CHARS_MAX], by=by, now=now)
        return until


def wake(ticket_id: int, *, by: Person, now: datetime) -> None:
    """Bring a ticket back before its time. Refused: `not_snoozed`."""
    with changing(ticket_id, "wake", by=by, now=now) as ticket:
        if ticket.snoozed_until_at is None:
            raise Refused("not_snoozed")
        bring_back(ticket, because="colleague", by=by, now=now)


def put_off(ticket: Ticket, *, until: datetime, reason: str, by: Person, now: datetime) -> None:
    """Put a locked ticket off, and write the fact."""
    ticket.snoozed_until_at, ticket.snoozed_by, ticket.snooze_reason = until, by, reason
    told: dict[str, Any] = {"until": until.isoformat(), **({"reason": reason} if reason else {})}
    write_fact(ticket, "snoozed", at=now, now=now, by=by, **told)


def bring_back(ticket: Ticket, *, because: str, by: Person | None, now: datetime) -> None:
    """Bring a locked ticket back, and write why: `time`, `limit`, `colleague`.

    Where its time came and it waits for somebody, it is open again: there is something to do.
    """
    data: dict[str, Any] = {"because": because, "of": ticket.snoozed_by_id}
    if ticket.snooze_reason:
        data["reason"] = ticket.snooze_reason
    forget(ticket)
    write_fact(ticket, "woken", at=now, now=now, by=by, **data)
    if because == "time" and not ticket.is_over:
        set_status(ticket, Ticket.Status.OPEN, by=by, now=now)


def forget(ticket: Ticket) -> None:
    """Take a ticket's moment of return away, without a word."""
    ticket.snoozed_until_at, ticket.snoozed_by, ticket.snooze_reason = None, None, ""


def next_limit(ticket: Ticket, *, now: datetime) -> datetime | None:
    """Give the first limit that lies ahead; None where there is none to lose."""
    ahead = ticket.clocks.filter(ended_at__isnull=True, limit_at__gt=now)
    found: datetime | None = ahead.aggregate(first=Min("limit_at"))["first"]
    return found


def latest(ticket: Ticket, *, now: datetime) -> datetime | None:
    """Give the latest moment that leaves time to answer; None where no limit lies ahead.

    It may lie in the past: then there is nothing left to put off.
    """
    limit = next_limit(ticket, now=now)
    return limit - BEFORE_LIMIT if limit else None


def _refuse_moment(ticket: Ticket, until: datetime, *, now: datetime) -> None:
    if until <= now:
        raise Refused("snooze_in_past")
    if until > now + LONGEST:
        raise Refused("snooze_too_long")
    limit = next_limit(ticket, now=now)
    if limit is not None and until > limit - BEFORE_LIMIT:
        before = limit - BEFORE_LIMIT
        raise Refused("snooze_past_limit", limit_at=limit, before=before if before > now else None)
