"""Changing people: rights of who does it, the last administrator, and what the trail says."""

from __future__ import annotations

from datetime import datetime
from threading import Barrier, Thread

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from comptoir.merchant.actions import people
from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.models import Person, Role, Team
from comptoir.merchant.rights import NotAllowed
from comptoir.storage.models import AuditEntry


def test_change_of_role_is_written_down(camille: Person, ines: Person, now: datetime) -> None:
    people.change_role(ines.pk, role=Role.LEADER, by=camille, now=now)

    ines.refresh_from_db()
    assert ines.role == "leader"
    line = AuditEntry.objects.get()
    assert (line.action, line.person_id, line.subject_id) == (
        "person.change_role",
        camille.pk,
        ines.pk,
    )
    assert line.data == {"person": "Inès Moreau", "before": "agent", "after": "leader"}


def test_same_role_leaves_no_trace(camille: Person, ines: Person, now: datetime) -> None:
    people.change_role(ines.pk, role=Role.AGENT, by=camille, now=now)

    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("who", ["lukas", "ines", "noah"])
def test_only_administrators_change_people(
    who: str, request: pytest.FixtureRequest, camille: Person, now: datetime
) -> None:
    by = request.getfixturevalue(who)

    with pytest.raises(NotAllowed):
        people.change_role(by.pk, role=Role.ADMIN, by=by, now=now)
    with pytest.raises(NotAllowed):
        people.deactivate(camille.pk, by=by, now=now)
    with pytest.raises(NotAllowed):
        people.change_teams(by.pk, team_ids=[], by=by, now=now)
    with pytest.raises(NotAllowed):
        people.change_email(camille.pk, email="mine@elsewhere.example", by=by, now=now)
    with pytest.raises(NotAllowed):
        people.remove_second_factor(camille.pk, by=by, now=now)


def test_last_administrator_cannot_be_demoted(camille: Person, now: datetime) -> None:
    with pytest.raises(Refused, match=r"^last_administrator$"):
        people.change_role(camille.pk, role=Role.AGENT, by=camille, now=now)


def test_administrator_who_was_put_out_does_not_count(
    camille: Person, lukas: Person, now: datetime
) -> None:
    people.change_role(lukas.pk, role=Role.ADMIN, by=camille, now=now)
    people.deactivate(lukas.pk, by=camille, now=now)

    with pytest.raises(Refused, match=r"^last_administrator$"):
        people.change_role(camille.pk, role=Role.LEADER, by=camille, now=now)


def test_nobody_puts_themselves_out(camille: Person, now: datetime) -> None:
    with pytest.raises(Refused, match=r"^yourself$"):
        people.deactivate(camille.pk, by=camille, now=now)


def test_person_put_out_comes_back_with_their_teams(
    camille: Person, ines: Person, tableware: Team, now: datetime
) -> None:
    people.change_teams(ines.pk, team_ids=[tableware.pk], by=camille, now=now)
    people.deactivate(ines.pk, by=camille, now=now)
    people.reactivate(ines.pk, by=camille, now=now)

    ines.refresh_from_db()
    assert ines.is_active is True
    assert list(ines.teams.all()) == [tableware]
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        "person.change_teams",
        "person.deactivate",
        "person.reactivate",
    ]


def test_address_of_a_colleague_cannot_be_taken(
    camille: Person, ines: Person, now: datetime
) -> None:
    with pytest.raises(Refused, match=r"^email_known$"):
        people.change_email(ines.pk, email="CAMILLE@maisonperrin.example", by=camille, now=now)


def test_second_factor_is_removed_with_its_recovery_codes(
    camille: Person, ines: Person, now: datetime
) -> None:
    Authenticator.objects.create(user=ines, type="totp", data={})
    Authenticator.objects.create(user=ines, type="recovery_codes", data={})

    people.remove_second_factor(ines.pk, by=camille, now=now)

    assert Authenticator.objects.count() == 0
    assert AuditEntry.objects.get().action == "person.remove_second_factor"


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_demote_each_other_leave_one(
    camille: Person, lukas: Person, now: datetime
) -> None:
    people.change_role(lukas.pk, role=Role.ADMIN, by=camille, now=now)
    lukas.refresh_from_db()
    start = Barrier(2)
    outcomes: list[str] = []

    def demote(whom: Person, by: Person) -> None:
        start.wait(10)
        try:
            people.change_role(whom.pk, role=Role.AGENT, by=by, now=now)
            outcomes.append("demoted")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [Thread(target=demote, args=pair) for pair in ((camille, lukas), (lukas, camille))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(outcomes) == ["demoted", "last_administrator"]
    assert Person.objects.filter(role=Role.ADMIN).count() == 1
