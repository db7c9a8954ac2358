"""Who is answered first, and how loudly a deadline asks for it.

A `Place` is where a ticket stands in the queue: first by `tier`, then by `at`, the earlier first.
An `Urgency` is what a row shows of one clock. Both carry their reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum

from comptoir.core.calendars import ALWAYS, Calendar
from comptoir.core.clocks import Clock, Kind, State, Step

CLAIM_TIER = 0
SAVE_NOW_WITHIN = timedelta(hours=2)
SOON_SHARE = 0.75
"""Share of the target used (of the limit where there is no target) from which it is *soon*."""
FAR = datetime.max.replace(tzinfo=UTC)
UNPROMISED = timedelta(hours=24)
"""What nobody promised is planned as if it were due a day after it began."""

OUR_MOVE = frozenset(
    {Kind.FIRST_REPLY, Kind.NEXT_REPLY, Kind.CASE, Kind.RETURN_DECISION, Kind.PROMISE}
)
"""While one of these is open somebody waits for us. A resolution alone may wait on the buyer."""

TEMPLATES: dict[str, str] = {
    "claim": "a claim on which it is our move",
    "next_deadline": "next deadline {at}",
    "overdue": "past its target of {at}, no limit to lose",
    "unpromised": "no deadline; waiting since {since}",
    "limit_lost": "past its limit of {at}",
    "limit_near": "limit {at}, in less than two hours",
    "no_staff_before_limit": "nobody is on duty before the limit {at}",
    "past_target": "past the target of {at}",
    "target_near": "{percent} % of the time to {at} is used",
    "time_left": "time until {at}",
    "nothing_due": "no deadline",
}


class Lane(IntEnum):
    """The first part of a place in the queue."""

    CLAIM = 0
    IN_TIME = 1
    LOST = 2


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a ticket stands: `tier`, then `at`; smaller comes first."""

    tier: Lane
    at: datetime
    reason: Step = field(compare=False)


class Level(StrEnum):
    """How loudly a clock asks, in the words of the pages."""

    ON_TRACK = "on_track"
    SOON = "soon"
    PAST_TARGET = "past_target"
    SAVE_NOW = "save_now"
    LIMIT_MISSED = "limit_missed"


@dataclass(frozen=True, slots=True)
class Urgency:
    """The level of a clock and why."""

    level: Level
    reason: Step


def leading_first(clock: Clock) -> tuple[bool, bool, datetime]:
    """Sort open clocks as lists and pages show them: what is due now first, resolution last.

    One past its target is due now; what is lost comes after what can still be saved.
    """
    due = clock.target_at if clock.target_missed else clock.next_at
    return (
        clock.kind is Kind.RESOLUTION,
        clock.state is State.BREACHED,
        due or clock.limit_at or clock.target_at or FAR,
    )


def queue_place(clocks: Iterable[Clock], risk_tier: int, now: datetime) -> Place | None:
    """Give the place of a ticket; None while it is not our move.

    Tier 0 precedes everything; then comes what can still be answered in time, by its next
    deadline; what is past its limit has no deadline left to save and comes last, the oldest miss first.
    """
    still_open = [clock for clock in clocks if clock.ended_at is None]
    ours = [clock for clock in still_open if clock.kind in OUR_MOVE]
    if not ours:
        return None
    oldest = min(clock.started_at for clock in ours)
    pressing = _pressing(still_open) if len(still_open) > len(ours) else []
    place = min(_place(clock, now) for clock in (*ours, *pressing))
    if risk_tier == CLAIM_TIER:
        at = place.at if place.tier is Lane.IN_TIME else oldest
        return Place(Lane.CLAIM, at, Step("claim", {}, oldest))
    return place


def urgency(
    clock: Clock, now: datetime, *, staffed: Calendar = ALWAYS, calendar: Calendar = ALWAYS
) -> Urgency | None:
    """Say how loudly an open clock asks; None for one that has ended.

    `staffed` is when somebody can answer, `calendar` the target's own: shares count its time.
    """
    if clock.ended_at is not None:
        return None
    target_at, limit_at = clock.target_at, clock.limit_at
    if limit_at is not None and not clock.limit_is_planning:
        if now > limit_at:
            return _urgency(Level.LIMIT_MISSED, "limit_lost", limit_at)
        if limit_at - now <= SAVE_NOW_WITHIN:
            return _urgency(Level.SAVE_NOW, "limit_near", limit_at)
        if not staffed.elapsed(now, limit_at):
            return _urgency(Level.SAVE_NOW, "no_staff_before_limit", limit_at)
    if clock.target_missed and target_at is not None:
        return _urgency(Level.PAST_TARGET, "past_target", target_at)
    due = target_at or limit_at
    if due is None:
        return Urgency(Level.ON_TRACK, Step("nothing_due", {}))
    return _by_share(clock, due, now, calendar)


def _by_share(clock: Clock, due: datetime, now: datetime, calendar: Calendar) -> Urgency:
    whole = calendar.elapsed(clock.started_at, due)
    used = calendar.elapsed(clock.started_at, now)
    share = used / whole if whole else 1.0
    if now > due:  # a planning deadline, and no target
        return _urgency(Level.PAST_TARGET, "past_target", due)
    if share >= SOON_SHARE:
        step = Step("target_near", {"percent": int(share * 100), "at": due}, due)
        return Urgency(Level.SOON, step)
    return _urgency(Level.ON_TRACK, "time_left", due)


def _urgency(level: Level, code: str, at: datetime) -> Urgency:
    return Urgency(level, Step(code, {"at": at}, at))


def _place(clock: Clock, now: datetime) -> Place:
    if clock.next_at is not None:
        return Place(Lane.IN_TIME, clock.next_at, _why("next_deadline", clock.next_at))
    if clock.limit_at is not None and not clock.limit_is_planning and now > clock.limit_at:
        return Place(Lane.LOST, clock.limit_at, _why("limit_lost", clock.limit_at))
    overdue_at = clock.target_at or clock.limit_at
    if overdue_at is not None:
        return Place(Lane.IN_TIME, overdue_at, _why("overdue", overdue_at))
    since = clock.started_at
    return Place(Lane.IN_TIME, since + UNPROMISED, Step("unpromised", {"since": since}, since))


def _pressing(clocks: Iterable[Clock]) -> list[Clock]:
    """Give the resolutions with a deadline: they hurry a ticket that is our move anyway."""
    return [c for c in clocks if c.kind is Kind.RESOLUTION and c.next_at is not None]


def _why(code: str, at: datetime) -> Step:
    return Step(code, {"at": at}, at)
