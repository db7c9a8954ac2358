"""What the pages about hours show: calendars with their versions, and the policies that use them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from comptoir.core.calendars import Calendar as Staffed
from comptoir.core.calendars import calendar_from_spec
from comptoir.merchant.hours import Hours, read_hours
from comptoir.merchant.models import Calendar, Merchant
from comptoir.sla.models import PolicyVersion
from comptoir.sla.versions import CALENDARS, INHERITS, OFFICE, STAFFED, promises
from comptoir.storage.sorting import name_key
from comptoir.web.hours import words
from comptoir.web.hours.coverage import Asked, asked_of
from comptoir.web.present.names import policy_name


@dataclass(frozen=True, slots=True)
class Row:
    """One calendar of the list, in the version that holds; `planned` is one that begins later."""

    calendar: Calendar
    title: str
    hours: Hours
    week: list[tuple[str, str]]
    is_open: bool
    changes_at: datetime | None
    policy_count: int
    planned: Calendar | None


def rows(*, now: datetime) -> list[Row]:
    """Give all calendars, the desk's own hours first."""
    used = _uses(now=now)
    by_name: dict[str, list[Calendar]] = {}
    for version in Calendar.objects.order_by("name", "version"):
        by_name.setdefault(version.name, []).append(version)
    found = [_row(versions, used.get(name, 0), now=now) for name, versions in by_name.items()]
    return sorted(found, key=lambda row: (row.calendar.name != OFFICE, name_key(row.title)))


def versions(name: str) -> list[Calendar]:
    """Give the versions of a calendar, the newest first."""
    return list(Calendar.objects.filter(name=name).select_related("made_by").order_by("-version"))


def policy_count(name: str, *, now: datetime) -> int:
    """Tell how many policies count on a calendar, or are staffed by it."""
    return _uses(now=now).get(name, 0)


def is_of_people(name: str, *, now: datetime) -> bool:
    """Tell whether a calendar says when people are there: a policy is staffed by it."""
    return name == OFFICE or any(
        version.spec.get(STAFFED, OFFICE) == name for version in _in_force(now=now)
    )


def asked(name: str, staffed: Staffed, *, now: datetime) -> list[Asked]:
    """Give what the policies staffed by that calendar promise, counted on `staffed` where they
    count on the calendar itself."""
    known = []
    for version in _in_force(now=now):
        if version.spec.get(STAFFED, OFFICE) != name or version.spec.get(INHERITS):
            continue
        promise = promises(version.pk)
        calendars = {
            key: staffed if key.rpartition("@")[0] == name else calendar
            for key, calendar in promise.calendars.items()
        }
        known.append((policy_name(version.policy.name), promise.policy, calendars))
    return asked_of(known)


def merchant_zone() -> str:
    """Give the merchant's zone."""
    return Merchant.objects.values_list("time_zone", flat=True).first() or "Europe/Paris"


def _in_force(*, now: datetime) -> Iterable[PolicyVersion]:
    found = PolicyVersion.objects.filter(policy__is_active=True, valid_from__lte=now)
    ordered = found.select_related("policy").order_by("policy_id", "-number")
    return ordered.distinct("policy_id")


def _uses(*, now: datetime) -> dict[str, int]:
    used: dict[str, int] = {}
    for version in _in_force(now=now):
        names = set(version.spec.get(CALENDARS, {}))
        for name in names | ({version.spec[STAFFED]} if version.spec.get(STAFFED) else set()):
            used[name] = used.get(name, 0) + 1
    return used


def _row(found: list[Calendar], policy_count: int, *, now: datetime) -> Row:
    held = [version for version in found if version.valid_from <= now] or found[:1]
    current, last = held[-1], found[-1]
    hours = read_hours(current.name, current.spec, current.sources)
    calendar = calendar_from_spec(current.spec)
    is_open = calendar.is_open(now)
    return Row(
        calendar=current,
        title=words.title(current),
        hours=replace(hours, offered=hours.taken()),
        week=words.week(hours.weekly),
        is_open=is_open,
        changes_at=calendar.next_close(now) if is_open else calendar.next_open(now),
        policy_count=policy_count,
        planned=last if last.valid_from > now else None,
    )
