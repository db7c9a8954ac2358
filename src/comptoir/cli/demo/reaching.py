"""What was said on an order of the shop's own accord: one review that Amazon was told to ask for."""

from __future__ import annotations

from datetime import datetime, timedelta

from comptoir.channels.kernel.outreach import REVIEW
from comptoir.inbox.outreach import reach_of
from comptoir.merchant.models import Person
from comptoir.tickets.models import Fact, Outreach, Ticket

ASKED_AGO = timedelta(hours=3)


def make_reached(*, by: Person, now: datetime) -> None:
    """Ask for the review of one order that waits for nothing else."""
    answered = Ticket.objects.filter(
        channel__marketplace="amazon", status="waiting_on_buyer", order__isnull=False
    )
    ticket = answered.select_related("channel", "order").order_by("pk").first()
    reach = reach_of(ticket.channel) if ticket else None
    if ticket is None or ticket.order is None or reach is None:
        return
    at = now - ASKED_AGO
    Outreach.objects.create(
        order=ticket.order,
        ticket=ticket,
        channel=ticket.channel,
        connection_id=reach.connection.pk,
        person=by,
        form=REVIEW,
        idempotency_key=f"demo-review-{ticket.pk}",
        state=Outreach.State.ACCEPTED,
        queued_at=at,
        not_before_at=at,
        attempt_count=1,
        settled_at=at,
    )
    Fact.objects.create(
        ticket=ticket,
        kind="review_asked",
        happened_at=at,
        stored_at=at,
        person=by,
        data={"form": REVIEW, "state": "accepted"},
    )
