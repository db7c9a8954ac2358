"""Invitations: who may make them, and that each lets exactly one person in."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from comptoir.merchant.actions import invitations
from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.models import Invitation, Person, Role, Team
from comptoir.merchant.rights import NotAllowed
from comptoir.storage.models import AuditEntry

JONAS = "jonas@maisonperrin.example"


def _invite(by: Person, now: datetime, team_ids: list[int] | None = None) -> str:
    _, token = invitations.invite(
        email=JONAS.upper(), role=Role.AGENT, team_ids=team_ids or [], by=by, now=now
    )
    return token


def _accept(token: str, now: datetime) -> Person:
    return invitations.accept(
        token=token,
        name=" Jonas  Weber ",
        password="a quiet evening",
        language="de",
        time_zone="Europe/Berlin",
        now=now,
    )


def test_invited_person_gets_role_and_teams(
    camille: Person, tableware: Team, now: datetime
) -> None:
    jonas = _accept(_invite(camille, now, [tableware.pk]), now)

    assert (jonas.name, jonas.email, jonas.role) == ("Jonas Weber", JONAS, "agent")
    assert list(jonas.teams.all()) == [tableware]
    assert list(AuditEntry.objects.order_by("id").values_list("action", "person_name")) == [
        ("invitation.create", "Camille Perrin"),
        ("invitation.accept", "Jonas Weber"),
    ]


@pytest.mark.parametrize("who", ["lukas", "ines", "noah"])
def test_only_administrators_invite(
    who: str, request: pytest.FixtureRequest, now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        _invite(request.getfixturevalue(who), now)
    assert Invitation.objects.count() == 0


def test_address_of_a_colleague_is_refused(camille: Person, ines: Person, now: datetime) -> None:
    with pytest.raises(Refused, match=r"^email_known$"):
        invitations.invite(
            email="Ines@MaisonPerrin.example", role=Role.AGENT, team_ids=[], by=camille, now=now
        )


def test_second_invitation_replaces_the_first(camille: Person, now: datetime) -> None:
    first = _invite(camille, now)
    second = _invite(camille, now)

    with pytest.raises(Refused, match=r"^link_unknown$"):
        _accept(first, now)
    assert _accept(second, now).email == JONAS


def test_invitation_works_once(camille: Person, now: datetime) -> None:
    token = _invite(camille, now)
    _accept(token, now)

    with pytest.raises(Refused, match=r"^link_used$"):
        _accept(token, now)


def test_invitation_expires_after_a_week(camille: Person, now: datetime) -> None:
    token = _invite(camille, now)

    with pytest.raises(Refused, match=r"^link_expired$"):
        _accept(token, now + timedelta(days=7))


def test_renewed_invitation_has_a_new_link_and_a_new_week(camille: Person, now: datetime) -> None:
    old = _invite(camille, now)
    later = now + timedelta(days=6)
    new = invitations.renew(Invitation.objects.get().pk, by=camille, now=later)

    with pytest.raises(Refused, match=r"^link_unknown$"):
        _accept(old, later)
    assert _accept(new, later + timedelta(days=6)).email == JONAS


def test_withdrawn_invitation_lets_nobody_in(camille: Person, now: datetime) -> None:
    token = _invite(camille, now)
    invitations.withdraw(Invitation.objects.get().pk, by=camille, now=now)

    with pytest.raises(Refused, match=r"^link_unknown$"):
        _accept(token, now)


def test_used_invitation_cannot_be_renewed(camille: Person, now: datetime) -> None:
    _accept(_invite(camille, now), now)

    with pytest.raises(Refused, match=r"^invitation_unknown$"):
        invitations.renew(Invitation.objects.get().pk, by=camille, now=now)
