"""What a rule promises from a given start: target and limit, with the reasons.

Used by every kind of clock. The target is the earlier of its own due moment and the limit.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from comptoir.core.clocks.clock import Draft, Step, Value
from comptoir.core.clocks.deadlines import Calendars, Start, counted_calendar, due_at
from comptoir.core.clocks.policies import Deadline, Model


class Promises(NamedTuple):
    """From where the target and the limit of a clock count; `target` None cancels the target."""

    target: Start | None
    limit: Start


def promise(draft: Draft, starts: Promises, calendars: Calendars) -> None:
    """Set both due moments of the draft and say why."""
    limit = draft.rule.limit
    if limit is not None:
        draft.limit_at = due_at(limit, starts.limit, calendars)
        if limit.model is Model.GIVEN and starts.limit.given_at is not None:
            # The channel's own word is sure, whatever is known of its rules.
            draft.rule = replace(draft.rule, limit_confirmed=True)
    if draft.rule.target is not None and starts.target is not None:
        draft.steps += closed_until(draft.rule.target, starts.target.at, calendars)
        set_target(draft, draft.rule.target, due_at(draft.rule.target, starts.target, calendars))
    draft.steps += limit_steps(draft, starts.limit)


def set_target(draft: Draft, target: Deadline, due: datetime | None) -> None:
    """Set the target, or the limit in its place where that comes first."""
    if due is None:
        return
    values = deadline_values(target, due)
    if draft.limit_at is not None and draft.limit_at < due:
        values |= {"limit_at": draft.limit_at, "policy": draft.policy}
        draft.steps.append(Step("target_after_limit", values, draft.limit_at))
        draft.target_at = draft.limit_at
    else:
        draft.steps.append(Step(f"target_{target.model}", values, due))
        draft.target_at = due


def limit_steps(draft: Draft, start: Start) -> list[Step]:
    """Say how the limit was found, and whether it is only assumed."""
    limit = draft.rule.limit
    if limit is None:
        return []
    if draft.limit_at is None:
        return [Step("limit_not_named", {})]
    fallback = limit.model is Model.GIVEN and start.given_at is None
    code = "limit_hours" if fallback else f"limit_{limit.model}"
    steps = [Step(code, deadline_values(limit, draft.limit_at), draft.limit_at)]
    if not draft.rule.limit_confirmed:
        steps.append(Step("limit_assumed", {}))
    return steps


def closed_until(target: Deadline, start: datetime, calendars: Calendars) -> list[Step]:
    """Say when the calendar opens, if nobody is there at the start."""
    opens_at = counted_calendar(target, calendars).next_open(start)
    if opens_at is None or opens_at <= start:
        return []
    return [Step("closed_until", {"opens_at": opens_at, "calendar": target.calendar}, opens_at)]


def deadline_values(deadline: Deadline, due: datetime) -> dict[str, Value]:
    """Give what the sentence about a deadline speaks of."""
    amount: Value = deadline.days or 0 if deadline.length is None else deadline.length
    return {"amount": amount, "calendar": deadline.calendar, "due_at": due}
