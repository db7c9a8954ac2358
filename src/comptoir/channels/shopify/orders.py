"""A shop's order as GraphQL tells it, in the desk's words.

The number is the order's name without its number sign, as mails name it: `#1001` is `1001`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from comptoir.channels.kernel.http import pages_of
from comptoir.channels.kernel.told import (
    Buyer,
    CaseKind,
    CaseState,
    CaseTold,
    Line,
    OrderTold,
    Parcel,
    Refund,
    Return,
    Told,
)
from comptoir.channels.kernel.windows import moment

PARCELS = {
    "ATTEMPTED_DELIVERY": "underway", "CARRIER_PICKED_UP": "underway", "CONFIRMED": "announced",
    "DELAYED": "underway", "DELIVERED": "delivered", "FAILURE": "back", "FULFILLED": "underway",
    "IN_TRANSIT": "underway", "LABEL_PRINTED": "announced", "LABEL_PURCHASED": "announced",
    "LABEL_VOIDED": "announced", "MARKED_AS_FULFILLED": "underway", "NOT_DELIVERED": "lost",
    "OUT_FOR_DELIVERY": "underway", "PICKED_UP": "delivered", "READY_FOR_PICKUP": "underway",
    "SUBMITTED": "announced",
}  # fmt: skip
"""Shopify's FulfillmentDisplayStatus."""
RETURNS = {
    "REQUESTED": ("requested", CaseState.OPENED),
    "OPEN": ("accepted", CaseState.ANSWERED),
    "DECLINED": ("refused", CaseState.CLOSED),
    "CANCELED": ("closed", CaseState.CLOSED),
    "CLOSED": ("closed", CaseState.CLOSED),
}
"""Shopify's ReturnStatus: a requested one waits for the merchant."""


def told(node: Mapping[str, Any], shop: str) -> Iterator[Told]:
    """Give an order, and what its buyer wants to send back as cases."""
    number = number_of(node.get("name"))
    if not number:
        raise ValueError(f"order {node.get('id')}: no name")
    buyer = _buyer(node)
    yield _order(node, number, buyer)
    for back in pages_of(node.get("returns"), "nodes"):
        if case := _case(back, number, buyer, admin_link(shop, node.get("legacyResourceId"))):
            yield case


def number_of(name: object) -> str:
    """Give an order's number as mails name it."""
    return str(name or "").strip().lstrip("#").strip()


def amount_of(money: object) -> tuple[Decimal, str] | None:
    """Read an amount with its currency, from a bag of them or alone; None for what is none."""
    if isinstance(money, dict):
        found = money.get("presentmentMoney") or money.get("presentment_money") or money
        try:
            amount = Decimal(str(found["amount"]))
        except (KeyError, TypeError, InvalidOperation):
            return None
        if amount.is_finite():
            return amount, str(found.get("currencyCode") or found.get("currency_code") or "")
    return None


def admin_link(shop: str, order_id: object) -> str:
    """Give the page of an order in the shop's admin."""
    return f"https://{shop}/admin/orders/{order_id}" if shop and order_id else ""


def _order(node: Mapping[str, Any], number: str, buyer: Buyer) -> OrderTold:
    sent = [one for one in pages_of(node.get("fulfillments")) if not _is_cancelled(one)]
    total = amount_of(node.get("totalPriceSet"))
    moved = [at for one in sent if (at := moment(one.get("createdAt")))]
    is_there = bool(sent) and all(_is_delivered(one) for one in sent)
    there = [at for one in sent if (at := moment(one.get("deliveredAt")))]
    state = _state(node, is_there=is_there)
    return OrderTold(
        number=number,
        placed_at=moment(node.get("processedAt")) or moment(node.get("createdAt")),
        state=state,
        total=total[0] if total else None,
        currency=total[1] if total else "",
        buyer=buyer,
        shipped_at=min(moved, default=None),
        delivered_at=max(there, default=None) if state == "delivered" else None,
        lines=tuple(_line(one) for one in pages_of(node.get("lineItems"), "nodes")) or None,
        parcels=tuple(parcel for one in sent for parcel in _parcels(one)),
        returns=tuple(
            _return(one, at)
            for one in pages_of(node.get("returns"), "nodes")
            if (at := moment(one.get("createdAt")))
        ),
        refunds=tuple(_refunds(node)),
    )


def _state(node: Mapping[str, Any], *, is_there: bool) -> str:
    if node.get("cancelledAt"):
        return "cancelled"
    if node.get("returnStatus") == "RETURNED":
        return "returned"
    if node.get("displayFulfillmentStatus") != "FULFILLED":
        return "pending"  # in part sent is not sent: the rest still has to leave
    return "delivered" if is_there else "shipped"


def _is_cancelled(sent: Mapping[str, Any]) -> bool:
    return sent.get("status") == "CANCELLED" or sent.get("displayStatus") == "CANCELED"


