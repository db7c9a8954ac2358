"""What a channel tells, in the desk's words: the values that a connector reads out of a raw item.

A connector's `read` turns one stored item into some of these and knows nothing of tickets. Moments
are aware and in UTC, amounts carry their currency, ids are the channel's own. Empty text and None
stand for what the channel did not say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Author(StrEnum):
    """Who speaks."""

    BUYER = "buyer"
    US = "us"
    """The merchant: a reply of ours, or one that a colleague wrote in the channel's own portal."""
    OPERATOR = "operator"
    """A person of the marketplace: its seller support, its customer service."""
    PLATFORM = "platform"
    """The marketplace's software: notices that nobody answers."""


class CaseKind(StrEnum):
    """What a buyer or a marketplace opened against an order."""

    CLAIM = "claim"
    """A guarantee claim, an A-to-z claim, an incident."""
    CHARGEBACK = "chargeback"
    """A payment dispute, held by the payer's bank or the payment service."""
    RETURN = "return"
    CANCELLATION = "cancellation"
    REVIEW = "review"
    """Feedback with `rating`; bad ones are worth a quick answer."""


class CaseState(StrEnum):
    """How far a case is."""

    OPENED = "opened"
    """It waits for us."""
    ANSWERED = "answered"
    """We did what was asked; the other side is to move."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """On which of the merchant's channels something happened, where one account serves several.

    `operator` is a marketplace of the rulebook for families that many operators run.
    """

    marketplace: str = ""
    country: str = ""
    operator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who buys. `alias` is under what the channel knows them: an address it lends, or their id."""

    alias: str = ""
    name: str = ""
    email: str = ""
    language: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of a message: its bytes, or how the connector's `fetch` gets at them."""

    name: str
    content_type: str = ""
    content: bytes = b""
    reference: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTold:
    """One message of a conversation.

    `external_id` is unique within the channel, `thread_id` within its `stream` (streams are what a
    marketplace keeps apart: questions before and after a sale, comments and direct messages).
    `needs_reply` is the channel's own word; None where it has none. `may_be_answered_until` is
    when the channel takes no answer any more.
    """

    external_id: str
    thread_id: str
    author: Author
    occurred_at: datetime
    text: str
    html: str = ""
    subject: str = ""
    stream: str = ""
    order_number: str = ""
    item: str = ""
    buyer: Buyer = field(default_factory=Buyer)
    speaker_name: str = ""
    needs_reply: bool | None = None
    may_be_answered_until: datetime | None = None
    files: tuple[File, ...] = ()
    place: Place = field(default_factory=Place)
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadTold:
    """That a conversation was closed, or marked as needing no answer, on the channel's side."""

    thread_id: str
    at: datetime
    is_closed: bool = True
    stream: str = ""
    place: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTold:
    """A claim, dispute, return, cancellation or review. `due_at` is when we must have answered.

    `item` is the listing, where the channel names that and no order.
    """

    external_id: str
    kind: CaseKind
    state: CaseState
    occurred_at: datetime
    text: str = ""
    reason: str = ""
    due_at: datetime | None = None
    order_number: str = ""
    item: str = ""
    thread_id: str = ""
    stream: str = ""
    rating: int | None = None
    rating_max: int | None = None
    amount: Decimal | None = None
    currency: str = ""
    buyer: Buyer = field(default_factory=Buyer)
    place: Place = field(default_factory=Place)
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One article of an order. `price` is that of one piece.

    `item` is the listing, where messages name that and no order (`MessageTold.item`).
    """

    sku: str
    title: str
    quantity: int
    price: Decimal
    item: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One parcel, known by its tracking number."""

    tracking_number: str
    carrier: str = ""
    tracking_url: str = ""
    state: str = "underway"
    """`announced`, `underway`, `delivered`, `lost` or `back`."""
    shipped_at: datetime | None = None
    promised_on: date | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """Goods that come back. `lines` are (sku, title, quantity)."""

    external_id: str
    requested_at: datetime
    state: str = "requested"
    """`requested`, `accepted`, `refused`, `sent`, `received` or `closed`."""
    reason: str = ""
    decided_at: datetime | None = None
    received_at: datetime | None = None
    carrier: str = ""
    tracking_number: str = ""
    lines: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money given back."""

    external_id: str
    amount: Decimal
    currency: str
    refunded_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTold:
    """One order, whole or in part: None and empty tuples leave what is stored."""

    number: str
    placed_at: datetime | None = None
    state: str = ""
    """`pending`, `shipped`, `delivered`, `returned` or `cancelled`; empty: not told."""
    total: Decimal | None = None
    currency: str = ""
    buyer: Buyer = field(default_factory=Buyer)
    ship_by_at: datetime | None = None
    shipped_at: datetime | None = None
    promised_on: date | None = None
    delivered_at: datetime | None = None
    lines: tuple[Line, ...] | None = None
    parcels: tuple[Parcel, ...] = ()
    returns: tuple[Return, ...] = ()
    refunds: tuple[Refund, ...] = ()
    place: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureTold:
    """One figure by which the marketplace judges the seller, as the marketplace itself counts it.

    `unit` is `share` (0 to 1), `hours`, `count` or `level` (then `word` has the marketplace's
    word for it). `until` ends the period it is about.
    """

    name: str
    at: datetime
    value: Decimal | None = None
    unit: str = "share"
    word: str = ""
    threshold: Decimal | None = None
    since: date | None = None
    until: date | None = None
    place: Place = field(default_factory=Place)


Told = MessageTold | ThreadTold | CaseTold | OrderTold | FigureTold
