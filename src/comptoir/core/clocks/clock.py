"""What `evaluate` answers: clocks with their states and reasons, and what became of each message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from comptoir.core.calendars import ALWAYS, Calendar
from comptoir.core.clocks.policies import Kind, Model, Rule

Value = datetime | timedelta | str | int
NOTHING = timedelta(0)

Period = tuple[datetime, datetime]


class State(StrEnum):
    """Where a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    PAST_TARGET = "past_target"
    BREACHED = "breached"
    CANCELLED = "cancelled"


class Step(NamedTuple):
    """One reason: a code of `explain.TEMPLATES`, the values it speaks of, and when it happened."""

    code: str
    values: Mapping[str, Value]
    at: datetime | None = None


class Clock(NamedTuple):
    """One promise on one ticket.

    `subject` is the id of what it waits for: the oldest message it counts from, the case, the
    promise. `next_at` is the next deadline still ahead of a running clock: the state changes by
    itself right after that moment (at exactly the deadline it is still met). `limit_is_planning`
    where the marketplace judges a mean: then `limit_at` is to plan by, never a breach. `counted` is
    when it ran, without pauses, and `calendar` the one of its target.
    """

    kind: Kind
    subject: str
    started_at: datetime
    target_at: datetime | None
    limit_at: datetime | None
    ended_at: datetime | None
    state: State
    target_missed: bool
    elapsed: timedelta
    counted: tuple[Period, ...]
    calendar: Calendar
    policy: str
    limit_confirmed: bool
    limit_is_planning: bool
    next_at: datetime | None
    explanation: tuple[Step, ...]

    @property
    def is_open(self) -> bool:
        """Tell whether something is still expected."""
        return self.ended_at is None

    @property
    def elapsed_seconds(self) -> float:
        """Give the time the outside saw go by, in seconds; time solved is left out."""
        return self.elapsed.total_seconds()

    @property
    def business(self) -> timedelta:
        """Give the time that counts for the target, on the target's calendar.

        Worked out when asked: of a million clocks that are computed anew, nobody looks at it.
        """
        return sum((self.calendar.elapsed(start, end) for start, end in self.counted), NOTHING)

    @property
    def business_seconds(self) -> float:
        """Give the time that counts for the target, in seconds."""
        return self.business.total_seconds()


class MessageOutcome(NamedTuple):
    """What became of one message that wanted an answer.

    `within_limit` is None while it is undecided, where there is no limit, where the marketplace
    measures other messages or a mean, and where the message was taken out. `limit_at` is its own
    limit, where it has one: every message counts, also one that no clock runs from.
    """

    id: str
    at: datetime
    answered_at: datetime | None
    response: timedelta | None
    within_limit: bool | None
    is_taken_out: bool
    limit_at: datetime | None = None

    @property
    def response_seconds(self) -> float | None:
        """Give the time from message to answer, in seconds."""
        return None if self.response is None else self.response.total_seconds()


class Evaluation(NamedTuple):
    """All clocks of a ticket in order of start, and what lists show of them."""

    clocks: tuple[Clock, ...]
    messages: tuple[MessageOutcome, ...]
    oldest_unanswered_at: datetime | None
    next_deadline_at: datetime | None


@dataclass(slots=True)
class Draft:
    """A clock in the making: what its kind knows of it. `settled` turns it into a `Clock`."""

    kind: Kind
    subject: str
    started_at: datetime
    policy: str
    rule: Rule
    steps: list[Step]
    target_at: datetime | None = None
    limit_at: datetime | None = None
    ended_at: datetime | None = None
    is_cancelled: bool = False
    is_paused: bool = False
    target_missed: bool = False
    elapsed: timedelta = NOTHING
    counted: tuple[Period, ...] = ()
    calendar: Calendar = ALWAYS


def settled(draft: Draft, *, now: datetime) -> Clock:
    """Decide the state. Where several would fit: cancelled, breached, past target, paused."""
    until = draft.ended_at or now
    target_at, limit_at = draft.target_at, draft.limit_at
    is_planning = draft.rule.limit is not None and draft.rule.limit.model is Model.MEAN
    target_missed = draft.target_missed or (target_at is not None and until > target_at)
    limit_missed = limit_at is not None and until > limit_at
    if draft.is_cancelled:
        state = State.CANCELLED
    elif limit_missed and not is_planning:
        state = State.BREACHED
    elif target_missed or limit_missed:
        state = State.PAST_TARGET
    elif draft.ended_at is not None:
        state = State.MET
    else:
        state = State.PAUSED if draft.is_paused else State.RUNNING
    ahead = [at for at in (target_at, limit_at) if at is not None and at >= now]
    return Clock(
        kind=draft.kind,
        subject=draft.subject,
        started_at=draft.started_at,
        target_at=target_at,
        limit_at=limit_at,
        ended_at=draft.ended_at,
        state=state,
        target_missed=target_missed,
        elapsed=draft.elapsed,
        counted=draft.counted,
        calendar=draft.calendar,
        policy=draft.policy,
        limit_confirmed=draft.rule.limit_confirmed,
        limit_is_planning=is_planning,
        next_at=min(ahead, default=None) if draft.ended_at is None else None,
        explanation=(*draft.steps, *_verdict(draft, state, until)),
    )


def _verdict(draft: Draft, state: State, until: datetime) -> list[Step]:
    if state is State.BREACHED and draft.limit_at is not None:
        missed: dict[str, Value] = {
            "late": until - draft.limit_at,
            "limit_at": draft.limit_at,
        }
        return [Step("past_limit", missed, draft.limit_at)]
    if state is State.PAST_TARGET and draft.target_at is not None and until > draft.target_at:
        missed = {"late": until - draft.target_at, "target_at": draft.target_at}
        return [Step("past_target", missed, draft.target_at)]
    return []
