"""The resolution clock: from the first buyer message until the ticket is solved.

Pauses (if the policy allows them) and the time solved are left out of the target; a limit of the
marketplace never pauses, and leaves out the time solved only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from comptoir.core.calendars import Calendar
from comptoir.core.clocks.book import InForce
from comptoir.core.clocks.clock import NOTHING, Clock, Draft, Step, settled
from comptoir.core.clocks.conversation import Inbound
from comptoir.core.clocks.deadlines import Start, counted_calendar, due_at, find_calendar
from comptoir.core.clocks.desk import Desk
from comptoir.core.clocks.events import (
    BuyerMessage,
    Event,
    MarketplaceMessage,
    Status,
    StatusChanged,
)
from comptoir.core.clocks.policies import RUNNING_MODELS, Deadline, Kind
from comptoir.core.clocks.promised import closed_until, limit_steps, set_target
from comptoir.core.clocks.stretches import Mode, Stretch, stretches

SOLVED = Status.SOLVED
CUTTING = (BuyerMessage, MarketplaceMessage, StatusChanged)
"""The events that may pause, resume, solve or reopen."""


def resolution_clocks(desk: Desk, events: Sequence[Event]) -> list[Clock]:
    """Give the clock, if the policy promises a resolution and the buyer ever wrote."""
    if not desk.book.ever_promises(Kind.RESOLUTION):
        return []
    asked = [message for message in desk.talk.inbound if not message.by_operator]
    if not asked:
        return []
    events = [event for event in events if isinstance(event, CUTTING)]
    live = [message for message in asked if not desk.talk.is_taken_out(message)]
    first = (live or asked)[0]
    ended_at = _ended_at(desk, events, first) if live else _taken_out_at(desk, asked)
    held = desk.in_force(ended_at)
    if Kind.RESOLUTION not in held.policy.rules:
        return []
    return [_clock(desk, events, held, (first, ended_at), is_cancelled=not live)]


def _ended_at(desk: Desk, events: Sequence[Event], first: Inbound) -> datetime | None:
    # Solved is solved whatever may pause, so the end is known before the policy that held then.
    if not any(isinstance(event, StatusChanged) and event.to is SOLVED for event in events):
        return None
    cut, _ = stretches(events, first.at, pauses=(), taken_out=desk.talk.marks)
    return cut[-1].from_at if cut[-1].mode is Mode.SOLVED else None


def _taken_out_at(desk: Desk, asked: Sequence[Inbound]) -> datetime:
    confirmed = [desk.talk.marks[message.key].confirmed_at for message in asked]
    # A message that was marked before it came (a late event) is taken out as it arrives.
    return max(*(at for at in confirmed if at is not None), *(message.at for message in asked))


def _clock(
    desk: Desk,
    events: Sequence[Event],
    held: InForce,
    bounds: tuple[Inbound, datetime | None],
    *,
    is_cancelled: bool,
) -> Clock:
    first, ended_at = bounds
    rule = held.policy.rule(Kind.RESOLUTION)
    cut, why = stretches(events, first.at, pauses=rule.pauses, taken_out=desk.talk.marks)
    until = ended_at or desk.now
    lived = [stretch for stretch in cut if stretch.mode is not Mode.SOLVED]
    running = [stretch for stretch in lived if stretch.mode is Mode.RUNNING]
    draft = Draft(
        kind=Kind.RESOLUTION,
        subject=first.key,
        started_at=first.at,
        policy=held.policy.name,
        rule=rule,
        steps=[
            Step("policy_applies", {"policy": held.policy.name}, held.since),
            Step("resolution_started", {"at": first.at, "id": first.key}, first.at),
            *why,
        ],
        ended_at=ended_at,
        is_cancelled=is_cancelled,
        is_paused=ended_at is None and cut[-1].mode is Mode.PAUSED,
        elapsed=_total(lived, until, None),
        counted=tuple((stretch.from_at, stretch.to_at or until) for stretch in running),
        calendar=find_calendar(rule.calendar, desk.calendars),
    )
    if rule.limit is not None:
        draft.limit_at = _due(desk, rule.limit, first.at, lived, ended_at)
    target_from = first.at if is_cancelled else _target_from(desk, held)
    if rule.target is not None and target_from is not None:
        _add_target(desk, draft, target_from, running)
    draft.steps += limit_steps(draft, Start(first.at))
    return settled(draft, now=desk.now)


def _target_from(desk: Desk, held: InForce) -> datetime | None:
    """Tell from when the target counts: messages marked here are left out of it."""
    unmarked = [
        message.at
        for message in desk.talk.inbound
        if not message.by_operator and message.key not in desk.talk.marks
    ]
    target = held.policy.rule(Kind.RESOLUTION).target
    since = held.counts_from
    if not unmarked or target is None or not target.from_policy or since is None:
        return min(unmarked, default=None)
    return max(min(unmarked), since)


def _add_target(
    desk: Desk, draft: Draft, target_from: datetime, running: Sequence[Stretch]
) -> None:
    target = draft.rule.target
    if target is None:
        return
    counted = [
        stretch._replace(from_at=max(stretch.from_at, target_from))
        for stretch in running
        if stretch.to_at is None or stretch.to_at > target_from
    ]
    due = _due(desk, target, target_from, counted, draft.ended_at)
    if due is None and draft.is_paused:
        left = _left(desk, target, counted)
        draft.steps.append(Step("no_due_time_while_paused", {"left": left}))
        return
    draft.steps += closed_until(target, target_from, desk.calendars)
    set_target(draft, target, due)


def _due(
    desk: Desk,
    deadline: Deadline,
    start: datetime,
    counted: Sequence[Stretch],
    ended_at: datetime | None,
) -> datetime | None:
    """Tell when it falls due if only those stretches count; None while it is paused.

    What fell due in an earlier stretch stays due then, whatever came after.
    """
    if deadline.model not in RUNNING_MODELS or deadline.length is None:
        return due_at(deadline, Start(start), desk.calendars)
    calendar = counted_calendar(deadline, desk.calendars)
    left = deadline.length
    for stretch in counted:
        due = calendar.add(stretch.from_at, left)
        if stretch.to_at is None or due < stretch.to_at or stretch.to_at == ended_at:
            return due
        left -= calendar.elapsed(stretch.from_at, stretch.to_at)
    return None if ended_at is None else calendar.add(ended_at, left)


def _left(desk: Desk, deadline: Deadline, counted: Sequence[Stretch]) -> timedelta:
    calendar = counted_calendar(deadline, desk.calendars)
    return (deadline.length or NOTHING) - _total(counted, desk.now, calendar)


def _total(counted: Sequence[Stretch], until: datetime, calendar: Calendar | None) -> timedelta:
    """Add up the stretches, in open time if there is a calendar."""
    total = NOTHING
    for stretch in counted:
        end = until if stretch.to_at is None else min(stretch.to_at, until)
        if end > stretch.from_at:
            length = end - stretch.from_at
            total += length if calendar is None else calendar.elapsed(stretch.from_at, end)
    return total
