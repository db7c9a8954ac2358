"""Walmart's orders: by when they changed, one purchase order at a time.

A customer's order is one or more purchase orders. Buyers, and the mails Walmart relays, name the
customer's number; Walmart's API works with the other. Which of them an order is known by here is a
setting. The relay address of the buyer stands with the order: mails from there are this customer's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from comptoir.channels.kernel.http import pages_of
from comptoir.channels.kernel.protocol import RawItem
from comptoir.channels.kernel.told import (
    Buyer,
    CaseKind,
    CaseState,
    CaseTold,
    Line,
    OrderTold,
    Parcel,
    Place,
    Refund,
    Told,
)
from comptoir.channels.kernel.windows import Window, iso
from comptoir.channels.walmart.account import Account, moment_of
from comptoir.channels.walmart.amounts import Sum, amount_of, decimal_of
from comptoir.channels.walmart.listing import PAGE_SIZE, pages

PATH = "/v3/orders"
CREATED_BACK = timedelta(days=179)
"""Walmart lists orders of the last 180 days; without a day it takes the last seven."""
COUNTRIES = {"USA": "US", "CAN": "CA", "MEX": "MX", "PRI": "PR"}
PLACE = Place(marketplace="walmart", country="US")


def changed(account: Account, window: Window) -> Iterator[list[RawItem]]:
    """Yield the orders that changed within a window."""
    for node in str(account.settings.get("ship_nodes") or "SellerFulfilled").split():
        asked = {
            "createdStartDate": iso(account.around.now() - CREATED_BACK),
            "lastModifiedStartDate": iso(window.since),
            "lastModifiedEndDate": iso(window.until),
            "limit": str(PAGE_SIZE),
            "shipNodeType": node,
        }
        for found in pages(account, "orders", PATH, asked, _split):
            yield [item_of(one) for one in found if one.get("purchaseOrderId")]


def by_number(account: Account, number: str) -> RawItem | None:
    """Ask for one purchase order. Raises `ChannelError`."""
    answer = account.http.read("order", f"{PATH}/{number}").json()
    order = answer.get("order") if isinstance(answer, dict) else None
    return item_of(order) if isinstance(order, dict) and order.get("purchaseOrderId") else None


def item_of(order: Mapping[str, Any]) -> RawItem:
    """Keep an order as it came: orders tell no moment of change, so each wording is a version."""
    content = json.dumps(order, ensure_ascii=False, sort_keys=True).encode()
    version = hashlib.sha256(content).hexdigest()[:16]
    at = moment_of(order.get("orderDate"))
    return RawItem(f"order/{order['purchaseOrderId']}/{version}", content, "application/json", at)


def read_order(order: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what a stored order tells: itself, and a buyer's wish to cancel it."""
    lines = pages_of(order.get("orderLines"), "orderLine")
    shipping = order.get("shippingInfo") or {}
    ship_by, promised = (
        moment_of(shipping.get(key)) for key in ("estimatedShipDate", "estimatedDeliveryDate")
    )
    number, total = number_of(order, settings), _total(order, lines)
    yield OrderTold(
        number=number,
        placed_at=moment_of(order.get("orderDate")),
        state=_state(lines),
        total=total.amount,
        currency=total.currency,
        buyer=buyer_of(order),
        ship_by_at=ship_by,
        promised_on=promised.date() if promised else None,
        lines=tuple(_line(one) for one in lines) or None,
        parcels=tuple(_parcels(lines)),
        refunds=tuple(_refunds(lines)),
        place=PLACE,
    )
    if any(_wants_to_cancel(one) for one in lines):
        yield cancellation(order, number, is_open=any(_is_open(one) for one in lines))


