"""One's own page."""

from __future__ import annotations

from tests.web.accounts.conftest import Enter

from comptoir.merchant.models import Person

FORM = {
    "name": "Noah Kent",
    "language": "fr",
    "time_zone": "Lisbon",
    "theme": "dark",
    "speaks": ["fr", "en"],
}


def test_even_a_reader_sets_their_own_language_zone_and_colours(noah: Person, enter: Enter) -> None:
    browser = enter(noah)
    response = browser.post("/account/profile/", FORM)
    page = browser.get("/account/profile/")

    noah.refresh_from_db()
    assert response["Location"] == "/account/profile/"
    assert (noah.time_zone, noah.theme, noah.speaks) == ("Europe/Lisbon", "dark", ["en", "fr"])
    assert page["Content-Language"] == "fr"
    assert '<html lang="fr" data-theme="dark">' in page.content.decode()


def test_role_and_address_cannot_be_sent_along(noah: Person, enter: Enter) -> None:
    enter(noah).post("/account/profile/", FORM | {"role": "admin", "email": "x@y.example"})

    noah.refresh_from_db()
    assert (noah.role, noah.email) == ("reader", "noah@maisonperrin.example")
