"""What Connect's conversations, orders and returns say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from comptoir.channels.kernel.http import pages_of
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
    Refund,
    Return,
    Told,
)
from comptoir.channels.kernel.values import Dict, count, country, day, number, part, words
from comptoir.channels.kernel.windows import moment
from comptoir.channels.mirakl_connect.places import place

AUTHORS = {"CUSTOMER": Author.BUYER, "STORE": Author.US, "CHANNEL": Author.OPERATOR}
ORDER_STATES = {
    "AWAITING_FRAUD_CHECK": "pending",
    "AWAITING_ACCEPTANCE": "pending",
    "AWAITING_PAYMENT": "pending",
    "AWAITING_SHIPMENT": "pending",
    "SHIPPED": "shipped",
    "DELIVERED": "delivered",
    "CLOSED": "delivered",
}
NEVER_SENT = frozenset({
    "REFUSED", "ACCEPTANCE_TIMEOUT", "FRAUD_CHECK_FAILED", "FRAUD_CHECK_TIMEOUT",
    "REFUSED_PAYMENT", "PAYMENT_TIMEOUT", "CANCELED",
})  # fmt: skip
"""Why an order was closed without having been sent."""
RETURN_STATES = {
    "REQUEST_INITIATED": ("requested", CaseState.OPENED),
    "REQUEST_DECLINED": ("refused", CaseState.CLOSED),
    "OPENED": ("accepted", CaseState.ANSWERED),
    "RECEIVED": ("received", CaseState.ANSWERED),
    "CLOSED": ("closed", CaseState.CLOSED),
}
UNDERWAY = ("sent", CaseState.ANSWERED)


def conversation_told(
    conversation: Dict, messages: list[Dict], settings: Mapping[str, Any]
) -> Iterator[MessageTold]:
    """Say what a conversation tells, oldest message first. Raises ValueError where one has no time."""
    about = part(conversation, "entity")
    where = place(conversation, settings)
    buyer = _talking(conversation, messages)
    told = []
    for message in messages:
        at = moment(message.get("channel_created_at")) or moment(message.get("created_at"))
        if at is None:
            raise ValueError(f"message {message.get('id')} has no time")
        sender = part(message, "sender")
        told.append(
            MessageTold(
                external_id=words(message.get("id")),
                thread_id=words(conversation.get("id")),
                author=AUTHORS.get(words(sender.get("type")), Author.PLATFORM),
                occurred_at=at,
                text=str(message.get("body") or ""),
                subject=words(part(conversation, "topic").get("value")),
                order_number=words(about.get("channel_entity_id")),
                buyer=buyer,
                speaker_name=words(sender.get("name")),
                files=tuple(_files(message)),
                place=where,
            )
        )
    yield from sorted(told, key=lambda one: one.occurred_at)


def order_told(order: Dict, settings: Mapping[str, Any]) -> OrderTold:
    """Say what an order tells. Prices come without taxes, which are added for the total."""
    lines = pages_of(order, "order_lines")
    shipping = part(order, "shipping_info")
    currency = next((words(part(one, "price").get("currency")) for one in lines), "")
    return OrderTold(
        number=words(order.get("channel_order_id")),
        placed_at=moment(order.get("created_at")),
        state=_state(order),
        total=sum((_line_total(line) for line in lines), Decimal(0)) if lines else None,
        currency=currency,
        buyer=_buyer(order),
        ship_by_at=moment(shipping.get("shipping_deadline")),
        promised_on=day(part(shipping, "delivery_date").get("latest")),
        lines=tuple(map(_line, lines)) or None,
        refunds=tuple(refund for line in lines for refund in _refunds(line)),
        place=place(order, settings),
    )


def return_told(back: Dict, order_number: str, settings: Mapping[str, Any]) -> Iterator[Told]:
    """Say what a return tells: the goods on their order, and the case we may owe a decision on."""
    at = moment(back.get("created_at"))
    if at is None:
        raise ValueError(f"return {back.get('id')} has no time")
    changed_at = moment(back.get("updated_at")) or moment(back.get("channel_updated_at")) or at
    native = words(back.get("status"))
    state, case_state = RETURN_STATES.get(native, UNDERWAY)
    lines = pages_of(back, "return_lines")
    reason = words(next(iter(lines), {}).get("reason"))
    tracking = part(back, "tracking")
    where = place(back, settings)
    yield OrderTold(
        number=order_number,
        returns=(
            Return(
                external_id=words(back.get("id")),
                requested_at=at,
                state=state,
                reason=reason,
                decided_at=None if state == "requested" else changed_at,
                received_at=changed_at if native == "RECEIVED" else None,
                carrier=words(tracking.get("carrier_name")),
                tracking_number=words(tracking.get("tracking_number")),
                lines=tuple(
                    (
                        words(line.get("product_id")) or words(line.get("order_line_id")),
                        "",
                        count(line.get("quantity")),
                    )
                    for line in lines
                ),
            ),
        ),
        place=where,
    )
    yield CaseTold(
        external_id=words(back.get("id")),
        kind=CaseKind.RETURN,
        state=case_state,
        occurred_at=at if case_state is CaseState.OPENED else changed_at,
        reason=reason,
        order_number=order_number,
        place=where,
    )


def _talking(conversation: Dict, messages: list[Dict]) -> Buyer:
    """Name the buyer; Connect never says under which number it knows them."""
    named = [
        *pages_of(conversation, "participants"),
        *(part(message, "sender") for message in messages),
    ]
    for one in named:
        if words(one.get("type")) == "CUSTOMER":
            return Buyer(name=words(one.get("name")))
    return Buyer()


def _files(message: Dict) -> Iterator[File]:
    for one in pages_of(message, "attachments"):
        name = words(one.get("filename"))
        yield File(name=name, reference={"item": f"file/{words(one.get('id'))}"})


def _state(order: Dict) -> str:
    status = words(order.get("status"))
    if status == "CLOSED" and words(order.get("status_reason")) in NEVER_SENT:
        return "cancelled"
    return ORDER_STATES.get(status, "")


def _buyer(order: Dict) -> Buyer:
    """Give the buyer. The address lent for notices takes no answers, so it only identifies."""
    shipping = part(order, "shipping_info")
    address = part(shipping, "address") or part(part(order, "billing_info"), "address")
    name = f"{words(address.get('first_name'))} {words(address.get('last_name'))}".strip()
    return Buyer(
        alias=words(shipping.get("email")),
        name=name,
        country=country(address.get("country_iso_code")),
    )


def _amount(value: Dict, name: str) -> Decimal:
    return number(part(value, name).get("amount")) or Decimal(0)


def _taxes(value: Dict) -> Decimal:
    taxes = [*pages_of(value, "taxes"), *pages_of(value, "shipping_taxes")]
    return sum((_amount(tax, "amount") for tax in taxes), Decimal(0))


def _line_total(line: Dict) -> Decimal:
    return _amount(line, "price") + _amount(line, "total_shipping_price") + _taxes(line)


def _line(line: Dict) -> Line:
    """Give an article; Connect tells the price of all its pieces together."""
    quantity = max(count(line.get("quantity")), 0)
    whole = _amount(line, "price") + sum(
        (_amount(tax, "amount") for tax in pages_of(line, "taxes")), Decimal(0)
    )
    product = part(line, "product")
    return Line(
        sku=words(product.get("id")),
        title=words(product.get("title")),
        quantity=quantity,
        price=(whole / max(quantity, 1)).quantize(Decimal("0.01")),
    )


def _refunds(line: Dict) -> Iterator[Refund]:
    for one in pages_of(line, "adjustments"):
        amount = _amount(one, "price") + _amount(one, "shipping_price") + _taxes(one)
        at = moment(one.get("created_at"))
        if words(one.get("type")) != "REFUND" or amount <= 0 or at is None:
            continue
        yield Refund(
            external_id=words(one.get("adjustment_id")) or words(one.get("id")),
            amount=amount,
            currency=words(part(one, "price").get("currency")),
            refunded_at=at,
            reason=words(one.get("reason")),
        )
