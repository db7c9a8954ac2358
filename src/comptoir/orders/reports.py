"""What a channel reports of an order, as values: whole or in parts, as often as it likes.

None stands for what the channel did not say this time; what is stored stays. Amounts are in the
order's currency, a refund's in its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class LineReport:
    """One article. `price` is that of one piece, `item` the listing where there is one."""

    sku: str
    title: str
    quantity: int
    price: Decimal
    item: str = ""


@dataclass(frozen=True, slots=True)
class ParcelReport:
    """One parcel, known by its tracking number. States: those of `Parcel.State`."""

    tracking_number: str
    carrier: str = ""
    tracking_url: str = ""
    state: str = "underway"
    shipped_at: datetime | None = None
    promised_on: date | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReturnReport:
    """One return, known by the channel's number; `lines` are (sku, title, quantity)."""

    external_id: str
    requested_at: datetime
    state: str = "requested"
    reason: str = ""
    decided_at: datetime | None = None
    received_at: datetime | None = None
    carrier: str = ""
    tracking_number: str = ""
    lines: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class RefundReport:
    """Money given back, known by the channel's number."""

    external_id: str
    amount: Decimal
    currency: str
    refunded_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OrderReport:
    """One order as a channel tells it. `lines`, when told, are all of them; parcels, returns and
    refunds are added to those known, or bring them up to date."""

    channel_id: int
    external_id: str
    placed_at: datetime
    state: str
    total: Decimal
    currency: str
    customer_id: int | None = None
    ship_by_at: datetime | None = None
    shipped_at: datetime | None = None
    promised_on: date | None = None
    delivered_at: datetime | None = None
    lines: tuple[LineReport, ...] | None = None
    parcels: tuple[ParcelReport, ...] = ()
    returns: tuple[ReturnReport, ...] = ()
    refunds: tuple[RefundReport, ...] = ()
