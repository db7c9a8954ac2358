"""Clocks that one event starts and another ends: return decisions, cases, promises.

A reply to the buyer stops none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from comptoir.core.clocks.clock import Clock, Draft, Step, settled
from comptoir.core.clocks.deadlines import Start, find_calendar
from comptoir.core.clocks.desk import Desk
from comptoir.core.clocks.events import (
    CaseAnswered,
    CaseOpened,
    Event,
    PromiseKept,
    PromiseMade,
    ReturnDecided,
    ReturnRequested,
)
from comptoir.core.clocks.policies import Deadline, Kind, Model
from comptoir.core.clocks.promised import Promises, promise

Opening = CaseOpened | ReturnRequested | PromiseMade
Closing = CaseAnswered | ReturnDecided | PromiseKept

KINDS: dict[type[Event], Kind] = {
    CaseOpened: Kind.CASE,
    CaseAnswered: Kind.CASE,
    ReturnRequested: Kind.RETURN_DECISION,
    ReturnDecided: Kind.RETURN_DECISION,
    PromiseMade: Kind.PROMISE,
    PromiseKept: Kind.PROMISE,
}


@dataclass(slots=True)
class Obligation:
    """Something owed, from the event that asked for it to the one that gave it."""

    kind: Kind
    id: str
    started_at: datetime
    due_at: datetime | None
    ended_at: datetime | None = None


def obligation_clocks(desk: Desk, events: Sequence[Event]) -> list[Clock]:
    """Give the clocks of everything that was ever owed on the ticket."""
    return [_clock(desk, obligation) for obligation in _obligations(events)]


def _obligations(events: Sequence[Event]) -> list[Obligation]:
    found: list[Obligation] = []
    for event in events:
        if type(event) not in KINDS:
            continue
        if isinstance(event, CaseOpened | ReturnRequested | PromiseMade):
            _open(found, KINDS[type(event)], event)
        elif isinstance(event, CaseAnswered | ReturnDecided | PromiseKept):
            _close(found, KINDS[type(event)], event)
    return found


def _open(found: list[Obligation], kind: Kind, event: Opening) -> None:
    if event.id or kind is Kind.RETURN_DECISION:
        for one in found:
            if one.kind is kind and one.id == event.id and one.ended_at is None:
                # The same thing told again; a newly named day replaces the old one.
                one.due_at = event.due_at or one.due_at
                return
    found.append(Obligation(kind, event.id, event.at, event.due_at))


def _close(found: list[Obligation], kind: Kind, event: Closing) -> None:
    for one in found:
        if one.kind is kind and one.ended_at is None and event.id in ("", one.id):
            one.ended_at = event.at


def _clock(desk: Desk, owed: Obligation) -> Clock:
    held = desk.in_force(owed.ended_at)
    rule = held.policy.rule(owed.kind)
    until = owed.ended_at or desk.now
    draft = Draft(
        kind=owed.kind,
        subject=owed.id,
        started_at=owed.started_at,
        policy=held.policy.name,
        rule=rule,
        steps=[
            Step("policy_applies", {"policy": held.policy.name}, held.since),
            Step(
                f"{owed.kind.value}_started",
                {"at": owed.started_at, "id": owed.id},
                owed.started_at,
            ),
        ],
        ended_at=owed.ended_at,
        elapsed=until - owed.started_at,
        counted=((owed.started_at, until),),
        calendar=find_calendar(rule.calendar, desk.calendars),
    )
    _set_deadlines(desk, draft, owed)
    if owed.ended_at is not None:
        draft.steps.append(Step(f"{owed.kind.value}_ended", {"at": owed.ended_at}, owed.ended_at))
    return settled(draft, now=desk.now)


def _set_deadlines(desk: Desk, draft: Draft, owed: Obligation) -> None:
    """Set the deadlines: a promise's day is the desk's own goal, any other day is a limit."""
    start = Start(owed.started_at, given_at=owed.due_at)
    if owed.kind is Kind.PROMISE:
        draft.target_at = owed.due_at
        values = {"due_at": draft.target_at} if draft.target_at else {}
        draft.steps.append(Step("target_given", values, draft.target_at))
        return
    if owed.due_at is not None:
        # The channel's own word goes before any rule of ours.
        draft.rule = replace(draft.rule, limit=Deadline(model=Model.GIVEN))
    promise(draft, Promises(target=start, limit=start), desk.calendars)
