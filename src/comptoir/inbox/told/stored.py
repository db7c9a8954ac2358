"""What is known of a raw item once it is stored, and the words both ways of a message share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from comptoir.channels.kernel.told import Author, MessageTold

OLDEST = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a told thing comes from."""

    connection_id: int
    raw_item_id: int
    stored_at: datetime


def thread_key(marketplace: str, stream: str, thread_id: str) -> str:
    """Give the key of a conversation: its channel's own number, within its stream."""
    return f"thread:{marketplace}:{stream}:{thread_id}"


def message_key(external_id: str) -> str:
    """Give the key of a message that is known under another id already."""
    return f"msg:{external_id}"


def order_key(marketplace: str, number: str) -> str:
    """Give the key by which mails about the order are found, too."""
    return f"order:{marketplace}:{number}"


def when(at: datetime, source: Source, *, now: datetime) -> datetime:
    """Give a moment that can be true: never later than now, never a zero date."""
    return source.stored_at if at < OLDEST else min(at, now)


def is_ours(told: MessageTold) -> bool:
    """Tell whether somebody of the merchant wrote it."""
    return told.author is Author.US
