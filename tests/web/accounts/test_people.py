"""The people page: roles, teams, putting somebody out, password links."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import demo_people
from tests.web.accounts.conftest import Enter, link_in, log_in

from comptoir.merchant.models import Person, Team


def test_role_address_and_teams_are_saved_together(
    camille: Person, ines: Person, enter: Enter
) -> None:
    team = Team.objects.create(name="Tableware")
    response = enter(camille).post(
        f"/settings/people/{ines.pk}",
        {"email": "moreau@maisonperrin.example", "role": "leader", "teams": [team.pk]},
    )

    ines.refresh_from_db()
    assert response["Location"] == f"/settings/people/{ines.pk}"
    assert (ines.email, ines.role, list(ines.teams.all())) == (
        "moreau@maisonperrin.example",
        "leader",
        [team],
    )


def test_refused_role_saves_nothing_else(camille: Person, enter: Enter) -> None:
    team = Team.objects.create(name="Tableware")
    page = enter(camille).post(
        f"/settings/people/{camille.pk}",
        {"email": "new@maisonperrin.example", "role": "agent", "teams": [team.pk]},
    )

    camille.refresh_from_db()
    assert "This is the only administrator." in page.content.decode()
    assert (camille.email, camille.role) == ("camille@maisonperrin.example", "admin")
    assert team.members.count() == 0


def test_person_put_out_loses_every_browser_at_once(
    camille: Person, ines: Person, enter: Enter
) -> None:
    browsers = [enter(ines), enter(ines)]
    enter(camille).post(f"/settings/people/{ines.pk}/deactivate")

    assert [browser.get("/account/profile/").status_code for browser in browsers] == [302, 302]
    assert Session.objects.count() == 1
    assert log_in(Client(), ines.email)["Location"] == "/account/inactive/"


def test_person_comes_back(camille: Person, ines: Person, enter: Enter) -> None:
    admin = enter(camille)
    admin.post(f"/settings/people/{ines.pk}/deactivate")
    admin.post(f"/settings/people/{ines.pk}/reactivate")

    assert log_in(Client(), ines.email)["Location"] == "/"


def test_new_role_holds_for_the_next_click(camille: Person, ines: Person, enter: Enter) -> None:
    browser = enter(ines)
    before = browser.get("/settings/people").status_code
    Person.objects.filter(pk=ines.pk).update(role="leader")

    assert (before, browser.get("/settings/people").status_code) == (403, 200)


def test_password_link_is_used_once_and_ends_old_browsers(
    camille: Person, ines: Person, enter: Enter
) -> None:
    old = enter(ines)
    link = link_in(enter(camille).post(f"/settings/people/{ines.pk}/password-link"))
    page = Client().get(link)
    response = Client().post(link, {"password": "another evening"})
    again = Client().post(link, {"password": "a third evening"})

    assert "Inès Moreau" in page.content.decode()
    assert response["Location"] == "/account/login/"
    assert again.status_code == 410
    assert old.get("/account/profile/").status_code == 302
    assert log_in(Client(), ines.email, "another evening").status_code == 302


def test_weak_password_is_refused_and_the_link_kept(
    camille: Person, ines: Person, enter: Enter
) -> None:
    link = link_in(enter(camille).post(f"/settings/people/{ines.pk}/password-link"))
    page = Client().post(link, {"password": "password12"})

    assert "too common" in page.content.decode()
    assert Client().post(link, {"password": "another evening"}).status_code == 302


def test_leader_sees_only_their_teams_and_changes_nothing(
    lukas: Person, ines: Person, noah: Person, enter: Enter
) -> None:
    team = Team.objects.create(name="Tableware")
    team.members.set([lukas, ines])
    browser = enter(lukas)
    page = browser.get("/settings/people").content.decode()

    assert "Inès Moreau" in page
    assert "Noah Kent" not in page
    assert "Invite somebody" not in page
    assert f'/settings/people/{ines.pk}"' not in page
    assert f"/settings/people/{ines.pk}/hours" in page


def test_list_asks_as_many_questions_for_four_people_as_for_two(
    camille: Person, lukas: Person, enter: Enter
) -> None:

    browser = enter(camille)
    browser.get("/settings/people")
    with CaptureQueriesContext(connection) as two:
        browser.get("/settings/people")
    demo_people.ines()
    Team.objects.create(name="Tableware").members.set([lukas, demo_people.noah()])
    with CaptureQueriesContext(connection) as four:
        browser.get("/settings/people")

    assert len(four) == len(two)
