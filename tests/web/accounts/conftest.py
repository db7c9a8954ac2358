"""Browsers of the demo shop's people, and links as they read them off the page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from tests import demo_people

from comptoir.merchant.models import Merchant, Person

Enter = Callable[[Person], Client]
LINK = re.compile(r'value="http://[^/"]+(/(?:invitation|password)/[\w-]+)"')


@pytest.fixture(autouse=True)
def _forgotten_attempts(db: None) -> None:
    cache.clear()


@pytest.fixture
def merchant(db: None) -> Merchant:
    """The merchant."""
    return Merchant.objects.create(name="Maison Perrin", time_zone="Europe/Paris")


@pytest.fixture
def camille(merchant: Merchant) -> Person:
    """The owner, and at first the only administrator."""
    return demo_people.camille()


@pytest.fixture
def lukas(merchant: Merchant) -> Person:
    """The team leader."""
    return demo_people.lukas()


@pytest.fixture
def ines(merchant: Merchant) -> Person:
    """An agent."""
    return demo_people.ines()


@pytest.fixture
def noah(merchant: Merchant) -> Person:
    """The accountant, who only reads."""
    return demo_people.noah()


@pytest.fixture
def enter() -> Enter:
    """Give a browser in which a person logged in through the page."""

    def entered(person: Person) -> Client:
        browser = Client(HTTP_ACCEPT_LANGUAGE="en")
        response = log_in(browser, person.email)
        assert (response.status_code, response["Location"]) == (302, "/")
        return browser

    return entered


def log_in(browser: Client, email: str, password: str = demo_people.PASSWORD) -> HttpResponse:
    """Send the log-in form."""
    return browser.post("/account/login/", {"login": email, "password": password})


def link_in(response: HttpResponse) -> str:
    """Read the path of the one-time link a page shows."""
    found = LINK.search(response.content.decode())
    assert found is not None
    return found.group(1)
