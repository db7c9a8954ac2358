"""A small language for timelines, so that a support agent can read the cases.

Moments are a weekday and a time in UTC: "Fri 17:40" is Friday 27 February 2026, "Mon+1 09:00" the
Monday after (2 March), "Mon+2" a week later still.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from comptoir.core.calendars import Calendar, calendar_from_spec
from comptoir.core.clocks import (
    AgentReply,
    AutomationMessage,
    BuyerMessage,
    Clock,
    Evaluation,
    Event,
    Kind,
    MarketplaceMessage,
    NoResponseNeeded,
    Policy,
    PolicyApplied,
    Recipient,
    ReplyRefused,
    Status,
    StatusChanged,
    UndoNoResponseNeeded,
    evaluate,
)
from comptoir.core.clocks.policy_specs import read_policy

FIRST_MONDAY = datetime(2026, 2, 23, tzinfo=UTC)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")

OFFICE = calendar_from_spec(
    {"timezone": "Europe/Paris", "hours": {day: [["09:00", "18:00"]] for day in WEEKDAYS}}
)
CALENDARS: Mapping[str, Calendar] = {"office": OFFICE}

AMAZON = read_policy(
    {
        "name": "Amazon Urgent",
        "first_reply": {"target_minutes": 840, "limit_minutes": 1440},
        "next_reply": {"target_minutes": 840, "limit_minutes": 1440},
    }
)


def at(text: str) -> datetime:
    """Read "Fri 17:40" or "Mon+1 09:00:30"."""
    day, clock = text.split()
    name, _, weeks = day.partition("+")
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    return FIRST_MONDAY + timedelta(
        days=DAYS.index(name) + 7 * int(weeks or 0),
        hours=hours,
        minutes=minutes,
        seconds=sum(seconds),
    )


def buyer(when: str, id_: str = "m1") -> BuyerMessage:
    return BuyerMessage(at(when), id_)


def operator(when: str, id_: str = "q1", *, asks: bool = True) -> MarketplaceMessage:
    return MarketplaceMessage(at(when), id_, asks_us=asks)


def reply(when: str, id_: str = "r1", *, to: str = "buyer", **kwargs: Any) -> AgentReply:
    return AgentReply(at(when), id_, to=Recipient(to), **kwargs)


def automation(when: str) -> AutomationMessage:
    return AutomationMessage(at(when))


def refused(when: str, id_: str = "r1") -> ReplyRefused:
    return ReplyRefused(at(when), id_)


def marked(when: str, *ids: str, confirmed: bool = True) -> NoResponseNeeded:
    return NoResponseNeeded(at(when), ids or None, confirmed_outside=confirmed)


def unmarked(when: str, *ids: str) -> UndoNoResponseNeeded:
    return UndoNoResponseNeeded(at(when), ids or None)


def status(when: str, to: str) -> StatusChanged:
    return StatusChanged(at(when), Status(to))


def applied(when: str, policy: str) -> PolicyApplied:
    return PolicyApplied(at(when), policy)


def seen(now: str, *events: Event, policy: Policy | Mapping[str, Policy] = AMAZON) -> Evaluation:
    """Evaluate the timeline as it stands at that moment."""
    return evaluate(events, policy, CALENDARS, at(now))


def only(result: Evaluation, kind: str | None = None) -> Clock:
    """Give the one clock (of that kind)."""
    found = [clock for clock in result.clocks if kind is None or clock.kind == Kind(kind)]
    (clock,) = found
    return clock


def codes(clock: Clock) -> list[str]:
    return [step.code for step in clock.explanation]


def lines(result: Evaluation) -> list[tuple[str, str, str | None, str]]:
    """Give each clock in a line: kind, start, end, state."""
    return [
        (clock.kind.value, said(clock.started_at), said_or_none(clock.ended_at), clock.state.value)
        for clock in result.clocks
    ]


def said(moment: datetime) -> str:
    """Write a moment as the timelines do."""
    weeks, day = divmod((moment - FIRST_MONDAY).days, 7)
    suffix = f"+{weeks}" if weeks else ""
    seconds = f":{moment.second:02}" if moment.second else ""
    return f"{DAYS[day]}{suffix} {moment:%H:%M}{seconds}"


def said_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else said(moment)
