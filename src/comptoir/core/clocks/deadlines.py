"""From a deadline's model and a start to the due moment.

Each model of `docs/sla.md` is one small function here; the rulebook's worked examples are their
tests. A due moment is in UTC; at exactly that moment it is still met.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from comptoir.core.calendars import ALWAYS, Calendar
from comptoir.core.clocks.policies import ALWAYS_NAME, Deadline, Model, Policy
from comptoir.core.refusals import Refusal

SATURDAY = 5
DAY = timedelta(days=1)

Calendars = Mapping[str, Calendar]


class Start(NamedTuple):
    """From where a deadline is counted.

    `latest_at` is the buyer's latest message, which opens a send window anew; `given_at` the day
    that the channel itself named.
    """

    at: datetime
    latest_at: datetime | None = None
    given_at: datetime | None = None


def find_calendar(name: str, calendars: Calendars) -> Calendar:
    """Give the calendar of that name. Raises `Refusal` if there is none."""
    if name == ALWAYS_NAME:
        return ALWAYS
    calendar = calendars.get(name)
    if calendar is None:
        raise Refusal(
            'there is no calendar "{name}"; known are {known}',
            name=name,
            known=", ".join(sorted({ALWAYS_NAME, *calendars})),
        )
    return calendar


def counted_calendar(deadline: Deadline, calendars: Calendars) -> Calendar:
    """Give the calendar on which the model counts its minutes."""
    calendar = find_calendar(deadline.calendar, calendars)
    if deadline.model is Model.WORKING_DAY_HOURS:
        return calendar.working_days()
    if deadline.model is Model.WINDOW_HOURS and deadline.window:
        return calendar.in_window(deadline.window, deadline.window_days)
    return calendar


def due_at(deadline: Deadline, start: Start, calendars: Calendars) -> datetime | None:
    """Tell when it is due; None if the channel was to name the day and has not."""
    return _MODELS[deadline.model](deadline, start, counted_calendar(deadline, calendars))


def check_supply(policy: Policy, calendars: Calendars, *, now: datetime) -> None:
    """Refuse a policy whose calendars are unknown or can never supply what it asks for."""
    for kind, rule in policy.rules.items():
        find_calendar(rule.calendar, calendars)
        for deadline in (rule.target, rule.limit):
            if deadline is None:
                continue
            try:
                due_at(deadline, Start(now), calendars)
            except Refusal as refusal:
                raise Refusal(
                    "{kind} on {calendar}: {problem}",
                    kind=kind.value,
                    calendar=deadline.calendar,
                    problem=refusal,
                ) from None


def _length(deadline: Deadline) -> timedelta:
    return DAY if deadline.length is None else deadline.length


def _minutes(deadline: Deadline, start: Start, calendar: Calendar) -> datetime:
    return calendar.add(start.at, _length(deadline))


def _business_days(deadline: Deadline, start: Start, calendar: Calendar) -> datetime:
    return calendar.end_of_working_day(start.at, deadline.days or 1)


def _fixed_hour(deadline: Deadline, start: Start, calendar: Calendar) -> datetime:
    """What comes on Saturday or Sunday is due on Monday at a fixed hour, the rest after 24 h.

    TikTok Shop US; its holidays are ordinary days, so only the zone of the calendar matters.
    """
    wall = start.at.astimezone(calendar.zone)
    if wall.weekday() < SATURDAY:
        return start.at + _length(deadline)
    monday = wall.date() + DAY * (7 - wall.weekday())
    hour = time(deadline.hour // 60 % 24, deadline.hour % 60)
    return datetime.combine(monday, hour, calendar.zone).astimezone(UTC)


def _send_window(deadline: Deadline, start: Start, calendar: Calendar) -> datetime:
    return calendar.add(start.latest_at or start.at, _length(deadline))


def _given(deadline: Deadline, start: Start, calendar: Calendar) -> datetime | None:
    if start.given_at is not None or deadline.length is None:
        return start.given_at
    return calendar.add(start.at, deadline.length)


_MODELS: dict[Model, Callable[[Deadline, Start, Calendar], datetime | None]] = {
    Model.HOURS: _minutes,
    Model.WORKING_DAY_HOURS: _minutes,
    Model.WINDOW_HOURS: _minutes,
    Model.WHOLE_BUSINESS_DAYS: _business_days,
    Model.FIXED_HOUR_AFTER_WEEKEND: _fixed_hour,
    Model.SEND_WINDOW: _send_window,
    Model.MEAN: _minutes,
    Model.GIVEN: _given,
}
