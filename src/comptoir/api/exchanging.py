"""What goes in and out by a connection of kind `http_api`: the shapes, with what each field means."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import AwareDatetime, StringConstraints

from comptoir.channels.kernel.told import Author, CaseKind, CaseState

Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=200_000)]
Word = Annotated[str, StringConstraints(max_length=500)]
FILES_MAX = 20


class BuyerIn(Schema):
    """Who buys."""

    alias: Word = Field(
        default="", description="under what your channel knows them; else their address"
    )
    name: Word = ""
    email: Word = ""
    language: Word = Field(default="", description="en, fr …; empty: found out from the text")
    country: Word = ""


class PlaceIn(Schema):
    """On which channel it happened, where the connection serves several."""

    marketplace: Word = ""
    country: Word = ""
    operator: Word = ""


class FileIn(Schema):
    """A file of a message."""

    name: Word
    content_type: Word = "application/octet-stream"
    content: str = Field(description="base64")


class MessageIn(Schema):
    """One message of a conversation."""

    external_id: Id = Field(description="yours; the same one again changes nothing")
    thread_id: Id = Field(description="the conversation's; replies come back with it")
    author: Author = Field(description="who speaks")
    occurred_at: AwareDatetime
    text: Text = ""
    html: Text = Field("", description="instead of text")
    subject: Word = ""
    stream: Word = Field("", description="keeps kinds of conversations apart")
    order_number: Word = ""
    item: Word = ""
    buyer: BuyerIn = Field(default_factory=BuyerIn)
    speaker_name: Word = ""
    needs_reply: bool | None = Field(None, description="null: found out from the text")
    may_be_answered_until: AwareDatetime | None = None
    files: list[FileIn] = Field([], max_length=FILES_MAX)
    place: PlaceIn = Field(default_factory=PlaceIn)
    link: Word = Field("", description="the page in your channel's own portal")


class LineIn(Schema):
    """One article."""

    sku: Word
    title: Word
    quantity: int = Field(ge=0, le=1_000_000)
    price: Decimal = Field(description="of one piece", max_digits=12, decimal_places=2)


class ParcelIn(Schema):
    """One parcel."""

    tracking_number: Id
    carrier: Word = ""
    tracking_url: Word = ""
    state: str = Field("underway", pattern="^(announced|underway|delivered|lost|back)$")
    shipped_at: AwareDatetime | None = None
    delivered_at: AwareDatetime | None = None


class RefundIn(Schema):
    """Money given back."""

    external_id: Id
    amount: Decimal = Field(max_digits=12, decimal_places=2)
    currency: str = Field(pattern="^[A-Z]{3}$")
    refunded_at: AwareDatetime
    reason: Word = ""


class OrderIn(Schema):
    """One order as it is now; what is left out stays as it was."""

    number: Id
    updated_at: AwareDatetime = Field(description="tells one state of the order from the next")
    placed_at: AwareDatetime | None = None
    state: str = Field("", pattern="^(pending|shipped|delivered|returned|cancelled)?$")
    total: Decimal | None = Field(None, max_digits=12, decimal_places=2)
    currency: str = Field("", pattern="^([A-Z]{3})?$")
    buyer: BuyerIn = Field(default_factory=BuyerIn)
    shipped_at: AwareDatetime | None = None
    delivered_at: AwareDatetime | None = None
    lines: list[LineIn] | None = None
    parcels: list[ParcelIn] = []
    refunds: list[RefundIn] = []
    place: PlaceIn = Field(default_factory=PlaceIn)


class CaseIn(Schema):
    """A claim, dispute, return, cancellation or review."""

    external_id: Id
    kind: CaseKind
    state: CaseState
    occurred_at: AwareDatetime
    text: Text = ""
    reason: Word = ""
    due_at: AwareDatetime | None = Field(None, description="when we must have answered")
    order_number: Word = ""
    thread_id: Word = ""
    stream: Word = ""
    buyer: BuyerIn = Field(default_factory=BuyerIn)
    place: PlaceIn = Field(default_factory=PlaceIn)
    link: Word = ""


class KeptOut(Schema):
    """What became of something put in."""

    is_new: bool = Field(description="false: it was here already")
    state: str = Field(description="new, done, or quarantined: an administrator looks at it")
    problem: str = Field(description="why it is in quarantine")


class ExchangeOut(Schema):
    """A connection by which a program may put in and take out."""

    id: int
    name: str
    channels: list[int]


class ReplyFile(Schema):
    """A file of a reply."""

    name: str
    content_type: str
    url: str


class ReplyOut(Schema):
    """A reply that waits to be carried to its buyer."""

    id: str
    thread_id: str = Field(description="empty when it begins a conversation on an order")
    stream: str
    order_number: str
    begins: bool
    recipient_name: str
    recipient: str
    subject: str
    text: str
    written_at: AwareDatetime | None
    files: list[ReplyFile]


class ConfirmIn(Schema):
    """That a reply reached its buyer."""

    external_id: str = Field("", max_length=200, description="the id your channel gave it")
    at: AwareDatetime | None = Field(None, description="when; null: now. It stops the clock")


class RefuseIn(Schema):
    """That the channel does not take a reply."""

    code: str = Field("refused", max_length=60)
    reason: str = Field(max_length=300, description="for the agent, in words")


class SettledOut(Schema):
    """How a reply stands now."""

    state: str


def told(given: Schema, *, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Give what was sent as it is stored: as it came, defaults left out."""
    return given.model_dump(mode="json", exclude_unset=True, exclude=set(without))
