"""What the variables of a template speak of on one ticket: its buyer, order, parcel and return."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from comptoir.merchant.models import Channel, Person
from comptoir.merchant.public_holidays import offered, years_around
from comptoir.orders.models import Order, Parcel, Refund, Return
from comptoir.replies.facts import Amount, Facts, Item, OrderFacts, ParcelFacts, ReturnFacts
from comptoir.replies.variables import DAYS_MAX
from comptoir.tickets.models import Ticket

SATURDAY = 5


def gather(ticket: Ticket, *, by: Person, now: datetime) -> Facts:
    """Gather the facts: five queries with an order, none without. Days are the channel's."""
    known = replace(
        _around(ticket.channel, by=by, now=now),
        buyer_name=ticket.buyer_name or (ticket.customer.name if ticket.customer else ""),
        order=OrderFacts(number=ticket.order_number),
        ticket_number=ticket.pk,
    )
    order = Order.objects.filter(pk=ticket.order_id).first() if ticket.order_id else None
    return _with_order(known, order, ticket.channel) if order else known


def gather_for_order(order: Order, *, by: Person, now: datetime) -> Facts:
    """Gather the facts for a first message on an order, which has no ticket yet."""
    known = replace(
        _around(order.channel, by=by, now=now),
        buyer_name=order.customer.name if order.customer else "",
    )
    return _with_order(known, order, order.channel)


def _around(channel: Channel, *, by: Person, now: datetime) -> Facts:
    today = now.astimezone(ZoneInfo(channel.time_zone)).date()
    return Facts(
        today=today,
        working_days=working_days(today, channel.country),
        channel_name=channel.name,
        brand_name=channel.brand.name,
        agent_name=by.name,
    )


def _with_order(known: Facts, order: Order, channel: Channel) -> Facts:
    zone = ZoneInfo(channel.time_zone)
    return replace(
        known,
        order=_order(order, zone),
        parcel=_parcel(order, zone),
        returned=_returned(order, zone),
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
