"""Reads about people, teams and invitations, for the pages that manage them."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet

from comptoir.merchant.models import Invitation, Person, Role, Team
from comptoir.merchant.rights import Rights
from comptoir.storage.sorting import name_key


@dataclass(frozen=True, slots=True)
class Colleague:
    """One line of the list of people."""

    person: Person
    team_names: tuple[str, ...]
    has_second_factor: bool


def colleagues(rights: Rights) -> tuple[Colleague, ...]:
    """List people, the active first: all for an administrator, else those of one's own teams."""
    people = _visible(rights).annotate(has_factor=_has_factor()).prefetch_related("teams")
    return tuple(
        Colleague(
            person=person,
            team_names=tuple(sorted((team.name for team in person.teams.all()), key=name_key)),
            has_second_factor=person.has_factor,
        )
        for person in sorted(people, key=lambda one: (not one.is_active, name_key(one.name)))
    )


def teams(rights: Rights) -> tuple[Team, ...]:
    """List teams with members and channels: all for an administrator, else one's own."""
    shown = Team.objects.prefetch_related("members", "channels")
    if not rights.may_administer:
        shown = shown.filter(members=rights.person_id)
    return tuple(sorted(shown, key=lambda team: name_key(team.name)))


def waiting_invitations() -> tuple[Invitation, ...]:
    """List invitations nobody has used, the latest first."""
    waiting = Invitation.objects.filter(used_at=None).exclude(email="")
    return tuple(
        waiting.select_related("invited_by").prefetch_related("teams").order_by("-created_at")
    )


def has_second_factor(person: Person) -> bool:
    """Tell whether a password alone does not let this person in."""
    return Authenticator.objects.filter(user=person).exists()


def has_administrator() -> bool:
    """Tell whether anybody can set up this desk."""
    return Person.objects.filter(role=Role.ADMIN, is_active=True).exists()


def administrators_without_second_factor() -> int:
    """Count those whose password alone opens everything."""
    admins = Person.objects.filter(role=Role.ADMIN, is_active=True)
    return admins.annotate(has_factor=_has_factor()).filter(has_factor=False).count()


def _visible(rights: Rights) -> QuerySet[Person]:
    if rights.may_administer:
        return Person.objects.all()
    mine = Team.objects.filter(members=rights.person_id)
    return Person.objects.filter(teams__in=mine).distinct()


def _has_factor() -> Exists:
    return Exists(Authenticator.objects.filter(user=OuterRef("pk")))
