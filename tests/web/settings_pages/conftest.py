"""The small shop, and browsers of its people."""

from __future__ import annotations

import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.mailservers.fixtures import (  # noqa: F401
    dovecot,
    perrin,
    session_smtp_sink,
    session_token_provider,
    smtp_sink,
)
from tests.web.shop import Shop, open_shop

from comptoir.merchant.models import Person
from comptoir.storage import clock
from comptoir.storage.models import Setting
from comptoir.web import shell


@pytest.fixture
def shop(db: None) -> Shop:
    """Maison Perrin with three channels behind one mailbox."""
    return open_shop(clock.now())


@pytest.fixture
def admin(shop: Shop) -> Client:
    """Camille's browser."""
    return entered(shop.camille)


def entered(person: Person) -> Client:
    """Give a browser in which a person is logged in."""
    browser = Client(HTTP_ACCEPT_LANGUAGE="en")
    browser.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def query_count(browser: Client, address: str) -> int:
    """Count the queries of a page, nothing kept from pages before."""
    shell.forget()
    with CaptureQueriesContext(connection) as asked:
        browser.get(address)
    return len(asked)


def until_over(key: str, seconds: float = 30.0) -> dict[str, object]:
    """Wait until a trial is over, and give what it told."""
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        told: dict[str, object] = Setting.objects.get(key=f"trial:{key}").value["progress"]
        if told["is_over"]:
            return told
        time.sleep(0.05)
    raise AssertionError("the trial did not end")