def _is_delivered(sent: Mapping[str, Any]) -> bool:
    return (
        bool(sent.get("deliveredAt")) or PARCELS.get(str(sent.get("displayStatus"))) == "delivered"
    )


def _buyer(node: Mapping[str, Any]) -> Buyer:
    customer = node.get("customer") or {}
    address = node.get("shippingAddress") or {}
    kept = (customer.get("defaultEmailAddress") or {}).get("emailAddress")
    email = str(node.get("email") or kept or "").strip().lower()
    return Buyer(
        alias=email or str(customer.get("id") or ""),
        name=str(customer.get("displayName") or address.get("name") or ""),
        email=email,
        language=str(node.get("customerLocale") or customer.get("locale") or "")[:2].lower(),
        country=str(address.get("countryCodeV2") or ""),
    )


def _line(one: Mapping[str, Any]) -> Line:
    price = amount_of(one.get("discountedUnitPriceAfterAllDiscountsSet"))
    return Line(
        sku=str(one.get("sku") or ""),
        title=str(one.get("title") or ""),
        quantity=max(int(one.get("quantity") or 0), 0),
        price=price[0] if price else Decimal(0),
    )


def _parcels(sent: Mapping[str, Any]) -> Iterator[Parcel]:
    promised = moment(sent.get("estimatedDeliveryAt"))
    for tracking in pages_of(sent.get("trackingInfo")):
        if number := str(tracking.get("number") or "").strip():
            yield Parcel(
                tracking_number=number,
                carrier=str(tracking.get("company") or ""),
                tracking_url=str(tracking.get("url") or ""),
                state=PARCELS.get(str(sent.get("displayStatus")), "underway"),
                shipped_at=moment(sent.get("inTransitAt")) or moment(sent.get("createdAt")),
                promised_on=promised.date() if promised else None,
                delivered_at=moment(sent.get("deliveredAt")),
            )


def _refunds(node: Mapping[str, Any]) -> Iterator[Refund]:
    for one in pages_of(node.get("refunds")):
        at = moment(one.get("processedAt")) or moment(one.get("createdAt"))
        money = amount_of(one.get("totalRefundedSet"))
        if at and money and money[0] > 0:  # goods put back without money are a refund there, too
            yield Refund(
                external_id=str(one.get("legacyResourceId") or one.get("id")),
                amount=money[0],
                currency=money[1],
                refunded_at=at,
                reason=str(one.get("note") or ""),
            )


def _return(one: Mapping[str, Any], requested_at: datetime) -> Return:
    state, _ = RETURNS.get(str(one.get("status")), ("requested", CaseState.OPENED))
    lines = pages_of(one.get("returnLineItems"), "nodes")
    if state == "closed" and lines and all(_is_processed(line) for line in lines):
        state = "received"
    return Return(
        external_id=_return_number(one),
        requested_at=requested_at,
        state=state,
        reason=_why(one),
        decided_at=moment(one.get("requestApprovedAt")),
        received_at=moment(one.get("closedAt")) if state == "received" else None,
        lines=tuple(_return_line(line) for line in lines),
    )


def _is_processed(line: Mapping[str, Any]) -> bool:
    return bool(line.get("quantity")) and line.get("processedQuantity") == line.get("quantity")


def _return_line(line: Mapping[str, Any]) -> tuple[str, str, int]:
    article = (line.get("fulfillmentLineItem") or {}).get("lineItem") or {}
    quantity = max(int(line.get("quantity") or 0), 0)
    return str(article.get("sku") or ""), str(article.get("title") or ""), quantity


def _return_number(one: Mapping[str, Any]) -> str:
    return number_of(one.get("name")) or str(one.get("id"))


def _why(one: Mapping[str, Any]) -> str:
    """Join the buyer's reasons and words, each once."""
    said: dict[str, None] = {}
    for line in pages_of(one.get("returnLineItems"), "nodes"):
        definition = line.get("returnReasonDefinition") or {}
        for words in (
            definition.get("name"),
            line.get("customerNote"),
            line.get("returnReasonNote"),
        ):
            if words and str(words).strip():
                said.setdefault(str(words).strip())
    return " · ".join(said)


def _case(one: Mapping[str, Any], number: str, buyer: Buyer, link: str) -> CaseTold | None:
    at = moment(one.get("createdAt"))
    if at is None or str(one.get("status")) not in RETURNS:
        return None
    _, state = RETURNS[str(one["status"])]
    return CaseTold(
        external_id=_return_number(one),
        kind=CaseKind.RETURN,
        state=state,
        occurred_at=at if state is CaseState.OPENED else _latest(one, at),
        reason=_why(one),
        order_number=number,
        buyer=buyer,
        link=link,
    )


def _latest(one: Mapping[str, Any], at: datetime) -> datetime:
    return moment(one.get("closedAt")) or moment(one.get("requestApprovedAt")) or at
