"""What marketplaces' APIs tell of the demo shop beside its mail: figures of the seller, and cases."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from comptoir.merchant.models import Channel, ChannelFigure
from comptoir.orders.models import Case
from comptoir.tickets.models import Fact, Ticket

READ_AGO = timedelta(minutes=47)
PERIOD = timedelta(days=60)
CASES_MAX = 12

# (name, unit, value, threshold, the marketplace's word)
OF_AMAZON = (
    ("account_status", "level", None, None, "NORMAL"),
    ("order_defect_rate_mfn", "share", "0.0062", "0.01", "GOOD"),
    ("late_shipment_rate", "share", "0.0210", "0.04", "GOOD"),
    ("pre_fulfillment_cancellation_rate", "share", "0.0112", "0.025", "GOOD"),
    ("valid_tracking_rate", "share", "0.9840", "0.95", "GOOD"),
    ("on_time_delivery_rate", "share", "0.9310", "0.9", "GOOD"),
)
OF_EBAY = (
    ("standards_level", "level", None, None, "TOP_RATED"),
    ("late_shipment_rate", "share", "0.0270", "0.03", ""),
)
OF_OTHERS = (
    ("order_messages_response_delay", "hours", "9.4", "24", ""),
    ("incident_rate", "share", "0.0140", "0.03", ""),
    ("grade", "count", "4.6", None, ""),
)
FIGURES = {"amazon": OF_AMAZON, "ebay": OF_EBAY, "cdiscount": OF_OTHERS, "leroy_merlin": OF_OTHERS}
REASONS = {
    "fr": "L’acheteur dit ne pas avoir reçu le colis",
    "de": "Der Käufer sagt, das Paket sei nicht angekommen",
    "en": "The buyer says that the parcel has not arrived",
}


def make_told(*, now: datetime) -> None:
    """Store figures of the marketplaces, and the cases behind the claims."""
    for channel in Channel.objects.filter(is_catch_all=False):
        _figures(channel, now=now)
    opened = Fact.objects.filter(kind="case_opened").order_by("-happened_at")
    known: set[int] = set()
    for fact in opened.select_related("ticket__order")[: 3 * CASES_MAX]:
        if fact.ticket_id not in known and len(known) < CASES_MAX:
            known.add(fact.ticket_id)
            _case(fact.ticket, fact)


def _figures(channel: Channel, *, now: datetime) -> None:
    day = now.date()
    ChannelFigure.objects.bulk_create(
        ChannelFigure(
            channel=channel,
            name=name,
            unit=unit,
            value=Decimal(value) if value else None,
            threshold=Decimal(threshold) if threshold else None,
            word=word,
            since=day - PERIOD,
            until=day,
            at=now - READ_AGO,
        )
        for name, unit, value, threshold, word in FIGURES.get(channel.marketplace, ())
    )


def _case(ticket: Ticket, fact: Fact) -> None:
    if not ticket.order_number:
        return
    answered = ticket.facts.filter(kind="case_answered").order_by("happened_at").first()
    order = ticket.order
    Case.objects.create(
        channel_id=ticket.channel_id,
        external_id=f"C-{ticket.order_number[-7:]}",
        kind=Case.Kind.CLAIM,
        state=Case.State.ANSWERED if answered else Case.State.OPENED,
        order_number=ticket.order_number,
        opened_at=fact.happened_at,
        due_at=_due_at(ticket),
        settled_at=answered.happened_at if answered else None,
        reason=REASONS.get(ticket.language, REASONS["en"]),
        amount=order.total if order else None,
        currency=order.currency if order else "",
    )


def _due_at(ticket: Ticket) -> datetime | None:
    """Give the day by which the marketplace wants an answer: the limit of the claim's clock."""
    clock = ticket.clocks.filter(kind="case").order_by("-started_at").first()
    return clock.limit_at if clock else None
