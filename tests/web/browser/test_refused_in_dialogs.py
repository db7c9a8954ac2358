"""What goes wrong in a dialog is said in the dialog; what needs thought is asked there once more."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from playwright.sync_api import expect

from comptoir.inbox.search import indexing
from comptoir.tickets.models import Joining, Ticket
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.browser.looks import violations
from tests.web.shop import Shop, open_ticket

HOUR = timedelta(hours=1)
CHANGED = """(ticket) => document.dispatchEvent(
  new CustomEvent("comptoir:change", { detail: { kind: "message", ticket } }))"""
OPEN_LAST = "[...document.querySelectorAll('dialog:not([open])')].at(-1).showModal()"
pytestmark = IN_BROWSER


def test_refused_moment_is_said_in_the_dialog_which_stays(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    snooze = page.locator("#snooze")

    page.keyboard.press("b")
    page.locator("#snooze-reason").fill("parcel due")
    # The limit came nearer while the dialog stood open: the page does not know yet.
    ticket.clocks.update(limit_at=present + HOUR)
    page.locator("#snooze .moment[value=hour]").press("Enter")

    alert = snooze.get_by_role("alert")
    expect(alert).to_be_visible()
    expect(alert).to_contain_text("at the latest, or answer first.")
    expect(page.locator("#toasts .toast")).to_have_count(0)
    expect(page.locator("#snooze-reason")).to_have_value("parcel due")
    assert violations(page) == []
    assert Ticket.objects.get().snoozed_until_at is None

    # Another go takes the words away, and so does closing.
    page.keyboard.press("Escape")
    expect(snooze).to_be_hidden()
    page.keyboard.press("b")
    expect(snooze).to_be_visible()
    expect(alert).to_have_count(0)


def test_unreachable_desk_is_told_in_the_dialog(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}", tolerates="")
    page.route("**/promise", lambda route: route.abort())

    page.locator("#more-menu summary").press("Enter")
    page.get_by_role("button", name="Promise an answer by").press("Enter")
    page.locator("#promise-due").fill((present + 5 * HOUR).strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Promise", exact=True).press("Enter")

    expect(page.locator("#promise").get_by_role("alert")).to_be_visible()
    expect(page.locator("#promise-due")).not_to_have_value("")


def test_what_failed_behind_a_dialog_is_not_said_in_it(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}", tolerates="")
    page.route("**part=live**", lambda route: route.abort())
    page.keyboard.press("b")
    expect(page.locator("#snooze")).to_be_visible()

    page.evaluate(CHANGED, ticket.pk)

    expect(page.locator("#toasts .toast--bad")).to_have_count(1)
    expect(page.locator("#snooze").get_by_role("alert")).to_have_count(0)


def test_failure_is_said_in_the_dialog_that_asked_and_in_no_later_one(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}", tolerates="")
    page.route("**/snooze", lambda route: route.abort())
    page.keyboard.press("b")

    page.evaluate(OPEN_LAST)
    page.evaluate("document.querySelector('#snooze .moment[value=hour]').click()")

    expect(page.locator("#snooze [data-said]")).to_have_count(1)
    expect(page.locator("[data-said], #toasts .toast--bad")).to_have_count(1)


def test_two_buyers_are_never_merged_by_enter_alone(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    here = open_ticket(shop, shop.amazon_de, now=present)
    other = open_ticket(shop, shop.amazon_de, buyer="Clara Vogt", text="My lid?", now=present)
    while indexing.step():
        pass
    page = enter(shop.camille, f"/tickets/{here.pk}")
    question = page.locator("#merge [role=alert]")
    sure = page.get_by_role("button", name="Merge two buyers all the same")

    page.keyboard.press("v")
    page.keyboard.type("clara")
    expect(page.locator("#merge .mergeable__one")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(question).to_contain_text("These are two different buyers: Anna Berg")
    expect(question).to_contain_text("Clara Vogt")
    expect(sure).not_to_be_focused()
    assert violations(page) == []

    # Enter pressed again asks again; another word takes the question away.
    for _ in range(3):
        with page.expect_response(re.compile("/merge$")):
            page.keyboard.press("Enter")
    assert not Joining.objects.exists()
    with page.expect_response(re.compile("/merge/found")):
        page.locator("#merge-number").fill("vogt")
    expect(question).to_have_count(0)

    # The button that asked is gone: the question has the keyboard.
    page.locator("#merge .mergeable__one input").check()
    page.get_by_role("button", name="Merge", exact=True).press("Enter")
    expect(question).to_be_focused()
    page.locator("#merge-number").press("Escape")
    page.keyboard.press("v")
    page.keyboard.type("clara")

    # Whoever means it goes there.
    page.locator("#merge .mergeable__one input").check()
    page.keyboard.press("Enter")
    expect(question).to_be_visible()
    page.keyboard.press("Tab")
    expect(sure).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".toast__text")).to_contain_text("Merged")
    assert Joining.objects.get().source_id == other.pk
