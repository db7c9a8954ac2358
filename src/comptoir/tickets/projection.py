"""From a ticket's facts to what is stored of its clocks: pure, values in and values out.

What is stored is always what `comptoir.core.clocks.evaluate` answers; nothing here decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from comptoir.core.calendars import Calendar
from comptoir.core.clocks import (
    EVENT_TYPES,
    BuyerMessage,
    Clock,
    Evaluation,
    Event,
    Kind,
    MessageOutcome,
    Policy,
    PolicyApplied,
    Recipient,
    Status,
    evaluate,
)
from comptoir.core.clocks.warning import warnings_of
from comptoir.core.priority import leading_first, queue_place
from comptoir.sla.versions import Held, Promises, promises
from comptoir.tickets.promising import POLICY_APPLIED, keys_of, seen_at

FIELDS = {
    "buyer_message": ("id", "due_at"),
    "marketplace_message": ("id", "asks_us", "due_at"),
    "agent_reply": ("id", "to", "holding", "seen_elsewhere"),
    "automation_message": ("id",),
    "reply_refused": ("reply",),
    "no_response_needed": ("messages", "confirmed_outside"),
    "undo_no_response_needed": ("messages",),
    "status": ("to",),
    "return_requested": ("id", "due_at"),
    "return_decided": (),
    "case_opened": ("id", "due_at"),
    "case_answered": ("id",),
    "promise": ("id", "due_at"),
    "promise_kept": ("id",),
}
"""What the clocks take of a fact's data; other keys are for people.

