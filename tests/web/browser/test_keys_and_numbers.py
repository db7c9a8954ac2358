"""Ticket numbers, merging by search, and keys that go on working: in a real browser."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from comptoir.inbox.search import indexing
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.browser.looks import violations
from tests.web.shop import Shop, open_ticket

HOUR = timedelta(hours=1)
TEXT = "#composer-text"
pytestmark = IN_BROWSER


def test_merged_by_the_buyers_name_and_the_keys_still_work(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    here = open_ticket(shop, shop.amazon_de, now=present)
    other = open_ticket(shop, shop.amazon_de, buyer="Clara Vogt", text="My invoice?", now=present)
    while indexing.step():
        pass
    page = enter(shop.camille, f"/tickets/{here.pk}")
    expect(page.locator("#ticket-head")).to_contain_text(f"#{here.pk}")

    page.keyboard.press("v")
    page.keyboard.type("clara")
    expect(page.locator("#merge [name=other]")).to_have_value(str(other.pk))
    assert violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Merge two buyers all the same").press("Enter")
    expect(page.locator("#conversation")).to_contain_text("My invoice?")

    page.keyboard.press("m")
    expect(page.locator(TEXT)).to_be_focused()


def test_keys_work_after_a_merge_that_was_refused(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    here = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{here.pk}")

    page.keyboard.press("v")
    page.keyboard.type("999999")
    page.keyboard.press("Enter")
    expect(page.locator("#merge [role=alert]")).to_contain_text("There is no ticket 999999 here")
    page.keyboard.press("Escape")
    expect(page.locator("#merge")).to_be_hidden()

    page.keyboard.press("m")
    expect(page.locator(TEXT)).to_be_focused()


def test_esc_leaves_a_field_with_what_was_typed_and_keys_work_again(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille)
    page.keyboard.press("c")
    query = page.locator("#order-query")
    expect(query).to_be_focused()
    page.keyboard.type("gnu")

    page.keyboard.press("Escape")

    expect(query).not_to_be_focused()
    expect(query).to_have_value("gnu")
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/tickets/*")

    page.keyboard.press("/")
    page.keyboard.type("parcel")
    page.keyboard.press("Escape")
    expect(page.locator("#search-box")).to_be_hidden()

    page.goto("/search")
    expect(page.locator("#search-text")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()


def test_g_and_b_lead_back_to_the_list_one_came_from(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, "/?view=unassigned")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets/*")

    page.keyboard.press("g")
    page.keyboard.press("b")

    page.wait_for_url("**/?view=unassigned")


def test_titles_and_menus_name_the_keys_that_a_person_chose(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    shop.camille.display = {"keys": {"off": False, "map": {"m": "ù", "b": "!"}}}
    shop.camille.save(update_fields=["display"])
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")

    expect(page.locator("[data-mode-of=note]")).to_have_attribute("title", "Note (ù)")
    expect(page.locator("[data-mode-of=reply]")).to_have_attribute("title", "Reply (r)")
    expect(page.locator("[data-opens=snooze] kbd")).to_have_text("!")


def test_next_on_the_only_ticket_says_that_nothing_else_waits(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")

    page.keyboard.press("n")

    expect(page.locator(".toast")).to_contain_text("Nothing else waits for you.")


def test_on_paper_there_is_the_conversation_and_the_order_and_nothing_to_press(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}", color_scheme="dark")

    page.emulate_media(media="print")

    expect(page.locator(".message__text")).to_have_text("Where is my parcel?")
    expect(page.locator(".side")).to_contain_text(ticket.order_number)
    for chrome in (".rail", ".composer", ".head__verbs", ".tabs", ".segments"):
        expect(page.locator(chrome)).to_be_hidden()
    assert page.locator("#swap button:visible, .ticket button:visible").count() == 0
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("key", ["a", "w"])
def test_menus_of_a_ticket_stay_on_a_phones_screen(
    shop: Shop, enter: Enter, present: datetime, key: str
) -> None:
    shop.jonas.name = "Jonas Maximilian von und zu Weber-Habermann-Lichtenstein"
    shop.jonas.save(update_fields=["name"])
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}", viewport={"width": 390, "height": 844})

    page.keyboard.press(key)

    menu = page.locator("#assign-menu .menu" if key == "a" else "#wait-menu .menu")
    expect(menu).to_be_visible()
    box = menu.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


def test_letters_in_the_menu_of_hands_find_a_person_and_do_nothing_else(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")

    page.keyboard.press("a")
    page.keyboard.type("ine")
    expect(page.locator("#assign-menu :focus")).to_contain_text("Inès")
    page.keyboard.press("Enter")

    expect(page.locator("#assign-menu summary")).to_contain_text("Inès")
    expect(page.locator("#assign-menu summary")).to_be_focused()
    expect(page.locator("details.pop[open]")).to_have_count(0)
    page.keyboard.press("m")  # no letter for the menu any more
    expect(page.locator(TEXT)).to_be_focused()
    expect(page.locator("dialog[open]")).to_have_count(0)
    ticket.refresh_from_db()
    assert ticket.assignee == shop.ines
    assert page.url.endswith(f"/tickets/{ticket.pk}")


def test_after_a_note_the_next_letters_are_no_reply_to_the_buyer(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")

    page.keyboard.press("m")
    page.keyboard.type("Look at the photo.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message--note")).to_contain_text("Look at the photo.")
    expect(page.locator(TEXT)).not_to_be_focused()
    page.keyboard.type("xyx")
    page.keyboard.press("Escape")

    expect(page.locator(TEXT)).to_have_value("")
