"""What a connector promises, and the values it exchanges with the desk.

A connector is one folder under `channels`. It knows nothing of tickets: it *checks* credentials,
*pulls* raw items since a cursor, *reads* what an item says, *sends* one reply, and where the channel
allows it *listens* for news, *receives* what the vendor pushes, *confirms* what became of a reply,
*marks* a conversation, *fetches* a file. Whatever it hands over is raw bytes with the channel's own
id: storing comes first, reading second, so that reading can be repeated after a fix.

A folder has a card (`card.toml`, see `kernel.card`) and a module `connector` with

    connect(settings, secrets, around) -> Connector     opens an account (`around`: kernel.around)
    read(item, settings) -> Iterable[Told]              what a raw item says (`kernel.told`)

and, where a person has to consent in a browser,

    consent_url(settings, secrets, *, state, redirect_url) -> str
    redeem(settings, secrets, *, query, redirect_url, around) -> dict of secrets to store

The mail channel's items are mails, which the desk reads itself: it has no `read`.
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
    wrote it and no person, which mail must tell (RFC 3834). Mail goes by addresses; other channels
    by `thread_id` in its `stream`, or by `order_number` where a conversation is begun. `party` is
    whom it is meant for: `buyer`, `operator` or `both`. `begins` tells a first message from a reply.
    `answer_until` is what the connector said of the buyer's last message, when it was written.
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
    thread_id: str = ""
    stream: str = ""
    order_number: str = ""
    party: str = "buyer"
    begins: bool = False
    written_at: datetime | None = None
    answer_until: datetime | None = None


class Outcome(StrEnum):
    """How an attempt to send ended."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """For good: the reply must be changed or the channel mended."""
    DEFERRED = "deferred"
    """For now: nothing left, trying again is safe."""
    UNCERTAIN = "uncertain"
    """The connection was lost after the last byte: never resent by itself."""
    PENDING = "pending"
    """The channel took it and decides later: `confirm` asks under the receipt's `external_id`."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one attempt to send. `reply` is the channel's own answer, shortened.

    `external_id` is the message's id there: it comes back with the conversation and is known then.
    """

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


@dataclass(frozen=True, slots=True)
class Call:
    """What a vendor pushed, untouched. Names of headers are in small letters.

    `url` is the address it was pushed to, without its query: some vendors sign that, too.
    """

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime
    url: str = ""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What is answered to a push, and the items to store first. No items: a handshake, or nothing new."""

    items: tuple[RawItem, ...] = ()
    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"


class Forged(ChannelError):  # noqa: N818 - reads as what happened
    """Say that a push cannot be the vendor's: wrong signature, or a moment too far off."""

    def __init__(self, detail: str) -> None:
        super().__init__("forged", detail, permanent=True)


class Receives(Protocol):
    """A connector whose vendor pushes."""

    def receive(self, call: Call) -> Pushed:
        """Verify a push on its raw bytes, before anything is parsed. Raises `Forged`."""


class Subscribes(Protocol):
    """A connector that can ask its vendor to push."""

    def subscribe(self, address: str) -> tuple[str, ...]:
        """Let the vendor push its news to an address, and name what is new; nothing when all is
        subscribed already. Raises `ChannelError`."""


class Confirms(Protocol):
    """A connector whose channel decides later on a reply."""

    def confirm(self, external_id: str) -> Receipt:
        """Ask what became of a reply; PENDING while nobody knows."""


class Finds(Protocol):
    """A connector that can look for a reply of which nobody knows whether it arrived."""

    def find(self, outgoing: Outgoing) -> str | None:
        """Give the id under which the channel has the reply; None where it has none."""


class Fetches(Protocol):
    """A connector whose files are fetched apart from their message."""

    def fetch(self, reference: Mapping[str, str]) -> bytes:
        """Give the bytes of a file. Raises `ChannelError`."""


class Closes(Protocol):
    """A connector that can tell the channel that a conversation needs no answer."""

    def close_thread(self, thread_id: str, stream: str) -> bool:
        """Close or mark a conversation; False where it was already. Raises `ChannelError`."""
