"""Drafts: what somebody is writing, kept as they type."""

from __future__ import annotations

from datetime import datetime, timedelta

from comptoir.merchant.models import Person
from comptoir.merchant.rights import NotAllowed, rights_of
from comptoir.tickets.models import Draft, Message, Ticket
from comptoir.tickets.queries import ticket_for

OVERTAKEN_WITHIN = timedelta(seconds=30)


def save(ticket_id: int, text: str, *, is_note: bool, by: Person, now: datetime) -> None:
    """Keep a person's draft on a ticket; an empty text removes it.

    A save that was on its way while the same text was sent brings no draft back: what was said
    would be said twice.
    """
    rights = rights_of(by)
    ticket = ticket_for(rights, ticket_id)
    if not rights.may_answer:
        raise NotAllowed("not_allowed_to_answer")
    if not text.strip() or _was_just_said(ticket, text, by=by, now=now):
        discard(ticket_id, by=by)
        return
    Draft.objects.update_or_create(
        ticket=ticket, person=by, defaults={"text": text, "is_note": is_note, "saved_at": now}
    )


def _was_just_said(ticket: Ticket, text: str, *, by: Person, now: datetime) -> bool:
    said = ticket.messages.filter(person=by, stored_at__gt=now - OVERTAKEN_WITHIN)
    return bool(said.exclude(state=Message.State.CANCELLED).filter(text=text.strip()).exists())


def discard(ticket_id: int, *, by: Person) -> None:
    """Throw a person's own draft away."""
    Draft.objects.filter(ticket_id=ticket_id, person=by).delete()
