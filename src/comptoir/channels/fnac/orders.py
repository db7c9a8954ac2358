"""What Fnac's API says of orders, claims and ratings, in the desk's words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

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
)
from comptoir.channels.kernel.windows import moment
from comptoir.channels.kernel.xml_answers import Element, amount, text

CURRENCY = "EUR"
"""The only one of Fnac's markets (`market_code`: FR, BE, ES, PT)."""
RATING_MAX = 5
STATES = {
    "Created": "pending", "Accepted": "pending", "ToShip": "pending", "ToAccept": "pending",
    "Shipped": "shipped", "NotReceived": "shipped", "Received": "delivered",
    "Refused": "cancelled", "Cancelled": "cancelled", "Error": "cancelled",
}  # fmt: skip
GONE = ("Refused", "Cancelled")
COUNTRIES = {
    "FRA": "FR", "BEL": "BE", "ESP": "ES", "PRT": "PT", "LUX": "LU", "CHE": "CH", "MCO": "MC",
    "DEU": "DE", "ITA": "IT", "NLD": "NL", "GBR": "GB", "AND": "AD",
}  # fmt: skip
REASONS = {
    "1": "Item not received", "2": "Item unlike description", "3": "Defective item",
    "4": "Withdrawal", "5": "Counterfeit", "6": "Other", "7": "Refund", "8": "Out of stock",
    "9": "Returned by the buyer", "10": "Cancelled by the buyer", "11": "Shipping impossible",
    "12": "Item not received", "13": "Faulty item", "14": "Item unlike description",
    "15": "Other", "16": "Longer delivery time", "17": "Refund by the seller",
    "18": "Refund by the call centre",
}  # fmt: skip
"""`incident_open_state` of state.xsd."""


def order(root: Element, place: Place) -> Iterator[OrderTold]:
    """Tell an `<order>` of orders_query."""
    details = root.findall("order_detail")
    received = [at for one in details if (at := moment(text(one, "received_at")))]
    state = text(root, "state")
    kept = [one for one in details if text(one, "state") not in GONE] or details
    tracked = dict.fromkeys(number for one in details if (number := text(one, "tracking_number")))
    yield OrderTold(
        number=text(root, "order_id"),
        placed_at=moment(text(root, "created_at")),
        state=_refunded(received) if state == "Refunded" else STATES.get(state, ""),
        total=sum((_of_detail(one) for one in kept), Decimal(0)) if details else None,
        currency=CURRENCY,
        buyer=_buyer(root),
        delivered_at=max(received) if received else None,
        lines=tuple(_line(one) for one in details) or None,
        parcels=tuple(Parcel(tracking_number=number) for number in tracked),
        place=place,
    )


def incident(root: Element, place: Place) -> Iterator[CaseTold | OrderTold]:
    """Tell an `<incident>`: a claim, and what was refunded with it.

    Incidents that the seller opened (refunds for want of stock …) ask nothing of us.
    """
    header = root.find("header")
    opened_at = moment(text(header, "created_at"))
    updated_at = moment(text(header, "updated_at")) or opened_at
    number = text(header, "order_id")
    if opened_at is None or updated_at is None:
        raise ValueError(f"incident {root.get('id')}: no moment")
    if refunds := tuple(_refunds(root)):
        yield OrderTold(number=number, currency=CURRENCY, refunds=refunds, place=place)
    if text(header, "opened_by") == "seller":
        return
    state = _case_state(header, is_new=opened_at == updated_at)
    kinds = dict.fromkeys(text(one, "type") for one in root.iter("order_detail_incident"))
    yield CaseTold(
        external_id=root.get("id") or f"{number}/{opened_at:%Y%m%d%H%M%S}",
        kind=CaseKind.CLAIM,
        state=state,
        occurred_at=opened_at if state is CaseState.OPENED else updated_at,
        text=text(header, "message"),
        reason=", ".join(dict.fromkeys(REASONS.get(kind, "Other") for kind in kinds)),
        order_number=number,
        thread_id=number,
        stream="order",
        place=place,
    )


def comment(root: Element, place: Place) -> Iterator[CaseTold]:
    """Tell a `<client_order_comment>`: the buyer's rating; one with a reply is answered."""
    at = moment(text(root, "created_at"))
    rating = amount(root, "rate")
    if at is None:
        raise ValueError("a rating without a moment")
    yield CaseTold(
        external_id=text(root, "client_order_comment_id"),
        kind=CaseKind.REVIEW,
        state=CaseState.ANSWERED if text(root, "reply") else CaseState.OPENED,
        occurred_at=at,
        text=text(root, "comment"),
        rating=int(rating) if rating is not None else None,
        rating_max=RATING_MAX,
        order_number=text(root, "order_fnac_id"),
        buyer=Buyer(name=text(root, "client_name")),
        place=place,
    )


def _refunded(received: list[datetime]) -> str:
    return "returned" if received else "cancelled"


def _case_state(header: Element | None, *, is_new: bool) -> CaseState:
    """Give a claim's state. One nobody touched since it was opened waits for us, whatever it says."""
    if text(header, "status").upper() == "CLOSED":
        return CaseState.CLOSED
    waits = text(header, "waiting_for_seller_answer").upper() == "TRUE"
    return CaseState.OPENED if waits or is_new else CaseState.ANSWERED


def _refunds(root: Element) -> Iterator[Refund]:
    for detail in root.iter("order_detail_incident"):
        for number, refund in enumerate(detail.iter("refund")):
            at = moment(text(refund, "created_at"))
            paid = (amount(refund, "product_amount") or 0) + (
                amount(refund, "shipping_amount") or 0
            )
            if at is not None and paid:
                yield Refund(
                    external_id=f"{root.get('id')}/{text(detail, 'order_detail_id')}/{number}",
                    amount=Decimal(paid),
                    currency=CURRENCY,
                    refunded_at=at,
                    reason=REASONS.get(text(detail, "type"), ""),
                )


def _buyer(root: Element) -> Buyer:
    names = (text(root, "client_firstname"), text(root, "client_lastname"))
    country = text(root, "shipping_address/country").upper()
    return Buyer(
        alias=text(root, "client_id").lower(),
        name=" ".join(name for name in names if name),
        email=text(root, "client_email"),
        language=text(root, "client_culture")[:2].lower(),
        country=COUNTRIES.get(country, country if len(country) == 2 else ""),
    )


def _line(root: Element) -> Line:
    return Line(
        sku=text(root, "offer_seller_id") or text(root, "product_fnac_id"),
        title=text(root, "product_name"),
        quantity=int(amount(root, "quantity") or 0),
        price=amount(root, "price") or Decimal(0),
    )


def _of_detail(root: Element) -> Decimal:
    """Give what one line cost, shipping included."""
    line = _line(root)
    return line.price * line.quantity + (amount(root, "shipping_price") or Decimal(0))
