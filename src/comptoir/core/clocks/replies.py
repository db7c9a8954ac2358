"""Reply clocks: one for each stretch in which the buyer, or the operator, waits for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from comptoir.core.clocks.book import InForce
from comptoir.core.clocks.clock import Clock, Draft, MessageOutcome, Step, settled
from comptoir.core.clocks.conversation import Inbound
from comptoir.core.clocks.deadlines import Start, due_at, find_calendar
from comptoir.core.clocks.desk import Desk
from comptoir.core.clocks.policies import Kind, Measured, Model, Rule
from comptoir.core.clocks.promised import Promises, promise
from comptoir.core.clocks.spans import Span


def reply_clock(desk: Desk, span: Span) -> Clock:
    """Turn one span into its clock."""
    held = desk.in_force(span.ended_at)
    rule, reasons = _measured_rule(held, span.kind)
    draft = Draft(
        kind=span.kind,
        subject=span.messages[0].key,
        started_at=span.started_at,
        policy=held.policy.name,
        rule=rule,
        steps=[*_beginning(held, span), *_ignored(desk, span)],
        ended_at=span.ended_at,
        is_cancelled=span.is_cancelled,
    )
    promise(draft, _starts(desk, span, held, rule, draft.steps), desk.calendars)
    draft.steps += reasons + _ending(desk, span)
    until = span.ended_at or desk.now
    draft.elapsed = until - span.started_at
    draft.counted = ((span.started_at, until),)
    draft.calendar = find_calendar(rule.calendar, desk.calendars)
    return settled(draft, now=desk.now)


def message_outcomes(
    desk: Desk, spans: Sequence[Span], clocks: Sequence[Clock]
) -> tuple[MessageOutcome, ...]:
    """Tell what became of each message, in order of time; clocks are those of the spans."""
    clock_of = {
        message.key: (span, clock)
        for span, clock in zip(spans, clocks, strict=True)
        for message in (*span.messages, *span.aside)
    }
    return tuple(
        _outcome(desk, message, clock_of.get(message.key), is_first=not index)
        for index, message in enumerate(desk.talk.inbound)
    )


def _measured_rule(held: InForce, kind: Kind) -> tuple[Rule, list[Step]]:
    """Give the rule, without its limit where the marketplace measures only the first answer."""
    rule = held.policy.rule(kind)
    if held.policy.measured is Measured.EVERY_MESSAGE or kind is not Kind.NEXT_REPLY:
        return rule, []
    if rule.limit is None:
        return rule, []
    return replace(rule, limit=None), [Step("limit_not_measured", {})]


def _beginning(held: InForce, span: Span) -> list[Step]:
    oldest = span.messages[0]
    code = "operator_asked" if oldest.by_operator else "buyer_wrote"
    steps = [
        Step("policy_applies", {"policy": held.policy.name}, held.since),
        Step(code, {"at": oldest.at, "id": oldest.key}, oldest.at),
    ]
    if len(span.messages) > 1:
        steps.append(Step("counts_from_oldest", {"count": len(span.messages) - 1}, oldest.at))
    return steps


def _ignored(desk: Desk, span: Span) -> list[Step]:
    if not desk.talk.ignored:
        return []
    until = span.ended_at or desk.now
    return [
        step
        for step in desk.talk.ignored
        if step.at is not None and span.started_at <= step.at <= until
    ]


def _starts(desk: Desk, span: Span, held: InForce, rule: Rule, steps: list[Step]) -> Promises:
    """Tell from where target and limit count.

    A message marked here but not at the marketplace is left out of the target, not of the limit.
    """
    limit = _start(span.messages)
    target: Start | None = limit
    marks = desk.talk.marks
    if marks and not span.is_cancelled and any(m.key in marks for m in span.messages):
        wanted = [message for message in span.messages if message.key not in marks]
        marked = max(marks[m.key].at for m in span.messages if m.key in marks)
        steps.append(Step("marked_here_only", {"at": marked, "policy": held.policy.name}, marked))
        target = _start(wanted) if wanted else None
    since = held.counts_from
    if target and rule.target and rule.target.from_policy and since is not None:
        seen_at = max(since, target.at)
        if seen_at > target.at:
            steps.append(Step("target_from_risk", {"at": seen_at}, seen_at))
        target = target._replace(at=seen_at)
    return Promises(target=target, limit=limit)


def _start(messages: Sequence[Inbound]) -> Start:
    named = [message.due_at for message in messages if message.due_at is not None]
    given_at = min(named) if named else None
    return Start(messages[0].at, latest_at=messages[-1].at, given_at=given_at)


def _ending(desk: Desk, span: Span) -> list[Step]:
    if span.ended_at is None:
        return []
    if span.is_cancelled:
        marked = [desk.talk.marks[m.key].confirmed_at for m in span.messages]
        at = max((at for at in marked if at is not None), default=span.ended_at)
        return [Step("marked", {"at": at}, at)]
    if span.ended_by is not None and span.ended_by.automatic:
        code = "answered_automatically"
    elif span.ended_by is not None and span.ended_by.seen_elsewhere:
        code = "answered_elsewhere"
    else:
        code = "answered"
    return [Step(code, {"at": span.ended_at}, span.ended_at)]


def _outcome(
    desk: Desk, message: Inbound, found: tuple[Span, Clock] | None, *, is_first: bool
) -> MessageOutcome:
    answer = desk.talk.answer_to(message)
    answered_at = answer.at if answer else None
    mark = desk.talk.marks.get(message.key)
    taken_out_at = mark.confirmed_at if mark else None
    if taken_out_at is not None and answered_at is not None and answered_at > taken_out_at:
        answered_at = None  # what was written later was no answer to this
    within = limit_at = None
    if taken_out_at is None and found is not None:
        limit_at = _own_limit(desk, message, found, is_first=is_first)
        within = _within_limit(limit_at, answered_at, desk.now)
    return MessageOutcome(
        id=message.key,
        at=message.at,
        answered_at=answered_at,
        response=None if answered_at is None else answered_at - message.at,
        within_limit=within,
        is_taken_out=taken_out_at is not None,
        limit_at=limit_at,
    )


def _own_limit(
    desk: Desk, message: Inbound, found: tuple[Span, Clock], *, is_first: bool
) -> datetime | None:
    span, clock = found
    held = desk.in_force(span.ended_at)
    limit = held.policy.rule(span.kind).limit
    is_measured = held.policy.measured is Measured.EVERY_MESSAGE or is_first
    if limit is None or limit.model is Model.MEAN or not is_measured:
        return None
    if message is span.messages[0] or limit.model is Model.SEND_WINDOW:
        return clock.limit_at
    return due_at(limit, Start(message.at, given_at=message.due_at), desk.calendars)


def _within_limit(
    limit_at: datetime | None, answered_at: datetime | None, now: datetime
) -> bool | None:
    if limit_at is None:
        return None
    if answered_at is not None:
        return answered_at <= limit_at
    return False if now > limit_at else None
