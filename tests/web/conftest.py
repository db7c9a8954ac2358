"""The desk of the page tests, and browsers of its people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from comptoir.merchant.models import Person
from comptoir.web import shell
from tests.web.shop import Shop, open_shop

LogIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Counts and names are kept for seconds; each test begins without."""
    shell.forget()


@pytest.fixture
def present() -> datetime:
    """The moment of the test: views read the clock, so seeds must too."""
    return datetime.now(UTC)


@pytest.fixture
def shop(db: None, present: datetime) -> Shop:
    """The shop, open at this moment."""
    return open_shop(present)


@pytest.fixture
def log_in() -> LogIn:
    """Give a person's browser."""

    def browser_of(person: Person) -> Client:
        client = Client()
        client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return browser_of
