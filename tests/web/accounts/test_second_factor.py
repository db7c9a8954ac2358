"""The second step of logging in: codes from an app, recovery codes, and getting rid of them."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from tests.demo_people import PASSWORD
from tests.web.accounts.conftest import Enter, log_in

from comptoir.merchant.models import Person
from comptoir.storage.models import AuditEntry


def code_for(secret: str, *, steps_ahead: int = 0) -> str:
    """Give what an app shows (RFC 6238), some half-minutes from now."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps_ahead)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


@pytest.fixture
def inside(ines: Person, enter: Enter) -> Client:
    """A browser of Inès that confirmed her password."""
    browser = enter(ines)
    browser.post(
        "/account/reauthenticate/?next=/account/2fa/totp/activate/", {"password": PASSWORD}
    )
    return browser


def _set_up(browser: Client) -> str:
    page = browser.get("/account/2fa/totp/activate/").content.decode()
    found = re.search(r'<code class="totp-key">([^<]+)</code>', page)
    assert found is not None
    secret = found.group(1).replace(" ", "")
    response = browser.post("/account/2fa/totp/activate/", {"code": code_for(secret)})
    assert response["Location"] == "/account/2fa/recovery-codes/"
    return secret


def _recovery_codes(browser: Client) -> list[str]:
    page = browser.get("/account/2fa/recovery-codes/").content.decode()
    return re.findall(r"<li><code>(\d+)</code></li>", page)


def test_password_is_asked_for_before_a_factor_is_added(ines: Person, enter: Enter) -> None:
    response = enter(ines).get("/account/2fa/totp/activate/")

    assert (
        response["Location"]
        == "/account/reauthenticate/?next=%2Faccount%2F2fa%2Ftotp%2Factivate%2F"
    )


def test_log_in_takes_password_and_code(inside: Client, ines: Person) -> None:
    secret = _set_up(inside)
    browser = Client()
    first = log_in(browser, ines.email)
    between = browser.get("/account/profile/").status_code
    second = browser.post("/account/2fa/authenticate/", {"code": code_for(secret, steps_ahead=1)})

    assert first["Location"] == "/account/2fa/authenticate/"
    assert between == 302
    assert second["Location"] == "/"
    assert browser.get("/account/profile/").status_code == 200


def test_picture_for_the_app_is_part_of_the_page(inside: Client) -> None:
    page = inside.get("/account/2fa/totp/activate/").content.decode()

    assert page.count('src="data:image/svg+xml;base64,') == 1


def test_code_works_once(inside: Client, ines: Person) -> None:
    code = code_for(_set_up(inside), steps_ahead=1)
    statuses = []
    for _time in range(2):
        browser = Client()
        log_in(browser, ines.email)
        statuses.append(browser.post("/account/2fa/authenticate/", {"code": code}).status_code)

    assert statuses == [302, 200]


def test_code_stays_used_after_its_half_minute(inside: Client, ines: Person) -> None:
    code = code_for(_set_up(inside), steps_ahead=1)
    first = Client()
    log_in(first, ines.email)
    first.post("/account/2fa/authenticate/", {"code": code})
    cache.delete(f"allauth.mfa.totp.used?user={ines.pk}&code={code}")  # as after 30 seconds
    second = Client()
    log_in(second, ines.email)

    assert second.post("/account/2fa/authenticate/", {"code": code}).status_code == 200


def test_recovery_code_works_once_in_place_of_the_app(inside: Client, ines: Person) -> None:
    _set_up(inside)
    code = _recovery_codes(inside)[0]
    statuses = []
    for _time in range(2):
        browser = Client()
        log_in(browser, ines.email)
        statuses.append(browser.post("/account/2fa/authenticate/", {"code": code}).status_code)

    assert statuses == [302, 200]
    assert len(_recovery_codes(inside)) == 9


def test_sixth_wrong_code_is_refused_unread(inside: Client, ines: Person) -> None:
    secret = _set_up(inside)
    browser = Client()
    log_in(browser, ines.email)
    for _attempt in range(5):
        browser.post("/account/2fa/authenticate/", {"code": "000000"})
    page = browser.post("/account/2fa/authenticate/", {"code": code_for(secret, steps_ahead=1)})

    assert "Too many failed attempts" in page.content.decode()
    assert AuditEntry.objects.filter(action="session.second_factor_failed").count() == 5


def test_secret_is_encrypted_at_rest(inside: Client) -> None:
    secret = _set_up(inside)
    stored = Authenticator.objects.get(type="totp").data["secret"]

    assert secret not in stored
    assert stored.startswith("gAAAA")


def test_removed_app_is_not_asked_for(inside: Client, ines: Person) -> None:
    _set_up(inside)
    inside.post("/account/2fa/totp/deactivate/")

    assert Authenticator.objects.count() == 0
    assert log_in(Client(), ines.email)["Location"] == "/"


def test_new_recovery_codes_void_the_old(inside: Client) -> None:
    _set_up(inside)
    old = _recovery_codes(inside)
    inside.post("/account/2fa/recovery-codes/generate/")

    assert set(old) & set(_recovery_codes(inside)) == set()


def test_administrator_lets_somebody_in_who_lost_the_telephone(
    inside: Client, ines: Person, camille: Person, enter: Enter
) -> None:
    _set_up(inside)
    enter(camille).post(f"/settings/people/{ines.pk}/second-factor/remove")

    assert log_in(Client(), ines.email)["Location"] == "/"


def test_trail_keeps_what_was_added_and_removed(
    inside: Client, ines: Person, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        _set_up(inside)
    inside.post("/account/2fa/totp/deactivate/")

    lines = AuditEntry.objects.filter(action__startswith="person.").order_by("id")
    assert sorted((line.action, line.data["factor"]) for line in lines) == [
        ("person.add_factor", "recovery_codes"),
        ("person.add_factor", "totp"),
        ("person.remove_factor", "recovery_codes"),
        ("person.remove_factor", "totp"),
    ]


@pytest.mark.parametrize(
    "page", ["", "webauthn/", "webauthn/add/", "totp/deactivate/", "recovery-codes/generate/"]
)
def test_every_page_of_the_second_factor_opens(inside: Client, page: str) -> None:
    _set_up(inside)

    assert inside.get(f"/account/2fa/{page}").status_code == 200
