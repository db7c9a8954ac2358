"""Settings → API: tokens for other programs."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.web.accounts.conftest import Enter
from tests.web.pages import tree

from comptoir.merchant.models import ApiToken, Person
from comptoir.storage.models import AuditEntry

WAREHOUSE = {"name": "Warehouse", "access": "read", "role": ""}


def test_token_is_shown_once_used_listed_and_revoked(camille: Person, enter: Enter) -> None:
    admin = enter(camille)
    made = admin.post("/settings/api/make", WAREHOUSE)
    text = tree(made).css_first("#link").attributes["value"]
    listed = admin.get("/settings/api").content.decode()
    program = Client(headers={"Authorization": f"Bearer {text}"})
    let_in = program.get("/api/v1/tickets").status_code
    admin.post(f"/settings/api/{ApiToken.objects.get().pk}/revoke")

    assert text is not None
    assert text.startswith("cpt_")
    assert text not in listed
    assert text[:10] in listed
    assert let_in == 200
    assert program.get("/api/v1/tickets").status_code == 401
    assert "Revoked" in admin.get("/settings/api").content.decode()
    assert "no-store" in made["Cache-Control"]


def test_making_and_revoking_stand_in_the_trail_without_the_token(
    camille: Person, enter: Enter
) -> None:
    admin = enter(camille)
    admin.post("/settings/api/make", {**WAREHOUSE, "access": "write"})
    token = ApiToken.objects.get()
    admin.post(f"/settings/api/{token.pk}/revoke")
    page = admin.get("/settings/audit").content.decode()

    assert not token.is_read_only
    assert "Made the API token Warehouse, which may read and write." in page
    assert "Revoked the API token Warehouse." in page
    entries = str(list(AuditEntry.objects.values_list("data", flat=True)))
    assert "cpt_" not in entries


@pytest.mark.parametrize(
    "given", [{**WAREHOUSE, "name": " "}, {**WAREHOUSE, "access": "all"}, {"role": "king"}]
)
def test_wrong_form_makes_no_token(camille: Person, enter: Enter, given: dict[str, str]) -> None:
    page = enter(camille).post("/settings/api/make", given)

    assert page.status_code == 422
    assert not ApiToken.objects.exists()


def test_revoking_twice_says_so(camille: Person, enter: Enter) -> None:
    admin = enter(camille)
    admin.post("/settings/api/make", WAREHOUSE)
    address = f"/settings/api/{ApiToken.objects.get().pk}/revoke"
    admin.post(address)
    again = admin.post(address, follow=True)

    assert "This token is revoked already." in again.content.decode()


@pytest.mark.parametrize("who", ["lukas", "ines", "noah"])
def test_only_administrators_come_here(
    request: pytest.FixtureRequest, enter: Enter, who: str
) -> None:
    browser = enter(request.getfixturevalue(who))

    assert browser.get("/settings/api").status_code == 403
    assert browser.post("/settings/api/make", WAREHOUSE).status_code == 403
    assert browser.post("/settings/api/1/revoke").status_code == 403
    assert not ApiToken.objects.exists()
