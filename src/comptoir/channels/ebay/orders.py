"""eBay's orders (Fulfillment API): by when they changed, with their parcels and cancellations.

Orders are told with the listing of each line, by which conversations are tied to them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from comptoir.channels.ebay.account import Account
from comptoir.channels.ebay.money import amount_of
from comptoir.channels.ebay.paging import pages
from comptoir.channels.ebay.sites import place_of
from comptoir.channels.kernel.http import ApiError, pages_of
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
from comptoir.channels.kernel.windows import Window, moment

PATH = "/sell/fulfillment/v1/order"
PAGE_SIZE = 100
STATES = {"NOT_STARTED": "pending", "IN_PROGRESS": "pending", "FULFILLED": "shipped"}
CANCELLED = "CANCELED"
ASKED_TO_CANCEL = ("REQUESTED", "PENDING", "INPROGRESS", "IN_PROGRESS")
PORTAL = "https://www.ebay.com/sh/ord/details?orderid={order}"


def changed(account: Account, window: Window) -> Iterator[list[RawItem]]:
    """Yield the orders that changed within a window, each with what its list leaves out."""
    span = f"{_iso(window.since)}..{_iso(window.until)}"
    asked = {"filter": f"lastmodifieddate:[{span}]"}
    for found in pages(account.api, "orders", PATH, asked, names=("orders",), size=PAGE_SIZE):
        yield [_item(account, order) for order in found if order.get("orderId")]


def buyer_and_listing(account: Account, number: str) -> tuple[str, str]:
    """Give the buyer's name and the first listing of an order. Raises `ChannelError`."""
    order = account.api.read("order", f"{PATH}/{number}").json()
    lines = pages_of(order, "lineItems")
    listing = str(lines[0].get("legacyItemId") or "") if lines else ""
    return str((order.get("buyer") or {}).get("username") or ""), listing


