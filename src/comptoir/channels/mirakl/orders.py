"""What an order (OR11) or a return (RT11) of Mirakl says, and the incidents on an order's lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
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
from comptoir.channels.kernel.values import (
    Dict,
    count,
    country,
    day,
    language,
    latest,
    number,
    part,
    words,
)
from comptoir.channels.kernel.windows import moment
from comptoir.channels.mirakl.addresses import portal_link

STATES = {
    "STAGING": "pending",
    "WAITING_ACCEPTANCE": "pending",
    "WAITING_DEBIT": "pending",
    "WAITING_DEBIT_PAYMENT": "pending",
    "SHIPPING": "pending",
    "SHIPPED": "shipped",
    "TO_COLLECT": "shipped",
    "RECEIVED": "delivered",
    "CLOSED": "delivered",
    "REFUSED": "cancelled",
    "CANCELED": "cancelled",
}
INCIDENT_OPEN = "INCIDENT_OPEN"
REFUNDED = "REFUNDED"
RETURN_STATES = {
    "WAITING_ACCEPTANCE": ("requested", CaseState.OPENED),
    "IN_PROGRESS": ("accepted", CaseState.ANSWERED),
    "REFUSED": ("refused", CaseState.CLOSED),
    "RECEIVED": ("received", CaseState.ANSWERED),
    "NO_RECEPTION": ("closed", CaseState.CLOSED),
    "CLOSED": ("closed", CaseState.CLOSED),
    "CANCELED": ("closed", CaseState.CLOSED),
}
"""Mirakl's state of a return: ours of the goods, and of the case. Unknown ones are under way."""
UNDERWAY = ("sent", CaseState.ANSWERED)


def told(order: Dict) -> OrderTold:
    """Say what an order tells."""
    lines = pages_of(order, "order_lines")
    delivered_at = _all_moments(lines, "received_date")
    return OrderTold(
        number=words(order.get("order_id")),
        placed_at=moment(order.get("created_date")),
        state=STATES.get(words(order.get("order_state")), ""),
        total=number(order.get("total_price")),
        currency=words(order.get("currency_iso_code")),
        buyer=_buyer(order),
        ship_by_at=moment(order.get("shipping_deadline")),
        shipped_at=latest(*(line.get("shipped_date") for line in lines)),
        promised_on=day(part(order, "delivery_date").get("latest")),
        delivered_at=delivered_at,
        lines=tuple(map(_line, lines)) or None,
        parcels=_parcels(order, lines),
        refunds=tuple(_refunds(order, lines)),
    )


def incidents_told(
    order: Dict, incidents: list[Dict], settings: Mapping[str, Any]
) -> Iterator[CaseTold]:
    """Say which incidents were opened or closed on an order's lines, as the pull noted them."""
    lines = {words(line.get("order_line_id")): line for line in pages_of(order, "order_lines")}
    for incident in incidents:
        line = lines.get(words(incident.get("line")), {})
        at = latest(line.get("last_updated_date")) or latest(
            order.get("last_updated_date"), order.get("created_date")
        )
        if at is None:
            raise ValueError(f"order {order.get('order_id')}: no time of change")
        reason = words(line.get("order_line_state_reason_label"))
        title = words(line.get("product_title"))
        yield CaseTold(
            external_id=words(incident.get("id")),
            kind=CaseKind.CLAIM,
            state=CaseState(words(incident.get("state"))),
            occurred_at=at,
            text=" – ".join(filter(None, (title, reason))),
            reason=reason or words(line.get("order_line_state_reason_code")),
            order_number=words(order.get("order_id")),
            amount=number(line.get("total_price")),
            currency=words(order.get("currency_iso_code")),
            buyer=_buyer(order),
            link=portal_link(words(order.get("order_id")), settings),
        )


