"""What a template may speak of, as values: gathered by `tickets.template_facts`, or made up.

What is not known is None or empty, and its variable then has no value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Amount:
    """Money with its currency (ISO 4217)."""

    value: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Item:
    """One article of an order, and how many."""

    title: str
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """The order a ticket is about; its days are the buyer's."""

    number: str = ""
    placed_on: date | None = None
    total: Amount | None = None
    state: str = ""
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class ParcelFacts:
    """The parcel under way, or the one that came last."""

    carrier: str = ""
    tracking_number: str = ""
    tracking_link: str = ""
    shipped_on: date | None = None
    promised_on: date | None = None
    delivered_on: date | None = None


@dataclass(frozen=True, slots=True)
class ReturnFacts:
    """The latest return, and the latest refund."""

    number: str = ""
    state: str = ""
    requested_on: date | None = None
    received_on: date | None = None
    refund: Amount | None = None
    refunded_on: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it. `working_days` are the next ones after today, in order."""

    today: date
    buyer_name: str = ""
    order: OrderFacts = field(default_factory=OrderFacts)
    parcel: ParcelFacts = field(default_factory=ParcelFacts)
    returned: ReturnFacts = field(default_factory=ReturnFacts)
    working_days: tuple[date, ...] = ()
    channel_name: str = ""
    brand_name: str = ""
    agent_name: str = ""
    ticket_number: int | None = None
