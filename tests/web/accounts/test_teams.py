"""The teams page."""

from __future__ import annotations

from tests.web.accounts.conftest import Enter

from comptoir.merchant.models import Person, Team


def test_team_is_made_filled_renamed_and_removed(
    camille: Person, ines: Person, enter: Enter
) -> None:
    admin = enter(camille)
    made = admin.post("/settings/teams/create", {"name": "Tableware"})
    team = Team.objects.get()
    saved = admin.post(f"/settings/teams/{team.pk}", {"name": "Kitchen", "members": [ines.pk]})
    members = list(team.members.all())
    kept = admin.post(f"/settings/teams/{team.pk}/remove")
    admin.post(f"/settings/teams/{team.pk}", {"name": "Kitchen"})
    removed = admin.post(f"/settings/teams/{team.pk}/remove")

    assert made["Location"] == f"/settings/teams/{team.pk}"
    assert (saved["Location"], members) == ("/settings/teams", [ines])
    assert kept["Location"] == f"/settings/teams/{team.pk}"
    assert removed["Location"] == "/settings/teams"
    assert Team.objects.count() == 0


def test_second_team_of_the_same_name_is_refused_in_words(camille: Person, enter: Enter) -> None:
    Team.objects.create(name="Tableware")
    page = enter(camille).post("/settings/teams/create", {"name": "tableware"})

    assert page.status_code == 422
    assert "Another team has this name." in page.content.decode()


def test_saving_a_team_keeps_the_place_of_people_who_were_put_out(
    camille: Person, ines: Person, enter: Enter
) -> None:
    team = Team.objects.create(name="Tableware")
    team.members.set([ines])
    Person.objects.filter(pk=ines.pk).update(is_active=False)
    enter(camille).post(f"/settings/teams/{team.pk}", {"name": "Tableware"})

    assert list(team.members.all()) == [ines]
