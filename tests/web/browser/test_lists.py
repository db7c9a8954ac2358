"""A leader's morning with the lists: filter, keep and share a view, solve three at once, undo."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from comptoir.inbox.search import indexing
from comptoir.tickets.actions import no_response, solve
from comptoir.tickets.models import Ticket
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.browser.looks import pages_too_wide, violations
from tests.web.shop import Shop, open_ticket

HOUR = timedelta(hours=1)
pytestmark = IN_BROWSER


def answered(shop: Shop, buyer: str, now: datetime) -> Ticket:
    """Open a ticket on which nothing is unanswered, still in the queue: it can be solved."""
    ticket = open_ticket(shop, shop.own_shop, buyer=buyer, now=now, tier=1)
    no_response.mark(ticket.pk, reason="thanks", by=shop.camille, now=now)
    solve.reopen(ticket.pk, by=shop.camille, now=now)
    return ticket


def test_filter_keep_share_solve_and_undo_by_keyboard(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    for number in range(3):
        answered(shop, f"Solvable {number}", present)
    open_ticket(shop, shop.own_shop, buyer="Unanswered", now=present, tier=1)
    open_ticket(shop, shop.amazon_de, buyer="Elsewhere", now=present)
    page = enter(shop.camille)

    # Filter: `f`, a few letters, Enter.
    page.keyboard.press("f")
    page.get_by_role("searchbox").fill("escalation")
    page.keyboard.press("Enter")
    expect(page.locator(".filter")).to_have_text(re.compile("Escalation risk"))
    expect(page.locator(".row")).to_have_count(4)

    # Keep it, shared with everybody.
    page.get_by_role("button", name="Keep as a view").click()
    page.get_by_label("Name").fill("Threats")
    page.get_by_label("Who sees it").select_option("all")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Threats")
    expect(page.locator(".rail [aria-current]")).to_contain_text("shared with everybody")

    # Select everything with the keyboard and solve: one refuses and is named.
    for key in ("j", "x", "J", "J", "J"):
        page.keyboard.press(key)
    expect(page.locator("[data-bulk-count]")).to_have_text("4 selected")
    page.keyboard.press("e")
    problems = page.get_by_role("dialog", name="1 ticket to look at")
    expect(problems).to_contain_text("Unanswered")
    expect(problems).to_contain_text("is not answered yet")
    page.keyboard.press("Escape")
    expect(page.locator(".toast__text", has_text="3 tickets solved")).to_be_visible()
    assert Ticket.objects.filter(status="solved").count() == 3
    expect(page.locator("[data-bulk-count]")).to_have_text("1 selected")

    # And back.
    page.keyboard.press("z")
    expect(page.locator(".toast__text", has_text="3 tickets are as they were")).to_be_visible()
    assert Ticket.objects.filter(status="solved").count() == 0

    # A colleague has the view in the rail.
    colleague = enter(shop.jonas)
    expect(colleague.locator(".rail").get_by_text("Threats")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "language", "asked"),
    [("/", "en", "view"), ("/?view=mine", "de", "ansicht"), ("/?status=open", "en", "view")],
)
def test_list_is_kept_as_a_view_by_key_and_by_palette(
    shop: Shop, enter: Enter, present: datetime, path: str, language: str, asked: str
) -> None:
    open_ticket(shop, shop.amazon_de, now=present)
    shop.camille.language = language
    shop.camille.save(update_fields=["language"])
    page = enter(shop.camille, path)
    dialog = page.locator("#keep")
    page.keyboard.press("V")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    page.keyboard.press("Control+k")
    page.keyboard.type(asked)
    chosen = page.locator("#palette [aria-selected=true]")
    expect(chosen).to_contain_text(
        {"en": "Keep as a view", "de": "Als Ansicht speichern"}[language]
    )
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    page.keyboard.type("What is ours")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("What is ours")


def test_row_that_misses_its_limit_says_where_it_belongs(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ago = 24 * HOUR - timedelta(seconds=4)
    open_ticket(shop, shop.amazon_de, buyer="Late", asked_ago=ago, now=present, queue_tier=1)
    page = enter(shop.camille)
    expect(page.locator(".rows__heading")).to_have_text("In time to save")

    expect(page.locator(".row__now")).to_have_text("now: Past the limit", timeout=30_000)
    expect(page.locator(".rows__heading")).to_have_text("In time to save")

    Ticket.objects.update(queue_tier=2)
    page.keyboard.press("u")
    expect(page.locator(".rows__heading")).to_have_text("Past the limit")
    expect(page.locator(".row__now")).to_have_count(0)


def test_row_that_passes_our_target_without_a_limit_says_so(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ago = 4 * HOUR - timedelta(seconds=4)
    open_ticket(shop, shop.own_shop, buyer="Late", asked_ago=ago, now=present)
    page = enter(shop.camille)
    expect(page.locator(".rows__heading")).to_have_text("In time to save")

    there = "Past our target, no limit to lose"
    expect(page.locator(".row__now")).to_have_text(f"now: {there}", timeout=30_000)
    expect(page.locator(".rows__heading")).to_have_text("In time to save")

    page.keyboard.press("u")
    expect(page.locator(".rows__heading")).to_have_text(there)
    expect(page.locator(".row__now")).to_have_count(0)


def test_lists_pass_axe_and_fit_a_phone(shop: Shop, enter: Enter, present: datetime) -> None:
    for number in range(3):
        open_ticket(shop, shop.amazon_de, buyer=f"B{number}", now=present, tags=["fragile"])
    page = enter(shop.camille, "/?tag=fragile")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#bulk")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("f")
    expect(page.locator(".sieve")).to_be_visible()
    assert violations(page) == []

    phone = enter(shop.camille, "/", viewport={"width": 390, "height": 844}, has_touch=True)
    assert pages_too_wide(phone, ["/?tag=fragile", "/views", "/filters"]) == []
    _opens_a_sheet(phone)


def _opens_a_sheet(phone: Page) -> None:
    phone.goto("/")
    phone.locator(".list-head [data-filters]").tap()
    sheet = phone.locator("dialog#filters")
    expect(sheet).to_be_visible()
    box = sheet.bounding_box()
    assert box is not None
    assert (round(box["x"]), round(box["width"])) == (0, 390)
    assert round(box["y"] + box["height"]) == 844


def test_words_narrow_a_list_and_its_order_is_remembered(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    open_ticket(shop, shop.own_shop, buyer="First", text="My lamp is broken", now=present)
    open_ticket(
        shop, shop.ebay_fr, buyer="Longer", text="A lamp arrived late",
        asked_ago=3 * HOUR, now=present + HOUR,
    )  # fmt: skip
    open_ticket(shop, shop.own_shop, buyer="Other", text="My invoice?", now=present)
    while indexing.step():
        pass
    page = enter(shop.camille)

    page.keyboard.press("f")
    page.get_by_role("searchbox").fill("text")
    words = page.get_by_label("Words in the message, the subject or the name")
    words.fill("lamp")
    words.press("Enter")
    expect(page.locator(".row")).to_have_count(2)
    expect(page.locator(".filter")).to_contain_text("lamp")
    expect(page.locator(".row").first).to_contain_text("First")

    page.keyboard.press("v")
    page.get_by_role("button", name="Waiting longest first").press("Enter")
    expect(page.locator(".row").first).to_contain_text("Longer")
    again = enter(shop.camille, "/?text=lamp")
    expect(again.locator(".row").first).to_contain_text("Longer")


def test_menus_of_the_bar_are_whole_in_the_window_below_a_single_row(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille)

    for key in ("j", "x", "y", "Enter"):
        page.keyboard.press(key)

    expect(page.locator("#bulk-reason-missing")).to_be_visible()
    card = page.locator("#bulk .pop__card", has=page.locator("#bulk-reason")).bounding_box()
    assert card is not None
    assert card["y"] >= 0
