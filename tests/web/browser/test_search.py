"""Search, palette and keys in a real browser, by keyboard alone."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from comptoir.inbox.search import indexing
from comptoir.tickets.actions import note
from comptoir.tickets.models import Ticket
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.shop import Shop, open_ticket

pytestmark = IN_BROWSER


@pytest.fixture
def indexed(shop: Shop, present: datetime) -> list[Ticket]:
    """Three tickets that search knows."""
    tickets = [
        open_ticket(
            shop, shop.ebay_fr, buyer="Amélie Durand", text="Où est mon colis égaré ?", now=present
        ),
        open_ticket(
            shop, shop.amazon_de, buyer="Jörg Müller", text="Wo bleibt die Rechnung?", now=present
        ),
        open_ticket(
            shop, shop.amazon_de, buyer="Anna Berg", text="The lid is cracked", now=present
        ),
    ]
    indexing.catch_up()
    return tickets


def test_ticket_is_found_with_a_typing_error_and_opened_by_enter(
    indexed: list[Ticket], shop: Shop, enter: Enter
) -> None:
    page = enter(shop.camille)

    page.keyboard.press("/")
    page.keyboard.type("rehcnung ")
    box = page.get_by_role("combobox", name="Search tickets")
    expect(page.get_by_role("option", name="Jörg Müller")).to_be_visible()
    expect(page.get_by_text("Showing results for rechnung")).to_be_visible()
    expect(page.locator("#search-box [role=status]")).to_have_text("1 ticket, latest first")
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == f"search-hit-{indexed[1].pk}"
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(f"/tickets/{indexed[1].pk}$"))


def test_accent_left_out_operators_and_page_of_results(
    indexed: list[Ticket], shop: Shop, enter: Enter, present: datetime
) -> None:
    open_ticket(shop, shop.ebay_fr, buyer="Paul Lang", text="Colis égaré", now=present)
    indexing.catch_up()
    page = enter(shop.camille)

    page.keyboard.press("/")
    page.keyboard.type("egare chan")
    expect(page.get_by_role("option", name="channel:")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("ebay")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("egare channel:ebay")
    expect(page.get_by_role("option", name="Amélie Durand")).to_be_visible()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/search\?q=egare"))
    expect(page.get_by_role("link", name="Amélie Durand")).to_be_visible()
    expect(page.locator("#hits mark").first).to_have_text("égaré")
    page.keyboard.press("/")
    page.keyboard.type("cracked")
    expect(page.get_by_role("link", name="Anna Berg")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Anna Berg")).to_be_focused()


def test_enter_opens_the_only_result_however_fast_it_is_pressed(
    indexed: list[Ticket], shop: Shop, enter: Enter
) -> None:
    page = enter(shop.camille)

    page.keyboard.press("/")
    page.keyboard.type("cracked")
    expect(page.get_by_role("option", name="Anna Berg")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/tickets/{indexed[2].pk}$"))

    page.keyboard.press("/")
    page.keyboard.type("rechnung")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/tickets/{indexed[1].pk}$"))

    page.keyboard.press("/")
    page.keyboard.type("cracked")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/tickets/{indexed[2].pk}$"))

    # Another word than the one typed was searched: that may not be what was meant.
    page.keyboard.press("/")
    page.keyboard.type("rehcnung")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/search"))
    page.goto("/")

    page.keyboard.press("/")
    page.keyboard.type("nobody-wrote-this")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/search"))


def test_results_are_walked_and_opened_by_the_keys_of_every_list(
    indexed: list[Ticket], shop: Shop, enter: Enter, present: datetime
) -> None:
    for name in ("Paul Lang", "Rosa Klein"):
        open_ticket(shop, shop.ebay_fr, buyer=name, text="My plate cracked", now=present)
    indexing.catch_up()
    page = enter(shop.camille)

    page.keyboard.press("/")
    page.keyboard.type("cracked")
    expect(page.locator("#search-box .hit")).to_have_count(3)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/search"))
    names = page.locator("#hits .hit__buyer").all_inner_texts()
    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
    expect(page.locator("#hits .hit").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(names[1])

    # The ticket's own j walks on through what was found; u leads back to the one that was open.
    page.keyboard.press("j")
    expect(page.locator("h1")).to_have_text(names[2])
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile("/search"))
    expect(page.locator("#hits .hit").nth(2)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("o")
    expect(page.locator("h1")).to_have_text(names[1])


def test_palette_does_a_verb_of_the_page_and_remembers_it(
    indexed: list[Ticket], shop: Shop, enter: Enter
) -> None:
    page = enter(shop.camille, f"/tickets/{indexed[0].pk}")

    palette(page, "take")
    expect(page.locator("#assign-menu summary")).to_contain_text("Camille Perrin")
    palette(page, "note")
    page.keyboard.press("Control+k")

    expect(page.locator("#palette [role=option]").first).to_contain_text("Note")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    indexed[0].refresh_from_db()
    assert indexed[0].assignee_id == shop.camille.pk


def test_palette_opens_settings_tickets_and_another_language(
    indexed: list[Ticket], shop: Shop, enter: Enter
) -> None:
    page = enter(shop.camille)

    palette(page, "people")
    expect(page).to_have_url(re.compile("/settings/people"))
    page.keyboard.press("Control+k")
    page.keyboard.type(indexed[2].order_number)
    expect(page.locator("#palette .hit")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/tickets/{indexed[2].pk}$"))
    palette(page, "deutsch")
    expect(page.locator("html")).to_have_attribute("lang", "de")


def test_key_chosen_anew_works_and_the_old_one_rests(
    indexed: list[Ticket], shop: Shop, enter: Enter
) -> None:
    page = enter(shop.camille, "/account/keys/")

    page.get_by_label("Take", exact=True).fill("q")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.goto(f"/tickets/{indexed[0].pk}")
    page.keyboard.press("i")
    page.wait_for_timeout(300)
    expect(page.locator("#assign-menu summary")).to_contain_text("Nobody")
    page.keyboard.press("q")

    expect(page.locator("#assign-menu summary")).to_contain_text("Camille Perrin")
    page.keyboard.press("?")
    page.get_by_label("Find a key or a command").fill("take")
    expect(page.locator(".keys__line:visible")).to_have_count(2)
    expect(page.locator(".keys__line:visible kbd").first).to_have_text("q")
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()


def palette(page: Page, typed: str) -> None:
    """Do what the palette offers first for a text."""
    page.keyboard.press("Control+k")
    expect(page.locator("#palette [role=option]").first).to_be_visible()
    page.keyboard.type(typed)
    page.keyboard.press("Enter")


def test_what_the_box_found_is_walked_from_the_ticket_it_opened(
    indexed: list[Ticket], shop: Shop, enter: Enter
) -> None:
    page = enter(shop.camille)
    page.keyboard.press("/")
    page.keyboard.type("channel:amazon ")
    expect(page.locator("#search-box .hit")).to_have_count(2)
    names = page.locator("#search-box .hit__buyer").all_inner_texts()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(names[0])

    page.keyboard.press("j")
    expect(page.locator("h1")).to_have_text(names[1])
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile("/search"))


def test_what_was_found_stands_beside_the_ticket_on_a_wide_screen(
    indexed: list[Ticket], shop: Shop, enter: Enter, present: datetime
) -> None:
    size = {"width": 1700, "height": 1000}
    page = enter(shop.camille, "/search?q=channel:amazon", viewport=size)
    beside = page.locator("#neighbours .hit")

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(beside).to_have_count(2)
    expect(beside.first).to_have_attribute("aria-current", "page")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("j")

    # What a colleague does brings the head anew: the way back stays.
    note.add(indexed[1].pk, "Asked the carrier.", by=shop.ines, now=present)
    expect(page.locator("#conversation")).to_contain_text("Asked the carrier.")
    expect(page.locator("[data-back]")).to_have_attribute("href", re.compile("/search"))
    expect(beside.nth(1)).to_have_attribute("aria-current", "page")
    expect(beside.first).not_to_have_attribute("aria-current", "page")
