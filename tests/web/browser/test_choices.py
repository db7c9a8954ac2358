"""Menus and dialogs of choices by keyboard: arrows walk, Enter chooses, Escape goes back."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from comptoir.tickets.models import Ticket
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.shop import Shop, open_ticket

HOUR = timedelta(hours=1)
pytestmark = IN_BROWSER


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def test_enter_in_the_field_of_a_snooze_takes_that_moment_and_no_other(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    page.keyboard.press("b")
    page.locator("#snooze-reason").fill("parcel due")
    page.locator("#snooze-reason").press("Enter")
    expect(page.locator("#snooze").get_by_role("alert")).to_have_text("Choose until when.")
    assert Ticket.objects.get().snoozed_until_at is None

    until = (present + timedelta(hours=3)).astimezone(ZoneInfo(shop.camille.time_zone))
    page.locator("#snooze-at").fill(f"{until:%Y-%m-%dT%H:%M}")
    page.locator("#snooze-at").press("Enter")

    expect(page.locator(".toast__text")).to_contain_text("Snoozed until")
    assert Ticket.objects.get().snoozed_until_at == until.replace(second=0, microsecond=0)


def test_moments_of_a_snooze_are_walked_chosen_and_left(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.ines, f"/tickets/{ticket.pk}")
    moments = page.locator("#snooze .moment:enabled")

    # From the menu "Wait": back on its button.
    press(page, "w")
    expect(page.locator("#wait-menu .menu__item").first).to_be_focused()
    press(page, "End", "Home", "Enter")
    expect(moments.first).to_be_focused()
    press(page, "Escape")
    expect(page.locator("#wait-menu summary")).to_be_focused()
    expect(page.locator("#wait-menu .menu")).to_be_hidden()

    # By its key: back where one was.
    page.locator("h1").focus()
    press(page, "b", "ArrowDown")
    expect(moments.nth(1)).to_be_focused()
    press(page, "ArrowUp", "ArrowUp")
    expect(moments.last).to_be_focused()
    press(page, "ArrowDown")
    expect(moments.first).to_be_focused()
    press(page, "End")
    expect(moments.last).to_be_focused()
    press(page, "Escape")
    expect(page.locator("h1")).to_be_focused()

    # Enter chooses the one that has the focus.
    press(page, "b", "End", "Home", "Enter")
    expect(page.locator("#ticket-head .chip--accent")).to_be_visible()
    until = Ticket.objects.values_list("snoozed_until_at", flat=True).get()
    assert until is not None
    assert abs(until - (datetime.now(until.tzinfo) + HOUR)) < timedelta(minutes=2)


@pytest.mark.parametrize(
    ("key", "menu"), [("a", "#assign-menu"), ("w", "#wait-menu"), ("p", "#tier-menu")]
)
def test_menus_of_a_ticket_are_walked_and_left(
    shop: Shop, enter: Enter, present: datetime, key: str, menu: str
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.ines, f"/tickets/{ticket.pk}")
    items = page.locator(f"{menu} .menu button")

    page.locator("h1").focus()
    press(page, key)
    expect(items.first).to_be_focused()
    press(page, "End")
    expect(items.last).to_be_focused()
    press(page, "ArrowDown")
    expect(items.first).to_be_focused()
    press(page, "ArrowUp", "Home")
    expect(items.first).to_be_focused()
    press(page, "Escape")
    expect(page.locator(f"{menu} .menu")).to_be_hidden()
    expect(page.locator("h1")).to_be_focused()

    # The button itself opens for arrow down, and is where Escape leads back to.
    page.locator(f"{menu} summary").focus()
    press(page, "ArrowDown")
    expect(items.first).to_be_focused()
    press(page, "Escape")
    expect(page.locator(f"{menu} summary")).to_be_focused()


def test_moments_to_send_later_are_walked_and_lead_back_to_the_text(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.ines, f"/tickets/{ticket.pk}")
    moments = page.locator("#send-menu [data-later]:not([data-later=''])")

    press(page, "r")
    page.locator("#composer-text").fill("It leaves tomorrow.")
    press(page, "Control+Shift+l")
    expect(moments.first).to_be_focused()
    press(page, "End")
    expect(page.locator("#send-menu .menu button").last).to_be_focused()
    press(page, "Home")
    expect(moments.first).to_be_focused()
    press(page, "Escape")

    expect(page.locator("#send-menu .menu")).to_be_hidden()
    expect(page.locator("#composer-text")).to_be_focused()
    expect(page.locator("#composer-text")).to_have_value("It leaves tomorrow.")


def test_menu_of_the_bar_is_walked_and_left_without_losing_the_selection(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    for number in range(2):
        open_ticket(shop, shop.amazon_de, buyer=f"Buyer {number}", now=present)
    page = enter(shop.camille)
    people = page.locator("#bulk details:has([data-key=a]) .menu button")

    press(page, "j", "x", "a")
    expect(people.first).to_be_focused()
    press(page, "ArrowDown", "Escape")
    expect(page.locator(".row__link").first).to_be_focused()
    expect(page.locator("[data-bulk-count]")).to_have_text("1 selected")
    press(page, "a", "End", "Home", "ArrowDown")
    name = people.nth(1).inner_text()
    press(page, "Enter")

    expect(page.locator(".toast__text", has_text=name)).to_be_visible()
    assert Ticket.objects.filter(assignee__name=name).count() == 1


def test_promise_and_skip_give_the_keyboard_back(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.ines, f"/tickets/{ticket.pk}")

    page.locator("#more-menu summary").press("Enter")
    page.get_by_role("button", name=re.compile("Promettre|Promise")).press("Enter")
    expect(page.locator("#promise-due")).to_be_focused()
    press(page, "Escape")
    expect(page.locator("#more-menu summary")).to_be_focused()

    page.locator("h1").focus()
    press(page, "N", "ArrowDown")
    expect(page.locator("#skip .moment").nth(1)).to_be_focused()
    press(page, "Escape")
    expect(page.locator("h1")).to_be_focused()
