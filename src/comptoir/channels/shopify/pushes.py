"""What Shopify pushes: `X-Shopify-Hmac-SHA256` over the raw bytes, then one of three things.

Orders come whole and are read as they are. News of parcels, refunds, returns and disputes name only
a number, so that what they are about is asked for. All other topics are taken and say nothing.

Pushes overtake one another. A pushed order therefore only tells what does not go backwards: that it
was sent or cancelled, never that it still waits; the pull sets the rest right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from comptoir.channels.kernel.http import pages_of
from comptoir.channels.kernel.protocol import Call, Forged
from comptoir.channels.kernel.signing import hmac_sha256, is_base64
from comptoir.channels.kernel.told import Buyer, Line, OrderTold, Parcel, Refund
from comptoir.channels.kernel.windows import moment
from comptoir.channels.shopify.orders import amount_of, number_of

TOPICS = (
    "ORDERS_CREATE", "ORDERS_UPDATED", "ORDERS_CANCELLED", "ORDERS_FULFILLED", "REFUNDS_CREATE",
    "FULFILLMENTS_CREATE", "FULFILLMENTS_UPDATE", "RETURNS_REQUEST", "RETURNS_APPROVE",
    "RETURNS_DECLINE", "RETURNS_CANCEL", "RETURNS_CLOSE", "RETURNS_REOPEN", "RETURNS_UPDATE",
    "DISPUTES_CREATE", "DISPUTES_UPDATE", "APP_UNINSTALLED",
)  # fmt: skip
"""What to subscribe to, in Shopify's WebhookSubscriptionTopic."""
ORDER_TOPICS = ("orders/create", "orders/updated", "orders/cancelled", "orders/fulfilled")
ABOUT_AN_ORDER = ("refunds", "fulfillments", "fulfillment_events", "returns", "orders")
PARCELS = {
    "confirmed": "announced", "label_printed": "announced", "label_purchased": "announced",
    "in_transit": "underway", "out_for_delivery": "underway", "attempted_delivery": "underway",
    "delayed": "underway", "carrier_picked_up": "underway", "ready_for_pickup": "underway",
    "picked_up": "delivered", "delivered": "delivered", "failure": "back", "not_delivered": "lost",
}  # fmt: skip
"""`shipment_status` of a pushed fulfilment; what it leaves out changes nothing."""


@dataclass(frozen=True, slots=True)
class About:
    """What a thin push is about: ask for it under `gid`."""

    what: Literal["order", "dispute"]
    gid: str


def verify(call: Call, *secrets: str) -> None:
    """Compare the signature over the raw bytes with each secret. Raises `Forged`."""
    given = call.headers.get("x-shopify-hmac-sha256", "")
    if not given or not any(is_base64(given, hmac_sha256(one, call.body)) for one in secrets):
        raise Forged("the signature is not the shop's")


def about(topic: str, payload: Mapping[str, Any]) -> About | None:
    """Name what a push is about that is not told whole; None for all that changes no order."""
    room = topic.partition("/")[0]
    if room == "disputes" and payload.get("id"):
        return About("dispute", f"gid://shopify/ShopifyPaymentsDispute/{payload['id']}")
    if room not in ABOUT_AN_ORDER:
        return None
    order = payload.get("order")
    if isinstance(order, dict) and order.get("admin_graphql_api_id"):
        return About("order", str(order["admin_graphql_api_id"]))
    edited = payload.get("order_edit")
    number = payload.get("order_id") or (edited or {}).get("order_id")
    return About("order", f"gid://shopify/Order/{number}") if number else None


def order(payload: Mapping[str, Any]) -> OrderTold:
    """Read an order that was pushed whole. Raises `ValueError` for one without a name."""
    number = number_of(payload.get("name"))
    if not number:
        raise ValueError(f"order {payload.get('id')}: no name")
    total = amount_of(payload.get("total_price_set"))
    sent = [
        one for one in pages_of(payload.get("fulfillments")) if one.get("status") != "cancelled"
    ]
    moved = [at for one in sent if (at := moment(one.get("created_at")))]
    return OrderTold(
        number=number,
        placed_at=moment(payload.get("processed_at")) or moment(payload.get("created_at")),
        state=_state(payload),
        total=total[0] if total else _decimal(payload.get("total_price")),
        currency=total[1] if total else str(payload.get("currency") or ""),
        buyer=_buyer(payload),
        shipped_at=min(moved, default=None),
        lines=tuple(_line(one) for one in pages_of(payload.get("line_items"))) or None,
        parcels=tuple(parcel for one in sent for parcel in _parcels(one)),
        refunds=tuple(_refunds(payload)),
    )


def _state(payload: Mapping[str, Any]) -> str:
    if payload.get("cancelled_at"):
        return "cancelled"
    return "shipped" if payload.get("fulfillment_status") == "fulfilled" else ""


def _buyer(payload: Mapping[str, Any]) -> Buyer:
    customer = payload.get("customer") or {}
    address = payload.get("shipping_address") or {}
    email = str(payload.get("email") or customer.get("email") or "").strip().lower()
    named = f"{customer.get('first_name') or ''} {customer.get('last_name') or ''}".strip()
    return Buyer(
        alias=email or str(customer.get("admin_graphql_api_id") or ""),
        name=named or str(address.get("name") or ""),
        email=email,
        language=str(payload.get("customer_locale") or "")[:2].lower(),
        country=str(address.get("country_code") or ""),
    )


def _line(one: Mapping[str, Any]) -> Line:
    quantity = max(int(one.get("quantity") or 0), 0)
    whole = amount_of(one.get("price_set"))
    price = whole[0] if whole else _decimal(one.get("price")) or Decimal(0)
    off = sum(
        (money[0] for cut in pages_of(one.get("discount_allocations"))
         if (money := amount_of(cut.get("amount_set")))),
        Decimal(0),
    )  # fmt: skip
    if quantity and off:
        price = (price - off / quantity).quantize(Decimal("0.01"))
    return Line(
        sku=str(one.get("sku") or ""),
        title=str(one.get("title") or ""),
        quantity=quantity,
        price=max(price, Decimal(0)),
    )


def _parcels(sent: Mapping[str, Any]) -> Iterator[Parcel]:
    urls = sent.get("tracking_urls") or []
    for place, number in enumerate(sent.get("tracking_numbers") or []):
        if text := str(number or "").strip():
            yield Parcel(
                tracking_number=text,
                carrier=str(sent.get("tracking_company") or ""),
                tracking_url=str(urls[place]) if place < len(urls) else "",
                state=PARCELS.get(str(sent.get("shipment_status")), ""),
                shipped_at=moment(sent.get("created_at")),
            )


def _refunds(payload: Mapping[str, Any]) -> Iterator[Refund]:
    for one in pages_of(payload.get("refunds")):
        at = moment(one.get("processed_at")) or moment(one.get("created_at"))
        paid = [deal for deal in pages_of(one.get("transactions"))
                if deal.get("kind") == "refund" and deal.get("status") == "success"]  # fmt: skip
        amounts = [amount for deal in paid if (amount := _decimal(deal.get("amount")))]
        if at and amounts and sum(amounts) > 0:
            yield Refund(
                external_id=str(one.get("id")),
                amount=sum(amounts, Decimal(0)),
                currency=str(paid[0].get("currency") or payload.get("currency") or ""),
                refunded_at=at,
                reason=str(one.get("note") or ""),
            )


def _decimal(value: object) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
