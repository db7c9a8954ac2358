"""Replies that are held before they leave: what is missing, what came meanwhile, and going on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from comptoir.merchant.models import Channel
from comptoir.storage import clock
from comptoir.tickets.actions import reply
from comptoir.tickets.models import Clock, Message, MessageFile, Outbox, Ticket
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.browser.looks import violations
from tests.web.shop import Shop, open_ticket, order_to_write_about

TEXT, NOTICE = "#composer-text", "#composer-notice"
LABEL: Any = {"name": "label.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 label"}
pytestmark = IN_BROWSER


def sent(ticket: Ticket) -> list[str]:
    replies = Message.objects.filter(ticket=ticket, author="agent", person__isnull=False)
    return list(replies.order_by("pk").values_list("new_text", flat=True))


@pytest.fixture
def ticket(shop: Shop, present: datetime) -> Ticket:
    """A ticket whose buyer waits for an answer by mail."""
    return open_ticket(shop, shop.amazon_de, now=present)


def held_for_later(page: Page, text: str) -> None:
    """Write of a file and choose a later moment; the hand is led to adding it."""
    page.fill(TEXT, text)
    page.locator("#send-menu > summary").click()
    page.get_by_role("button", name="In 1 hour").click()
    expect(page.get_by_role("button", name="Add a file")).to_be_focused()


def held_for_a_file(page: Page, text: str) -> None:
    """Write of a file and send; the hand is led to adding it."""
    page.fill(TEXT, text)
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"{NOTICE} .notice__text")).to_contain_text("none is attached")
    expect(page.get_by_role("button", name="Add a file")).to_be_focused()
    expect(page.locator(TEXT)).to_have_value(text)


def test_forgotten_file_is_added_by_keyboard_and_leaves_with_the_reply(
    ticket: Ticket, shop: Shop, enter: Enter
) -> None:
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    page.on(
        "filechooser", lambda _chooser: None
    )  # listens from here on, however slow the browser is
    held_for_a_file(page, "The label is attached.")
    assert sent(ticket) == []

    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(LABEL)
    expect(page.locator("[data-file] .attached__name")).to_have_text("label.pdf")
    expect(page.locator(f"{NOTICE} .notice")).to_have_count(0)
    expect(page.locator(TEXT)).to_be_focused()
    page.keyboard.press("Control+Enter")

    page.wait_for_url("**/")
    assert sent(ticket) == ["The label is attached."]
    kept = MessageFile.objects.get(message__ticket=ticket, message__author="agent")
    assert (kept.name, kept.file.size_bytes) == ("label.pdf", len(LABEL["buffer"]))


def test_reply_for_later_that_was_held_leaves_later_all_the_same(
    ticket: Ticket, shop: Shop, enter: Enter
) -> None:
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    held_for_later(page, "Anbei wie besprochen.")

    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Send anyway")).to_be_focused()
    page.keyboard.press("Enter")

    page.wait_for_url("**/")
    assert Outbox.objects.get().is_scheduled


def test_text_changed_after_the_hold_still_leaves_later_unless_one_says_at_once(
    ticket: Ticket, shop: Shop, enter: Enter
) -> None:
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    held_for_later(page, "Anbei wie besprochen.")

    # Whoever types on changes the text: no letter is a verb while the hold has the focus.
    page.keyboard.type("e")
    expect(page.locator(TEXT)).to_be_focused()
    expect(page.locator("[data-composer-line]")).to_contain_text("as you chose.")
    assert violations(page) == []
    page.fill(TEXT, "Wie besprochen.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/")
    assert Outbox.objects.get().is_scheduled
    assert Ticket.objects.get().status == "open"

    page.keyboard.press("z")
    page.wait_for_url(f"**/tickets/{ticket.pk}")
    held_for_later(page, "Anbei.")
    page.get_by_role("button", name="Change the text").press("Enter")
    page.get_by_role("button", name="At once instead").press("Enter")
    page.fill(TEXT, "Doch nicht.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/")
    assert not Outbox.objects.order_by("pk").last().is_scheduled  # type: ignore[union-attr]


def test_enter_in_the_field_of_a_moment_sends_then_and_in_other_fields_nothing(
    ticket: Ticket, shop: Shop, enter: Enter, present: datetime
) -> None:
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    at = timezone.localtime(present + timedelta(hours=1), ZoneInfo(shop.camille.time_zone))
    page.fill(TEXT, "It comes tomorrow.")
    page.locator("[data-promise] summary").press("Enter")
    page.locator("#promise-at").press("Enter")
    expect(page.locator(TEXT)).to_be_focused()
    assert sent(ticket) == []

    page.locator("#send-menu > summary").click()
    page.locator("[data-later-input]").fill(f"{at:%Y-%m-%dT%H:%M}")
    page.locator("[data-later-input]").press("Enter")

    page.wait_for_url("**/")
    assert Outbox.objects.get().not_before_at == at.replace(second=0, microsecond=0)


def test_blank_typed_into_a_hold_goes_on_with_the_text(
    ticket: Ticket, shop: Shop, enter: Enter
) -> None:
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    held_for_a_file(page, "The label is attached.")

    page.keyboard.type(" Regards")

    expect(page.locator(TEXT)).to_have_value("The label is attached. Regards")


def test_missing_file_keeps_the_text_without_scripts_and_can_be_waved_through(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}", java_script_enabled=False)
    page.fill(TEXT, "The label is attached.")
    page.locator("[data-send=reply]").click()
    expect(page.locator(".toast__text")).to_contain_text("none is attached")
    expect(page.locator(TEXT)).to_have_value("The label is attached.")
    assert sent(ticket) == []

    page.get_by_label("Send it even where a file is missing").check()
    page.locator("[data-send=reply]").click()

    page.wait_for_url("**/")
    assert sent(ticket) == ["The label is attached."]


def test_answer_that_came_after_the_hold_is_not_waved_through_with_the_missing_file(
    ticket: Ticket, shop: Shop, enter: Enter
) -> None:
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    held_for_a_file(page, "The label is attached.")
    reply.send(ticket.pk, "It comes on Monday.", by=shop.jonas, now=clock.now(), key="jonas")

    page.get_by_role("button", name="Send anyway").press("Enter")
    expect(page.locator(f"{NOTICE} .composer__wrote")).to_contain_text("It comes on Monday.")
    assert sent(ticket) == ["It comes on Monday."]
    page.get_by_role("button", name="Send anyway").press("Enter")

    page.wait_for_url("**/")
    assert sent(ticket) == ["It comes on Monday.", "The label is attached."]


def test_changed_text_is_judged_anew_and_esc_leads_back_to_it(
    ticket: Ticket, shop: Shop, enter: Enter
) -> None:
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    held_for_a_file(page, "The label is attached.")
    assert violations(page) == []

    page.get_by_role("button", name="Change the text").focus()
    page.keyboard.press("Escape")
    expect(page.locator(TEXT)).to_be_focused()
    expect(page.locator(f"{NOTICE} .notice")).to_have_count(0)
    page.fill(TEXT, "The label comes tomorrow.")
    page.keyboard.press("Control+Enter")

    page.wait_for_url("**/")
    assert sent(ticket) == ["The label comes tomorrow."]


def test_first_message_on_an_order_is_held_for_its_file_and_sent_as_it_is(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    order = order_to_write_about(shop, now=present)
    page = enter(shop.camille, f"/orders/{order.pk}/message")
    held_for_a_file(page, "Your invoice is attached.")
    assert not Ticket.objects.exists()

    page.get_by_role("button", name="Send anyway").press("Enter")

    page.wait_for_url("**/tickets/*")
    assert sent(Ticket.objects.get()) == ["Your invoice is attached."]


def asked_whether_answered(page: Page, text: str) -> None:
    """Write and say by key that it was answered there; the hand is led to copying it first."""
    page.fill(TEXT, text)
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"{NOTICE} .notice__text")).to_have_text(
        "Did you give this answer at Kaufland.de? Recording it stops the clock."
    )
    expect(page.locator(NOTICE).get_by_role("button", name="Copy the text")).to_be_focused()


@pytest.fixture
def kaufland(shop: Shop, present: datetime) -> Ticket:
    """A ticket of a channel that takes answers in its portal only."""
    row = Channel.objects.filter(pk=shop.ebay_fr.pk)
    row.update(marketplace="kaufland", name="Kaufland.de – Maison Perrin")
    return open_ticket(shop, row.get(), now=present)


def test_answer_that_was_copied_nowhere_is_held_then_copied_then_recorded(
    shop: Shop, kaufland: Ticket, enter: Enter
) -> None:
    allowed = ["clipboard-read", "clipboard-write"]
    page = enter(shop.camille, f"/tickets/{kaufland.pk}", permissions=allowed)
    asked_whether_answered(page, "It arrives tomorrow.")
    assert sent(kaufland) == []
    assert violations(page) == []

    page.keyboard.press("Enter")
    expect(page.locator(TEXT)).to_be_focused()
    expect(page.locator(f"{NOTICE} .notice")).to_have_count(0)
    assert page.evaluate("navigator.clipboard.readText()") == "It arrives tomorrow."
    page.keyboard.press("Control+End")
    page.keyboard.type(" Or on Monday.")
    page.keyboard.press("Shift+Control+ArrowLeft")
    page.keyboard.press("Control+c")  # a word of it is no answer
    page.keyboard.press("Control+Enter")
    expect(page.locator(NOTICE).get_by_role("button", name="Copy the text")).to_be_focused()
    assert sent(kaufland) == []
    page.keyboard.press("Escape")
    expect(page.locator(TEXT)).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+Enter")

    page.wait_for_url("**/")
    assert sent(kaufland) == ["It arrives tomorrow. Or on Monday."]


def test_answer_that_was_given_without_copying_is_recorded_by_saying_so(
    shop: Shop, kaufland: Ticket, enter: Enter
) -> None:
    page = enter(shop.camille, f"/tickets/{kaufland.pk}")
    asked_whether_answered(page, "It arrives tomorrow.")

    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Yes, I answered there")).to_be_focused()
    page.keyboard.press("Enter")

    page.wait_for_url("**/")
    assert sent(kaufland) == ["It arrives tomorrow."]


def test_nothing_is_recorded_without_a_text_which_is_asked_for(
    shop: Shop, kaufland: Ticket, enter: Enter
) -> None:
    page = enter(shop.camille, f"/tickets/{kaufland.pk}")

    page.keyboard.press("D")

    expect(page.locator(NOTICE)).to_contain_text("write what you answered there first.")
    expect(page.locator(TEXT)).to_be_focused()
    assert sent(kaufland) == []


def test_recorded_answer_is_taken_back_by_key_and_written_on(
    kaufland: Ticket, shop: Shop, enter: Enter
) -> None:
    page = enter(shop.camille, f"/tickets/{kaufland.pk}")
    asked_whether_answered(page, "It arrives tomorrow.")
    page.get_by_role("button", name="Yes, I answered there").press("Enter")
    page.wait_for_url("**/")
    expect(page.locator(".toast__text")).to_have_text(
        "Recorded as answered. The clock has stopped."
    )

    page.keyboard.press("z")

    page.wait_for_url(f"**/tickets/{kaufland.pk}")
    expect(page.locator(".toast__text")).to_have_text("Taken back: nothing is recorded.")
    expect(page.locator(TEXT)).to_be_focused()
    expect(page.locator(TEXT)).to_have_value("It arrives tomorrow.")
    assert Message.objects.get(ticket=kaufland, author="agent").state == "cancelled"
    assert Clock.objects.get(ticket=kaufland).ended_at is None
    expect(page.locator("#conversation")).to_contain_text("and took that back.")


def test_answer_in_a_portal_can_be_recorded_without_scripts(
    shop: Shop, kaufland: Ticket, enter: Enter
) -> None:
    page = enter(shop.camille, f"/tickets/{kaufland.pk}", java_script_enabled=False)
    page.fill(TEXT, "It arrives tomorrow.")
    page.get_by_role("button", name="I answered at Kaufland.de").click()
    expect(page.locator(".toast__text")).to_contain_text("Did you give this answer")
    expect(page.locator(TEXT)).to_have_value("It arrives tomorrow.")
    assert sent(kaufland) == []

    page.get_by_label("Yes, I answered there").check()
    page.get_by_role("button", name="I answered at Kaufland.de").click()

    page.wait_for_url("**/")
    assert sent(kaufland) == ["It arrives tomorrow."]


def test_reply_held_since_a_colleague_wrote_leads_the_hand_to_reading_it(
    ticket: Ticket, shop: Shop, enter: Enter
) -> None:
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    page.fill(TEXT, "It arrives on Monday.")
    reply.send(ticket.pk, "It comes tomorrow.", by=shop.jonas, now=clock.now(), key="jonas")

    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name="Read first")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.locator(TEXT)).to_be_focused()
    expect(page.locator(TEXT)).to_have_value("It arrives on Monday.")
    assert sent(ticket) == ["It comes tomorrow."]


def test_key_with_nothing_to_mark_says_why_in_a_toast(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    reply.answered_elsewhere(ticket.pk, "It comes.", by=shop.jonas, now=clock.now())
    page = enter(shop.camille, f"/tickets/{ticket.pk}")

    page.locator("h1").focus()
    page.keyboard.press("y")

    expect(page.locator(".toast__text")).to_contain_text("Nothing to mark: Jonas Weber answered")
    expect(page.locator("#no-response")).to_be_hidden()


def test_reply_to_nobody_says_why_it_cannot_be_written(
    ticket: Ticket, shop: Shop, enter: Enter
) -> None:
    Ticket.objects.update(reply_address="", order_number="F-77")
    page = enter(shop.camille, f"/tickets/{ticket.pk}")

    page.locator("h1").focus()
    page.keyboard.press("r")

    expect(page.locator(".toast__text")).to_contain_text("no address that could be answered")
