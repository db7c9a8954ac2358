"""Taking in what a channel reports of an order: the same report twice changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import transaction

from comptoir.core.refusals import Refusal
from comptoir.orders.models import Order, OrderLine, Parcel, Refund, Return, ReturnLine
from comptoir.orders.reports import LineReport, OrderReport, ParcelReport, ReturnReport
from comptoir.orders.worth import customer_tier

TOLD_ONCE = ("ship_by_at", "shipped_at", "promised_on", "delivered_at", "customer_id")
"""What stays as it is when a report leaves it out."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a report changed. `changed` names what policies look at: `value`, `state`, `customer`,
    `customer_tier`; for the tickets concerned see `tickets.actions.orders`."""

    order_id: int
    customer_id: int | None
    is_new: bool
    changed: frozenset[str]


@transaction.atomic
def record_order(report: OrderReport, *, now: datetime) -> Recorded:
    """Store what a channel reports of an order. Raises `Refusal` on amounts that cannot be."""
    _refuse_nonsense(report)
    order, is_new = Order.objects.select_for_update().get_or_create(
        channel_id=report.channel_id, external_id=report.external_id, defaults=_columns(report)
    )
    tier_before = _tier(order.customer_id) if not is_new else ""
    changed = set() if is_new else _update(order, report)
    if report.lines is not None:
        _replace_lines(order, report.lines)
    for parcel in report.parcels:
        _put_parcel(order, parcel)
    for returned in report.returns:
        _put_return(order, returned)
    for refund in report.refunds:
        Refund.objects.update_or_create(
            order=order, external_id=refund.external_id, defaults=_rest(refund)
        )
    if report.parcels:
        _follow_parcels(order)
    if is_new:
        changed = {"value", "state", "customer"}
    if _tier(order.customer_id) != tier_before:
        changed.add("customer_tier")
    return Recorded(order.pk, order.customer_id, is_new, frozenset(changed))


def _refuse_nonsense(report: OrderReport) -> None:
    if not report.external_id.strip():
        raise Refusal("an order needs the channel's number")
    if report.total < 0:
        raise Refusal("order {number}: a total below zero ({total})",
                      number=report.external_id, total=report.total)  # fmt: skip
    for refund in report.refunds:
        if refund.amount <= 0:
            raise Refusal("order {number}: a refund must be more than zero, not {amount}",
                          number=report.external_id, amount=refund.amount)  # fmt: skip


def _columns(report: OrderReport) -> dict[str, Any]:
    told = {name: getattr(report, name) for name in TOLD_ONCE if getattr(report, name) is not None}
    return told | {
        "placed_at": report.placed_at,
        "state": report.state,
        "total": report.total,
        "currency": report.currency,
    }


def _update(order: Order, report: OrderReport) -> set[str]:
    """Bring the row up to date, and name what changed of what policies look at."""
    watched = {"value": ("total", "currency"), "state": ("state",), "customer": ("customer_id",)}
    before = {name: getattr(order, name) for names in watched.values() for name in names}
    for name, value in _columns(report).items():
        setattr(order, name, value)
    order.save()
    return {
        what
        for what, names in watched.items()
        if any(getattr(order, name) != before[name] for name in names)
    }


def _replace_lines(order: Order, lines: tuple[LineReport, ...]) -> None:
    stored = order.lines.order_by("id").values_list("sku", "title", "quantity", "price", "item")
    wanted = [(line.sku, line.title, line.quantity, line.price, line.item) for line in lines]
    if list(stored) == wanted:
        return
    order.lines.all().delete()
    OrderLine.objects.bulk_create(
        OrderLine(order=order, sku=sku, title=title, quantity=quantity, price=price, item=item)
        for sku, title, quantity, price, item in wanted
    )


def _put_parcel(order: Order, told: ParcelReport) -> None:
    Parcel.objects.update_or_create(
        order=order,
        tracking_number=told.tracking_number,
        defaults={name: value for name, value in _rest(told).items() if value not in ("", None)},
    )


def _put_return(order: Order, told: ReturnReport) -> None:
    row, _made = Return.objects.update_or_create(
        order=order, external_id=told.external_id, defaults=_rest(told)
    )
    if not told.lines or list(row.lines.values_list("sku", "title", "quantity")) == list(
        told.lines
    ):
        return
    row.lines.all().delete()
    ReturnLine.objects.bulk_create(
        ReturnLine(returned=row, sku=sku, title=title, quantity=quantity)
        for sku, title, quantity in told.lines
    )


def _rest(told: Any) -> dict[str, Any]:
    """Give a report's values without what it is known by, and without its lines."""
    names = {one.name for one in fields(told)} - {"lines", "external_id"}
    if isinstance(told, ParcelReport):
        names -= {"tracking_number"}
    return {name: getattr(told, name) for name in names}


def _follow_parcels(order: Order) -> None:
    """Let the order say what its parcels say together: sent with the first, there with the last."""
    parcels = list(order.parcels.order_by("shipped_at", "id"))
    sent = [p.shipped_at for p in parcels if p.shipped_at]
    come = [p.delivered_at for p in parcels if p.delivered_at]
    promised: list[date] = [p.promised_on for p in parcels if p.promised_on]
    order.shipped_at = min(sent) if sent else order.shipped_at
    order.promised_on = max(promised) if promised else order.promised_on
    order.delivered_at = max(come) if len(come) == len(parcels) else None
    order.carrier, order.tracking_number = parcels[0].carrier, parcels[0].tracking_number
    order.save()


def _tier(customer_id: int | None) -> str:
    return customer_tier(customer_id) if customer_id else ""
