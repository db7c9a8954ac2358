"""Teams: who belongs together, and whose channels they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from comptoir.merchant.actions import checks
from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.models import Channel, Person, Team
from comptoir.storage import audit, changes
from comptoir.storage.sorting import name_key


@transaction.atomic
def create(*, name: str, by: Person, now: datetime) -> Team:
    """Make a team without members. Refused: `name_missing`, `name_taken`."""
    checks.administrator(by)
    team = Team.objects.create(name=_free(name))
    _record("create", team, by=by, now=now)
    return team


def rename(team_id: int, *, name: str, by: Person, now: datetime) -> None:
    """Give a team another name. Refused: `name_missing`, `name_taken`."""
    with _changing(team_id, by) as team:
        before = team.name
        if (after := _free(name, of=team)) == before:
            return
        team.name = after
        team.save(update_fields=["name"])
        _record("rename", team, by=by, now=now, before=before, after=after)


def change_members(team_id: int, *, person_ids: Iterable[int], by: Person, now: datetime) -> None:
    """Say who belongs to a team."""
    with _changing(team_id, by) as team:
        before = _names(team.members)
        team.members.set(Person.objects.filter(pk__in=list(person_ids)))
        if (after := _names(team.members)) != before:
            _record("change_members", team, by=by, now=now, before=before, after=after)


def change_channels(team_id: int, *, channel_ids: Iterable[int], by: Person, now: datetime) -> None:
    """Say which channels' tickets a team's members see."""
    with _changing(team_id, by) as team:
        before = _names(team.channels)
        team.channels.set(Channel.objects.filter(pk__in=list(channel_ids)))
        if (after := _names(team.channels)) != before:
            _record("change_channels", team, by=by, now=now, before=before, after=after)


def remove(team_id: int, *, by: Person, now: datetime) -> None:
    """Remove a team nobody belongs to. Refused: `team_has_members`."""
    with _changing(team_id, by) as team:
        if team.members.exists():
            raise Refused("team_has_members")
        _record("remove", team, by=by, now=now)
        team.delete()


@contextmanager
def _changing(team_id: int, by: Person) -> Iterator[Team]:
    checks.administrator(by)
    with transaction.atomic():
        team = Team.objects.select_for_update().filter(pk=team_id).first()
        if team is None:
            raise Refused("team_unknown")
        yield team


def _free(name: str, *, of: Team | None = None) -> str:
    wanted = checks.filled(name)
    others = Team.objects.exclude(pk=of.pk) if of else Team.objects.all()
    if others.filter(name__iexact=wanted).exists():
        raise Refused("name_taken", name=wanted)
    return wanted


def _names(related: Any) -> list[str]:
    return sorted(related.values_list("name", flat=True), key=name_key)


def _record(verb: str, team: Team, *, by: Person, now: datetime, **data: Any) -> None:
    audit.record(f"team.{verb}", by=by, now=now, subject=("team", team.pk), team=team.name, **data)
    changes.record("person", now=now, team=team.pk, what=verb)
