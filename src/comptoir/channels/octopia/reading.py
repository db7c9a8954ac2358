"""What a stored discussion or order of Octopia says, in the desk's words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from comptoir.channels.kernel.protocol import RawItem
from comptoir.channels.kernel.told import (
    Author,
    Buyer,
    CaseKind,
    CaseState,
    CaseTold,
    File,
    Line,
    MessageTold,
    OrderTold,
    Parcel,
    Place,
    ThreadTold,
    Told,
)
from comptoir.channels.kernel.windows import moment
from comptoir.channels.octopia.shapes import (
    MARKUP,
    camel,
    first,
    inside,
    is_false,
    listed,
    number,
)

AUTHORS = {
    "customer": Author.BUYER,
    "seller": Author.US,
    "grcoperator": Author.OPERATOR,
    "automatic": Author.PLATFORM,
}
STATES = {
    "processing": "pending", "waitingacceptance": "pending", "accepted": "pending",
    "inpreparation": "pending", "shipped": "shipped", "delivered": "delivered",
    "cancelled": "cancelled", "refused": "cancelled", "rejected": "cancelled",
    "returned": "returned", "refunded": "returned",
}  # fmt: skip
CLAIMS = ("claim", "level_1", "level1")
CDISCOUNT = ("CDIS", "CDISCOUNT")


def read(item: RawItem, settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what an item tells. Files and unknown documents tell nothing by themselves."""
    del settings
    if item.content_type != "application/json":
        return
    document = camel(json.loads(item.content))
    if item.external_id.startswith("discussion/"):
        yield from _discussion(document)
    elif item.external_id.startswith("order/"):
        yield _order(document)


def discussion_id(document: Mapping[str, Any]) -> str:
    """Give a discussion's number."""
    return first(document, "discussionId", "id")


