"""Drafts: what somebody is writing, kept as they type."""

from __future__ import annotations

from datetime import datetime

from comptoir.merchant.models import Person
from comptoir.merchant.rights import NotAllowed, rights_of
from comptoir.tickets.models import Draft
from comptoir.tickets.queries import ticket_for


def save(ticket_id: int, text: str, *, is_note: bool, by: Person, now: datetime) -> None:
    """Keep a person's draft on a ticket; an empty text removes it."""
    rights = rights_of(by)
    ticket = ticket_for(rights, ticket_id)
    if not rights.may_answer:
        raise NotAllowed("not_allowed_to_answer")
    if not text.strip():
        discard(ticket_id, by=by)
        return
    Draft.objects.update_or_create(
        ticket=ticket, person=by, defaults={"text": text, "is_note": is_note, "saved_at": now}
    )


def discard(ticket_id: int, *, by: Person) -> None:
    """Throw a person's own draft away."""
    Draft.objects.filter(ticket_id=ticket_id, person=by).delete()
