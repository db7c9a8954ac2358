"""Walmart's returns: goods on their way back, told as part of the order's own history.

Walmart itself accepts returns; the seller refunds what comes back. One return may hold lines of
several purchase orders.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from comptoir.channels.kernel.http import pages_of
from comptoir.channels.kernel.protocol import RawItem
from comptoir.channels.kernel.told import Buyer, OrderTold, Return, Told
from comptoir.channels.kernel.windows import Window, iso
from comptoir.channels.walmart.account import Account, moment_of
from comptoir.channels.walmart.amounts import decimal_of
from comptoir.channels.walmart.listing import PAGE_SIZE, pages
from comptoir.channels.walmart.orders import PLACE, number_of

PATH = "/v3/returns"
STATES = ("requested", "sent", "received", "closed")
REACHED = {
    "INITIATED": "requested", "RETURN_INITIATED": "requested", "RETURN_IN_TRANSIT": "sent",
    "DELIVERED": "received", "RETURN_DELIVERED": "received", "COMPLETED": "closed",
    "RETURN_COMPLETED": "closed", "CANCELLED": "closed",
}  # fmt: skip
"""Line statuses and tracking events in our words; the least that all lines reached counts."""


def changed(account: Account, window: Window) -> Iterator[list[RawItem]]:
    """Yield the returns that changed within a window."""
    asked = {
        "returnLastModifiedStartDate": iso(window.since),
        "returnLastModifiedEndDate": iso(window.until),
        "limit": str(PAGE_SIZE),
    }
    for found in pages(account, "returns", PATH, asked, _split):
        yield [_item(one) for one in found if one.get("returnOrderId")]


def by_number(account: Account, number: str) -> RawItem | None:
    """Ask for one return. Raises `ChannelError`."""
    answer = account.http.read(
        "returns", PATH, params={"returnOrderId": number, "limit": "1"}
    ).json()
    found, _ = _split(answer)
    return _item(found[0]) if found and found[0].get("returnOrderId") else None


def read_return(told: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what a stored return tells, for each order it takes goods from."""
    at = moment_of(told.get("returnOrderDate"))
    if at is None:
        raise ValueError(f"return {told.get('returnOrderId')}: no moment")
    by_order: dict[str, list[Mapping[str, Any]]] = {}
    for line in pages_of(told, "returnOrderLines"):
        number = number_of({**line, "customerOrderId": told.get("customerOrderId")}, settings)
        by_order.setdefault(number, []).append(line)
    address = str(told.get("customerEmailId") or "").strip().lower()
    name = told.get("customerName") or {}
    whole = " ".join(str(name[key]) for key in ("firstName", "lastName") if name.get(key))
    for number, lines in by_order.items():
        if number:
            yield OrderTold(
                number=number,
                buyer=Buyer(alias=address, email=address, name=whole),
                returns=(_return(told, lines, at),),
                place=PLACE,
            )


def _return(told: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], at: datetime) -> Return:
    carrier, number = _label(told)
    return Return(
        external_id=str(told["returnOrderId"]),
        requested_at=at,
        state=_state(lines),
        reason=", ".join(dict.fromkeys(_reason(line) for line in lines if _reason(line))),
        received_at=_received_at(lines),
        carrier=carrier,
        tracking_number=number,
        lines=tuple(_line(line) for line in lines),
    )


def _split(answer: Any) -> tuple[Sequence[Mapping[str, Any]], str]:
    told = answer if isinstance(answer, dict) else {}
    cursor = str((told.get("meta") or {}).get("nextCursor") or "")
    return pages_of(told, "returnOrders"), cursor


def _item(told: Mapping[str, Any]) -> RawItem:
    content = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    version = hashlib.sha256(content).hexdigest()[:16]
    at = moment_of(told.get("returnOrderDate"))
    return RawItem(f"return/{told['returnOrderId']}/{version}", content, "application/json", at)


def _state(lines: Sequence[Mapping[str, Any]]) -> str:
    reached = [
        max(
            (STATES.index(REACHED[word]) for word in _words(line) if word in REACHED),
            default=0,
        )
        for line in lines
    ]
    return STATES[min(reached, default=0)]


def _words(line: Mapping[str, Any]) -> Iterator[str]:
    yield str(line.get("status") or "").upper()
    for event in pages_of(line, "returnTrackingDetail"):
        yield str(event.get("eventTag") or "").upper()


def _received_at(lines: Sequence[Mapping[str, Any]]) -> datetime | None:
    found = [
        at
        for line in lines
        for event in pages_of(line, "returnTrackingDetail")
        if str(event.get("eventTag") or "").upper() == "RETURN_DELIVERED"
        and (at := moment_of(event.get("eventTime")))
    ]
    return max(found) if found else None


def _label(told: Mapping[str, Any]) -> tuple[str, str]:
    for group in pages_of(told, "returnLineGroups"):
        for label in pages_of(group, "labels"):
            for carrier in pages_of(label, "carrierInfoList"):
                if carrier.get("trackingNo"):
                    return str(carrier.get("carrierName") or ""), str(carrier["trackingNo"])
    return "", ""


def _line(line: Mapping[str, Any]) -> tuple[str, str, int]:
    item = line.get("item") or {}
    quantity = decimal_of((line.get("quantity") or {}).get("measurementValue"))
    count = max(1, int(quantity)) if quantity else 1
    return str(item.get("sku") or ""), str(item.get("productName") or ""), count


def _reason(line: Mapping[str, Any]) -> str:
    parts = (line.get("returnReason"), line.get("returnDescription"))
    return ": ".join(str(part) for part in parts if part)
