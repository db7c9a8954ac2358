"""An order that a buyer looks up: its number and the address it was made with must both be right.

Nobody learns from the answer whether a number or an address exists: it is the same for all that
does not fit together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from comptoir.channels.contact_form.submission import EMAIL_CHARS_MAX, ORDER_CHARS_MAX
from comptoir.inbox.forms.finding import Form
from comptoir.orders.models import Order, Parcel


@dataclass(frozen=True, slots=True)
class ParcelShown:
    """One parcel, as far as its buyer may see."""

    carrier: str
    tracking_number: str
    tracking_url: str


@dataclass(frozen=True, slots=True)
class OrderShown:
    """What a buyer is told about their order: no names, addresses, articles or amounts."""

    number: str
    state: str
    placed_on: date
    shipped_on: date | None
    promised_on: date | None
    delivered_on: date | None
    parcels: tuple[ParcelShown, ...]


def find(form: Form, number: str, email: str) -> Order | None:
    """Give the order on the form's channel that has this number and was made with this address."""
    number, email = number.strip(), email.strip()
    if not number or "@" not in email:
        return None
    if len(number) > ORDER_CHARS_MAX or len(email) > EMAIL_CHARS_MAX:
        return None
    theirs = Q(customer__email__iexact=email) | Q(customer__aliases__alias=email.lower())
    found: Order | None = (
        Order.objects.filter(theirs, channel=form.channel, external_id__in=[number, f"#{number}"])
        .order_by("id")
        .first()
    )
    return found


def shown(order: Order) -> OrderShown:
    """Say what a buyer may see of an order."""
    parcels = [
        ParcelShown(one.carrier, one.tracking_number, _link(one.tracking_url))
        for one in Parcel.objects.filter(order=order).order_by("id")
    ]
    if not parcels and order.tracking_number:
        parcels = [ParcelShown(order.carrier, order.tracking_number, "")]
    return OrderShown(
        number=order.external_id,
        state=order.state,
        placed_on=order.placed_at.date(),
        shipped_on=order.shipped_at.date() if order.shipped_at else None,
        promised_on=order.promised_on,
        delivered_on=order.delivered_at.date() if order.delivered_at else None,
        parcels=tuple(parcels),
    )


def _link(address: str) -> str:
    """Keep an address that leads to a web page; nothing else is linked."""
    return address if address.startswith(("https://", "http://")) else ""