def read_order(value: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what a stored order tells: itself, and a buyer's wish to cancel it."""
    order = value["order"]
    number, total = str(order["orderId"]), _total(order)
    place = _place(order, settings)
    yield OrderTold(
        number=number,
        placed_at=moment(order.get("creationDate")),
        state=_state(order),
        total=total[0] if total else None,
        currency=total[1] if total else "",
        buyer=buyer_of(order),
        ship_by_at=_ship_by(order),
        promised_on=_promised(order),
        lines=tuple(_line(one) for one in pages_of(order, "lineItems")) or None,
        parcels=tuple(_parcels(value)),
        refunds=tuple(_refunds(order)),
        place=place,
    )
    yield from _cancellations(order, number, place)


def buyer_of(order: Mapping[str, Any]) -> Buyer:
    """Give the buyer: the name they trade under, and what the parcel's address says."""
    told = order.get("buyer") or {}
    person = told.get("buyerRegistrationAddress") or {}
    steps = pages_of(order, "fulfillmentStartInstructions")
    ship_to = ((steps[0].get("shippingStep") or {}).get("shipTo") or {}) if steps else {}
    country = (ship_to.get("contactAddress") or person.get("contactAddress") or {}).get(
        "countryCode"
    )
    return Buyer(
        alias=str(told.get("username") or ""),
        name=str(person.get("fullName") or ship_to.get("fullName") or ""),
        email=str(person.get("email") or ship_to.get("email") or ""),
        country=str(country or "")[:2],
    )


def _item(account: Account, order: Mapping[str, Any]) -> RawItem:
    value: dict[str, Any] = {"order": order}
    if (order.get("cancelStatus") or {}).get("cancelState") not in (None, "NONE_REQUESTED"):
        value["order"] = _whole(account, order)
    if order.get("fulfillmentHrefs"):
        value["fulfillments"] = _fulfillments(account, str(order["orderId"]))
    changed_at = order.get("lastModifiedDate") or order.get("creationDate")
    return RawItem(
        f"order/{order['orderId']}/{changed_at}",
        json.dumps(value, ensure_ascii=False).encode(),
        "application/json",
        moment(changed_at),
    )


def _whole(account: Account, order: Mapping[str, Any]) -> Mapping[str, Any]:
    """Ask for the order by itself: only then it says who wants to cancel it, and how far that is."""
    answer = account.api.read("order", f"{PATH}/{order['orderId']}").json()
    return answer if isinstance(answer, dict) and answer.get("orderId") else order


def _fulfillments(account: Account, number: str) -> list[Mapping[str, Any]]:
    try:
        answer = account.api.read("order", f"{PATH}/{number}/shipping_fulfillment").json()
    except ApiError as error:
        if error.code != "not_found":
            raise
        return []
    return list(pages_of(answer, "fulfillments"))


def _state(order: Mapping[str, Any]) -> str:
    if (order.get("cancelStatus") or {}).get("cancelState") == CANCELLED:
        return "cancelled"
    return STATES.get(str(order.get("orderFulfillmentStatus")), "")


def _total(order: Mapping[str, Any]) -> tuple[Decimal, str] | None:
    return amount_of((order.get("pricingSummary") or {}).get("total"))


def _line(line: Mapping[str, Any]) -> Line:
    """Give an article; `lineItemCost` is that of all its pieces."""
    quantity = max(1, int(line.get("quantity") or 1))
    cost = amount_of(line.get("lineItemCost"))
    listing = str(line.get("legacyItemId") or "")
    return Line(
        sku=str(line.get("sku") or listing),
        title=str(line.get("title") or ""),
        quantity=quantity,
        price=round(cost[0] / quantity, 2) if cost else Decimal(0),
        item=listing,
    )


def _parcels(value: Mapping[str, Any]) -> Iterator[Parcel]:
    for one in pages_of(value, "fulfillments"):
        number = str(one.get("shipmentTrackingNumber") or "")
        if number:
            yield Parcel(
                tracking_number=number,
                carrier=str(one.get("shippingCarrierCode") or ""),
                shipped_at=moment(one.get("shippedDate")),
            )


def _refunds(order: Mapping[str, Any]) -> Iterator[Refund]:
    for one in pages_of(order.get("paymentSummary"), "refunds"):
        amount, at = amount_of(one.get("amount")), moment(one.get("refundDate"))
        is_done = str(one.get("refundStatus") or "REFUNDED") == "REFUNDED"
        if amount and amount[0] > 0 and at and is_done:
            number = one.get("refundReferenceId") or one.get("refundId") or one["refundDate"]
            yield Refund(
                external_id=str(number), amount=amount[0], currency=amount[1], refunded_at=at
            )


def _cancellations(order: Mapping[str, Any], number: str, place: Place) -> Iterator[CaseTold]:
    """Tell of what a buyer asked: the seller's own cancellations need nobody's answer."""
    for one in pages_of(order.get("cancelStatus"), "cancelRequests"):
        at = moment(one.get("cancelRequestedDate"))
        if str(one.get("cancelInitiator") or "").lower() != "buyer" or at is None:
            continue
        is_open = str(one.get("cancelRequestState") or "").upper() in ASKED_TO_CANCEL
        yield CaseTold(
            external_id=str(one.get("cancelRequestId") or number),
            kind=CaseKind.CANCELLATION,
            state=CaseState.OPENED if is_open else CaseState.CLOSED,
            occurred_at=at,
            reason=str(one.get("cancelReason") or ""),
            order_number=number,
            buyer=buyer_of(order),
            place=place,
            link=PORTAL.format(order=number),
        )


def _ship_by(order: Mapping[str, Any]) -> datetime | None:
    found = [
        at
        for line in pages_of(order, "lineItems")
        if (at := moment((line.get("lineItemFulfillmentInstructions") or {}).get("shipByDate")))
    ]
    return min(found) if found else None


def _promised(order: Mapping[str, Any]) -> Any:
    found = [
        at.date()
        for step in (
            *pages_of(order, "fulfillmentStartInstructions"),
            *(line.get("lineItemFulfillmentInstructions") or {}
              for line in pages_of(order, "lineItems")),
        )
        if (at := moment(step.get("maxEstimatedDeliveryDate")))
    ]  # fmt: skip
    return max(found) if found else None


def _place(order: Mapping[str, Any], settings: Mapping[str, Any]) -> Place:
    for line in pages_of(order, "lineItems"):
        for key in ("purchaseMarketplaceId", "listingMarketplaceId"):
            if (place := place_of(line.get(key))).country:
                return place
    return place_of(settings.get("site"))


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
