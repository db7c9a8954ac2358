"""What merging and splitting make of the columns of both tickets, and how that is given back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from comptoir.merchant.models import Person
from comptoir.tickets import clocks
from comptoir.tickets.actions.changing import write_fact
from comptoir.tickets.actions.solve import set_status
from comptoir.tickets.models import Joining, Message, Ticket

KEPT = ("tier", "tags", "gist", "order_number", "intents", "language")
STATUS = ("status", "solved_at", "solved_by")
"""Columns that a merge or split changes and computing anew does not give back."""


def take_over(source: Ticket, target: Ticket) -> None:
    """Let the ticket that stays know what the other one knew."""
    target.tier = min(source.tier, target.tier)
    if source.tier == target.tier:
        target.tier_reasons = target.tier_reasons or source.tier_reasons
    target.tags = sorted({*source.tags, *target.tags})
    target.order_number = target.order_number or source.order_number
    target.order_id = target.order_id or source.order_id
    if source.status == Ticket.Status.OPEN:
        target.status, target.solved_at, target.solved_by = Ticket.Status.OPEN, None, None
    if not target.reply_address:
        target.reply_address = source.reply_address
        target.reply_connection_id = source.reply_connection_id
    retell(target)


def retell(ticket: Ticket) -> None:
    """Let the ticket's own columns speak of the messages it has now."""
    said = ticket.messages.order_by("-occurred_at", "-id")
    last = said.first()
    if last is not None:
        ticket.last_message_at = last.occurred_at
    asked = said.filter(author="buyer").first()
    if asked is not None:
        text = " ".join((asked.new_text or asked.text or asked.subject).split())
        ticket.gist = text[:180]
        ticket.language = asked.language or ticket.language
    ticket.message_count = said.exclude(state=Message.State.NOTE).count()
    ticket.automatic_count = said.filter(author="automation").count()


def close_into(other: Ticket, ticket: Ticket) -> None:
    """Close a ticket whose messages are on the other one now."""
    ticket.status, ticket.merged_into = Ticket.Status.CLOSED, other
    ticket.solved_at = ticket.solved_by = None
    ticket.queue_tier = ticket.queue_at = None


def say_status(ticket: Ticket, joining: Joining, *, by: Person, now: datetime) -> None:
    """Let a timeline end with the status that the ticket has.

    The other ticket may have been solved, or waiting, after the last word on this one.
    """
    if ticket.status == Ticket.Status.CLOSED:
        return
    said = None
    for fact in clocks.recorded(ticket.pk):
        if fact.kind == "status":
            said = fact.data["to"]
        elif fact.kind == "buyer_message" or fact.data.get("asks_us"):
            said = "open"
    if said not in (None, ticket.status):
        status = str(ticket.status)
        write_fact(ticket, "status", at=now, now=now, by=by, to=status, joining=joining.pk)


def open_if_unanswered(ticket: Ticket, *, by: Person, now: datetime) -> None:
    """Open a ticket on which the buyer waits for us, whatever its status was before."""
    is_ours = ticket.status in (Ticket.Status.OPEN, Ticket.Status.WAITING_INTERNALLY)
    if ticket.oldest_unanswered_at is not None and not is_ours and ticket.merged_into_id is None:
        set_status(ticket, Ticket.Status.OPEN, by=by, now=now)
        clocks.recompute(ticket, now=now)


def columns(ticket: Ticket) -> dict[str, Any]:
    """Give the columns that are noted of a ticket."""
    solved = ticket.solved_at.isoformat() if ticket.solved_at else None
    kept = {name: getattr(ticket, name) for name in KEPT}
    status = str(ticket.status)
    return {**kept, "status": status, "solved_at": solved, "solved_by": ticket.solved_by_id}


def give_back(ticket: Ticket, joining: Joining, side: str) -> None:
    """Give a ticket the columns it had, except those that somebody changed since."""
    before = joining.moved["before"][side]
    after = joining.moved.get("after", {}).get(side)
    now = columns(ticket)
    for name in KEPT:
        if after is None or after[name] == now[name]:
            setattr(ticket, name, before[name])
    if after is None or all(after[name] == now[name] for name in STATUS):
        solved = before["solved_at"]
        ticket.status = before["status"]
        ticket.solved_at = datetime.fromisoformat(solved) if solved else None
        ticket.solved_by_id = before["solved_by"]
