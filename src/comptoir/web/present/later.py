"""When a reply can leave later: moments that people think in, never past what they would break."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from comptoir.web.present.times import Times

EVENING, MORNING = time(18), time(9)
EVENING_BEFORE = time(17, 30)
MONDAY = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """One choice: its value for the form, its words, the time here and at the buyer's."""

    value: str
    label: str
    time: str
    elsewhere: str


@dataclass(frozen=True, slots=True)
class Later:
    """What is offered. `last` is the latest moment in words, empty where nothing presses."""

    moments: tuple[Moment, ...]
    first_input: str
    last_input: str
    last: str
    why_not: str


def make_later(
    times: Times, buyer_zone: ZoneInfo, latest: datetime | None, *, presses: bool
) -> Later:
    """Offer moments up to `latest`; without one nothing can wait, and `why_not` says so."""
    if latest is None:
        late = _("The target has passed: nothing can wait here.")
        return Later((), "", "", "", late)
    offered = [
        Moment(at.isoformat(), label, times.short(at), _elsewhere(at, times, buyer_zone))
        for label, at in _usual(times)
        if at <= latest
    ]
    soonest = times.now + timedelta(minutes=5)
    return Later(
        moments=tuple(offered),
        first_input=times.for_input(soonest),
        last_input=times.for_input(latest),
        last=times.short(latest) if presses else "",
        why_not="" if latest > soonest else _("The target is minutes away: nothing can wait here."),
    )


def _usual(times: Times) -> list[tuple[str, datetime]]:
    local = times.now.astimezone(times.zone)
    tomorrow = local.date() + timedelta(days=1)
    monday = local.date() + timedelta(days=(MONDAY - local.weekday() - 1) % 7 + 1)
    moments = [(_("In 1 hour"), times.now.replace(microsecond=0) + timedelta(hours=1))]
    if local.time() < EVENING_BEFORE:
        moments.append((_("This evening"), _at(local.date(), EVENING, times)))
    moments.append((_("Tomorrow morning"), _at(tomorrow, MORNING, times)))
    if monday != tomorrow:
        moments.append((_("Monday morning"), _at(monday, MORNING, times)))
    return moments


def _at(day: date, hour: time, times: Times) -> datetime:
    return datetime.combine(day, hour, tzinfo=times.zone)


def _elsewhere(at: datetime, times: Times, zone: ZoneInfo) -> str:
    """Say what time it is at the buyer's then, where their clock shows another one."""
    there = at.astimezone(zone)
    if there.utcoffset() == at.astimezone(times.zone).utcoffset():
        return ""
    return _("%(time)s at the buyer's") % {"time": f"{there.hour:02}:{there.minute:02}"}
