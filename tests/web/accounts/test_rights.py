"""Each address of the settings, asked for by each role and by a visitor."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.web.accounts.conftest import Enter

from comptoir.merchant.actions import api_tokens
from comptoir.merchant.models import Absence, Invitation, Person, Team
from comptoir.storage import clock
from comptoir.web.accounts.urls import settings as addresses

ALL, LEADERS, ADMINS = "reader agent leader admin", "leader admin", "admin"

# Address, method, and who may.
PAGES = [
    ("settings", "get", ALL),
    ("account/profile/", "get", ALL),
    ("settings/people", "get", LEADERS),
    ("settings/people/invite", "get", ADMINS),
    ("settings/people/{person}", "get", ADMINS),
    ("settings/people/{person}/deactivate", "post", ADMINS),
    ("settings/people/{person}/reactivate", "post", ADMINS),
    ("settings/people/{person}/second-factor/remove", "post", ADMINS),
    ("settings/people/{person}/password-link", "post", ADMINS),
    ("settings/people/{person}/hours", "get", ADMINS),
    ("settings/people/{person}/absences", "post", "agent admin"),
    ("settings/absences/{absence}/remove", "post", "agent admin"),
    ("settings/invitations/{invitation}/renew", "post", ADMINS),
    ("settings/invitations/{invitation}/withdraw", "post", ADMINS),
    ("settings/teams", "get", LEADERS),
    ("settings/teams/create", "post", ADMINS),
    ("settings/teams/{team}", "get", ADMINS),
    ("settings/teams/{team}/remove", "post", ADMINS),
    ("settings/api", "get", ADMINS),
    ("settings/api/make", "post", ADMINS),
    ("settings/api/{token}/revoke", "post", ADMINS),
    ("settings/audit", "get", ADMINS),
]


@pytest.fixture
def things(camille: Person, lukas: Person, ines: Person, noah: Person) -> dict[str, int]:
    """One of each kind of thing an address may name."""
    now = clock.now()
    invitation = Invitation.objects.create(
        token_sha256="0" * 64, email="j@w.example", role="agent", created_at=now, expires_at=now
    )
    team = Team.objects.create(name="Tableware")
    token, _ = api_tokens.make(name="Warehouse", is_read_only=True, role=None, by=camille, now=now)
    return {
        "person": ines.pk,
        "team": team.pk,
        "invitation": invitation.pk,
        "token": token.pk,
        "absence": Absence.objects.create(person=ines, first_on=now.date(), last_on=now.date()).pk,
    }


@pytest.mark.parametrize(("address", "method", "allowed"), PAGES)
@pytest.mark.parametrize("name", ["camille", "lukas", "ines", "noah"])
def test_address_opens_for_those_roles_only(
    address: str,
    method: str,
    allowed: str,
    name: str,
    things: dict[str, int],
    enter: Enter,
) -> None:
    person = Person.objects.get(email__startswith=name)
    response = getattr(enter(person), method)("/" + address.format(**things))

    may = person.role in allowed.split()
    assert (response.status_code == 403) is not may
    assert response.status_code in ((200, 302, 422) if may else (403,))


@pytest.mark.parametrize(("address", "method", "allowed"), PAGES)
def test_visitor_is_led_to_the_log_in(
    address: str, method: str, allowed: str, things: dict[str, int]
) -> None:
    response = getattr(Client(), method)("/" + address.format(**things))

    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/?next=/")


@pytest.mark.parametrize(("address", "method", "allowed"), PAGES)
def test_address_that_changes_something_cannot_be_merely_opened(
    address: str, method: str, allowed: str, things: dict[str, int], camille: Person, enter: Enter
) -> None:
    response = enter(camille).get("/" + address.format(**things))

    assert (response.status_code == 405) is (method == "post")


def test_every_address_of_the_settings_is_in_the_table() -> None:
    assert len(PAGES) == len(addresses) + 2  # /settings itself, and the profile


def test_refusal_has_our_frame_and_our_words(ines: Person, enter: Enter) -> None:
    page = enter(ines).get("/settings/audit")

    assert page.status_code == 403
    assert "This page is not for your role" in page.content.decode()
    assert '<nav class="rail"' in page.content.decode()


def test_missing_page_has_our_frame_for_colleagues_and_a_plain_one_for_visitors(
    ines: Person, enter: Enter
) -> None:
    inside, outside = enter(ines).get("/nowhere"), Client().get("/nowhere")

    assert (inside.status_code, outside.status_code) == (404, 404)
    assert '<nav class="rail"' in inside.content.decode()
    assert '<nav class="rail"' not in outside.content.decode()
    assert "There is nothing here" in outside.content.decode()