def messages_of(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give a discussion's messages, the oldest first."""
    found = listed(document.get("messages") or document.get("messageList") or [])
    return sorted(found, key=lambda one: first(one, "createdAt", "sentAt", "date"))


def author_of(message: Mapping[str, Any]) -> Author:
    """Say who wrote a message; one of an unknown kind is the platform's."""
    kind = first(inside(message, "sender"), "userType", "type") or first(message, "senderType")
    return AUTHORS.get(kind.lower(), Author.PLATFORM)


def file_item(message_id: str, position: int) -> str:
    """Give the id under which a file of a message is stored."""
    return f"file/{message_id}/{position}"


def text_of(message: Mapping[str, Any]) -> str:
    """Give what a message says, as it came."""
    return first(message, "body", "content", "text")


def _discussion(document: Mapping[str, Any]) -> Iterator[Told]:
    thread_id = discussion_id(document)
    stream = "offer" if first(document, "typologyCode").lower() == "offer" else "order"
    place = _place(first(document, "salesChannel", "salesChannelId"))
    order_number = first(document, "orderReference", "orderSellerId", "orderId")
    buyer = Buyer(
        alias=first(document, "customerId") or first(inside(document, "customer"), "id"),
        name=first(inside(document, "customer"), "name", "displayName")
        or first(document, "customerName"),
    )
    shared: dict[str, Any] = {"thread_id": thread_id, "stream": stream, "place": place}
    messages = messages_of(document)
    for message in messages:
        yield _message(message, document, order_number, buyer, shared)
    updated_at = moment(first(document, "updatedAt")) or _last(messages)
    is_open = not is_false(document.get("isOpen"))
    if first(document, "graduation", "graduationCode").lower() in CLAIMS:
        opened_at = moment(first(document, "createdAt")) or _first(messages) or updated_at
        state = _claim_state(document, is_open=is_open)
        at = opened_at if state is CaseState.OPENED else updated_at
        if at is not None:
            yield CaseTold(
                external_id=thread_id,
                kind=CaseKind.CLAIM,
                state=state,
                occurred_at=at,
                reason=first(document, "subject", "subTypologyCode"),
                order_number=order_number,
                buyer=buyer,
                **shared,
            )
    if not is_open and updated_at is not None:
        yield ThreadTold(at=updated_at, **shared)


def _message(
    message: Mapping[str, Any],
    document: Mapping[str, Any],
    order_number: str,
    buyer: Buyer,
    shared: Mapping[str, Any],
) -> MessageTold:
    number_of_it = first(message, "messageId", "id")
    at = moment(first(message, "createdAt", "sentAt", "date"))
    if at is None or not number_of_it:
        raise ValueError(f"discussion {discussion_id(document)}: a message without id or moment")
    author = author_of(message)
    body = text_of(message)
    has_markup = bool(MARKUP.search(body))
    return MessageTold(
        external_id=number_of_it,
        author=author,
        occurred_at=at,
        text="" if has_markup else body,
        html=body if has_markup else "",
        subject=first(document, "subject"),
        order_number=order_number,
        item=first(document, "productTitle", "productId"),
        buyer=buyer,
        speaker_name=first(inside(message, "sender"), "displayName", "name"),
        needs_reply=False if author is Author.PLATFORM else None,
        files=tuple(_files(message, number_of_it)),
        **shared,
    )


def _files(message: Mapping[str, Any], message_id: str) -> Iterator[File]:
    for position, one in enumerate(listed(message.get("attachments") or [])):
        name = first(one, "attachmentName", "name", "fileName") or f"file-{position + 1}"
        yield File(name=name, reference={"item": file_item(message_id, position)})


def _claim_state(document: Mapping[str, Any], *, is_open: bool) -> CaseState:
    if not is_open:
        return CaseState.CLOSED
    treated = first(document, "processStatus").lower() == "treated"
    return CaseState.ANSWERED if treated else CaseState.OPENED


def _place(sales_channel: str) -> Place:
    """Give the marketplace of a sales channel; Octopia serves others than Cdiscount, too."""
    if not sales_channel or sales_channel.upper().startswith(CDISCOUNT):
        return Place(marketplace="cdiscount")
    return Place(marketplace=sales_channel.lower())


def _order(document: Mapping[str, Any]) -> OrderTold:
    lines = listed(document.get("lines") or [])
    addresses = [inside(line, "shippingAddress") for line in lines]
    billing = inside(document, "billingAddress")
    shipping = next((one for one in addresses if one), billing)
    prices = inside(document, "totalPrice")
    names = (first(billing, "firstName"), first(billing, "lastName"))
    customer = inside(document, "customer")
    return OrderTold(
        number=first(document, "reference", "orderId"),
        placed_at=moment(first(document, "purchasedAt", "createdAt")),
        state=STATES.get(first(document, "status").replace("_", "").lower(), ""),
        total=number(prices.get("sellingPrice") or prices.get("offerPrice")),
        currency=first(document, "currencyCode") or "EUR",
        buyer=Buyer(
            alias=first(customer, "reference", "id"),
            name=" ".join(name for name in names if name),
            email=_email(shipping),
            country=first(shipping, "countryCode").upper()[:2],
        ),
        ship_by_at=moment(first(document, "shippedAtMax")) or _ship_by(lines),
        lines=tuple(_line(one) for one in lines) or None,
        parcels=tuple(_parcels(document, lines)),
        place=_place(
            first(inside(document, "salesChannel"), "id") or first(document, "salesChannelId")
        ),
    )


def _line(line: Mapping[str, Any]) -> Line:
    offer = inside(line, "offer")
    price = inside(line, "sellingPrice") or inside(line, "offerPrice")
    return Line(
        sku=first(offer, "sellerProductId", "id"),
        title=first(offer, "productTitle", "title"),
        quantity=int(number(line.get("quantity")) or 1),
        price=number(price.get("unitSalesPrice")) or Decimal(0),
    )


def _parcels(document: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> Iterator[Parcel]:
    told = [*listed(document.get("parcels") or [])]
    for line in lines:
        told += listed(line.get("parcels") or [])
    seen: set[str] = set()
    for one in told:
        tracking = first(one, "parcelNumber", "trackingNumber")
        if tracking and tracking not in seen:
            seen.add(tracking)
            url = first(one, "trackingUrl")
            yield Parcel(
                tracking_number=tracking, carrier=first(one, "carrierName"), tracking_url=url
            )


def _ship_by(lines: Iterable[Mapping[str, Any]]) -> datetime | None:
    times = [moment(first(inside(line, "delivery"), "shippedAtMax")) for line in lines]
    return min((at for at in times if at), default=None)


def _email(address: Mapping[str, Any]) -> str:
    """Give the buyer's address; `noreply@` stands there where Octopia gives none."""
    found = first(address, "email")
    return "" if found.lower().startswith(("noreply", "no-reply")) else found


def _first(messages: list[Mapping[str, Any]]) -> datetime | None:
    return moment(first(messages[0], "createdAt", "sentAt", "date")) if messages else None


def _last(messages: list[Mapping[str, Any]]) -> datetime | None:
    return moment(first(messages[-1], "createdAt", "sentAt", "date")) if messages else None
