"""Answers owed on a claim page or for a return: a reply to the buyer does not give them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from comptoir.merchant.models import Person
from comptoir.tickets.actions.changing import changing, write_fact
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.solve import set_status
from comptoir.tickets.cases import unanswered
from comptoir.tickets.models import Fact, Ticket


def answered(ticket_id: int, *, by: Person, now: datetime) -> None:
    """Say that the claim was answered on the marketplace's page; of several, the last one that is
    still open. Refused: `no_case`.
    """
    with changing(ticket_id, "case_answered", by=by, now=now) as ticket:
        opened = _last(ticket, "case_opened")
        if opened is None:
            raise Refused("no_case")
        told = ticket.facts.filter(kind__in=["case_opened", "case_answered"])
        open_ones = unanswered(told.order_by("happened_at", "id"))
        which = open_ones[-1] if open_ones else opened["id"]
        write_fact(ticket, "case_answered", at=now, now=now, by=by, id=which)
        if ticket.oldest_unanswered_at is None:
            set_status(ticket, Ticket.Status.WAITING_ON_MARKETPLACE, by=by, now=now)


def return_decided(ticket_id: int, *, by: Person, now: datetime) -> None:
    """Say that the return was decided at the marketplace. Refused: `no_case`."""
    with changing(ticket_id, "return_decided", by=by, now=now) as ticket:
        requested = _last(ticket, "return_requested")
        if requested is None:
            raise Refused("no_case")
        which = {"id": requested["id"]} if requested.get("id") else {}
        write_fact(ticket, "return_decided", at=now, now=now, by=by, **which)
        if ticket.oldest_unanswered_at is None:
            set_status(ticket, Ticket.Status.WAITING_ON_BUYER, by=by, now=now)


def _last(ticket: Ticket, kind: str) -> dict[str, Any] | None:
    fact: Fact | None = ticket.facts.filter(kind=kind).order_by("-happened_at", "-id").first()
    return fact.data if fact else None
