"""From the printed link to a desk with an administrator in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from comptoir.merchant.actions import set_up
from comptoir.merchant.models import Brand, Merchant, Person
from comptoir.storage import clock

pytestmark = pytest.mark.django_db

FORM = {
    "merchant_name": "Maison Perrin",
    "name": "Camille Perrin",
    "email": "camille@maisonperrin.example",
    "password": "a quiet evening",
    "language": "fr",
    "time_zone": "Europe/Paris",
}


def _address() -> str:
    return f"/welcome/{set_up.first_link(clock.now())}"


def test_first_administrator_fills_in_one_page_and_is_in(client: Client) -> None:
    address = _address()
    page = client.get(address)
    response = client.post(address, FORM)

    assert page.status_code == 200
    assert response.status_code == 302
    person = Person.objects.get()
    assert client.get("/settings/people").status_code == 200
    assert (person.role, person.language) == ("admin", "fr")
    assert Merchant.objects.get().name == Brand.objects.get().name == "Maison Perrin"


def test_used_link_says_so_and_lets_nobody_in(client: Client) -> None:
    address = _address()
    Client().post(address, FORM)
    page = client.get(address, HTTP_ACCEPT_LANGUAGE="en")
    response = client.post(address, FORM | {"email": "eve@elsewhere.example"})

    assert (page.status_code, response.status_code) == (410, 410)
    assert "This link was used already" in page.content.decode()
    assert Person.objects.count() == 1


def test_expired_link_says_how_to_get_another(client: Client) -> None:
    address = f"/welcome/{set_up.first_link(clock.now() - timedelta(hours=25))}"
    page = client.get(address)

    assert page.status_code == 410
    assert "This link is too old" in page.content.decode()
    assert "Run comptoir first-link on the server" in page.content.decode()


def test_mistakes_keep_what_was_typed_and_the_link(client: Client) -> None:
    address = _address()
    page = client.post(address, FORM | {"password": "short", "time_zone": "Lyon"})
    text = page.content.decode()

    assert page.status_code == 200
    assert 'value="Maison Perrin"' in text
    assert "No time zone is called “Lyon”" in text
    assert 'value="short"' not in text
    assert client.post(address, FORM).status_code == 302


def test_city_alone_is_enough_as_time_zone(client: Client) -> None:
    client.post(_address(), FORM | {"time_zone": "new york"})

    assert Person.objects.get().time_zone == "America/New_York"


def test_new_desk_tells_visitors_where_the_link_is(client: Client) -> None:
    before = client.get("/account/login/").content.decode()
    client.post(_address(), FORM)
    after = Client().get("/account/login/").content.decode()

    assert "This desk has no administrator yet" in before
    assert "This desk has no administrator yet" not in after


def test_page_speaks_the_language_of_the_browser(client: Client) -> None:
    page = client.get(_address(), HTTP_ACCEPT_LANGUAGE="de-DE,de;q=0.9,en;q=0.5")

    assert page["Content-Language"] == "de"
    assert '<option value="de" selected>' in page.content.decode()
