"""A ticket's clocks: the one that counts in the header, all of them with their reasons on demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.utils.translation import pgettext
from markupsafe import Markup

from comptoir.alerts.words.clocks import kind_word
from comptoir.core.calendars import Calendar
from comptoir.core.clocks import Clock, Evaluation, Kind
from comptoir.core.priority import leading_first
from comptoir.web.present.deadlines import Deadline, Stages, make_deadline, stages_of
from comptoir.web.present.explanations import sentences
from comptoir.web.present.policies import PolicyRef
from comptoir.web.present.times import Times

WIDTH, HEIGHT = 320, 8
CLOSED_SHOWN_MAX = 40
STATE_ICONS = {
    "running": "clock",
    "paused": "pause",
    "met": "check-circle",
    "past_target": "flag",
    "breached": "missed",
    "cancelled": "close",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment under a bar: its name and its time."""

    name: str
    time: str
    full: str


@dataclass(frozen=True, slots=True)
class ClockView:
    """One promise, finished for showing. `deadline` only while it runs."""

    kind: str
    state: str
    state_word: str
    icon: str
    deadline: Deadline | None
    bar: Markup
    marks: tuple[Mark, ...]
    ended: str
    policies: tuple[PolicyRef, ...]
    sentences: tuple[str, ...]
    is_open: bool
    is_assumed: bool
    is_judged_by_mean: bool


def make_clocks(
    evaluation: Evaluation | None,
    calendars: Mapping[str, Calendar],
    times: Times,
    policies_of: Callable[[Clock], tuple[PolicyRef, ...]] = lambda clock: (),
) -> list[ClockView]:
    """Make all clocks, the one that counts first, then the open ones, then the latest ended.

    `policies_of` tells which policy a clock counts by, and whose limits that one takes.
    """
    if evaluation is None:
        return []
    return [
        _clock(clock, calendars.get(clock.policy), times, policies_of(clock))
        for clock in in_order(evaluation.clocks)
    ]


def in_order(clocks: Sequence[Clock]) -> list[Clock]:
    """Sort: open before ended, the open ones as lists choose among them, the latest ended first."""
    opened = sorted((c for c in clocks if c.is_open), key=leading_first)
    ended = sorted((c for c in clocks if not c.is_open), key=_latest_first)
    return [*opened, *ended]


def _latest_first(clock: Clock) -> tuple[bool, float]:
    return clock.kind is Kind.RESOLUTION, -clock.started_at.timestamp()


@cache
def kind_words(language: str) -> dict[str, str]:
    """Name the kinds of clocks, as alerts name them too."""
    return {kind.value: kind_word(kind.value) for kind in Kind}


@cache
def state_words(language: str) -> dict[str, str]:
    """Name the states of clocks."""
    return {
        "running": pgettext("clock", "Running"),
        "paused": pgettext("clock", "Paused"),
        "met": pgettext("clock", "Met"),
        "past_target": pgettext("deadline", "Past target"),
        "breached": pgettext("deadline", "Limit missed"),
        "cancelled": pgettext("clock", "Cancelled"),
    }


def _clock(
    clock: Clock, calendar: Calendar | None, times: Times, policies: tuple[PolicyRef, ...]
) -> ClockView:
    stages = stages_of(
        clock.started_at,
        clock.target_at,
        clock.limit_at,
        limit_is_planning=clock.limit_is_planning,
    )
    deadline = None
    if clock.is_open and stages is not None and clock.state != "paused":
        deadline = make_deadline(stages, times, limit_is_confirmed=clock.limit_confirmed)
    return ClockView(
        kind=kind_words(times.language).get(clock.kind, clock.kind),
        state=clock.state,
        state_word=state_words(times.language).get(clock.state, clock.state),
        icon=STATE_ICONS.get(clock.state, "clock"),
        deadline=deadline,
        bar=_bar(stages, calendar, clock.ended_at or times.now) if stages else Markup(""),
        marks=tuple(_marks(clock, times)),
        ended=times.short(clock.ended_at),
        policies=policies,
        sentences=tuple(sentences(clock.explanation, times)),
        is_open=clock.is_open,
        is_assumed=clock.limit_at is not None and not clock.limit_confirmed,
        is_judged_by_mean=clock.is_open and clock.limit_is_planning,
    )


def _marks(clock: Clock, times: Times) -> list[Mark]:
    named = [
        (pgettext("clock", "Asked"), clock.started_at),
        (pgettext("clock", "Target"), clock.target_at),
        (pgettext("clock", "Limit"), clock.limit_at),
        (pgettext("clock", "Ended"), clock.ended_at),
    ]
    return [Mark(name, times.short(at), times.full(at)) for name, at in named if at]


def _bar(stages: Stages, calendar: Calendar | None, until: datetime) -> Markup:
    """Draw the bar of 8 px: elapsed time, a tick at the target, hours without staff hatched."""
    end = stages.limit or stages.target or until
    span = max((end - stages.start).total_seconds(), 1.0)

    def at(moment: datetime) -> int:
        return round(WIDTH * min(max((moment - stages.start).total_seconds() / span, 0.0), 1.0))

    closed = "".join(
        f'<rect class="gauge__closed" fill="url(#hatch)" x="{at(a)}" width="{max(at(b) - at(a), 1)}" height="{HEIGHT}"/>'
        for a, b in _closed(calendar, stages.start, end)
    )
    tick = ""
    if stages.limit and stages.target:
        tick = (
            f'<rect class="gauge__tick" x="{at(stages.target) - 1}" width="2" height="{HEIGHT}"/>'
        )
    kind = "gauge gauge--big" if stages.limit else "gauge gauge--big gauge--open"
    return Markup(  # noqa: S704 - numbers only
        f'<svg class="{kind}" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" '
        f'height="{HEIGHT}" aria-hidden="true"><rect class="gauge__track" width="{WIDTH}" '
        f'height="{HEIGHT}"/><rect class="gauge__fill" width="{at(until)}" height="{HEIGHT}"/>'
        f"{closed}{tick}</svg>"
    )


def _closed(
    calendar: Calendar | None, start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """Give the hours in which nobody is there, between two moments."""
    if calendar is None or end <= start:
        return []
    gaps, reached = [], start
    for opens, closes in calendar.intervals(start, CLOSED_SHOWN_MAX):
        if opens >= end:
            break
        if opens > reached:
            gaps.append((reached, opens))
        if closes is None:
            return gaps
        reached = closes
    if reached < end:
        gaps.append((reached, end))
    return gaps
