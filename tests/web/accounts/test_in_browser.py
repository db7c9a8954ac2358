"""What only a real browser shows: its time zone, its clipboard, a security key, no console errors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import BrowserContext, Page, sync_playwright

from comptoir.merchant.actions import set_up
from comptoir.storage import clock

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium in /usr/bin/chromium"),
]


@pytest.fixture
def desk(live_server: Any, settings: Any) -> str:
    """The address of a running desk; on localhost browsers offer security keys without https."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    settings.URL = live_server.url.replace("127.0.0.1", "localhost")
    return str(settings.URL)


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch) -> Iterator[BrowserContext]:
    """A browser in Berlin that collects complaints."""
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        opened = browser.new_context(
            locale="en-GB",
            timezone_id="Europe/Berlin",
            permissions=["clipboard-read", "clipboard-write"],
        )
        opened.set_default_timeout(15_000)
        yield opened
        browser.close()
        connections.close_all()  # those of this event loop, which nobody else sees


def _set_up(page: Page, desk: str) -> None:
    page.goto(f"{desk}/welcome/{set_up.first_link(clock.now())}")
    page.fill("[name=merchant_name]", "Maison Perrin")
    page.fill("[name=name]", "Camille Perrin")
    page.fill("[name=email]", "camille@maisonperrin.example")
    page.fill("[name=password]", "a quiet evening")
    page.get_by_role("button", name="Set up the desk").click()
    page.wait_for_selector(".rail")


def _log_out_and_in(page: Page, desk: str) -> None:
    page.goto(f"{desk}/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Log out").click()
    page.wait_for_selector("[name=login]")
    page.fill("[name=login]", "camille@maisonperrin.example")
    page.fill("[name=password]", "a quiet evening")
    page.get_by_role("button", name="Log in").click()


def test_welcome_page_proposes_the_zone_of_the_browser(context: BrowserContext, desk: str) -> None:
    page = context.new_page()
    page.goto(f"{desk}/welcome/{set_up.first_link(clock.now())}")

    assert page.input_value("[name=time_zone]") == "Europe/Berlin"


def test_invitation_is_copied_and_no_page_breaks_the_policy(
    context: BrowserContext, desk: str
) -> None:
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    _set_up(page, desk)
    page.goto(f"{desk}/settings/people/invite")
    page.fill("[name=email]", "ines@maisonperrin.example")
    page.click("text=Make the invitation")
    page.click("button >> text=Copy")

    assert page.evaluate("navigator.clipboard.readText()") == page.input_value("#link")
    for address in ("settings/people", "settings/teams", "settings/audit", "account/2fa/"):
        page.goto(f"{desk}/{address}")
    assert [line for line in complaints if "Content Security Policy" in line] == []


def test_security_key_is_added_and_lets_in(context: BrowserContext, desk: str) -> None:
    page = context.new_page()
    key = context.new_cdp_session(page)
    key.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    key.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    _set_up(page, desk)
    page.goto(f"{desk}/account/2fa/webauthn/add/")
    page.fill("[name=password]", "a quiet evening")
    page.get_by_role("button", name="Confirm").click()
    page.fill("[name=name]", "Key ring")
    page.get_by_role("button", name="Use the key now").click()
    page.wait_for_url(f"{desk}/account/2fa/recovery-codes/")
    _log_out_and_in(page, desk)
    page.wait_for_url(f"{desk}/account/2fa/authenticate/")
    page.get_by_role("button", name="Use a security key").click()
    page.wait_for_url(f"{desk}/")
    page.goto(f"{desk}/account/2fa/webauthn/")

    assert "Key ring" in page.inner_text("main")


def test_key_that_does_not_answer_changes_nothing_and_says_so(
    context: BrowserContext, desk: str
) -> None:
    page = context.new_page()
    _set_up(page, desk)
    page.goto(f"{desk}/account/2fa/webauthn/add/")
    page.fill("[name=password]", "a quiet evening")
    page.get_by_role("button", name="Confirm").click()
    page.evaluate(
        "() => { navigator.credentials.create = () => Promise.reject(new Error('no key')) }"
    )
    page.get_by_role("button", name="Use the key now").click()
    page.wait_for_selector("[data-problem]:visible")

    assert page.inner_text("[data-problem]").startswith("The key did not answer.")
