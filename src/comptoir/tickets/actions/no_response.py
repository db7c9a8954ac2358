"""*No response needed*: set by a person with a reason, never by the software.

Where the marketplace has such a mark that software cannot set (Amazon, Mirakl), the limit runs on
until the person confirms that it was set there too.
"""

from __future__ import annotations

from datetime import datetime

from comptoir.merchant.models import Person
from comptoir.rulebook.capabilities import capability
from comptoir.tickets import clocks
from comptoir.tickets.actions.changing import changing, write_fact
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.solve import owes_a_decision, set_status
from comptoir.tickets.models import Fact, Ticket


def mark(
    ticket_id: int, *, reason: str, by: Person, now: datetime, confirmed_outside: bool = False
) -> None:
    """Take the unanswered messages out. Refused: `reason_missing`, `nothing_to_mark`."""
    if not reason.strip():
        raise Refused("reason_missing")
    with changing(ticket_id, "no_response_needed", by=by, now=now, reason=reason) as ticket:
        messages = _unanswered(ticket, now)
        if not messages:
            raise Refused("nothing_to_mark")
        done = confirmed_outside or not needs_outside_mark(ticket)
        write_fact(
            ticket,
            "no_response_needed",
            at=now,
            now=now,
            by=by,
            reason=reason.strip(),
            messages=messages,
            confirmed_outside=done,
        )
        if done and not owes_a_decision(ticket):
            set_status(ticket, Ticket.Status.SOLVED, by=by, now=now)


def confirm_outside(ticket_id: int, *, by: Person, now: datetime) -> None:
    """Say that the mark was set at the marketplace too. Refused: `nothing_to_mark`."""
    with changing(ticket_id, "no_response_confirmed", by=by, now=now) as ticket:
        fact = pending_mark(ticket)
        if fact is None:
            raise Refused("nothing_to_mark")
        _confirm(ticket, fact, by=by, now=now)


def closed_there(ticket_id: int, *, now: datetime) -> None:
    """Note that the channel closed the conversation because we asked it to."""
    with changing(ticket_id, "closed_there", by=None, now=now) as ticket:
        write_fact(ticket, "thread_closed", at=now, now=now)
        if (fact := pending_mark(ticket)) is not None:
            _confirm(ticket, fact, by=None, now=now)


def not_closed_there(ticket_id: int, code: str, *, now: datetime) -> None:
    """Note that the channel does not close the conversation: a person has to, over there."""
    with changing(ticket_id, "not_closed_there", by=None, now=now, code=code) as ticket:
        write_fact(ticket, "thread_not_closed", at=now, now=now, code=code)


def _confirm(ticket: Ticket, fact: Fact, *, by: Person | None, now: datetime) -> None:
    write_fact(
        ticket,
        "no_response_needed",
        at=now,
        now=now,
        by=by,
        reason=fact.data.get("reason", ""),
        messages=fact.data.get("messages"),
        confirmed_outside=True,
        confirms=fact.pk,
    )
    if not _unanswered(ticket, now) and not owes_a_decision(ticket):
        set_status(ticket, Ticket.Status.SOLVED, by=by, now=now)


def undo(ticket_id: int, *, by: Person, now: datetime) -> None:
    """Take the mark back: the clocks are as if it had never been. Refused: `nothing_to_mark`."""
    with changing(ticket_id, "undo_no_response_needed", by=by, now=now) as ticket:
        fact = last_mark(ticket)
        if fact is None:
            raise Refused("nothing_to_mark")
        messages = fact.data.get("messages")
        write_fact(ticket, "undo_no_response_needed", at=now, now=now, by=by, messages=messages)
        set_status(ticket, Ticket.Status.OPEN, by=by, now=now)


def seen_elsewhere(ticket_id: int, *, at: datetime, now: datetime) -> None:
    """Note that the conversation was closed on the marketplace's side at `at`, once.

    What the buyer wrote after that waits for its answer all the same.
    """
    with changing(ticket_id, "closed_elsewhere", by=None, now=now) as ticket:
        waiting = [int(number) for number in _unanswered(ticket, now) if number.isdigit()]
        asked = ticket.messages.filter(pk__in=waiting, occurred_at__lte=at)
        messages = [str(number) for number in asked.values_list("pk", flat=True)]
        if not messages:
            return
        write_fact(
            ticket,
            "no_response_needed",
            at=at,
            now=now,
            messages=messages,
            confirmed_outside=True,
            seen_elsewhere=True,
        )
        if not _unanswered(ticket, now) and not owes_a_decision(ticket):
            set_status(ticket, Ticket.Status.SOLVED, by=None, now=now)


def _unanswered(ticket: Ticket, now: datetime) -> list[str]:
    """Give the messages that wait for an answer; what comes later is never marked with them."""
    evaluation = clocks.explain(ticket, now=now)
    outcomes = evaluation.messages if evaluation else ()
    return [o.id for o in outcomes if o.answered_at is None and not o.is_taken_out]


def needs_outside_mark(ticket: Ticket) -> bool:
    """Tell whether the marketplace has a mark of its own that only a person can set."""
    able = capability(ticket.channel.marketplace)
    return bool(able.no_response_needed_exists) and not able.no_response_needed_by_software


def pending_mark(ticket: Ticket) -> Fact | None:
    """Give the mark that still waits for its confirmation, if any."""
    fact = last_mark(ticket)
    return fact if fact and not fact.data.get("confirmed_outside") else None


def last_mark(ticket: Ticket) -> Fact | None:
    """Give the mark that holds, None when there is none or it was taken back."""
    kinds = ("no_response_needed", "undo_no_response_needed")
    fact: Fact | None = ticket.facts.filter(kind__in=kinds).order_by("-happened_at", "-id").first()
    return fact if fact and fact.kind == "no_response_needed" else None
