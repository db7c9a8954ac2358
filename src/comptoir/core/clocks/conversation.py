"""Who asked, who answered, and which questions were taken out.

Read once from the events of a ticket: the messages that want an answer, the replies that stand as
answers, the "no response needed" marks that hold now, and what was said but does not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from comptoir.core.clocks.book import PolicyBook
from comptoir.core.clocks.clock import Step
from comptoir.core.clocks.events import (
    AgentReply,
    AutomationMessage,
    BuyerMessage,
    Event,
    MarketplaceMessage,
    NoResponseNeeded,
    PolicyApplied,
    Recipient,
    ReplyRefused,
    UndoNoResponseNeeded,
)


class Inbound(NamedTuple):
    """A message that wants an answer; `by_operator` one that the buyer's answer does not give."""

    at: datetime
    key: str
    by_operator: bool = False
    due_at: datetime | None = None


class Stop(NamedTuple):
    """A reply that stands: by a human, substantive, accepted and not refused later."""

    at: datetime
    to_buyer: bool
    to_operator: bool
    seen_elsewhere: bool = False
    automatic: bool = False
    id: str = ""

    def answers(self, message: Inbound) -> bool:
        """Tell whether it answers: it is not earlier, and it goes to the one who asked."""
        to_asker = self.to_operator if message.by_operator else self.to_buyer
        return to_asker and message.at <= self.at


class Mark(NamedTuple):
    """ "No response needed": since when here, and since when the marketplace knows, if it does."""

    at: datetime
    confirmed_at: datetime | None


@dataclass(slots=True)
class Conversation:
    """The two sides of a ticket. Lists are in order of time."""

    inbound: list[Inbound] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)
    marks: dict[str, Mark] = field(default_factory=dict)
    ignored: list[Step] = field(default_factory=list)

    def answer_to(self, message: Inbound) -> Stop | None:
        """Give the first reply that answers it."""
        for stop in self.stops:
            if stop.answers(message):
                return stop
        return None

    def is_taken_out(self, message: Inbound) -> bool:
        """Tell whether nobody, here or outside, waits for an answer to it any more."""
        mark = self.marks.get(message.key)
        return mark is not None and mark.confirmed_at is not None


def read_conversation(events: Sequence[Event], book: PolicyBook) -> Conversation:
    """Sort out the events, which come in order of time."""
    talk = Conversation()
    replies: list[AgentReply] = []
    refusals: list[ReplyRefused] = []
    marks: list[NoResponseNeeded | UndoNoResponseNeeded] = []
    known: set[str] = set()
    for event in events:
        if type(event) is PolicyApplied:
            continue  # every ticket has some, and nobody said anything
        match event:
            case BuyerMessage() if event.id not in known:
                known.add(event.id)
                talk.inbound.append(Inbound(event.at, event.id, due_at=event.due_at))
            case MarketplaceMessage(asks_us=True):
                key = event.id or f"operator {event.at.isoformat()}"
                if key not in known:
                    known.add(key)
                    talk.inbound.append(Inbound(event.at, key, True, event.due_at))
            case AgentReply():
                replies.append(event)
            case AutomationMessage():
                _read_automation(event, talk, book)
            case ReplyRefused():
                refusals.append(event)
            case NoResponseNeeded() | UndoNoResponseNeeded():
                marks.append(event)
    for reply in _standing(replies, refusals, talk.ignored) if refusals else _once(replies):
        _read_reply(reply, talk)
    talk.stops.sort(key=lambda stop: stop.at)
    for mark in marks:
        _read_mark(mark, talk, book)
    return talk


def _read_automation(event: AutomationMessage, talk: Conversation, book: PolicyBook) -> None:
    if book.at(event.at).policy.auto_reply_counts:
        talk.stops.append(Stop(event.at, to_buyer=True, to_operator=False, automatic=True))
    else:
        talk.ignored.append(Step("automation_ignored", {"at": event.at}, event.at))


def _read_reply(reply: AgentReply, talk: Conversation) -> None:
    if reply.holding:
        talk.ignored.append(Step("holding_ignored", {"at": reply.at}, reply.at))
        return
    if reply.to is Recipient.OPERATOR:
        talk.ignored.append(Step("operator_only", {"at": reply.at}, reply.at))
    talk.stops.append(
        Stop(
            at=reply.at,
            to_buyer=reply.to is not Recipient.OPERATOR,
            to_operator=reply.to is not Recipient.BUYER,
            seen_elsewhere=reply.seen_elsewhere,
            id=reply.id,
        )
    )


def _once(replies: Iterable[AgentReply]) -> list[AgentReply]:
    """Leave out what was reported twice under one id."""
    known: set[str] = set()
    kept = []
    for reply in replies:
        if not reply.id or reply.id not in known:
            kept.append(reply)
            known.add(reply.id)
    return kept


def _standing(
    replies: Iterable[AgentReply], refusals: Iterable[ReplyRefused], ignored: list[Step]
) -> list[AgentReply]:
    """Leave out what was refused. What was sent again under its id after a refusal stands."""
    refused: defaultdict[str, list[datetime]] = defaultdict(list)
    for refusal in refusals:
        refused[refusal.reply].append(refusal.at)
    kept: list[AgentReply] = []
    by_id: defaultdict[str, list[AgentReply]] = defaultdict(list)
    for reply in replies:
        (by_id[reply.id] if reply.id in refused else kept).append(reply)
    for id_, sent in by_id.items():
        last_refusal = refused[id_][-1]
        # A bounce may carry an earlier date than the reply it speaks of, and still means it.
        void = [reply for reply in sent if reply.at <= last_refusal] or sent[:1]
        kept += sent[len(void) :]
        values = {"sent_at": void[0].at, "at": last_refusal}
        ignored.append(Step("reply_refused", values, last_refusal))
    return _once(sorted(kept, key=lambda reply: reply.at))


def _read_mark(
    event: NoResponseNeeded | UndoNoResponseNeeded, talk: Conversation, book: PolicyBook
) -> None:
    if isinstance(event, UndoNoResponseNeeded):
        for key in list(talk.marks) if event.messages is None else event.messages:
            talk.marks.pop(key, None)
        return
    is_confirmed = event.confirmed_outside or not book.at(event.at).policy.mark_needs_confirmation
    keys = unanswered_at(event.at, talk) if event.messages is None else event.messages
    for key in keys:
        earlier = talk.marks.get(key)
        confirmed_at = earlier.confirmed_at if earlier else None
        talk.marks[key] = Mark(
            at=earlier.at if earlier else event.at,
            confirmed_at=confirmed_at or (event.at if is_confirmed else None),
        )


def unanswered_at(moment: datetime, talk: Conversation) -> list[str]:
    """Give the messages that waited for an answer at that moment."""
    return [
        message.key
        for message in talk.inbound
        if message.at <= moment
        and not talk.is_taken_out(message)
        and not any(stop.at <= moment and stop.answers(message) for stop in talk.stops)
    ]
