"""What was done is taken back: on one ticket, on many at once, and days later."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from comptoir.tickets.actions import no_response, solve, tag
from comptoir.tickets.models import Joining, Ticket
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.browser.looks import violations
from tests.web.shop import Shop, open_ticket, say

HOUR = timedelta(hours=1)
FIELDS = ("status", "assignee_id", "tags", "snoozed_until_at", "queue_tier")
pytestmark = IN_BROWSER


def as_they_are() -> list[dict[str, object]]:
    return list(Ticket.objects.order_by("id").values(*FIELDS))


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def give(page: Page) -> None:
    press(page, "a")
    page.locator("#bulk .menu button", has_text="Inès Moreau").press("Enter")


def put_off(page: Page) -> None:
    press(page, "b")
    page.locator("#bulk .menu button", has_text="In 3 hours").press("Enter")


def add_tag(page: Page) -> None:
    press(page, "l")
    page.locator("#bulk-tag").fill("fragile")
    press(page, "Enter")


@pytest.mark.parametrize(
    ("do", "said"),
    [
        (give, "2 tickets given to Inès Moreau"),
        (lambda page: press(page, "e"), "2 tickets solved"),
        (put_off, "2 tickets snoozed until"),
        (add_tag, "2 tickets tagged “fragile”"),
    ],
    ids=["assign", "solve", "snooze", "tag"],
)
def test_verb_for_many_says_what_it_did_and_is_undone(
    shop: Shop, enter: Enter, present: datetime, do: object, said: str
) -> None:
    for number in range(2):
        made = open_ticket(shop, shop.own_shop, buyer=f"Buyer {number}", now=present)
        no_response.mark(made.pk, reason="thanks", by=shop.camille, now=present)
        solve.reopen(made.pk, by=shop.camille, now=present)
        tag.add(made.pk, "before", by=shop.camille, now=present)
    before = as_they_are()
    page = enter(shop.camille)

    press(page, "j", "x", "J")
    expect(page.locator("[data-bulk-count]")).to_have_text("2 selected")
    assert callable(do)
    do(page)
    expect(page.locator(".toast__text", has_text=said)).to_be_visible()
    assert as_they_are() != before

    page.locator(".toast", has_text=said).get_by_role("button", name="Undo").press("Enter")
    expect(page.locator(".toast__text", has_text="2 tickets are as they were")).to_be_visible()
    assert as_they_are() == before


def test_giving_and_snoozing_one_ticket_are_undone_by_key(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    before = as_they_are()
    page = enter(shop.camille, f"/tickets/{ticket.pk}")

    press(page, "a")
    page.locator("#assign-menu .menu__item", has_text="Inès Moreau").press("Enter")
    expect(page.locator(".toast__text", has_text="Given to Inès Moreau.")).to_be_visible()
    press(page, "b")
    page.locator("#snooze .moment:enabled").first.press("Enter")
    snoozed = page.locator(".toast__text", has_text=re.compile(r"Snoozed until .*\d\d:\d\d"))
    expect(snoozed).to_be_visible()

    # The last one first.
    press(page, "z")
    expect(page.locator(".toast__text", has_text="as it was")).to_be_visible()
    expect(page.locator("#ticket-head .chip--accent")).to_have_count(0)
    expect(page.locator("#assign-menu summary")).to_contain_text("Inès Moreau")
    assert as_they_are() == [{**before[0], "assignee_id": shop.ines.pk}]


def test_no_response_needed_asks_for_its_reason_in_the_page_and_is_undone_by_key(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.own_shop, now=present)
    before = as_they_are()
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    dialog, reason = page.locator("#no-response"), page.locator("#no-response-reason")
    missing = page.locator("#no-response-missing")

    press(page, "y", "Enter")
    expect(missing).to_be_visible()
    expect(missing).to_have_text("Say in a few words why no response is needed.")
    expect(reason).to_be_focused()
    expect(reason).to_have_attribute("aria-invalid", "true")
    assert violations(page) == []
    page.keyboard.type("Only says thanks")
    expect(missing).to_be_hidden()
    press(page, "Enter")
    expect(page.locator(".toast__text", has_text="Marked: no response needed.")).to_be_visible()
    expect(dialog).to_be_hidden()
    assert as_they_are() != before

    press(page, "z")
    expect(page.locator(".toast__text", has_text="as it was")).to_be_visible()
    assert as_they_are() == before


def test_undo_is_refused_when_a_colleague_did_something_since(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")

    press(page, "i")
    expect(page.locator(".toast__text", has_text="It is yours.")).to_be_visible()
    tag.add(ticket.pk, "fragile", by=shop.jonas, now=present)
    press(page, "z")

    expect(page.locator(".toast--bad")).to_contain_text("Jonas Weber did something here since")
    assert Ticket.objects.get().assignee_id == shop.camille.pk


def test_split_is_taken_back_days_later(shop: Shop, enter: Enter, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, asked_ago=3 * HOUR, now=present)
    say(ticket, "And my invoice?", at=present - HOUR)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")

    page.locator("#more-menu summary").press("Enter")
    page.get_by_role("button", name="Split messages off").press("Enter")
    page.locator("#split").get_by_label("And my invoice?").press("Space")
    page.get_by_role("button", name="Split off", exact=True).press("Enter")
    expect(page.locator(".toast__text", has_text="Split")).to_be_visible()
    expect(page).not_to_have_url(re.compile(f"/tickets/{ticket.pk}$"))
    Joining.objects.update(made_at=present - timedelta(days=5))

    page.goto(f"/tickets/{ticket.pk}")
    expect(page.locator(".message__text")).to_have_text(["Where is my parcel?"])
    page.locator("#more-menu summary").press("Enter")
    page.get_by_role("button", name="Undo the split").press("Enter")

    expect(page.locator(".toast__text", has_text="Taken back.")).to_be_visible()
    expect(page).to_have_url(re.compile(f"/tickets/{ticket.pk}$"))
    expect(page.locator(".message__text")).to_have_text(["Where is my parcel?", "And my invoice?"])
