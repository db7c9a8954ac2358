"""The answers of recognition, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

OWN_MAIL = "generic_email"
"""The rulebook's channel of a customer who writes straight to the merchant's mailbox."""

UNKNOWN = ""
"""No marketplace: better than a wrong one."""


class Role(StrEnum):
    """Who speaks in a mail."""

    BUYER_RELAY = "buyer_relay"
    """A buyer, through an address the marketplace lends him."""
    BUYER_DIRECT = "buyer_direct"
    """A customer with his own address, or through the shop's form."""
    PLATFORM = "platform_notification"
    """A sender the rulebook lists, or a domain that is all platform."""
    PLATFORM_CLAIM = "claim_notification"
    PLATFORM_CHARGEBACK = "chargeback_notification"
    PLATFORM_RETURNS = "returns_refunds_notification"
    UNLISTED_PLATFORM = "unlisted_platform"
    """Somebody at a marketplace's domain, not in the rulebook."""
    OWN = "own"
    """Ourselves: a copy of what was sent elsewhere."""
    MAIL_SYSTEM = "mail_system"
    """A mail server that reports on a mail of ours."""
    MACHINE = "machine"
    """Some other sender that takes no answer."""
    LOOK_ALIKE = "look_alike"
    """A domain or header that pretends to be a marketplace."""
    NOBODY = "nobody"
    """No usable sender."""


PLATFORM_ROLES = frozenset(
    {Role.PLATFORM, Role.PLATFORM_CLAIM, Role.PLATFORM_CHARGEBACK, Role.PLATFORM_RETURNS}
)


@dataclass(frozen=True, slots=True)
class Recognition:
    """Which channel a mail belongs to, and by which evidence.

    `marketplace` is a rulebook id, `generic_email` for a customer writing directly, empty when
    unknown. `buyer_alias` is the address an answer goes to, `case_id` what Amazon writes behind
    its plus sign. `operators` are Mirakl operators that the mail hints at, `account` the plus tag
    of the receiving address. `evidence` are codes, the deciding one first.
    """

    marketplace: str
    role: Role
    country: str = ""
    buyer_alias: str = ""
    buyer_name: str = ""
    case_id: str = ""
    account: str = ""
    operators: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


class KindName(StrEnum):
    """What a mail is, in the words of `comptoir mail inspect`."""

    BUYER_MESSAGE = "buyer_message"
    REPLY_COPY = "reply_copy"
    NOTIFICATION = "notification"
    CLAIM = "claim"
    RETURN_REQUEST = "return_request"
    CANCELLATION = "cancellation"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    MARKETING = "marketing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of a mail, finer in `subkind`, with the codes that led there.

    `subkind`: of a bounce `failed`, `delayed`, `opted_out`, `not_authorised`, `refused`; of a claim
    `opened`, `decided`, `chargeback`; of marketing `newsletter`, `list`, `spam`; of a notification
    `refund`, `message_notice`, `abuse_report`, `delivered`, `read_receipt`.
    `is_automatic` says that no machine may answer it. `answer_within` is a deadline that the mail
    itself names. `original_message_id` is the mail of ours a bounce reports on, when it says so.
    """

    name: KindName
    subkind: str = ""
    evidence: tuple[str, ...] = ()
    is_automatic: bool = False
    answer_within: timedelta | None = None
    original_message_id: str = ""
