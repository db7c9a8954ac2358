"""What arrives, as a value: all that `actions.receive` needs of one message, read and routed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that came with a message."""

    name: str
    content_type: str
    content: bytes
    sha256: str
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message of a channel, complete.

    `author` is in the words of `sla.md`; `facts` are the events it makes on the timeline, as
    (kind, data). `find_by` are the keys under which its ticket may be known, the strongest first;
    `known_as` the keys under which later mail shall find it. `ticket_id` is set where the ticket is known by other means.
    """

    channel_id: int
    connection_id: int | None
    raw_item_id: int | None
    external_id: str
    author: str
    kind: str
    occurred_at: datetime
    find_by: tuple[str, ...]
    known_as: tuple[str, ...]
    ticket_id: int | None = None
    is_history: bool = False
    seen_elsewhere: bool = False
    facts: tuple[tuple[str, dict[str, Any]], ...] = ()
    buyer_name: str = ""
    reply_address: str = ""
    from_name: str = ""
    from_address: str = ""
    subject: str = ""
    order_number: str = ""
    alias: str = ""
    marketplace: str = ""
    text: str = ""
    new_text: str = ""
    has_html: bool = False
    language: str = ""
    tier: int = 2
    tier_reasons: tuple[Any, ...] = ()
    intents: tuple[str, ...] = ()
    needs_reply: bool = True
    evidence: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    links: dict[str, str] = field(default_factory=dict)
    files: tuple[IncomingFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Received:
    """What became of an incoming message."""

    ticket_id: int
    message_id: int
    opened_ticket: bool
    was_known: bool = False