def return_told(back: Dict, settings: Mapping[str, Any]) -> Iterator[Told]:
    """Say what a return tells: the goods on their order, and the case we may owe a decision on."""
    at = moment(back.get("date_created"))
    if at is None:
        raise ValueError(f"return {back.get('id')}: {back.get('date_created')!r} is no time")
    changed_at = moment(back.get("last_updated")) or at
    native = words(back.get("state"))
    state, case_state = RETURN_STATES.get(native, UNDERWAY)
    order_number = words(back.get("order_id"))
    tracking = part(back, "tracking")
    reason = words(back.get("reason_code"))
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
                carrier=words(tracking.get("carrier_name") or tracking.get("carrierName")),
                tracking_number=words(tracking.get("tracking_number")),
                lines=tuple(
                    (words(line.get("order_line_id")), "", count(line.get("quantity")))
                    for line in pages_of(back, "return_lines")
                ),
            ),
        ),
    )
    yield CaseTold(
        external_id=words(back.get("id")),
        kind=CaseKind.RETURN,
        state=case_state,
        occurred_at=at if case_state is CaseState.OPENED else changed_at,
        text=words(back.get("description")),
        reason=reason,
        order_number=order_number,
        link=portal_link(order_number, settings),
    )


def _buyer(order: Dict) -> Buyer:
    """Give the buyer; the lent mail address takes no answers, so it is left out."""
    customer = part(order, "customer")
    name = f"{words(customer.get('firstname'))} {words(customer.get('lastname'))}".strip()
    address = part(customer, "shipping_address") or part(customer, "billing_address")
    return Buyer(
        alias=words(customer.get("customer_id")),
        name=name,
        language=language(customer.get("locale")),
        country=country(address.get("country_iso_code")),
    )


def _line(line: Dict) -> Line:
    quantity = max(count(line.get("quantity")), 0)
    price = number(line.get("price_unit"))
    if price is None:
        whole = number(line.get("price")) or Decimal(0)
        price = (whole / max(quantity, 1)).quantize(Decimal("0.01"))
    return Line(
        sku=words(line.get("offer_sku")) or words(line.get("product_sku")),
        title=words(line.get("product_title")),
        quantity=quantity,
        price=price,
    )


def _all_moments(lines: Any, name: str) -> Any:
    """Give the latest moment of that name, but only where every line has one."""
    found = [moment(line.get(name)) for line in lines]
    return None if not found or None in found else max(filter(None, found))


def _parcels(order: Dict, lines: Any) -> tuple[Parcel, ...]:
    tracking = words(order.get("shipping_tracking"))
    if not tracking:
        return ()
    delivered_at = _all_moments(lines, "received_date")
    return (
        Parcel(
            tracking_number=tracking,
            carrier=words(order.get("shipping_company"))
            or words(order.get("shipping_carrier_code")),
            tracking_url=words(order.get("shipping_tracking_url")),
            state="delivered" if delivered_at else "underway",
            shipped_at=latest(*(line.get("shipped_date") for line in lines)),
            promised_on=day(part(order, "delivery_date").get("latest")),
            delivered_at=delivered_at,
        ),
    )


def _refunds(order: Dict, lines: Any) -> Iterator[Refund]:
    """Give refunds that were granted; one that is not paid yet has Mirakl's state in its reason."""
    for line in lines:
        for one in pages_of(line, "refunds"):
            amount = (number(one.get("amount")) or Decimal(0)) + (
                number(one.get("shipping_amount")) or Decimal(0)
            )
            at = moment(one.get("transaction_date")) or moment(one.get("created_date"))
            if amount <= 0 or at is None:
                continue
            state = words(one.get("refund_state")) or words(one.get("state"))
            waits = "" if state in ("", REFUNDED) else state
            yield Refund(
                external_id=words(one.get("id")),
                amount=amount,
                currency=words(order.get("currency_iso_code")),
                refunded_at=at,
                reason=" ".join(filter(None, (words(one.get("reason_code")), waits))),
            )
