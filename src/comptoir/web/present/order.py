"""The order beside a conversation: lines, parcels, returns and refunds, in the buyer's currency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as clock_time
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from comptoir.orders.models import Order
from comptoir.orders.queries import OrderParts
from comptoir.rulebook import Capability
from comptoir.web.present.carriers import tracking_link
from comptoir.web.present.money import money
from comptoir.web.present.times import Times

SELLER_HOSTS = {
    "DE": "sellercentral.amazon.de",
    "FR": "sellercentral.amazon.fr",
    "IT": "sellercentral.amazon.it",
    "ES": "sellercentral.amazon.es",
    "GB": "sellercentral.amazon.co.uk",
    "NL": "sellercentral.amazon.nl",
    "PL": "sellercentral.amazon.pl",
    "SE": "sellercentral.amazon.se",
    "BE": "sellercentral.amazon.com.be",
    "US": "sellercentral.amazon.com",
}
"""Where a seller works on Amazon, by the channel's country."""

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LineView:
    """One article of an order; `price` is that of all its pieces."""

    quantity: int
    title: str
    sku: str
    price: str
    each: str


@dataclass(frozen=True, slots=True)
class ParcelView:
    """One parcel; `tone` is that of its state."""

    carrier: str
    number: str
    link: str
    state: str
    tone: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class ReturnView:
    """One return; `lines` are finished texts."""

    number: str
    state: str
    tone: str
    reason: str
    lines: tuple[str, ...]
    facts: Facts


@dataclass(frozen=True, slots=True)
class RefundView:
    """Money given back."""

    amount: str
    time: str
    reason: str


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as the side panel shows it; `facts` are names and values."""

    id: int
    number: str
    state: str
    tone: str
    total: str
    lines: tuple[LineView, ...]
    facts: Facts
    parcels: tuple[ParcelView, ...]
    returns: tuple[ReturnView, ...]
    refunds: tuple[RefundView, ...]
    remaining: str
    link: str


def make_order(
    order: Order | None, parts: OrderParts, capability: Capability, times: Times
) -> OrderView | None:
    """Make the order; amounts are in the order's own currency."""
    if order is None:
        return None
    parcels = parts.parcels or _only_parcel(order)
    is_late = any(
        _days_late(parcel, times) > 0 and not parcel["delivered_at"] for parcel in parcels
    )
    facts = [
        (_("Placed"), times.short(order.placed_at)),
        (_("Ship by"), "" if order.shipped_at else times.short(order.ship_by_at)),
        (_("Promised"), "" if parcels else _day(order.promised_on, times)),
    ]
    return OrderView(
        id=order.pk,
        number=order.external_id,
        state=order_states(times.language)[order.state],
        tone="warn" if is_late else "good" if order.state == "delivered" else "",
        total=money(order.total, order.currency, times.language),
        lines=tuple(_line(line, order.currency, times.language) for line in parts.lines),
        facts=_told(facts),
        parcels=tuple(_parcel(parcel, times) for parcel in parcels),
        returns=tuple(_return(returned, times) for returned in parts.returns),
        refunds=tuple(_refund(refund, times) for refund in parts.refunds),
        remaining=_remaining(order, parts, times),
        link=order_link(capability, order.channel.country, order.external_id),
    )


def order_link(capability: Capability, country: str, number: str) -> str:
    """Give the order's page in the seller's portal, where one is known."""
    shape, host = capability.deep_links.get("order", ""), SELLER_HOSTS.get(country, "")
    if not shape or not host:
        return ""
    return shape.format(seller_host=host, order_id=quote(number, safe=""))


@cache
def order_states(language: str) -> dict[str, str]:
    """Name the states of an order, in the active language."""
    return {
        "pending": pgettext("order", "Not shipped yet"),
        "shipped": pgettext("order", "Shipped"),
        "delivered": pgettext("order", "Delivered"),
        "returned": pgettext("order", "Returned"),
        "cancelled": pgettext("order", "Cancelled"),
    }


@cache
def _parcel_states(language: str) -> dict[str, tuple[str, str]]:
    return {
        "announced": (pgettext("parcel", "Announced"), ""),
        "underway": (pgettext("parcel", "Underway"), ""),
        "delivered": (pgettext("parcel", "Delivered"), "good"),
        "lost": (pgettext("parcel", "Lost"), "bad"),
        "back": (pgettext("parcel", "On its way back"), "warn"),
    }


