"""Following a ticket: whoever does hears of the buyer's messages, of notes, and of its solving."""

from __future__ import annotations

from datetime import datetime

from comptoir.merchant.models import Person
from comptoir.tickets.actions.changing import changing
from comptoir.tickets.models import Follow


def follow(ticket_id: int, *, by: Person, now: datetime) -> None:
    """Follow a ticket; again changes nothing."""
    with changing(ticket_id, "follow", by=by, now=now) as ticket:
        Follow.objects.get_or_create(ticket=ticket, person=by, defaults={"since_at": now})


def unfollow(ticket_id: int, *, by: Person, now: datetime) -> None:
    """Follow a ticket no longer."""
    with changing(ticket_id, "unfollow", by=by, now=now) as ticket:
        Follow.objects.filter(ticket=ticket, person=by).delete()
