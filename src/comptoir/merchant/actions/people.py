"""Changing people: role, teams, address, second factor; putting them out and taking them back.

Nobody is ever deleted, since what they wrote stays theirs. At least one administrator remains.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q

from comptoir.merchant.actions import checks
from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.actions.sessions import end_all
from comptoir.merchant.models import Person, Role, Team
from comptoir.storage import audit, changes
from comptoir.storage.sorting import name_key

ADMINISTRATORS = Q(role=Role.ADMIN, is_active=True)


def change_role(person_id: int, *, role: Role, by: Person, now: datetime) -> None:
    """Give a person another role. Refused: `last_administrator`."""
    with _changing(person_id, by) as person:
        before = person.role
        if before == role:
            return
        if before == Role.ADMIN:
            _keep_an_administrator(person)
        person.role = role
        person.save(update_fields=["role"])
        _record("change_role", person, by=by, now=now, before=before, after=role)


def change_teams(person_id: int, *, team_ids: Iterable[int], by: Person, now: datetime) -> None:
    """Say which teams a person belongs to."""
    with _changing(person_id, by) as person:
        before = _team_names(person)
        person.teams.set(Team.objects.filter(pk__in=list(team_ids)))
        if (after := _team_names(person)) != before:
            _record("change_teams", person, by=by, now=now, before=before, after=after)


def change_email(person_id: int, *, email: str, by: Person, now: datetime) -> None:
    """Give a person another address to log in with. Refused: `email_known`."""
    with _changing(person_id, by) as person:
        before = person.email
        person.email = checks.free_address(email, of=person)
        if person.email == before:
            return
        person.save(update_fields=["email"])
        _record("change_email", person, by=by, now=now, before=before, after=person.email)


def deactivate(person_id: int, *, by: Person, now: datetime) -> None:
    """Shut a person out at once, in every browser. Refused: `yourself`, `last_administrator`."""
    with _changing(person_id, by) as person:
        if person.pk == by.pk:
            raise Refused("yourself")
        if not person.is_active:
            return
        if person.role == Role.ADMIN:
            _keep_an_administrator(person)
        person.is_active = False
        person.save(update_fields=["is_active"])
        end_all(person)
        _record("deactivate", person, by=by, now=now)


def reactivate(person_id: int, *, by: Person, now: datetime) -> None:
    """Let a person in again, with the password and the teams they had."""
    with _changing(person_id, by) as person:
        if person.is_active:
            return
        person.is_active = True
        person.save(update_fields=["is_active"])
        _record("reactivate", person, by=by, now=now)


def remove_second_factor(person_id: int, *, by: Person | None, now: datetime) -> None:
    """Let a person in by password alone, who lost telephone, key and recovery codes."""
    with _changing(person_id, by) as person:
        factors = Authenticator.objects.filter(user=person)
        if factors.exists():
            factors.delete()
            _record("remove_second_factor", person, by=by, now=now)


@contextmanager
def _changing(person_id: int, by: Person | None) -> Iterator[Person]:
    checks.administrator(by)
    with transaction.atomic():
        # All administrators are locked together and in one order, so that two who demote each
        # other at the same moment neither both succeed nor wait for each other for ever.
        people = Person.objects.select_for_update().order_by("pk")
        locked = {each.pk: each for each in people.filter(Q(pk=person_id) | ADMINISTRATORS)}
        if person_id not in locked:
            raise Refused("person_unknown")
        yield locked[person_id]


def _keep_an_administrator(person: Person) -> None:
    if not Person.objects.filter(ADMINISTRATORS).exclude(pk=person.pk).exists():
        raise Refused("last_administrator")


def _team_names(person: Person) -> list[str]:
    return sorted(person.teams.values_list("name", flat=True), key=name_key)


def _record(verb: str, person: Person, *, by: Person | None, now: datetime, **data: Any) -> None:
    subject = ("person", person.pk)
    audit.record(f"person.{verb}", by=by, now=now, subject=subject, person=person.name, **data)
    changes.record("person", now=now, person=person.pk, what=verb)