def number_of(told: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """Give the number an order is known by here; the other one where that is missing."""
    names = ["customerOrderId", "purchaseOrderId"]
    if settings.get("order_number") == "purchase":
        names.reverse()
    return next((str(told[name]) for name in names if told.get(name)), "")


def buyer_of(told: Mapping[str, Any]) -> Buyer:
    """Give the buyer, known by the address that Walmart lends them."""
    address = str(told.get("customerEmailId") or "").strip().lower()
    to = (told.get("shippingInfo") or {}).get("postalAddress") or {}
    country = str(to.get("country") or "").upper()
    return Buyer(
        alias=address,
        email=address,
        name=str(to.get("name") or ""),
        country=COUNTRIES.get(country, country if len(country) == 2 else ""),
    )


def cancellation(told: Mapping[str, Any], number: str, *, is_open: bool) -> CaseTold:
    """Tell that a buyer wants to cancel; over once the order is sent or cancelled."""
    lines = pages_of(told.get("orderLines"), "orderLine")
    moments = [moment_of(one.get("statusDate")) for one in lines if _wants_to_cancel(one)]
    known = [at for at in (*moments, moment_of(told.get("orderDate"))) if at is not None]
    if not known:
        raise ValueError(f"order {number}: no moment")
    return CaseTold(
        external_id=f"{told.get('purchaseOrderId')}/cancel",
        kind=CaseKind.CANCELLATION,
        state=CaseState.OPENED if is_open else CaseState.CLOSED,
        occurred_at=max(known),
        order_number=number,
        buyer=buyer_of(told),
        place=PLACE,
    )


def _split(answer: Any) -> tuple[Any, str]:
    told = answer.get("list") if isinstance(answer, dict) else None
    told = told if isinstance(told, dict) else {}
    cursor = str((told.get("meta") or {}).get("nextCursor") or "")
    return [_bare(one) for one in pages_of(told.get("elements"), "order")], cursor


def _bare(one: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take an order out of a frame of its own, which one of Walmart's examples puts around it."""
    inner = one.get("order")
    return inner if isinstance(inner, dict) else one


def _statuses(line: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(pages_of(line.get("orderLineStatuses"), "orderLineStatus"))


def _state(lines: Iterable[Mapping[str, Any]]) -> str:
    """Give the state of the order: what all its living lines have reached."""
    said = [str(one.get("status") or "").lower() for line in lines for one in _statuses(line)]
    if not said:
        return ""
    living = [one for one in said if one != "cancelled"]
    if not living:
        return "cancelled"
    if all(one == "delivered" for one in living):
        return "delivered"
    return "shipped" if all(one in ("shipped", "delivered") for one in living) else "pending"


def _is_open(line: Mapping[str, Any]) -> bool:
    return any(
        str(one.get("status") or "").lower() in ("created", "acknowledged")
        for one in _statuses(line)
    )


def _wants_to_cancel(line: Mapping[str, Any]) -> bool:
    """Read `intentToCancel`, a text without a list of its values: anything but a no counts."""
    return str(line.get("intentToCancel") or "").strip().lower() not in ("", "false", "no", "n")


def _total(order: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> Sum:
    summed = amount_of((order.get("orderSummary") or {}).get("totalAmount"))
    if summed is not None:
        return summed
    parts = [part for line in lines for part in _charges(line)]
    return Sum.of(parts)


def _charges(line: Mapping[str, Any]) -> Iterator[Sum]:
    for charge in pages_of(line.get("charges"), "charge"):
        tax = charge.get("tax") or {}
        for told in (charge.get("chargeAmount"), tax.get("taxAmount")):
            if amount := amount_of(told):
                yield amount


def _line(line: Mapping[str, Any]) -> Line:
    item = line.get("item") or {}
    quantity = decimal_of((line.get("orderLineQuantity") or {}).get("amount"))
    count = max(1, int(quantity)) if quantity else 1
    goods = [
        amount
        for charge in pages_of(line.get("charges"), "charge")
        if charge.get("chargeType") == "PRODUCT"
        and (amount := amount_of(charge.get("chargeAmount")))
    ]
    return Line(
        sku=str(item.get("sku") or ""),
        title=str(item.get("productName") or ""),
        quantity=count,
        price=round(Sum.of(goods).amount / count, 2),
    )


def _parcels(lines: Iterable[Mapping[str, Any]]) -> Iterator[Parcel]:
    seen = set()
    for line in lines:
        for status in _statuses(line):
            told = status.get("trackingInfo") or {}
            number = str(told.get("trackingNumber") or "")
            if not number or number in seen:
                continue
            seen.add(number)
            carrier = told.get("carrierName") or {}
            is_there = str(status.get("status") or "").lower() == "delivered"
            yield Parcel(
                tracking_number=number,
                carrier=str(carrier.get("carrier") or carrier.get("otherCarrier") or ""),
                tracking_url=str(told.get("trackingURL") or ""),
                state="delivered" if is_there else "underway",
                shipped_at=moment_of(told.get("shipDateTime")),
                delivered_at=moment_of(line.get("statusDate")) if is_there else None,
            )


def _refunds(lines: Iterable[Mapping[str, Any]]) -> Iterator[Refund]:
    for line in lines:
        told, at = line.get("refund") or {}, moment_of(line.get("statusDate"))
        charges = pages_of(told.get("refundCharges"), "refundCharge")
        parts = [
            part for one in charges for part in _charges({"charges": [one.get("charge") or {}]})
        ]
        total = Sum.of(parts)
        if told.get("refundId") and at and total.amount:
            yield Refund(
                external_id=str(told["refundId"]),
                amount=abs(Decimal(total.amount)),
                currency=total.currency,
                refunded_at=at,
                reason=str(told.get("refundComments") or ""),
            )
