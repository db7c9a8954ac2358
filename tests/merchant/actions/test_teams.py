"""Teams decide which channels' tickets people see."""

from __future__ import annotations

from datetime import datetime

import pytest

from comptoir.merchant.actions import teams
from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.models import Channel, Person, Team
from comptoir.merchant.rights import NotAllowed, rights_of
from comptoir.storage.models import AuditEntry


def test_member_sees_the_channels_of_the_team(
    camille: Person, ines: Person, amazon_de: Channel, now: datetime
) -> None:
    team = teams.create(name="Tableware", by=camille, now=now)
    teams.change_channels(team.pk, channel_ids=[amazon_de.pk], by=camille, now=now)
    before = rights_of(ines).channel_ids
    teams.change_members(team.pk, person_ids=[ines.pk], by=camille, now=now)

    assert before == ()
    assert rights_of(ines).channel_ids == (amazon_de.pk,)


def test_name_in_use_is_refused_whatever_its_case(
    camille: Person, tableware: Team, now: datetime
) -> None:
    with pytest.raises(Refused, match=r"^name_taken$"):
        teams.create(name="tableware", by=camille, now=now)
    with pytest.raises(Refused, match=r"^name_missing$"):
        teams.create(name="  ", by=camille, now=now)


def test_team_can_change_the_case_of_its_own_name(
    camille: Person, tableware: Team, now: datetime
) -> None:
    teams.rename(tableware.pk, name="TableWare", by=camille, now=now)

    tableware.refresh_from_db()
    assert tableware.name == "TableWare"


def test_team_with_members_is_not_removed(
    camille: Person, ines: Person, tableware: Team, now: datetime
) -> None:
    teams.change_members(tableware.pk, person_ids=[ines.pk], by=camille, now=now)
    with pytest.raises(Refused, match=r"^team_has_members$"):
        teams.remove(tableware.pk, by=camille, now=now)

    teams.change_members(tableware.pk, person_ids=[], by=camille, now=now)
    teams.remove(tableware.pk, by=camille, now=now)
    assert Team.objects.count() == 0


@pytest.mark.parametrize("who", ["lukas", "ines", "noah"])
def test_only_administrators_change_teams(
    who: str, request: pytest.FixtureRequest, tableware: Team, now: datetime
) -> None:
    by = request.getfixturevalue(who)

    with pytest.raises(NotAllowed):
        teams.create(name="Lamps", by=by, now=now)
    with pytest.raises(NotAllowed):
        teams.change_members(tableware.pk, person_ids=[by.pk], by=by, now=now)
    with pytest.raises(NotAllowed):
        teams.remove(tableware.pk, by=by, now=now)


def test_members_before_and_after_are_written_down(
    camille: Person, ines: Person, tableware: Team, now: datetime
) -> None:
    teams.change_members(tableware.pk, person_ids=[ines.pk], by=camille, now=now)

    line = AuditEntry.objects.get()
    assert (line.action, line.subject_kind, line.subject_id) == (
        "team.change_members",
        "team",
        tableware.pk,
    )
    assert line.data == {"team": "Tableware", "before": [], "after": ["Inès Moreau"]}
