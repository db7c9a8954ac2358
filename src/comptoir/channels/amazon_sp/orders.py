"""An order of the Orders API 2026-01-01, in the desk's words.

That version gives items, packages and the buyer's alias in one answer; v0 needs a call for each and
is deprecated (developer-docs.amazon.com, Orders API migration guide).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from comptoir.channels.amazon_sp.regions import COUNTRIES, place_of
from comptoir.channels.kernel.http import pages_of
from comptoir.channels.kernel.told import (
    Buyer,
    CaseKind,
    CaseState,
    CaseTold,
    Line,
    OrderTold,
    Parcel,
    Told,
)
from comptoir.channels.kernel.windows import moment

STATES = {
    "PENDING_AVAILABILITY": "pending", "PENDING": "pending", "UNSHIPPED": "pending",
    "PARTIALLY_SHIPPED": "pending", "SHIPPED": "shipped", "CANCELLED": "cancelled",
    "UNFULFILLABLE": "cancelled",
}  # fmt: skip
PARCELS = {
    "PENDING": "announced", "IN_TRANSIT": "underway", "SHIPPED": "underway",
    "DELIVERED": "delivered", "UNDELIVERABLE": "back",
}  # fmt: skip
"""Amazon's PackageStatus; cancelled ones are left out."""
ORDER_PAGE = "https://sellercentral.amazon.{domain}/orders-v3/order/{number}"
DOMAINS = {
    "AU": "com.au", "BE": "com.be", "BR": "com.br", "GB": "co.uk", "JP": "co.jp", "MX": "com.mx",
    "TR": "com.tr", "US": "com",
}  # fmt: skip


def told(node: Mapping[str, Any]) -> Iterator[Told]:
    """Give an order, and its buyer's wish to cancel it as a case."""
    number = str(node.get("orderId") or "").strip()
    if not number:
        raise ValueError("an order without a number")
    marketplace_id = (node.get("salesChannel") or {}).get("marketplaceId")
    place = place_of(marketplace_id)
    buyer = _buyer(node)
    order = _order(node, number, buyer)
    yield order
    reasons = [
        reason for one in pages_of(node.get("orderItems")) if (reason := _wish(one)) is not None
    ]
    if reasons:
        is_over = order.state != "pending"
        yield CaseTold(
            external_id=number,
            kind=CaseKind.CANCELLATION,
            state=CaseState.CLOSED if is_over else CaseState.OPENED,
            occurred_at=moment(node.get("lastUpdatedTime")) or _created(node, number),
            reason=" · ".join(dict.fromkeys(reason for reason in reasons if reason)),
            order_number=number,
            buyer=buyer,
            place=place,
            link=order_page(number, marketplace_id),
        )


def order_page(number: str, marketplace_id: object) -> str:
    """Give the page of an order in Seller Central."""
    country = COUNTRIES.get(str(marketplace_id), "")
    if not country:
        return ""
    return ORDER_PAGE.format(domain=DOMAINS.get(country, country.lower()), number=number)


def _order(node: Mapping[str, Any], number: str, buyer: Buyer) -> OrderTold:
    fulfilment = node.get("fulfillment") or {}
    sent = [one for one in pages_of(node.get("packages")) if _status(one) != "CANCELLED"]
    total = amount_of((node.get("proceeds") or {}).get("grandTotal"))
    by = moment((fulfilment.get("deliverByWindow") or {}).get("latestDateTime"))
    state = STATES.get(str(fulfilment.get("fulfillmentStatus")), "")
    if state == "shipped" and sent and all(_status(one) == "DELIVERED" for one in sent):
        state = "delivered"
    left = [at for one in sent if (at := moment(one.get("shipTime")))]
    return OrderTold(
        number=number,
        placed_at=_created(node, number),
        state=state,
        total=total[0] if total else None,
        currency=total[1] if total else "",
        buyer=buyer,
        ship_by_at=moment((fulfilment.get("shipByWindow") or {}).get("latestDateTime")),
        shipped_at=min(left, default=None),
        promised_on=by.date() if by else None,
        lines=tuple(_line(one) for one in pages_of(node.get("orderItems"))) or None,
        parcels=tuple(_parcels(sent)),
        place=place_of((node.get("salesChannel") or {}).get("marketplaceId")),
    )


def amount_of(money: object) -> tuple[Decimal, str] | None:
    """Read an amount with its currency; None for what is none."""
    if not isinstance(money, dict):
        return None
    try:
        amount = Decimal(str(money["amount"]))
    except (KeyError, InvalidOperation):
        return None
    return (amount, str(money.get("currencyCode") or "")) if amount.is_finite() else None


def alias_of(address: object) -> str:
    """Give a buyer's alias as mails have it, without what Amazon writes behind a plus sign."""
    name, at, domain = str(address or "").strip().lower().partition("@")
    return f"{name.partition('+')[0]}@{domain}" if at else ""


def _created(node: Mapping[str, Any], number: str) -> datetime:
    found = moment(node.get("createdTime"))
    if found is None:
        raise ValueError(f"order {number}: {node.get('createdTime')!r} is no moment")
    return found


def _buyer(node: Mapping[str, Any]) -> Buyer:
    buyer = node.get("buyer") or {}
    address = (node.get("recipient") or {}).get("deliveryAddress") or {}
    alias = alias_of(buyer.get("buyerEmail"))
    return Buyer(
        alias=alias,
        name=str(buyer.get("buyerName") or address.get("name") or ""),
        email=alias,
        country=str(address.get("countryCode") or ""),
    )


def _line(one: Mapping[str, Any]) -> Line:
    product = one.get("product") or {}
    price = amount_of((product.get("price") or {}).get("unitPrice"))
    return Line(
        sku=str(product.get("sellerSku") or product.get("asin") or ""),
        title=str(product.get("title") or ""),
        quantity=max(int(one.get("quantityOrdered") or 0), 0),
        price=price[0] if price else Decimal(0),
    )


def _parcels(sent: list[Mapping[str, Any]]) -> Iterator[Parcel]:
    for one in sent:
        if number := str(one.get("trackingNumber") or "").strip():
            yield Parcel(
                tracking_number=number,
                carrier=str(one.get("carrier") or ""),
                state=PARCELS.get(_status(one), "underway"),
                shipped_at=moment(one.get("shipTime")),
            )


def _status(package: Mapping[str, Any]) -> str:
    return str((package.get("packageStatus") or {}).get("status") or "")


def _wish(item: Mapping[str, Any]) -> str | None:
    """Give why the buyer wants to cancel an article; None if they do not."""
    request = (item.get("cancellation") or {}).get("cancellationRequest")
    if not isinstance(request, dict) or request.get("requester") not in (None, "BUYER"):
        return None
    return str(request.get("cancelReason") or "")
