"""Correcting the risk tier: what a person says holds until a new message is more urgent."""

from __future__ import annotations

from datetime import datetime

from comptoir.merchant.models import Person
from comptoir.tickets.actions.changing import changing, write_fact
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.snooze import bring_back

TIERS = range(4)


def correct(ticket_id: int, tier: int, *, by: Person, now: datetime) -> None:
    """Put a ticket into another tier. The marketplace's limit is the same in all of them."""
    if tier not in TIERS:
        raise Refused("no_such_tier", tier=tier)
    with changing(ticket_id, "tier", by=by, now=now, tier=tier) as ticket:
        before, ticket.tier = ticket.tier, tier
        ticket.tier_set_by_person = True
        write_fact(ticket, "tier_corrected", at=now, now=now, by=by, before=before, to=tier)
        if tier == 0 and ticket.snoozed_until_at is not None:
            bring_back(ticket, because="claim", by=by, now=now)
