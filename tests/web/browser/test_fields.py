"""Fields of a template filled by hand, and the composer's own keys: in a real browser."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from comptoir.replies.actions import templates
from comptoir.replies.actions.templates import Content
from comptoir.tickets.models import Message, Outbox, Ticket
from tests.web.browser.conftest import CHROMIUM, Enter
from tests.web.browser.looks import violations
from tests.web.shop import Shop, open_ticket

TEXT = "#composer-text"
ADDRESS = Content(
    "Address", {"en": "Sent to {{ ask: Street }} in {{ ask: Town }}, yes {{ ask: Town }}."}, "Help"
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium in /usr/bin/chromium"),
]


@pytest.fixture
def ticket(shop: Shop, present: datetime) -> Ticket:
    templates.make(ADDRESS, is_shared=True, by=shop.camille, now=present)
    return open_ticket(shop, shop.amazon_de, now=present)


@pytest.fixture
def page(shop: Shop, enter: Enter, ticket: Ticket) -> Page:
    """A ticket whose composer holds the template, its first field selected."""
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    page.keyboard.press("r")
    page.locator(TEXT).press_sequentially("/addr")
    expect(page.locator("[data-templates-list] [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("[data-gaps]")).to_be_visible()
    return page


def fields(page: Page) -> Locator:
    return page.locator("[data-gaps] input")


def leaves_with(page: Page, said: str) -> None:
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/")
    assert Message.objects.get(author="agent").new_text == said


def test_fields_typed_over_one_after_the_other_by_tab_leave(page: Page) -> None:
    page.keyboard.type("Rue Haute 4")
    page.keyboard.press("Tab")
    page.keyboard.type("Lille")
    page.keyboard.press("Tab")
    page.keyboard.type("Lille")

    expect(page.locator("[data-gaps]")).to_be_hidden()
    leaves_with(page, "Sent to Rue Haute 4 in Lille, yes Lille.")


def test_field_that_stands_twice_is_named_until_both_places_are_filled(page: Page) -> None:
    page.keyboard.type("Rue Haute 4")
    page.keyboard.press("Tab")
    page.keyboard.type("Lille")

    page.keyboard.press("Control+Enter")

    expect(page.locator("[data-composer-line]")).to_contain_text("“Town” is still empty")
    expect(fields(page)).to_be_focused()
    assert violations(page) == []
    page.keyboard.type("Lille")
    leaves_with(page, "Sent to Rue Haute 4 in Lille, yes Lille.")


def test_all_fields_that_are_empty_are_named_and_the_first_has_the_caret(page: Page) -> None:
    page.keyboard.press("Control+Enter")

    line = page.locator("[data-composer-line]")
    expect(line).to_contain_text("these fields are still empty: Street, Town")
    expect(page.get_by_label("Street")).to_be_focused()
    page.keyboard.type("Rue Haute 4")
    page.keyboard.press("Control+Enter")
    expect(line).to_contain_text("“Town” is still empty")
    expect(page.get_by_label("Town")).to_be_focused()
    assert not Outbox.objects.exists()


def test_field_is_pasted_into_taken_back_and_filled_anew(page: Page) -> None:
    page.evaluate("document.execCommand('insertText', false, 'Rue Basse 1')")
    expect(fields(page)).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(fields(page)).to_have_count(2)
    expect(page.locator(TEXT)).to_have_value(
        "Sent to {{ ask: Street }} in {{ ask: Town }}, yes {{ ask: Town }}."
    )

    page.get_by_label("Street").fill("Rue Haute 4")
    page.get_by_label("Town").fill("Lille")
    page.locator(TEXT).focus()
    leaves_with(page, "Sent to Rue Haute 4 in Lille, yes Lille.")


def test_fields_below_the_text_are_walked_through_by_tab(page: Page) -> None:
    page.get_by_label("Street").click()
    page.keyboard.type("Rue Haute 4")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Town")).to_be_focused()
    page.keyboard.type("Lille")
    page.keyboard.press("Tab")
    expect(page.locator(TEXT)).to_be_focused()

    leaves_with(page, "Sent to Rue Haute 4 in Lille, yes Lille.")


def test_field_below_the_text_is_reached_by_mouse_after_another_was_filled(page: Page) -> None:
    page.get_by_label("Street").click()
    page.keyboard.type("Rue Haute 4")
    page.get_by_label("Town").click()
    expect(page.get_by_label("Town")).to_be_focused()
    page.keyboard.type("Lille")

    leaves_with(page, "Sent to Rue Haute 4 in Lille, yes Lille.")


def test_field_is_deleted_as_a_whole_from_its_edge(page: Page) -> None:
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Backspace")

    expect(page.locator(TEXT)).to_have_value("Sent to  in {{ ask: Town }}, yes {{ ask: Town }}.")
    expect(fields(page)).to_have_count(1)


def test_caret_within_a_field_takes_the_whole_of_it(page: Page) -> None:
    page.locator(TEXT).evaluate("area => area.setSelectionRange(14, 14)")
    page.keyboard.type("Rue Haute 4")

    expect(page.locator(TEXT)).to_have_value(
        "Sent to Rue Haute 4 in {{ ask: Town }}, yes {{ ask: Town }}."
    )


def test_later_and_files_have_keys_while_one_writes(
    shop: Shop, enter: Enter, present: datetime, tmp_path: Path
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    bill = tmp_path / "bill.pdf"
    bill.write_bytes(b"%PDF-1.4 bill")
    page.keyboard.press("r")
    page.keyboard.type("Here is the bill.")

    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Control+Shift+F")
    chooser.value.set_files(bill)
    expect(page.locator("[data-file]")).to_contain_text("bill.pdf")
    page.locator(TEXT).focus()
    page.keyboard.press("Control+Shift+L")
    expect(page.locator("[data-later]").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/")

    outbox = Outbox.objects.get()
    assert outbox.is_scheduled
    assert [one.name for one in outbox.message.files.all()] == ["bill.pdf"]


def test_later_and_files_have_keys_outside_the_text_and_in_the_palette(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")

    page.on("filechooser", lambda _chooser: None)
    page.locator("#ticket-head h1").focus()
    with page.expect_file_chooser():
        page.keyboard.press("A")
    page.locator("#ticket-head h1").focus()
    page.keyboard.press("L")
    expect(page.locator("[data-later]").first).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("send later")
    chosen = page.locator("#palette [role=option][aria-selected=true]")
    expect(chosen).to_contain_text("Send later")
    page.keyboard.press("Enter")
    expect(page.locator("[data-later]").first).to_be_focused()
