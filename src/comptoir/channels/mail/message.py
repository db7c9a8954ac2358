"""A mail as values: what `parse` makes of raw bytes, and what all later questions read.

Nothing here decides anything. Header values are decoded text without line breaks; addresses are
lower-cased; message ids keep their angle brackets off.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox: `address` is lower case and may be empty when the header was broken."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a mail. `inline` ones are referred to by the HTML through `content_id`."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""
    inline: bool = False

    @property
    def sha256(self) -> str:
        """Give the hash under which the file is stored."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a delivery status notification says about one reply of ours (RFC 3464).

    `action` is `failed`, `delayed`, `delivered`, `relayed` or `expanded`; `status` is an enhanced
    code such as `5.1.1`; `original_message_id` is the mail it reports on, empty when unknown.
    """

    action: str
    status: str = ""
    recipient: str = ""
    diagnostic: str = ""
    original_message_id: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """A parsed mail. `text` is the whole body as plain text, `html` as it came, unsanitised.

    `date` is what the sender claims; `received_at` the time of the first trusted Received header.
    `problems` names what could not be read, as codes (`bad_charset`, `too_deep`, `truncated` …).
    """

    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    sender: Address = Address("", "")
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    subject: str = ""
    date: datetime | None = None
    received_at: datetime | None = None
    headers: tuple[tuple[str, str], ...] = ()
    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    delivery_report: DeliveryReport | None = None
    size_bytes: int = 0
    problems: tuple[str, ...] = field(default_factory=tuple)

    def header(self, name: str) -> str:
        """Give the first header of that name, compared without case; empty when missing."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")
