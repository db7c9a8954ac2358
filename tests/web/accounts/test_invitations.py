"""An administrator invites; the invited person comes in by the link, once."""

from __future__ import annotations

from django.test import Client
from tests.web.accounts.conftest import Enter, link_in

from comptoir.merchant.models import Invitation, Person, Team
from comptoir.storage.models import AuditEntry

JONAS = "jonas@maisonperrin.example"
FORM = {
    "name": "Jonas Weber",
    "password": "a quiet evening",
    "language": "de",
    "time_zone": "Europe/Berlin",
}


def _invite(browser: Client, **changed: object) -> str:
    form = {"email": JONAS, "role": "agent"} | changed
    return link_in(browser.post("/settings/people/invite", form))


def test_invited_person_comes_in_with_role_and_teams(camille: Person, enter: Enter) -> None:
    team = Team.objects.create(name="Tableware")
    link = _invite(enter(camille), teams=[team.pk])
    browser = Client()
    page = browser.get(link)
    response = browser.post(link, FORM)

    assert "Camille Perrin invited you" in page.content.decode()
    assert (response.status_code, response["Location"]) == (302, "/")
    jonas = Person.objects.get(email=JONAS)
    assert (jonas.role, jonas.language, list(jonas.teams.all())) == ("agent", "de", [team])
    assert browser.get("/account/profile/").status_code == 200


def test_link_is_shown_once_and_works_once(camille: Person, enter: Enter) -> None:
    admin = enter(camille)
    link = _invite(admin)
    people_page = admin.get("/settings/people").content.decode()
    Client().post(link, FORM)
    again = Client().post(link, FORM | {"name": "Eve"})

    assert JONAS in people_page
    assert link not in people_page
    assert again.status_code == 410
    assert Person.objects.count() == 2


def test_withdrawn_invitation_is_gone(camille: Person, enter: Enter) -> None:
    admin = enter(camille)
    link = _invite(admin)
    invitation = Invitation.objects.get()
    admin.post(f"/settings/invitations/{invitation.pk}/withdraw")

    assert Client().get(link).status_code == 410


def test_renewed_invitation_has_another_link(camille: Person, enter: Enter) -> None:
    admin = enter(camille)
    old = _invite(admin)
    new = link_in(admin.post(f"/settings/invitations/{Invitation.objects.get().pk}/renew"))

    assert Client().get(old).status_code == 410
    assert Client().get(new).status_code == 200


def test_colleague_cannot_be_invited_again(camille: Person, ines: Person, enter: Enter) -> None:
    page = enter(camille).post(
        "/settings/people/invite", {"email": ines.email.upper(), "role": "admin"}
    )

    assert "Somebody here has this address already." in page.content.decode()
    assert Invitation.objects.count() == 0


def test_trail_tells_the_story(camille: Person, enter: Enter) -> None:
    Client().post(_invite(enter(camille)), FORM)

    actions = AuditEntry.objects.order_by("id").values_list("action", "person_name")
    assert list(actions) == [
        ("session.log_in", "Camille Perrin"),
        ("invitation.create", "Camille Perrin"),
        ("invitation.accept", "Jonas Weber"),
        ("session.log_in", "Jonas Weber"),
    ]
