"""What the variables of a template speak of on one ticket: its buyer, order, parcel and return."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from comptoir.merchant.models import Person
from comptoir.merchant.public_holidays import offered, years_around
from comptoir.orders.models import Order, Parcel, Refund, Return
from comptoir.replies.facts import Amount, Facts, Item, OrderFacts, ParcelFacts, ReturnFacts
from comptoir.replies.variables import DAYS_MAX
from comptoir.tickets.models import Ticket

SATURDAY = 5


def gather(ticket: Ticket, *, by: Person, now: datetime) -> Facts:
    """Gather the facts: four queries with an order, none without. Days are the channel's."""
    channel = ticket.channel
    zone = ZoneInfo(channel.time_zone)
    today = now.astimezone(zone).date()
    order = (
        Order.objects.prefetch_related("lines").filter(pk=ticket.order_id).first()
        if ticket.order_id
        else None
    )
    return Facts(
        today=today,
        buyer_name=ticket.buyer_name or (ticket.customer.name if ticket.customer else ""),
        order=_order(order, zone) if order else OrderFacts(number=ticket.order_number),
        parcel=_parcel(order, zone) if order else ParcelFacts(),
        returned=_returned(order, zone) if order else ReturnFacts(),
        working_days=working_days(today, channel.country),
        channel_name=channel.name,
        brand_name=channel.brand.name,
        agent_name=by.name,
        ticket_number=ticket.pk,
    )


def working_days(today: date, country: str) -> tuple[date, ...]:
    """Give the next working days: Monday to Friday, without the country's public holidays."""
    holidays = offered(country, "", years_around(today))
    days: list[date] = []
    day = today
    while len(days) < DAYS_MAX:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY and day.isoformat() not in holidays:
            days.append(day)
    return tuple(days)


def _order(order: Order, zone: ZoneInfo) -> OrderFacts:
    return OrderFacts(
        number=order.external_id,
        placed_on=_on(order.placed_at, zone),
        total=Amount(order.total, order.currency),
        state=order.state,
        items=tuple(Item(line.title, line.quantity) for line in order.lines.all()),
    )


def _parcel(order: Order, zone: ZoneInfo) -> ParcelFacts:
    """Give the parcel still under way, else the last one; the order's own columns without any."""
    parcels = list(Parcel.objects.filter(order=order).order_by("id"))
    going = [parcel for parcel in parcels if parcel.delivered_at is None] or parcels
    parcel = going[-1] if going else None
    of = parcel or order
    return ParcelFacts(
        carrier=of.carrier or order.carrier,
        tracking_number=of.tracking_number or order.tracking_number,
        tracking_link=parcel.tracking_url if parcel else "",
        shipped_on=_on(of.shipped_at or order.shipped_at, zone),
        promised_on=of.promised_on or order.promised_on,
        delivered_on=_on(of.delivered_at, zone),
    )


def _returned(order: Order, zone: ZoneInfo) -> ReturnFacts:
    latest = Return.objects.filter(order=order).order_by("-requested_at", "-id").first()
    refund = Refund.objects.filter(order=order).order_by("-refunded_at", "-id").first()
    return ReturnFacts(
        number=latest.external_id if latest else "",
        state=latest.state if latest else "",
        requested_on=_on(latest.requested_at, zone) if latest else None,
        received_on=_on(latest.received_at, zone) if latest else None,
        refund=Amount(refund.amount, refund.currency) if refund else None,
        refunded_on=_on(refund.refunded_at, zone) if refund else None,
    )


def _on(at: datetime | None, zone: ZoneInfo) -> date | None:
    return at.astimezone(zone).date() if at else None
