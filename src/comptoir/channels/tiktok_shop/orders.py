"""An order of TikTok Shop's in the desk's words, whole from the search, or in part from a push."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from comptoir.channels.kernel.http import pages_of
from comptoir.channels.kernel.told import Buyer, Line, OrderTold, Parcel, Refund, Return
from comptoir.channels.tiktok_shop.values import PLACE, amount, day_of, part, when

STATES = {
    "UNPAID": "pending",
    "ON_HOLD": "pending",
    "AWAITING_SHIPMENT": "pending",
    "AWAITING_COLLECTION": "pending",
    "PARTIALLY_SHIPPING": "pending",
    "IN_TRANSIT": "shipped",
    "DELIVERED": "delivered",
    "COMPLETED": "delivered",
    "CANCELLED": "cancelled",
    "CANCEL": "cancelled",
}
PARCELS = {"AWAITING_COLLECTION": "announced", "DELIVERED": "delivered", "COMPLETED": "delivered"}
RETURNS = {
    "RETURN_OR_REFUND_REQUEST_PENDING": "requested",
    "REPLACEMENT_REQUEST_PENDING": "requested",
    "EXCHANGE_REQUEST_PENDING": "requested",
    "AWAITING_BUYER_RESPONSE": "requested",
    "AWAITING_BUYER_SHIP": "accepted",
    "BUYER_SHIPPED_ITEM": "sent",
    "REFUND_OR_RETURN_REQUEST_REJECT": "refused",
    "REPLACEMENT_REQUEST_REJECT": "refused",
    "REJECT_RECEIVE_PACKAGE": "refused",
}
"""Every other status is one of an end."""
REFUNDED = ("RETURN_OR_REFUND_REQUEST_COMPLETE", "REPLACEMENT_REQUEST_REFUND_SUCCESS",
            "EXCHANGE_REQUEST_REFUND_SUCCESS")  # fmt: skip


def order(told: Mapping[str, Any]) -> OrderTold:
    """Read an order of the search. Each of its lines is one piece; equal ones become one line."""
    status = str(told.get("status") or told.get("order_status") or "")
    payment, address = part(told, "payment"), part(told, "recipient_address")
    delivered_at = when(told.get("delivery_time"))
    items = pages_of(told, "line_items")
    region = str(address.get("region_code") or "").upper()
    return OrderTold(
        number=str(told["id"]),
        placed_at=when(told.get("create_time")),
        state=STATES.get(status, ""),
        total=amount(payment.get("total_amount")),
        currency=str(payment.get("currency") or ""),
        buyer=Buyer(
            alias=str(told.get("user_id") or ""),
            name=str(address.get("name") or told.get("buyer_nickname") or ""),
            country=region if len(region) == 2 else "",
        ),
        ship_by_at=when(told.get("rts_sla_time")) or when(told.get("shipping_due_time")),
        shipped_at=when(told.get("collection_time")) or when(told.get("rts_time")),
        promised_on=day_of(told.get("delivery_sla_time")),
        delivered_at=delivered_at,
        lines=_lines(items) or None,
        parcels=_parcels(told, items, status, delivered_at),
        place=PLACE,
    )


def with_return(told: Mapping[str, Any], number: str, status: str, at: datetime) -> OrderTold:
    """Give the part of an order that a return tells, with the money once it went back."""
    refund = part(told, "refund_amount")
    total = amount(refund.get("refund_total"))
    changed_at = when(told.get("update_time")) or at
    is_paid = status in REFUNDED and total is not None and total > 0
    back = Return(
        external_id=number,
        requested_at=at,
        state=RETURNS.get(status, "closed"),
        reason=str(told.get("return_reason_text") or told.get("return_reason") or ""),
        carrier=str(told.get("return_provider_name") or ""),
        tracking_number=str(told.get("return_tracking_number") or ""),
        lines=tuple(
            (str(one.get("seller_sku") or one.get("sku_id") or ""),
             str(one.get("product_name") or ""), 1)
            for one in pages_of(told, "return_line_items")
        ),
    )  # fmt: skip
    return OrderTold(
        number=str(told["order_id"]),
        returns=(back,),
        refunds=(
            Refund(external_id=number, amount=total, currency=str(refund.get("currency") or ""),
                   refunded_at=changed_at, reason=back.reason),
        ) if is_paid and total is not None else (),
        place=PLACE,
    )  # fmt: skip


def _lines(items: Any) -> tuple[Line, ...]:
    found: dict[tuple[str, Decimal], Line] = {}
    for one in items:
        price = amount(one.get("sale_price")) or Decimal(0)
        sku = str(one.get("seller_sku") or one.get("sku_id") or "")
        before = found.get((sku, price))
        title = " ".join(
            part for part in (str(one.get("product_name") or ""), str(one.get("sku_name") or ""))
            if part and part != "Default"
        )  # fmt: skip
        count = (before.quantity if before else 0) + 1
        found[sku, price] = Line(sku=sku, title=title, quantity=count, price=price)
    return tuple(found.values())


def _parcels(
    told: Mapping[str, Any], items: Any, status: str, delivered_at: datetime | None
) -> tuple[Parcel, ...]:
    numbers = {
        str(one["tracking_number"]): str(one.get("shipping_provider_name") or "")
        for one in items
        if one.get("tracking_number")
    }
    if told.get("tracking_number"):
        numbers.setdefault(str(told["tracking_number"]), str(told.get("shipping_provider") or ""))
    return tuple(
        Parcel(
            tracking_number=number,
            carrier=carrier,
            state=PARCELS.get(status, "underway"),
            shipped_at=when(told.get("collection_time")) or when(told.get("rts_time")),
            promised_on=day_of(told.get("delivery_sla_time")),
            delivered_at=delivered_at,
        )
        for number, carrier in numbers.items()
    )
