"""When somebody is warned of a deadline, and who: before it is too late to do something.

A policy names warnings as shares of a deadline or as time before it. Three are always there: before
the end of the last shift that can still answer, and the moments at which target and limit pass.

{"warnings": [{"of": "limit", "share": 75, "to": ["assignee", "team"]},
              {"of": "limit", "before_minutes": 120, "to": ["supervisor", "endpoint:3"]},
              {"of": "last_shift", "to": ["email:duty@maison-perrin.example"]}]}
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

from comptoir.core.calendars import ALWAYS, Calendar
from comptoir.core.clocks.clock import Clock, State
from comptoir.core.clocks.deadlines import Calendars, counted_calendar
from comptoir.core.clocks.policies import RUNNING_MODELS, Deadline, Kind, Model, Policy, Rule
from comptoir.core.clocks.warning_specs import (
    DEFAULT_TO,
    DEFAULTS,
    LAST_SHIFT,
    LIMIT_MISSED,
    NO_SHIFT,
    TARGET_MISSED,
    Of,
    WarningRule,
    read_warnings,
)

__all__ = ["DEFAULTS", "Warning", "WarningRule", "read_warnings", "recipients_of", "warnings_of"]

LAST_SHIFT_LEAD = timedelta(minutes=120)
"""Staffed time left in the last shift when the warning comes."""

MOMENT = timedelta(microseconds=1)
GIVEN_CODES = {Of.LIMIT: "limit_given", Of.TARGET: "target_given"}
ELAPSED_MODELS = (Model.FIXED_HOUR_AFTER_WEEKEND, Model.GIVEN)
"""Models whose calendar says which days count, not which hours."""


_IN_ORDER = itemgetter(1, 0)


class Warning(NamedTuple):  # noqa: A001 -- the product's word; nothing here warns of Python code
    """That a clock comes to a threshold: its key (`limit:75`, `last_shift` …), and when."""

    key: str
    at: datetime


def warnings_of(
    clock: Clock,
    policy: Policy,
    rules: Sequence[WarningRule],
    staffed: Calendar | None,
    calendars: Calendars,
) -> list[Warning]:
    """Give all thresholds of an open clock in order of time, past ones too; none once it ended.

    `staffed` are the team's hours; without them nothing is said of shifts. A paused clock has no
    target, and so no warning of one; a limit does not pause and goes on warning.
    """
    if not clock.is_open or clock.state is State.CANCELLED:
        return []
    target = clock.target_at if clock.state is not State.PAUSED else None
    found: dict[str, datetime] = {}
    ways: dict[Of, _Way] = {}
    for threshold in _thresholds(rules, policy, clock.kind, clock.limit_at is not None):
        key, side, share, before, _ = threshold
        due = clock.limit_at if side is Of.LIMIT else target
        if due is None:
            continue
        if before is not None:
            at = max(due - before, clock.started_at)
        else:
            way = ways.get(side) or ways.setdefault(side, _way(clock, due, threshold, calendars))
            at = way.at(share)
        if key not in found or at < found[key]:
            found[key] = at
    if staffed is not None:
        found.update(_shift(clock.started_at, target, clock.limit_at, staffed))
    if target is not None and target != clock.limit_at:
        found[TARGET_MISSED] = target
    if clock.limit_at is not None and not clock.limit_is_planning:
        found[LIMIT_MISSED] = clock.limit_at
    return list(map(Warning._make, sorted(found.items(), key=_IN_ORDER)))


def recipients_of(rules: Sequence[WarningRule], key: str) -> tuple[str, ...]:
    """Tell who hears of that threshold, each once, in the order in which the rules name them."""
    of = LAST_SHIFT if key == NO_SHIFT else key
    named = [to for rule in rules if rule.says(of) for to in rule.to]
    return tuple(dict.fromkeys(named)) or DEFAULT_TO.get(of, ())


class _Threshold(NamedTuple):
    """A rule on one side of one kind of clock. `share` runs from 0 to 1."""

    key: str
    side: Of
    share: float
    before: timedelta | None
    counted: Deadline | None


_LAID: dict[tuple[int, int, Kind, bool], _Laid] = {}
_LAID_MAX_COUNT = 1024


class _Laid(NamedTuple):
    """Thresholds with what they were made of, which is kept so that no other takes its number."""

    rules: Sequence[WarningRule]
    policy: Policy
    thresholds: tuple[_Threshold, ...]


def _thresholds(
    rules: Sequence[WarningRule], policy: Policy, kind: Kind, has_limit: bool
) -> tuple[_Threshold, ...]:
    """Put the rules onto the sides they speak of: the limit where there is one, else the target.

    Kept by identity: to compare a policy with another costs more than the answer.
    """
    key = (id(rules), id(policy), kind, has_limit)
    laid = _LAID.get(key)
    if laid is None:
        if len(_LAID) >= _LAID_MAX_COUNT:
            _LAID.clear()
        made = _lay_out(rules, policy.rule(kind), has_limit)
        laid = _LAID[key] = _Laid(rules, policy, made)
    return laid.thresholds


def _lay_out(
    rules: Sequence[WarningRule], promised: Rule, has_limit: bool
) -> tuple[_Threshold, ...]:
    made = []
    for rule in rules:
        side = rule.of
        if side is Of.DEADLINE:
            side = Of.LIMIT if has_limit else Of.TARGET
        if side in (Of.LIMIT, Of.TARGET):
            counted = promised.limit if side is Of.LIMIT else promised.target
            key = rule.key_of(side)
            made.append(_Threshold(key, side, rule.share / 100, rule.before, counted))
    return tuple(made)


class _Way(NamedTuple):
    """From a clock's start to one of its deadlines, in the time that the deadline counts.

    `is_from_end` where time that did not count (paused, solved) lies behind.
    """

    start: datetime
    due: datetime
    calendar: Calendar
    total: timedelta
    is_from_end: bool

    def at(self, share: float) -> datetime:
        """Give the moment at which that share (0 to 1) of the time has passed."""
        if self.calendar is ALWAYS and not self.is_from_end:
            return self.start + self.total * share
        if self.is_from_end:
            return max(self.calendar.subtract(self.due, self.total * (1 - share)), self.start)
        return min(self.calendar.add(self.start, self.total * share), self.due)


def _way(clock: Clock, due: datetime, threshold: _Threshold, calendars: Calendars) -> _Way:
    """Say how the time to a deadline is counted.

    Open time counts where the deadline counts open time. Where the channel or a promise named the
    day, plain time counts, whatever the rule says.
    """
    counted = threshold.counted
    named = GIVEN_CODES[threshold.side]
    for step in clock.explanation:
        if step.code == named:
            counted = None
            break
    start = _counted_from(clock, due, counted)
    calendar: Calendar = ALWAYS
    if counted is not None and counted.model not in ELAPSED_MODELS:
        calendar = counted_calendar(counted, calendars)
    total = calendar.elapsed(start, due)
    if not total:
        calendar, total = ALWAYS, ALWAYS.elapsed(start, due)
    length = counted.length if counted is not None and counted.model in RUNNING_MODELS else None
    if clock.kind is Kind.RESOLUTION and length is not None and total > length:
        return _Way(start, due, calendar, length, is_from_end=True)
    return _Way(start, due, calendar, total, is_from_end=False)


def _counted_from(clock: Clock, due: datetime, counted: Deadline | None) -> datetime:
    """Give the clock's start, or the later moment from which a risk's target counts."""
    if counted is not None and counted.from_policy:
        seen = [s.at for s in clock.explanation if s.code == "target_from_risk" and s.at]
        return min(max([clock.started_at, *seen]), due)
    return min(clock.started_at, due)


def _shift(
    start: datetime, target: datetime | None, limit: datetime | None, staffed: Calendar
) -> dict[str, datetime]:
    """Give the warning before the last shift that can still answer ends, or that there is none.

    The limit counts; without one a target does, if it falls when nobody is on duty (inside a
    shift the shares say enough). From the start itself where less is left than the lead.
    """
    due = limit or target
    if due is None or due <= start:
        return {}
    if not staffed.has_shifts and staffed.next_close(start) is None:
        return {}
    if limit is None and staffed.is_open(due - MOMENT):
        return {}
    left = staffed.elapsed(start, due)
    if not left:
        return {NO_SHIFT: start}
    return {LAST_SHIFT: max(staffed.subtract(due, min(LAST_SHIFT_LEAD, left)), start)}
