"""Fields of a template filled by hand, and the composer's own keys: in a real browser."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from comptoir.replies.actions import templates
from comptoir.replies.actions.templates import Content
from comptoir.tickets.models import Message, Outbox, Ticket
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.browser.looks import violations
from tests.web.shop import Shop, open_ticket

TEXT = "#composer-text"
ADDRESS = Content(
    "Address", {"en": "Sent to {{ ask: Street }} in {{ ask: Town }}, yes {{ ask: Town }}."}, "Help"
)
pytestmark = IN_BROWSER


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


def select(page: Page, first: str, last: str) -> None:
    """Select in the text from before one piece up to after another."""
    page.locator(TEXT).evaluate(
        """(area, [first, last]) => {
            const from = area.value.indexOf(first);
            area.setSelectionRange(from, area.value.indexOf(last, from) + last.length);
        }""",
        [first, last],
    )


@pytest.mark.parametrize(
    ("first", "last", "left"),
    [
        ("Sent", "{{ ask: Str", " in {{ ask: Town }}, yes {{ ask: Town }}."),
        ("eet }}", "in ", "Sent to {{ ask: Town }}, yes {{ ask: Town }}."),
        ("eet }}", "{{ ask: To", "Sent to , yes {{ ask: Town }}."),
    ],
)
def test_selection_that_ends_or_begins_within_a_field_is_deleted_with_the_whole_of_it(
    page: Page, first: str, last: str, left: str
) -> None:
    select(page, first, last)
    page.keyboard.press("Backspace")

    expect(page.locator(TEXT)).to_have_value(left)


@pytest.mark.parametrize(
    ("key", "command", "left"),
    [
        ("ArrowRight", "DeleteBackward", "Sent to  in {{ ask: Town }}, yes {{ ask: Town }}."),
        ("ArrowLeft", "DeleteForward", "Sent to  in {{ ask: Town }}, yes {{ ask: Town }}."),
        ("ArrowRight", "DeleteToBeginningOfLine", " in {{ ask: Town }}, yes {{ ask: Town }}."),
    ],
)
def test_field_is_deleted_as_a_whole_by_a_keyboard_that_names_no_keys(
    page: Page, key: str, command: str, left: str
) -> None:
    page.keyboard.press(key)
    unnamed_key(page, command)

    expect(page.locator(TEXT)).to_have_value(left)
    page.keyboard.press("Control+z")
    expect(page.locator(TEXT)).to_have_value(
        "Sent to {{ ask: Street }} in {{ ask: Town }}, yes {{ ask: Town }}."
    )


def test_word_deleted_out_of_a_field_takes_the_rest_of_it_along(page: Page) -> None:
    select(page, ", yes", ", yes")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    unnamed_key(page, "DeleteWordBackward")

    value = page.locator(TEXT).input_value()
    assert value.count("{{") == value.count("}}") == len(re.findall(r"{{ ask: \w+ }}", value))


def unnamed_key(page: Page, command: str) -> None:
    """Press a key as keyboards on Android do: nobody is told which one, only what it does."""
    devices = page.context.new_cdp_session(page)
    pressed = {"key": "Unidentified", "windowsVirtualKeyCode": 229}
    devices.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "commands": [command], **pressed})
    devices.send("Input.dispatchKeyEvent", {"type": "keyUp", **pressed})


def test_selection_grows_over_a_field_by_key_and_shrinks_again(page: Page) -> None:
    def selected() -> str:
        return str(page.evaluate("getSelection().toString()"))

    page.keyboard.press("ArrowRight")
    steps = ["{{ ask: Street }}", " {{ ask: Street }}", "o {{ ask: Street }}"]
    for step in steps:
        page.keyboard.press("Shift+ArrowLeft")
        page.wait_for_function("said => getSelection().toString() === said", arg=step)
    for step in [*steps[1::-1], ""]:
        page.keyboard.press("Shift+ArrowRight")
        page.wait_for_function("said => getSelection().toString() === said", arg=step)
    page.keyboard.press("Shift+ArrowRight")
    assert selected() == " "


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


def test_key_held_down_sends_nothing_and_is_not_left_to_the_browser(page: Page) -> None:
    kept = page.locator(TEXT).evaluate(
        """(area) => [["Enter", false], ["L", true], ["F", true]].map(([key, shiftKey]) => {
            const options = { key, shiftKey, ctrlKey: true, repeat: true };
            return !area.dispatchEvent(new KeyboardEvent("keydown", {
                ...options, bubbles: true, cancelable: true,
            }));
        })"""
    )

    assert kept == [True, True, True]
    expect(page.locator("[data-composer-line]")).not_to_contain_text("still empty")


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
