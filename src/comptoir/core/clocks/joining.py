"""Merge and split: which events make which ticket's clocks.

Nothing is changed or lost: both give new timelines out of the old ones, so that undoing is going
back to the timelines as they were.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from comptoir.core.clocks.book import PolicyBook
from comptoir.core.clocks.conversation import Conversation, read_conversation, unanswered_at
from comptoir.core.clocks.events import (
    AgentReply,
    BuyerMessage,
    Event,
    MarketplaceMessage,
    NoResponseNeeded,
    PolicyApplied,
    ReplyRefused,
    UndoNoResponseNeeded,
    in_order,
)
from comptoir.core.clocks.policies import Policy

Reply = tuple[datetime, str]
"""A reply that stands, by its moment and id."""
EVER = datetime.max.replace(tzinfo=UTC)


def merged(*timelines: Iterable[Event]) -> list[Event]:
    """Join the events of tickets of one channel, in order of time.

    A mark or its undoing on "all" messages meant those of its own ticket, so the names are
    written in before the timelines become one.
    """
    joined = [event for timeline in timelines for event in _with_names(list(timeline))]
    return in_order(joined, until=EVER)


def split(events: Iterable[Event], moved: Collection[str]) -> tuple[list[Event], list[Event]]:
    """Give the events that stay and those of the new ticket: the messages of those ids.

    The replies that answered moved messages go with them; a reply that answered on both sides
    is a fact of both. Policies hold on both; notes, status and obligations stay.
    """
    named = in_order(_with_names(list(events)), until=EVER)
    talk = _talk(named)
    sides: dict[Reply, set[bool]] = {}
    for message in talk.inbound:
        answer = talk.answer_to(message)
        if answer is not None:
            sides.setdefault((answer.at, answer.id), set()).add(message.key in moved)
    staying: list[Event] = []
    leaving: list[Event] = []
    for event in named:
        kept, gone = _parted(event, moved, sides)
        staying += kept
        leaving += gone
    return staying, leaving


def _parted(
    event: Event, moved: Collection[str], sides: dict[Reply, set[bool]]
) -> tuple[list[Event], list[Event]]:
    """Give what of an event stays and what goes."""
    if isinstance(event, BuyerMessage | MarketplaceMessage):
        return ([], [event]) if event.id in moved else ([event], [])
    if isinstance(event, NoResponseNeeded | UndoNoResponseNeeded):
        names = event.messages or ()
        halves = [tuple(n for n in names if (n in moved) is gone) for gone in (False, True)]
        kept, gone = ([replace(event, messages=half)] if half else [] for half in halves)
        return [*kept], [*gone]
    if isinstance(event, PolicyApplied):
        return [event], [event]
    if isinstance(event, AgentReply):
        # What was refused answered nothing: it stays, with its refusal.
        of = sides.get((event.at, event.id), {False})
        return [event] * (False in of), [event] * (True in of)
    return [event], []


def _with_names(events: list[Event]) -> list[Event]:
    """Write the names of the messages into marks that meant all of them."""
    marks = [e for e in events if isinstance(e, NoResponseNeeded | UndoNoResponseNeeded)]
    if all(mark.messages is not None for mark in marks):
        return events
    return [
        replace(event, messages=_meant(event, events))
        if isinstance(event, NoResponseNeeded | UndoNoResponseNeeded) and event.messages is None
        else event
        for event in events
    ]


def _meant(mark: NoResponseNeeded | UndoNoResponseNeeded, events: list[Event]) -> tuple[str, ...]:
    before = [event for event in events if event is not mark and event.at <= mark.at]
    talk = _talk(
        in_order([*before, *(e for e in events if isinstance(e, ReplyRefused))], until=EVER)
    )
    if isinstance(mark, UndoNoResponseNeeded):
        return tuple(talk.marks)
    return tuple(unanswered_at(mark.at, talk))


def _talk(events: list[Event]) -> Conversation:
    return read_conversation(events, PolicyBook(Policy("any"), []))
