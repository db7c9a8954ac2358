"""What an agent sees and does in a real browser: live lists, replies, keys, drafts, accessibility."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Route, expect

from comptoir.replies.actions import templates
from comptoir.replies.actions.templates import Content
from comptoir.storage import changes
from comptoir.tickets.actions import assign, note, reply
from comptoir.tickets.models import Message, Ticket
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.browser.looks import violations
from tests.web.shop import Shop, open_ticket, say

HOUR = timedelta(hours=1)
PHONE = {"width": 390, "height": 844}
pytestmark = IN_BROWSER


def _announce(ticket: Ticket, present: datetime) -> None:
    changes.record("ticket", now=present, channel_id=ticket.channel_id, ticket_id=ticket.pk)


def test_colleagues_change_appears_without_reload(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille)
    page.wait_for_timeout(1500)  # the stream is open

    assign.take(ticket.pk, by=shop.ines, now=present)
    started = time.monotonic()
    expect(page.locator(f"#t{ticket.pk} .face")).to_contain_text("IM")

    assert time.monotonic() - started < 1.0


def test_new_tickets_wait_in_a_pill_until_asked_for(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    open_ticket(shop, shop.amazon_de, buyer="Old", now=present)
    page = enter(shop.camille)
    page.wait_for_timeout(1500)

    for tier in (2, 0):
        _announce(
            open_ticket(shop, shop.amazon_de, buyer=f"New {tier}", now=present, tier=tier), present
        )

    expect(page.locator("#news")).to_have_text("2 new, 1 claim")
    expect(page.locator(".row")).to_have_count(1)
    page.keyboard.press("u")
    expect(page.locator(".row")).to_have_count(3)
    expect(page.locator(".row__link").first).to_have_text("New 0")


def test_row_that_left_is_dimmed_while_the_cursor_is_on_it(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille)
    page.wait_for_timeout(1500)
    page.keyboard.press("j")

    Ticket.objects.filter(pk=ticket.pk).update(queue_tier=None, queue_at=None)
    _announce(ticket, present)

    expect(page.locator(f"#t{ticket.pk}")).to_have_class(re.compile("is-gone"))


def test_new_message_appears_beside_what_somebody_types(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    page.wait_for_timeout(1500)
    page.fill("#composer-text", "Dear Anna,")

    note.add(ticket.pk, "The parcel is in Lyon.", by=shop.ines, now=present)

    expect(page.locator(".message--note .message__text")).to_have_text("The parcel is in Lyon.")
    expect(page.locator("#composer-text")).to_have_value("Dear Anna,")


def test_reply_by_keyboard_goes_on_to_the_next_ticket_and_can_be_undone(
    shop: Shop, enter: Enter, present: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reply, "UNDO_WINDOW", timedelta(minutes=2))  # however slow the machine is
    second = open_ticket(shop, shop.amazon_de, buyer="Second", asked_ago=HOUR, now=present)
    first = open_ticket(shop, shop.amazon_de, buyer="First", asked_ago=2 * HOUR, now=present)
    page = enter(shop.camille)

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("First")
    page.keyboard.press("r")
    page.keyboard.type("It arrives tomorrow.")
    page.keyboard.press("Control+Enter")

    expect(page.locator("h1")).to_have_text("Second")
    assert page.url.endswith(f"/tickets/{second.pk}")
    page.keyboard.press("z")
    expect(page.locator("h1")).to_have_text("First")
    expect(page.locator("#composer-text")).to_have_value("It arrives tomorrow.")
    assert Message.objects.get(ticket=first, author="agent").state == "cancelled"


def test_held_reply_is_read_first_then_sent(shop: Shop, enter: Enter, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    page.fill("#composer-text", "It is on its way.")
    say(ticket, "It came, thank you.", at=present)

    page.keyboard.press("Control+Enter")

    expect(page.locator(".composer .notice__text")).to_have_text(
        "The buyer wrote while you were writing."
    )
    page.get_by_role("button", name="Send anyway").click()
    page.wait_for_url("**/")
    assert Message.objects.filter(ticket=ticket, author="agent").count() == 1


def test_typed_text_survives_a_lost_line(shop: Shop, enter: Enter, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}", tolerates="ERR_")

    page.context.set_offline(True)
    page.fill("#composer-text", "Half a sent")
    expect(page.locator("[data-draft-state]")).to_have_text(
        "Not saved yet, kept on this device. Trying again."
    )
    page.context.set_offline(False)
    page.reload()

    expect(page.locator("#composer-text")).to_have_value("Half a sent")
    page.context.close()


def test_single_keys_leave_inputs_and_combinations_alone(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")

    page.keyboard.press("Control+e")
    page.focus("#composer-text")
    page.keyboard.type("renew")
    page.keyboard.press("Escape")
    page.keyboard.press("y")

    expect(page.locator("#no-response")).to_be_visible()
    expect(page.locator("#composer-text")).to_have_value("renew")
    assert Ticket.objects.get(pk=ticket.pk).status == "open"


def test_keys_are_listed_and_can_be_switched_off(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille)

    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.get_by_label("Single keys work on this device").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")

    expect(page.locator(".row.is-current")).to_have_count(0)


def test_original_mail_opens_in_a_sandbox(shop: Shop, enter: Enter, present: datetime) -> None:
    raw = (
        b"From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Hello <b>there</b></p>"
    )
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    say(ticket, "Hello there", at=present, raw=raw)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")

    page.get_by_text("Original mail").click()

    frame = page.frame_locator(".message iframe")
    expect(frame.locator("body")).to_contain_text("Hello there")
    sandbox = page.locator(".message iframe").get_attribute("sandbox")
    assert sandbox == "allow-popups allow-popups-to-escape-sandbox"


def test_claim_is_announced_and_the_opened_ticket_stays(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    opened = open_ticket(shop, shop.amazon_de, buyer="Opened", now=present)
    page = enter(shop.camille, f"/tickets/{opened.pk}")
    page.wait_for_timeout(1500)
    claim = open_ticket(shop, shop.amazon_de, now=present, tier=0)

    news = {"what": "message", "tier": 0, "queued": True}
    changes.record("ticket", now=present, channel_id=claim.channel_id, ticket_id=claim.pk, **news)

    expect(page.locator(".toast--bad a")).to_have_attribute("href", f"/tickets/{claim.pk}")
    expect(page.locator("h1")).to_have_text("Opened")


def test_page_follows_by_asking_where_the_stream_cannot_be_reached(
    shop: Shop, enter: Enter, present: datetime, settings: Any
) -> None:
    settings.EVENTS_URL = "http://127.0.0.1:9/events"
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, tolerates="ERR_")
    page.wait_for_timeout(2500)

    assign.take(ticket.pk, by=shop.ines, now=present)

    expect(page.locator(f"#t{ticket.pk} .face")).to_contain_text("IM", timeout=10_000)


def test_lost_line_is_said_after_ten_seconds(shop: Shop, enter: Enter, settings: Any) -> None:
    settings.EVENTS_URL = "http://127.0.0.1:9/events"
    page = enter(shop.camille, tolerates="ERR_")
    page.wait_for_timeout(3000)
    expect(page.locator("#live")).to_be_hidden()

    Session.objects.all().delete()  # neither the stream nor the pages answer this browser any more

    expect(page.locator("#live")).to_contain_text("Not live since", timeout=30_000)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_queue_has_no_serious_accessibility_violation(
    shop: Shop, enter: Enter, present: datetime, theme: str, size: str
) -> None:
    shop.camille.theme = theme
    shop.camille.save()
    for hours, tier in ((1, 0), (12, 1), (15, 2), (23, 2), (30, 2)):
        open_ticket(
            shop,
            shop.amazon_de,
            asked_ago=hours * HOUR,
            now=present,
            tier=tier,
            tier_reasons=["bad_review"],
        )
    page = enter(
        shop.camille, viewport=PHONE if size == "phone" else {"width": 1440, "height": 900}
    )

    assert violations(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_ticket_has_no_serious_accessibility_violation(
    shop: Shop, enter: Enter, present: datetime, theme: str, size: str
) -> None:
    shop.camille.theme = theme
    shop.camille.save()
    ticket = open_ticket(
        shop, shop.amazon_de, asked_ago=15 * HOUR, now=present, tier=0, assignee=shop.ines
    )
    say(ticket, "Received.", at=present - HOUR, author="automation", state="accepted")
    say(ticket, "Sent.", at=present - HOUR, author="agent", state="refused", person=shop.ines)
    say(ticket, "Look.", at=present, author="agent", state="note", person=shop.jonas)
    viewport = PHONE if size == "phone" else {"width": 1440, "height": 900}
    page = enter(shop.camille, f"/tickets/{ticket.pk}", viewport=viewport)
    assert violations(page) == []
    page.keyboard.press("h")

    assert violations(page) == []


def test_keys_pressed_while_scripts_load_are_done_once_they_run(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    open_ticket(shop, shop.amazon_de, buyer="Second", asked_ago=HOUR, now=present)
    open_ticket(shop, shop.amazon_de, buyer="First", asked_ago=2 * HOUR, now=present)
    page = enter(shop.camille)
    held: list[Route] = []
    page.route("**/js/main*.js", lambda route: held.append(route))
    page.reload(wait_until="commit")
    expect(page.locator(".row").first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    for route in held:
        route.continue_()

    expect(page.locator("h1")).to_have_text("First")


def test_word_typed_while_scripts_load_lands_in_the_search_box(shop: Shop, enter: Enter) -> None:
    page = enter(shop.camille)
    held: list[Route] = []
    page.route("**/js/main*.js", lambda route: held.append(route))
    page.reload(wait_until="commit")
    expect(page.locator("h1")).to_be_attached()
    page.keyboard.press("/")
    page.keyboard.type("late parcel")
    page.wait_for_timeout(200)
    for route in held:
        route.continue_()

    expect(page.get_by_role("combobox", name="Search tickets")).to_have_value("late parcel")


def test_stroke_typed_while_scripts_load_opens_the_templates(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present, language="en")
    content = Content("Late parcel", {"en": "It is on its way."})
    templates.make(content, is_shared=True, by=shop.camille, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    held: list[Route] = []
    page.route("**/js/main*.js", lambda route: held.append(route))
    page.reload(wait_until="commit")
    expect(page.locator("#composer-text")).to_be_attached()
    page.keyboard.type("r/late")
    page.wait_for_timeout(200)
    for route in held:
        route.continue_()

    expect(page.locator("[data-templates-list] [role=option]")).to_contain_text("Late parcel")
    expect(page.locator("[data-templates-query]")).to_have_value("late")
    expect(page.locator("#composer-text")).to_have_value("/")


def test_word_typed_while_scripts_load_lands_in_a_dialog_it_opens(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    held: list[Route] = []
    page.route("**/js/main*.js", lambda route: held.append(route))
    page.reload(wait_until="commit")
    expect(page.locator("#merge-number")).to_be_attached()
    page.keyboard.type("v9981")
    page.wait_for_timeout(200)
    for route in held:
        route.continue_()

    expect(page.locator("#merge-number")).to_have_value("9981")