@cache
def _return_states(language: str) -> dict[str, tuple[str, str]]:
    return {
        "requested": (pgettext("return", "Asked for"), "warn"),
        "accepted": (pgettext("return", "Accepted"), ""),
        "refused": (pgettext("return", "Refused"), ""),
        "sent": (pgettext("return", "On its way to us"), ""),
        "received": (pgettext("return", "Received"), "good"),
        "closed": (pgettext("return", "Closed"), ""),
    }


def _only_parcel(order: Order) -> tuple[dict[str, Any], ...]:
    """Give the parcel that an order's own columns speak of, where the channel tells no parcels."""
    if not order.tracking_number and not order.carrier:
        return ()
    state = "delivered" if order.delivered_at else "underway"
    return (
        {
            "carrier": order.carrier,
            "tracking_number": order.tracking_number,
            "tracking_url": "",
            "state": state,
            "shipped_at": order.shipped_at and order.shipped_at.isoformat(),
            "promised_on": order.promised_on and order.promised_on.isoformat(),
            "delivered_at": order.delivered_at and order.delivered_at.isoformat(),
        },
    )


def _line(line: Mapping[str, Any], currency: str, language: str) -> LineView:
    price, quantity = Decimal(line["price"]), int(line["quantity"])
    each = money(price, currency, language) if quantity > 1 else ""
    title, sku = str(line["title"]), str(line["sku"])
    return LineView(quantity, title, sku, money(price * quantity, currency, language), each)


def _parcel(parcel: Mapping[str, Any], times: Times) -> ParcelView:
    state, tone = _parcel_states(times.language).get(parcel["state"], (parcel["state"], ""))
    days = _days_late(parcel, times)
    came = bool(parcel["delivered_at"])
    late = ""
    if days > 0:
        said = (
            ngettext("%(count)d day after the promise", "%(count)d days after the promise", days)
            if came
            else ngettext("%(count)d day late", "%(count)d days late", days)
        )
        late, tone = said % {"count": days}, "warn" if tone != "bad" else tone
    facts = [
        (_("Shipped"), times.short(_at(parcel["shipped_at"]))),
        (_("Promised"), _day(_on(parcel["promised_on"]), times)),
        (_("Delivered"), times.short(_at(parcel["delivered_at"]))),
    ]
    return ParcelView(
        carrier=parcel["carrier"] or _("Parcel"),
        number=parcel["tracking_number"],
        link=tracking_link(parcel["carrier"], parcel["tracking_number"], parcel["tracking_url"]),
        state=late or state,
        tone=tone,
        facts=_told(facts),
    )


def _days_late(parcel: Mapping[str, Any], times: Times) -> int:
    """Count the days between the promise and the delivery, or today while it is underway."""
    promised = _on(parcel["promised_on"])
    if promised is None:
        return 0
    come = (_at(parcel["delivered_at"]) or times.now).astimezone(times.zone).date()
    return max((come - promised).days, 0)


def _return(returned: Mapping[str, Any], times: Times) -> ReturnView:
    state, tone = _return_states(times.language).get(returned["state"], (returned["state"], ""))
    parcel = " ".join(part for part in (returned["carrier"], returned["tracking_number"]) if part)
    facts = [
        (pgettext("return", "Asked for"), times.short(_at(returned["requested_at"]))),
        (pgettext("return", "Decided"), times.short(_at(returned["decided_at"]))),
        (pgettext("return", "Received"), times.short(_at(returned["received_at"]))),
        (_("Parcel"), parcel),
    ]
    return ReturnView(
        number=returned["external_id"],
        state=state,
        tone=tone,
        reason=returned["reason"],
        lines=tuple(
            f"{line['quantity']} × {line['title'] or line['sku']}" for line in returned["lines"]
        ),
        facts=_told(facts),
    )


def _refund(refund: Mapping[str, Any], times: Times) -> RefundView:
    amount = money(Decimal(refund["amount"]), refund["currency"], times.language)
    return RefundView(amount, times.short(_at(refund["refunded_at"])), refund["reason"])


def _remaining(order: Order, parts: OrderParts, times: Times) -> str:
    """Write what is left of the total after refunds in its own currency; empty without refunds."""
    own = [Decimal(r["amount"]) for r in parts.refunds if r["currency"] == order.currency]
    if not own:
        return ""
    return money(order.total - sum(own, Decimal(0)), order.currency, times.language)


def _told(facts: Iterable[tuple[str, str]]) -> Facts:
    return tuple((name, value) for name, value in facts if value)


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _on(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _day(day: date | None, times: Times) -> str:
    return times.day(datetime.combine(day, clock_time(12), times.zone)) if day else ""
