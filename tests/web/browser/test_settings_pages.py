"""Settings about channels in a real browser: accessibility, phones, and pages that change while one looks."""

from __future__ import annotations

from datetime import datetime

import pytest
from playwright.sync_api import expect

from comptoir.inbox import trials
from comptoir.inbox.connecting import Guess, Verdict
from comptoir.inbox.trials import Answer, Progress, Purpose
from comptoir.storage.models import RawItem
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.browser.looks import broken_pages, pages_too_wide, violations
from tests.web.shop import Shop

PHONE = {"width": 390, "height": 844}
ADDRESSES = [
    "/settings/channels",
    "/settings/channels/{channel}",
    "/settings/channels/{channel}/watch",
    "/settings/channels/connect",
    "/settings/channels/connect?email=camille@gmail.com",
    "/settings/connections",
    "/settings/connections/{mailbox}",
    "/settings/connections/{mailbox}/channels/add",
    "/settings/quarantine",
    "/settings/quarantine/{item}",
    "/settings/channels/trials/{trial}",
]
pytestmark = IN_BROWSER


def _trial(shop: Shop, now: datetime) -> str:
    """Begin a trial and have it over, with a verdict: two channels, sending refused."""
    values = {"imap_host": "imap.maisonperrin.example", "user": "info@maisonperrin.example",
              "smtp_host": "smtp.maisonperrin.example"}  # fmt: skip
    key = trials.begin(
        Purpose.CONNECT, "mail", "info@maisonperrin.example", values, {"password": "x"},
        by=shop.camille, now=now,
    )  # fmt: skip
    guesses = (
        Guess("amazon", "DE", "Amazon.de", "AMZ DE", 210, 180, ("relay:marketplace.amazon.de",)),
        Guess("ebay", "DE", "eBay.de", "EBAY DE", 31, 30, ("sender:members.ebay.de",)),
    )
    verdict = Verdict(412, 412, guesses, 14, 157, ("newsletter.example",))
    refused = Answer("auth_failed", "535 5.7.8")
    trials.tell(key, Progress(now, True, Answer(), refused, 412, 412, verdict))
    return key


def _addresses(shop: Shop, now: datetime) -> list[str]:
    shop.mailbox.failing_since, shop.mailbox.error_code = now, "certificate_expired"
    shop.mailbox.save()
    item = RawItem.objects.create(
        connection_id=shop.mailbox.pk, external_id="INBOX/1/1", stored_at=now,
        content=b"Subject: " + b"long" * 200, state="quarantined", error_code="not_readable",
    )  # fmt: skip
    values = {"channel": shop.amazon_de.pk, "mailbox": shop.mailbox.pk, "item": item.pk,
              "trial": _trial(shop, now)}  # fmt: skip
    return [address.format(**values) for address in ADDRESSES]


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_pages_break_no_serious_rule_of_accessibility(
    colours: str, shop: Shop, enter: Enter, present: datetime
) -> None:
    page = enter(shop.camille, color_scheme=colours)

    assert broken_pages(page, _addresses(shop, present)) == {}


def test_pages_fit_on_a_phone(shop: Shop, enter: Enter, present: datetime) -> None:
    page = enter(shop.camille, viewport=PHONE)

    assert pages_too_wide(page, _addresses(shop, present)) == []


def test_promise_follows_what_is_chosen_row_by_row(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    page = enter(shop.camille, f"/settings/channels/trials/{_trial(shop, present)}")
    first, second = page.locator(".pick").first, page.locator(".pick").nth(1)
    second.locator("select[name$=marketplace]").select_option("kaufland")

    expect(second.locator(".promise")).to_contain_text("48 h on working days")
    expect(first.locator(".promise")).to_contain_text("24 h, always counting")
    page.get_by_role("button", name="Add a channel by hand").click()
    expect(page.locator(".pick")).to_have_count(3)
    expect(second.locator("select[name$=marketplace]")).to_have_value("kaufland")


def test_trial_at_work_shows_its_progress_and_then_the_verdict(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    values = {"imap_host": "imap.maisonperrin.example", "user": "info@maisonperrin.example"}
    key = trials.begin(Purpose.CONNECT, "mail", "info", values, {}, by=shop.camille, now=present)
    page = enter(shop.camille, f"/settings/channels/trials/{key}")
    expect(page.locator("#trial")).to_contain_text("Being tried")

    trials.tell(key, Progress(present, False, Answer(), Answer(), 120, 412))
    expect(page.locator("#trial")).to_contain_text("120 so far, of 412 in the mailbox")
    verdict = Verdict(412, 412, (), 412, 0)
    trials.tell(key, Progress(present, True, Answer(), Answer(), 412, 412, verdict))

    expect(page.locator(".verdict h2")).to_have_text("412 mails: unknown 412")


def test_tables_are_cards_on_a_phone_and_tables_to_readers(shop: Shop, enter: Enter) -> None:
    phone = enter(shop.camille, "/settings/people", viewport={"width": 390, "height": 844})
    sideways = """[...document.querySelectorAll(".table-frame")].filter(
        (frame) => frame.scrollWidth > frame.clientWidth).length"""

    for address in ("/settings/people", "/settings/teams", "/settings/connections"):
        phone.goto(address)
        assert phone.evaluate(sideways) == 0
        assert violations(phone) == []
    phone.goto("/settings/people")
    row = phone.get_by_role("row").filter(has_text="Inès Moreau")
    expect(row.get_by_role("rowheader")).to_contain_text("Inès Moreau")
    role = row.get_by_role("cell").first
    expect(role).to_have_attribute("data-label", "Role")
    assert role.evaluate("(cell) => getComputedStyle(cell, '::before').content") == '"Role"'
