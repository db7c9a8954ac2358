"""Changing when somebody works, how much they are given, and when they are away.

Everybody for themselves; a team leader for the people of their teams, an administrator for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from comptoir.core.calendars.spec import calendar_from_spec
from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.hours import Pairs
from comptoir.merchant.models import Absence, Person, Role, Team
from comptoir.merchant.rights import NotAllowed
from comptoir.storage import audit, changes

CAPACITY_MAX = 500


@transaction.atomic
def change_hours(
    person_id: int,
    *,
    weekly: Mapping[str, Pairs],
    capacity: int | None,
    by: Person,
    now: datetime,
) -> None:
    """Set somebody's own weekly hours (none: the desk's), and how many open tickets they are given.

    Raises `Refusal` for hours that cannot be.
    """
    person = _person(person_id, by)
    hours = {day: pairs for day, pairs in weekly.items() if pairs}
    if hours:
        calendar_from_spec({"timezone": person.time_zone, "hours": hours})
    if (person.working_hours, person.capacity) == (hours, capacity):
        return
    person.working_hours, person.capacity = hours, capacity
    person.save(update_fields=["working_hours", "capacity"])
    _record("change_hours", person, by=by, now=now)


@transaction.atomic
def add_absence(
    person_id: int,
    *,
    first_on: date,
    last_on: date,
    reason: str = "",
    stand_in_id: int | None = None,
    by: Person,
    now: datetime,
) -> Absence:
    """Enter days on which somebody is away. Refused: `absence_ends_before`, `stand_in_oneself`."""
    person = _person(person_id, by)
    if last_on < first_on:
        raise Refused("absence_ends_before")
    if stand_in_id == person.pk:
        raise Refused("stand_in_oneself")
    people = Person.objects.filter(is_active=True).exclude(role=Role.READER)
    made: Absence = Absence.objects.create(
        person=person,
        first_on=first_on,
        last_on=last_on,
        reason=reason.strip()[:80],
        stand_in=people.filter(pk=stand_in_id or 0).first(),
    )
    _record("add_absence", person, by=by, now=now, **_days(made))
    return made


@transaction.atomic
def remove_absence(absence_id: int, *, by: Person, now: datetime) -> None:
    """Take an absence back. Refused: `absence_unknown`."""
    found = Absence.objects.select_related("person").filter(pk=absence_id).first()
    if found is None:
        raise Refused("absence_unknown")
    person = _person(found.person_id, by)
    _record("remove_absence", person, by=by, now=now, **_days(found))
    found.delete()


def may_change(person: Person, by: Person) -> bool:
    """Tell whether one may change when somebody works."""
    if by.pk == person.pk or by.role == Role.ADMIN:
        return True
    # In two steps: asked of `person.teams`, both would have to be one and the same member.
    shared = Team.objects.filter(members=person).filter(members=by)
    return by.role == Role.LEADER and shared.exists()


def _person(person_id: int, by: Person) -> Person:
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None:
        raise Refused("person_unknown")
    if not may_change(person, by):
        raise NotAllowed("not_your_team")
    return person


def _days(absence: Absence) -> dict[str, str]:
    return {"first": absence.first_on.isoformat(), "last": absence.last_on.isoformat()}


def _record(verb: str, person: Person, *, by: Person, now: datetime, **data: str) -> None:
    subject = ("person", person.pk)
    audit.record(f"person.{verb}", by=by, now=now, subject=subject, person=person.name, **data)
    changes.record("person", now=now, person=person.pk, what=verb)
