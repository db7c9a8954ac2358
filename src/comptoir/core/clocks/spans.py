"""From questions and answers to the stretches of time in which a reply was owed.

A span begins with the oldest unanswered message and ends with the reply that answers it, or when
all its messages are taken out. Whatever a reply leaves unanswered begins the next span at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from comptoir.core.clocks.conversation import Conversation, Inbound, Stop
from comptoir.core.clocks.policies import Kind


@dataclass(slots=True)
class Span:
    """One stretch. `messages` are those it counts from, oldest first; never empty.

    `aside` were answered meanwhile, while an older one of the other side goes on waiting.
    """

    kind: Kind
    messages: list[Inbound]
    ended_at: datetime | None = None
    ended_by: Stop | None = None
    is_cancelled: bool = False
    aside: list[Inbound] = field(default_factory=list)

    @property
    def started_at(self) -> datetime:
        """Give the moment of the oldest message."""
        return self.messages[0].at


@dataclass(slots=True)
class _Walk:
    """Where the walk through the ticket stands."""

    ended: list[Span] = field(default_factory=list)
    running: Span | None = None
    kind: Kind = Kind.FIRST_REPLY

    def begin(self, messages: list[Inbound]) -> None:
        self.running = Span(self.kind, messages) if messages else None


def reply_spans(talk: Conversation) -> list[Span]:
    """Give the spans in order of start."""
    if not talk.stops and not talk.marks:  # most open tickets
        return [Span(Kind.FIRST_REPLY, list(talk.inbound))] if talk.inbound else []
    walk = _Walk()
    for at, _, thing in sorted(_things(talk), key=lambda entry: entry[:2]):
        if isinstance(thing, Inbound):
            _ask(walk, thing)
        elif isinstance(thing, Stop):
            _answer(walk, thing)
        else:
            _take_out(walk, thing, at)
    spans = walk.ended + ([walk.running] if walk.running else [])
    if len(spans) > 1:
        spans.sort(key=lambda span: span.started_at)
    return spans


def _things(talk: Conversation) -> Iterator[tuple[datetime, int, Inbound | Stop | set[str]]]:
    """Yield what happened, with its moment and its rank among what falls together."""
    for message in talk.inbound:
        yield message.at, 0, message
    for stop in talk.stops:
        yield stop.at, 1, stop
    if not talk.marks:
        return
    removals: dict[datetime, set[str]] = {}
    known = {message.key: message for message in talk.inbound}
    for key, mark in talk.marks.items():
        if mark.confirmed_at is not None and key in known:
            # Marked before it came (a late event): it is taken out as it arrives.
            at = max(mark.confirmed_at, known[key].at)
            removals.setdefault(at, set()).add(key)
    for at, keys in removals.items():
        yield at, 2, keys


def _ask(walk: _Walk, message: Inbound) -> None:
    if walk.running is None:
        walk.begin([message])
    else:
        walk.running.messages.append(message)


def _answer(walk: _Walk, stop: Stop) -> None:
    span = walk.running
    answered = [message for message in span.messages if stop.answers(message)] if span else []
    if stop.to_buyer or answered:
        walk.kind = Kind.NEXT_REPLY
    if span is None or not answered:
        return
    left = [message for message in span.messages if not stop.answers(message)]
    if span.messages[0] in answered:
        span.messages, span.ended_at, span.ended_by = answered, stop.at, stop
        walk.ended.append(span)
        walk.begin(left)
    else:
        span.messages = left
        span.aside += answered


def _take_out(walk: _Walk, keys: set[str], at: datetime) -> None:
    """Take marked messages out of every span, also of one that was answered already."""
    for span in [*walk.ended, *([walk.running] if walk.running else [])]:
        left = [message for message in span.messages if message.key not in keys]
        if left:
            span.messages = left
        else:
            span.is_cancelled = True
    if walk.running is not None and walk.running.is_cancelled:
        walk.running.ended_at = at
        walk.ended.append(walk.running)
        walk.begin([])
