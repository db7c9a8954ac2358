"""What a ticket page says of colleagues: who can have it and is there, following, putting off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from comptoir.tickets.actions.snooze import BEFORE_LIMIT
from comptoir.web.present.times import Times

EVENING_HOUR, MORNING_HOUR = 18, 9
HOUR = timedelta(hours=1)
DATE = "date"


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody the ticket can be given to. `away` says so in words where they are not there."""

    id: int
    name: str
    initials: str
    away: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class TeamChoice:
    """A team the ticket can be given to."""

    id: int
    name: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class SnoozeMoment:
    """One moment to put a ticket off to; `why_not` where a limit comes first."""

    code: str
    label: str
    time: str
    why_not: str
    late: str = ""


@dataclass(frozen=True, slots=True)
class Snoozed:
    """That a ticket is put off."""

    time: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Together:
    """All of it."""

    hands: Sequence[Hand]
    teams: Sequence[TeamChoice]
    is_following: bool
    snoozed: Snoozed | None
    moments: Sequence[SnoozeMoment]
    last: str
    last_input: str
    first_input: str
    skip_reasons: Sequence[tuple[str, str]]


def moment_of(
    code: str, *, zone: ZoneInfo, now: datetime, limit: datetime | None
) -> datetime | None:
    """Give the moment a code means, in UTC; None for one that is no moment now."""
    local = now.astimezone(zone)
    if code == "hour":
        return now + HOUR
    if code == "evening":
        at = local.replace(hour=EVENING_HOUR, minute=0, second=0, microsecond=0)
        return at.astimezone(now.tzinfo) if local + HOUR < at else None
    if code == "tomorrow":
        return _morning(local, 1).astimezone(now.tzinfo)
    if code == "monday":
        return _morning(local, 7 - local.weekday()).astimezone(now.tzinfo)
    if code == "before_limit":
        last = limit - BEFORE_LIMIT if limit else None
        return last if last is not None and last > now else None
    return None


def make_moments(
    times: Times, limit: datetime | None, target: datetime | None = None
) -> list[SnoozeMoment]:
    """Give the moments a ticket can be put off to, those past its limit with the reason.

    One past our target says so and can be chosen: that is for the desk to decide.
    """
    labels = {
        "hour": _("In one hour"),
        "evening": _("This evening"),
        "tomorrow": _("Tomorrow morning"),
        "monday": _("Monday morning"),
        "before_limit": _("Half an hour before the limit"),
    }
    found = []
    last = limit - BEFORE_LIMIT if limit else None
    for code, label in labels.items():
        at = moment_of(code, zone=times.zone, now=times.now, limit=limit)
        if at is None or (code == "monday" and _is_tomorrow(at, times)):
            continue
        is_past = last is not None and at > last
        why = _("past the limit (%(time)s)") % {"time": times.short(limit)} if is_past else ""
        late = _late(times, target) if target is not None and at > target else ""
        found.append(SnoozeMoment(code, label, times.short(at), why, late))
    return found


def _late(times: Times, target: datetime) -> str:
    return _("after our target (%(time)s)") % {"time": times.short(target)}


def local_input(at: datetime, zone: ZoneInfo) -> str:
    """Write a moment as a field of date and time takes it."""
    return at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def _morning(local: datetime, days: int) -> datetime:
    day = local + timedelta(days=days)
    return day.replace(hour=MORNING_HOUR, minute=0, second=0, microsecond=0, fold=0)


def _is_tomorrow(at: datetime, times: Times) -> bool:
    tomorrow = times.now.astimezone(times.zone).date() + timedelta(days=1)
    return at.astimezone(times.zone).date() == tomorrow