The id of `return_decided` is one: a decision settles every return that the ticket has open, since
those read in mails have no number of their own."""

COUNTED = frozenset({*FIELDS, POLICY_APPLIED})
"""The kinds of facts that a computation needs."""

REPLIES = frozenset({Kind.FIRST_REPLY, Kind.NEXT_REPLY})
_AT = attrgetter("at")


class Recorded(NamedTuple):
    """A fact as the clocks read it."""

    id: int
    kind: str
    at: datetime
    data: dict[str, Any]
    message_id: int | None


@dataclass
class Projection:
    """What is stored of an evaluation: clock rows, message outcomes, the ticket's own columns.

    `turns` are the promises the ticket had, each with the moment from which it held (None for the
    first one).
    """

    evaluation: Evaluation
    promised: Promises
    now: datetime
    turns: tuple[tuple[datetime | None, Held], ...]

    @cached_property
    def clock_rows(self) -> list[dict[str, Any]]:
        """Give the rows of the clocks, numbered by kind in order of start."""
        counts: dict[str, int] = {}
        rows = []
        for clock in self.evaluation.clocks:
            number = counts[clock.kind] = counts.get(clock.kind, 0) + 1
            warnings = self._warnings(clock)
            rows.append(
                {
                    "policy_id": self.held_by(clock).version_id,
                    "kind": clock.kind,
                    "number": number,
                    "state": clock.state,
                    "started_at": clock.started_at,
                    "target_at": clock.target_at,
                    "limit_at": clock.limit_at,
                    "ended_at": clock.ended_at,
                    "target_missed": clock.target_missed,
                    "next_at": self._next_at(clock),
                    "warnings": warnings,
                    "first_warning_at": warnings[0][1] if warnings else None,
                }
            )
        return rows

    def held_by(self, clock: Clock) -> Held:
        """Give the promise of a clock: the latest, or the one under which it ended."""
        if clock.ended_at is None:
            return self.turns[-1][1]
        before = [held for since, held in self.turns if since is None or since < clock.ended_at]
        return before[-1] if before else self.turns[0][1]

    @property
    def outcome_rows(self) -> list[dict[str, Any]]:
        """Give what became of each message."""
        return [
            {
                "message_id": int(outcome.id),
                "answered_at": outcome.answered_at,
                "response_seconds": _whole(outcome.response_seconds),
                "within_limit": outcome.within_limit,
                "is_taken_out": outcome.is_taken_out,
            }
            for outcome in self.evaluation.messages
            if outcome.id.isdigit()
        ]

    def came_too_late(self, message_id: str) -> bool:
        """Tell whether a message was past its limit when it reached us."""
        return any(m.id == message_id and m.within_limit is False for m in self.evaluation.messages)

    def columns(self, *, tier: int, is_answering: bool = False) -> dict[str, Any]:
        """Give the ticket's deadline and queue columns.

        `is_answering` while a reply that answers every message is on its way out: the clocks run
        on, but only what a reply does not give (a case, a return) keeps the ticket in the queue.
        """
        clock = self.leading
        owed = [c for c in self.evaluation.clocks if not (is_answering and c.kind in REPLIES)]
        place = queue_place(owed, tier, self.now)
        return {
            "oldest_unanswered_at": self.evaluation.oldest_unanswered_at,
            "next_kind": clock.kind.value if clock else "",
            "target_at": clock.target_at if clock else None,
            "limit_at": clock.limit_at if clock else None,
            "next_deadline_at": self.evaluation.next_deadline_at,
            "queue_tier": int(place.tier) if place else None,
            "queue_at": place.at if place else None,
            "risk_at": self.risk_at,
        }

    @property
    def risk_at(self) -> datetime | None:
        """Give the first warning of all open clocks: from then on the ticket is at risk."""
        moments = [row["first_warning_at"] for row in self.clock_rows]
        return min([at for at in moments if at is not None], default=None)

    def _next_at(self, clock: Clock) -> datetime | None:
        """Give the next moment at which something stored changes by itself.

        That is a deadline of the clock, or the limit of a later message that it waits for too.
        """
        if not clock.is_open or clock.kind not in REPLIES:
            return clock.next_at
        now, soonest = self.now, clock.next_at
        for message in self.evaluation.messages:
            at = message.limit_at
            if at is not None and at >= now and (soonest is None or at < soonest):
                soonest = at if _is_due(message) else soonest
        return soonest

    def _warnings(self, clock: Clock) -> Sequence[tuple[str, datetime]]:
        """Give the moments at which somebody is to be warned of an open clock."""
        if clock.ended_at is not None:
            return []
        promised = self.promised
        return warnings_of(
            clock, promised.policy, promised.warnings, promised.staffed, promised.calendars
        )

    @property
    def leading(self) -> Clock | None:
        """Give the open clock that lists show; resolution only when alone."""
        opened = [c for c in self.evaluation.clocks if c.is_open]
        if len(opened) < 2:
            return opened[0] if opened else None
        return min(opened, key=leading_first)


def project(facts: Sequence[Recorded], held: Held | None, *, now: datetime) -> Projection | None:
    """Compute a ticket's clocks from its facts; None where no policy exists.

    `held` is the promise it has now; the timeline says which ones it had before.
    """
    if held is None:
        return None
    current = promises(*held)
    events = [event for fact in facts if (event := event_of(fact)) is not None]
    turned = [fact for fact in facts if fact.kind == POLICY_APPLIED]
    keys = keys_of(turned)
    if not keys or keys == [held.key]:
        found = evaluate(events, current.policy, current.calendars, now)
        return Projection(found, current, now, ((None, held),))
    policies, calendars = _known((*keys, held.key))
    events.append(PolicyApplied(min([fact.at for fact in facts]), keys[0]))
    turns: list[tuple[datetime | None, Held]] = []
    for fact in sorted(turned, key=_AT) if len(turned) > 1 else turned:
        key = str(fact.data["policy"])
        events.append(PolicyApplied(fact.at, key, seen_at=seen_at(fact)))
        turns.append((fact.at, Held.of(key)))
    found = evaluate(events, policies, calendars, now)
    return Projection(found, current, now, ((None, Held.of(keys[0])), *turns))


@lru_cache(maxsize=4096)
def _known(keys: tuple[str, ...]) -> tuple[dict[str, Policy], dict[str, Calendar]]:
    """Give the policies and calendars of these promises, by name."""
    had = {key: promises(*Held.of(key)) for key in keys}
    calendars = {name: made for one in had.values() for name, made in one.calendars.items()}
    return {key: one.policy for key, one in had.items()}, calendars


def event_of(fact: Recorded) -> Event | None:
    """Give the event that a fact is to the clocks; None for facts that are for people only."""
    kind, data = fact.kind, fact.data
    taken = FIELDS.get(kind)
    if taken is None:
        return None
    if kind == "buyer_message" and len(data) == 1 and "id" in data:
        return BuyerMessage(fact.at, str(data["id"]))  # nearly all there are
    values = {name: data[name] for name in taken if data.get(name) is not None}
    if "due_at" in values:
        values["due_at"] = datetime.fromisoformat(values["due_at"])
    if "to" in values:
        values["to"] = (Status if kind == "status" else Recipient)(values["to"])
    if "messages" in values:
        values["messages"] = tuple(values["messages"])
    if "id" in values:
        values["id"] = str(values["id"])
    made: Event = EVENT_TYPES[kind](at=fact.at, **values)
    return made


def _is_due(message: MessageOutcome) -> bool:
    return message.within_limit is None and not message.is_taken_out


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds)
