"""Checks that events speak of each other truly, where a whole timeline is at hand."""

from __future__ import annotations

from collections.abc import Sequence

from comptoir.core.clocks.events import (
    AgentReply,
    BuyerMessage,
    Event,
    MarketplaceMessage,
    NoResponseNeeded,
    ReplyRefused,
    UndoNoResponseNeeded,
)
from comptoir.core.refusals import Refusal


def check_references(events: Sequence[Event]) -> None:
    """Refuse a mark on a message, or a refusal of a reply, that the timeline does not hold."""
    messages = {e.id for e in events if isinstance(e, BuyerMessage | MarketplaceMessage)}
    replies = {e.id for e in events if isinstance(e, AgentReply)}
    for event in events:
        if isinstance(event, NoResponseNeeded | UndoNoResponseNeeded):
            for name in event.messages or ():
                _check(name, messages, "message")
        elif isinstance(event, ReplyRefused):
            _check(event.reply, replies, "reply")


def _check(name: str, known: set[str], what: str) -> None:
    if name not in known:
        raise Refusal(
            'an event names {what} "{name}", which is not among the events; give that {what}'
            ' this "id"',
            what=what,
            name=name,
        )
