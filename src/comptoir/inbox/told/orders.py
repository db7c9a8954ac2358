"""An order a channel tells of, kept as its own history and tied to the tickets that name it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from comptoir.channels.kernel.told import Buyer, OrderTold
from comptoir.inbox.routing import DIRECT, OWN_KINDS, Candidate
from comptoir.inbox.told.stored import Source, when
from comptoir.orders.actions.record import record_order
from comptoir.orders.models import Customer, CustomerAlias, Order
from comptoir.orders.reports import (
    LineReport,
    OrderReport,
    ParcelReport,
    RefundReport,
    ReturnReport,
)
from comptoir.tickets.actions.orders import follow


def take(source: Source, told: OrderTold, candidate: Candidate, *, now: datetime) -> None:
    """Record an order, whole or in part, and choose the policies of its tickets anew."""
    known = Order.objects.filter(
        channel_id=candidate.channel_id, external_id=told.number.strip()
    ).first()
    follow(record_order(_report(source, told, known, candidate, now=now), now=now), now=now)


def known_under(buyer: Buyer, candidate: Candidate) -> str:
    """Say among whose customers a buyer is looked for: an own shop's write by mail from the address
    they order with, so that both ways name one person."""
    is_person = "@" in (buyer.alias or buyer.email)
    return DIRECT if is_person and candidate.kind in OWN_KINDS else candidate.marketplace


def customer_of(buyer: Buyer, marketplace: str, *, now: datetime) -> int | None:
    """Give the customer that a channel knows under an alias, made where there is none.

    What is known of a name or an address is filled in, never replaced: people correct it.
    """
    alias = (buyer.alias or buyer.email).strip().lower()
    if not alias:
        return None
    found = CustomerAlias.objects.filter(marketplace=marketplace, alias=alias).first()
    if found is None:
        customer = Customer.objects.create(
            name=buyer.name,
            email=buyer.email,
            language=buyer.language,
            country=buyer.country,
            created_at=now,
        )
        found, made = CustomerAlias.objects.get_or_create(
            marketplace=marketplace, alias=alias, defaults={"customer": customer}
        )
        if not made:
            customer.delete()
        return int(found.customer_id)
    for field in ("name", "email", "language", "country"):
        if value := getattr(buyer, field):
            Customer.objects.filter(pk=found.customer_id, **{field: ""}).update(**{field: value})
    return int(found.customer_id)


def _report(
    source: Source, told: OrderTold, known: Order | None, candidate: Candidate, *, now: datetime
) -> OrderReport:
    placed_at = told.placed_at or (known.placed_at if known else source.stored_at)
    total = told.total if told.total is not None else (known.total if known else _sum(told))
    return OrderReport(
        channel_id=candidate.channel_id,
        external_id=told.number.strip(),
        placed_at=when(placed_at, source, now=now),
        state=told.state or (known.state if known else Order.State.PENDING),
        total=total,
        currency=told.currency or (known.currency if known else ""),
        customer_id=customer_of(told.buyer, known_under(told.buyer, candidate), now=now),
        ship_by_at=told.ship_by_at,
        shipped_at=told.shipped_at,
        promised_on=told.promised_on,
        delivered_at=told.delivered_at,
        lines=None
        if told.lines is None
        else tuple(LineReport(x.sku, x.title, x.quantity, x.price, x.item) for x in told.lines),
        parcels=tuple(
            ParcelReport(
                x.tracking_number, x.carrier, x.tracking_url, x.state,
                x.shipped_at, x.promised_on, x.delivered_at,
            )
            for x in told.parcels
        ),
        returns=tuple(
            ReturnReport(
                x.external_id, x.requested_at, x.state, x.reason, x.decided_at, x.received_at,
                x.carrier, x.tracking_number, x.lines,
            )
            for x in told.returns
        ),
        refunds=tuple(
            RefundReport(x.external_id, x.amount, x.currency, x.refunded_at, x.reason)
            for x in told.refunds
        ),
    )  # fmt: skip


def _sum(told: OrderTold) -> Decimal:
    """Add the lines up where no total was told."""
    return sum((line.price * line.quantity for line in told.lines or ()), Decimal(0))
