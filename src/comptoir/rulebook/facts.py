"""The shapes of a channel's facts, one to one with the files of `data/channels`.

A `Fact` is a value with its sources and how sure we are of it. An empty field means that nothing
was found, never that there is no rule; "no rule" is a fact whose value is null. Confidence is
`high` (official page or published API), `medium` (careful third parties) or `low` (one weak
source, or an inference marked as such).
"""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from msgspec import Struct

T = TypeVar("T")

Confidence = Literal["high", "medium", "low"]
Sources = tuple[str, ...]


class Fact(Struct, Generic[T], frozen=True, forbid_unknown_fields=True):
    """One value, where it was read, and how far to trust it."""

    value: T
    source: Sources
    confidence: Confidence
    note: str = ""


class Window(Struct, frozen=True, forbid_unknown_fields=True):
    """The hours of a day in which a channel counts time, as `HH:MM` of its own zone."""

    days: tuple[str, ...]
    start: str
    end: str


class Override(Struct, frozen=True, forbid_unknown_fields=True):
    """Another limit for one case, region or season."""

    case: str
    clock: str
    source: Sources
    confidence: Confidence
    hours: int | None = None
    business_days: int | None = None
    target_share_percent: int | None = None
    note: str = ""


class Exclusion(Struct, frozen=True, forbid_unknown_fields=True):
    """Messages that the channel leaves out of its figure."""

    what: str
    source: Sources
    confidence: Confidence


class ResponseSla(Struct, frozen=True, forbid_unknown_fields=True):
    """How fast a channel wants its buyers answered, and how it counts."""

    model: str = ""
    model_note: str = ""
    hours: Fact[int | None] | None = None
    clock: Fact[str] | None = None
    business_window: Fact[Window] | None = None
    timezone: Fact[str] | None = None
    weekends_count: Fact[bool] | None = None
    holidays_count: Fact[bool] | None = None
    holiday_calendar: Fact[str] | None = None
    unit_measured: Fact[str] | None = None
    measured_events: Fact[str] | None = None
    counts_pre_sale: Fact[bool] | None = None
    auto_reply_counts: Fact[bool | None] | None = None
    no_response_needed: Fact[bool] | None = None
    target_share_percent: Fact[int] | None = None
    windows_days: Fact[tuple[int, ...]] | None = None
    default_if_unknown_hours: Fact[int] | None = None
    overrides: tuple[Override, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    clock_start: Fact[str] | None = None
    clock_stop: Fact[str] | None = None


class Deadline(Struct, frozen=True, forbid_unknown_fields=True):
    """Another promise than the first answer: claims, returns, appeals, chargebacks."""

    event: str
    clock: str
    actor: str
    action: str
    consequence: str
    source: Sources
    confidence: Confidence
    limit_hours: int | None = None
    limit_business_days: int | None = None
    limit_days: int | str | None = None
    note: str = ""


class Target(Struct, frozen=True, forbid_unknown_fields=True):
    """What a figure is held against. Keep the sign: at the limit it decides."""

    comparison: Literal["<", "<=", "=", ">", ">="]
    value: float
    unit: str


class Metric(Struct, frozen=True, forbid_unknown_fields=True):
    """One figure by which a channel judges its sellers."""

    key: str
    name: str
    formula: str
    numerator: str
    denominator: str
    window: str
    status: str
    source: Sources
    confidence: Confidence
    target: Target | None = None
    severe: str = ""
    region: str = ""
    note: str = ""


class Way(Struct, frozen=True, forbid_unknown_fields=True):
    """One way in or out: `email_relay`, `email_notification`, `portal`, `api`, `webhook` …"""

    method: str
    detail: str
    source: Sources
    confidence: Confidence


class AddressRule(Struct, frozen=True, forbid_unknown_fields=True):
    """A regular expression for addresses, and whose they are."""

    regex: str
    role: str
    source: Sources
    confidence: Confidence
    note: str = ""


class HeaderRule(Struct, frozen=True, forbid_unknown_fields=True):
    """A header a channel writes, and what a value of it says."""

    name: str
    value: str
    meaning: str
    source: Sources
    confidence: Confidence


class TextRule(Struct, frozen=True, forbid_unknown_fields=True):
    """A regular expression for subjects or bodies."""

    regex: str
    meaning: str
    source: Sources
    confidence: Confidence


class Recognition(Struct, frozen=True, forbid_unknown_fields=True):
    """By what a mail of this channel is known. Never inherited: a relay names its own channel."""

    sender_domains: tuple[AddressRule, ...] = ()
    platform_senders: tuple[AddressRule, ...] = ()
    headers: tuple[HeaderRule, ...] = ()
    subject_patterns: tuple[TextRule, ...] = ()
    body_markers: tuple[TextRule, ...] = ()
    notes: tuple[Fact[str], ...] = ()


class OrderShape(Struct, frozen=True, forbid_unknown_fields=True):
    """How an order number of this channel looks, with an invented example."""

    regex: str
    example: str
    source: Sources
    confidence: Confidence
    note: str = ""


class MessageType(Struct, frozen=True, forbid_unknown_fields=True):
    """One of our message types and the channel's own word for it."""

    type: str
    native: str
    source: Sources
    confidence: Confidence


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """What a reply may hold at most, and how fast one may call."""

    max_chars: Fact[int] | None = None
    max_subject_chars: Fact[int] | None = None
    max_attachments: Fact[int] | None = None
    max_attachment_bytes: Fact[int] | None = None
    attachment_types: Fact[tuple[str, ...]] | None = None
    reply_window: Fact[str] | None = None
    rate_limit: Fact[str] | None = None


class Marketplace(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything known about one sales channel."""

    id: str
    name: str
    family: str
    kind: Literal["marketplace", "social", "own_store", "generic_email", "payment_provider"]
    inherits: str = ""
    regions: Fact[tuple[str, ...]] | None = None
    buyer_contact_model: Fact[str] | None = None
    response_sla: ResponseSla = ResponseSla()
    internal_target: Fact[tuple[int, ...]] | None = None
    other_deadlines: tuple[Deadline, ...] = ()
    penalties: tuple[Fact[str], ...] = ()
    metrics: tuple[Metric, ...] = ()
    inbound: tuple[Way, ...] = ()
    outbound: tuple[Way, ...] = ()
    hybrid: Fact[bool] | None = None
    close_or_no_reply_action: Fact[str] | None = None
    recognition: Recognition = Recognition()
    order_id: tuple[OrderShape, ...] = ()
    message_types: tuple[MessageType, ...] = ()
    limits: Limits = Limits()
    forbidden_content: tuple[Fact[str], ...] = ()
    mediator: Fact[str] | None = None
    notes: tuple[Fact[str], ...] = ()
