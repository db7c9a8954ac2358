"""What a connector promises, and the values it exchanges with the desk.

A connector is one folder under `channels`. It knows nothing of tickets: it *checks* credentials,
*pulls* raw items since a cursor, *sends* one reply, and where the channel allows it *listens* for
news. Whatever it hands over is raw bytes with the channel's own id: storing comes first, parsing
second (`read_item`), so that parsing can be repeated after a fix.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

Cursor = Mapping[str, Any]
"""Where a pull goes on, JSON-able; the connector alone knows its shape. `{}` is the beginning."""


class ChannelError(Exception):
    """Say that a channel did not do what was asked.

    `code` is for programs and translations (`auth_failed`, `certificate_expired`, `unreachable`,
    `tls_failed`, `protocol_error`, `folder_missing`, `throttled` …), `detail` for people.
    `permanent` means: trying again without a change is useless.
    """

    def __init__(self, code: str, detail: str = "", *, permanent: bool = False) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class RawItem:
    """One thing as the channel handed it over.

    `external_id` is unique within the connection (mail: folder, UIDVALIDITY, UID).
    `received_at` is the channel's own time of receipt (mail: INTERNALDATE), None if it gives none.
    """

    external_id: str
    content: bytes
    content_type: str = "message/rfc822"
    received_at: datetime | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """Some raw items and the cursor that stands after them: stored together or not at all."""

    items: tuple[RawItem, ...]
    cursor: Cursor
    total_count: int | None = None


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file that leaves with a reply."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One reply, complete: everything a connector needs and nothing of our tables.

    `idempotency_key` and `message_id` are fixed when the reply is written and stay the same at
    each try, so that a reply that did arrive can be found again. `automatic` says that a rule
    wrote it and no person, which mail must tell (RFC 3834).
    """

    idempotency_key: str
    message_id: str
    recipient: str
    recipient_name: str
    sender: str
    sender_name: str
    subject: str
    text: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    files: tuple[OutgoingFile, ...] = ()
    automatic: bool = False


class Outcome(StrEnum):
    """How an attempt to send ended."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """For good: the reply must be changed or the channel mended."""
    DEFERRED = "deferred"
    """For now: nothing left, trying again is safe."""
    UNCERTAIN = "uncertain"
    """The connection was lost after the last byte: never resent by itself."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one attempt to send. `reply` is the channel's own answer, shortened."""

    outcome: Outcome
    code: str = ""
    reply: str = ""
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do: the card that settings page and composer show."""

    name: str
    pulls: bool = True
    listens: bool = False
    sends: bool = True
    attachments: bool = True
    attachment_bytes_max: int | None = None
    text_chars_max: int | None = None


class Connector(Protocol):
    """One open account at a channel. Made by the folder's `connect(settings, secrets)`."""

    capabilities: Capabilities

    def check(self) -> None:
        """Return when credentials and addresses are good; else raise `ChannelError`."""

    def pull(self, cursor: Cursor, *, page_size: int = 50) -> Iterator[Page]:
        """Yield pages of what came since `cursor`, oldest first, until nothing is left."""

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand one reply to the channel. Never raises for what the channel says."""

    def close(self) -> None:
        """Let go of sockets. Harmless when called twice."""
