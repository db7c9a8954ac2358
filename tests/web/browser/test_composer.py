"""The composer in a real browser: nothing typed is lost, nothing leaves twice, the person is told."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from comptoir.storage import clock
from comptoir.tickets.actions import join, reply, taking_back
from comptoir.tickets.models import Draft, DraftFile, Message, Outbox, Ticket
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.browser.looks import violations
from tests.web.shop import Shop, open_ticket, order_to_write_about, say

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8"
    "cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
PHOTO: Any = {"name": "photo.png", "mimeType": "image/png", "buffer": PNG}
TEXT = "#composer-text"
MINUTE = timedelta(minutes=1)
CHANGED = """(ticket) => document.dispatchEvent(
  new CustomEvent("comptoir:change", { detail: { kind: "message", ticket } }))"""
pytestmark = IN_BROWSER


def sent(ticket: Ticket) -> list[Message]:
    replies = Message.objects.filter(ticket=ticket, author="agent").exclude(state="note")
    return list(replies.order_by("pk"))


def saved(page: Page) -> None:
    expect(page.locator("[data-draft-state]")).to_contain_text("Saved")


def attached(page: Page, name: str | re.Pattern[str]) -> None:
    """Wait until a file has arrived: while it is on its way, its line is there without a number."""
    expect(page.locator("[data-file] .attached__name")).to_have_text(name)


def test_typed_and_sent_without_a_line_leaves_once_it_is_back(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}", tolerates="")  # the lost line is loud

    page.context.set_offline(True)
    page.fill(TEXT, "It arrives tomorrow.")
    expect(page.locator("[data-draft-state]")).to_contain_text("Not saved yet")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-composer-line]")).to_contain_text("not sent yet")
    expect(page.locator(".toast--bad")).to_have_count(0)  # said once, above the text
    page.context.set_offline(False)

    page.wait_for_url("**/")
    assert [one.new_text for one in sent(ticket)] == ["It arrives tomorrow."]


def test_answer_that_got_lost_on_the_way_back_sends_nothing_twice(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    """The desk took the reply, the browser never heard of it."""
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}", tolerates="")  # the lost line is loud

    def lose(route: Any) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/reply", lose, times=1)
    page.fill(TEXT, "It arrives tomorrow.")
    page.keyboard.press("Control+Enter")

    page.wait_for_url("**/")
    assert len(sent(ticket)) == 1


def test_reply_for_later_stays_one_for_later_when_the_line_breaks(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}", tolerates="")  # the lost line is loud
    page.route("**/reply", lambda route: route.abort(), times=1)
    page.fill(TEXT, "Tomorrow, then.")
    page.locator("#send-menu > summary").click()

    page.get_by_role("button", name="In 1 hour").click()
    page.wait_for_url("**/")

    assert Outbox.objects.get().is_scheduled


def test_desk_away_behind_its_proxy_sends_once_it_is_back(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}", tolerates="")
    page.route("**/reply", lambda route: route.fulfill(status=502), times=1)
    page.fill(TEXT, "It arrives tomorrow.")

    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/")

    assert len(sent(ticket)) == 1


def test_whoever_sends_fast_and_stays_finds_an_empty_composer(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    """Sent before the draft was kept even once: what the device remembers must not come back."""
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    page.locator("#send-menu > summary").click()
    page.locator("[name=then][value=stay]").check()
    page.fill(TEXT, "It arrives tomorrow.")

    page.keyboard.press("Control+Enter")

    expect(page.locator(".message--agent .message__text").first).to_contain_text("tomorrow")
    expect(page.locator(TEXT)).to_have_value("")
    assert page.evaluate("Object.keys(localStorage).filter(k => k.includes(':draft:'))") == []


def test_note_whose_answer_got_lost_is_kept_once(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}", tolerates="")

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/note", lose, times=1)
    page.keyboard.press("m")
    page.fill(TEXT, "The parcel is in Lyon.")
    page.keyboard.press("Control+Enter")

    expect(page.locator(TEXT)).to_have_value("")
    assert Message.objects.filter(ticket=ticket, state="note").count() == 1


def test_while_a_reply_is_under_way_nothing_is_typed_that_would_be_lost(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    held: list[Any] = []
    page.route("**/reply", lambda route: held.append(route), times=1)
    page.fill(TEXT, "It arrives tomorrow.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-draft-state]")).to_have_text("Sending …")

    page.keyboard.type(" And another thing.")

    expect(page.locator(TEXT)).to_have_value("It arrives tomorrow.")
    held[0].continue_()
    page.wait_for_url("**/")
    assert [one.new_text for one in sent(ticket)] == ["It arrives tomorrow."]


def test_words_typed_during_a_slow_save_are_saved_as_well(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    slow: list[Any] = []
    page.route("**/draft", lambda route: slow.append(route), times=1)
    with page.expect_request("**/draft"):
        page.fill(TEXT, "Dear")
    page.fill(TEXT, "Dear Anna")
    page.wait_for_timeout(1_500)  # longer than a save waits for another key

    slow[0].continue_()

    saved(page)
    assert Draft.objects.get(ticket=ticket).text == "Dear Anna"


def test_pressing_twice_sends_once(shop: Shop, enter: Enter, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    page.fill(TEXT, "Once.")

    page.locator("[data-send=reply]").dblclick(no_wait_after=True)
    page.wait_for_url("**/")

    assert len(sent(ticket)) == 1


def test_crash_loses_neither_text_nor_files_nor_choices(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    page.fill(TEXT, "See the picture.")
    page.get_by_label("Holding reply").check()
    page.set_input_files("[data-files]", [PHOTO])
    attached(page, "photo.png")
    saved(page)
    context = page.context
    page.close(run_before_unload=False)

    back = context.new_page()
    back.goto(f"/tickets/{ticket.pk}")

    expect(back.locator(TEXT)).to_have_value("See the picture.")
    attached(back, "photo.png")
    expect(back.get_by_label("Holding reply")).to_be_checked()
    expect(back.locator("[data-send-label]")).to_contain_text("Send holding reply")
    back.keyboard.press("r")
    back.keyboard.press("Control+Enter")
    back.wait_for_url("**/")
    (message,) = sent(ticket)
    assert message.is_holding
    assert [file.name for file in message.files.all()] == ["photo.png"]
    context.close()


def test_undo_brings_the_files_back(
    shop: Shop, enter: Enter, present: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reply, "UNDO_WINDOW", timedelta(minutes=2))  # however slow the machine is
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    page.set_input_files("[data-files]", [PHOTO])
    attached(page, "photo.png")
    page.fill(TEXT, "See the picture.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/")

    page.keyboard.press("z")

    expect(page.locator(TEXT)).to_have_value("See the picture.")
    attached(page, "photo.png")


@pytest.mark.parametrize(("viewport", "way"), [(DESKTOP, "key"), (PHONE, "toast")])
def test_reply_that_was_taken_back_is_written_on_at_its_end_and_runs_no_shortcut(
    viewport: Any,
    way: str,
    shop: Shop,
    enter: Enter,
    present: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reply, "UNDO_WINDOW", timedelta(minutes=2))  # however slow the machine is
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}", viewport=viewport)
    page.fill(TEXT, "It arrives")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/")

    if way == "key":
        page.keyboard.press("z")
    else:
        page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(TEXT)).to_be_focused()
    page.keyboard.type(" tomorrow, yes.")

    expect(page.locator(TEXT)).to_have_value("It arrives tomorrow, yes.")
    assert page.url.endswith(f"/tickets/{ticket.pk}")
    assert not page.locator("dialog:modal").count()


def test_of_two_who_answer_at_once_the_second_reads_first(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    first = enter(shop.camille, f"/tickets/{ticket.pk}")
    second = enter(shop.ines, f"/tickets/{ticket.pk}")
    first.fill(TEXT, "It arrives tomorrow.")
    second.fill(TEXT, "It arrives on Monday.")

    first.keyboard.press("Control+Enter")
    first.wait_for_url("**/")
    second.keyboard.press("Control+Enter")

    notice = second.locator("#composer-notice")
    expect(notice.locator(".composer__wrote")).to_contain_text("It arrives tomorrow.")
    expect(second.locator(TEXT)).to_have_value("It arrives on Monday.")
    assert len(sent(ticket)) == 1
    second.locator("[data-reads-first]").click()
    second.keyboard.press("Control+Enter")
    second.wait_for_url("**/")
    assert len(sent(ticket)) == 2


def test_session_that_ends_keeps_the_text_and_goes_on_after_the_log_in(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}", tolerates="401")
    cookies = page.context.cookies()
    kept = list(Session.objects.all())
    Session.objects.all().delete()

    page.fill(TEXT, "Half a sentence")
    line = page.locator("[data-composer-line]")
    expect(line).to_contain_text("Your session has ended")
    expect(line.locator("a")).to_have_attribute("target", "_blank")
    Session.objects.bulk_create(kept)  # logged in again, in another tab
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.evaluate("dispatchEvent(new Event('focus'))")

    expect(line).to_be_empty()
    saved(page)
    assert Draft.objects.get(ticket=ticket).text == "Half a sentence"


def test_ticket_merged_while_one_writes_takes_the_text_along(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    other = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    page.fill(TEXT, "Dear Anna,")
    saved(page)

    page.locator(TEXT).press_sequentially(" good morning")
    join.merge(ticket.pk, other.pk, by=shop.jonas, now=clock.now())

    page.wait_for_url(f"**/tickets/{other.pk}")  # the merge shows up by itself
    expect(page.locator(TEXT)).to_have_value("Dear Anna, good morning")
    expect(page.locator("[data-told]")).to_contain_text("your draft came along")


def test_sent_later_it_can_be_taken_back_and_sent_now(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    page.fill(TEXT, "Tomorrow, then.")
    page.locator("#send-menu > summary").click()
    page.locator("[name=then][value=stay]").check()
    page.get_by_role("button", name="In 1 hour").click()

    delivery = page.locator(".delivery")
    expect(delivery).to_contain_text("The clock runs on until then.")
    row = Outbox.objects.get()
    assert row.is_scheduled
    assert row.not_before_at > present + timedelta(minutes=50)
    delivery.get_by_role("button", name="Take back").click()

    expect(page.locator(TEXT)).to_have_value("Tomorrow, then.")
    expect(page.locator(TEXT)).to_be_focused()
    assert Outbox.objects.get().state == "cancelled"


def test_reply_held_back_waits_as_a_draft_that_says_why(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    page.fill(TEXT, "Tomorrow, then.")
    page.locator("#send-menu > summary").click()
    page.get_by_role("button", name="In 1 hour").click()
    page.wait_for_url("**/")

    say(ticket, "It came, thank you.", at=present)
    taking_back.hold_back(sent(ticket)[0].pk, now=clock.now())
    page.goto(f"/tickets/{ticket.pk}")

    expect(page.locator("[data-told]")).to_contain_text("the buyer wrote before it left")
    expect(page.locator(TEXT)).to_have_value("Tomorrow, then.")


def test_reply_and_note_are_two_texts_and_both_outlive_a_reload(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")

    page.keyboard.press("r")
    page.keyboard.type("Dear Anna")
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    expect(page.locator(TEXT)).to_have_value("")
    page.keyboard.type("She has called twice")
    page.set_input_files("[data-files]", PHOTO)
    attached(page, "photo.png")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.locator(TEXT)).to_have_value("Dear Anna")
    expect(page.locator("[data-file]")).to_be_hidden()
    expect(page.get_by_role("button", name="Note (a text is waiting there)")).to_be_visible()
    page.keyboard.type(", tomorrow.")
    saved(page)
    page.reload()

    expect(page.locator(TEXT)).to_have_value("Dear Anna, tomorrow.")
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    expect(page.locator(TEXT)).to_have_value("She has called twice")
    expect(page.locator("[data-file]")).to_be_visible()
    texts = dict(Draft.objects.values_list("is_note", "text"))
    assert texts == {False: "Dear Anna, tomorrow.", True: "She has called twice"}


def test_note_is_kept_and_the_reply_stays_unsent(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")

    page.keyboard.press("r")
    page.keyboard.type("Dear Anna")
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    page.keyboard.type("She has called twice")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message--note")).to_contain_text("She has called twice")

    expect(page.locator(TEXT)).to_have_value("Dear Anna")
    assert sent(ticket) == []


def test_pasted_word_page_becomes_clean_text(shop: Shop, enter: Enter, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    page.focus(TEXT)

    page.evaluate(PASTE, [WORD, "plain"])

    expect(page.locator(TEXT)).to_have_value(
        "Dear Anna,\n\n- Open the box\n- See the guide (https://example.com/guide)\n\n"
        "Best wishes\nمرحبا 😀"
    )


def test_pasted_table_has_a_line_for_each_row(shop: Shop, enter: Enter, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    page.focus(TEXT)

    page.evaluate(PASTE, [OUTLOOK, "plain"])

    expect(page.locator(TEXT)).to_have_value("Article\tPrice\nPot\t49.90 €")


def test_screenshot_is_attached_by_pasting_it(shop: Shop, enter: Enter, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    page.focus(TEXT)

    page.evaluate(PASTE_PICTURE, list(PNG))

    attached(page, re.compile("^screenshot-"))
    assert DraftFile.objects.get().content_type == "image/png"


def test_sent_while_a_file_is_on_its_way_it_leaves_with_the_file(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    held: list[Any] = []
    page.route("**/draft/files", lambda route: held.append(route))
    page.set_input_files("[data-files]", PHOTO)
    page.fill(TEXT, "See the photo.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-composer-line]")).to_contain_text("as soon as the files are here")
    assert sent(ticket) == []

    held[0].continue_()
    page.wait_for_url("**/")

    [message] = sent(ticket)
    assert [file.name for file in message.files.all()] == ["photo.png"]


def test_typing_on_while_the_file_is_on_its_way_sends_nothing(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    held: list[Any] = []
    page.route("**/draft/files", lambda route: held.append(route))
    page.set_input_files("[data-files]", PHOTO)
    page.fill(TEXT, "See the photo.")
    page.keyboard.press("Control+Enter")
    page.keyboard.type(" And")
    expect(page.locator("[data-composer-line]")).to_contain_text("changed meanwhile")

    held[0].continue_()
    attached(page, "photo.png")

    assert sent(ticket) == []


def test_hostile_and_empty_files_are_answered(
    shop: Shop, enter: Enter, present: datetime, tmp_path: Path
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    line = page.locator("[data-composer-line]")
    empty = tmp_path / "empty.txt"
    empty.touch()

    page.set_input_files("[data-files]", [empty])
    expect(line).to_contain_text("empty.txt is empty")
    svg: Any = {"name": "<b>.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}
    page.set_input_files("[data-files]", [svg])

    attached(page, re.compile("svg$"))
    expect(page.locator(".attached__picture")).to_have_count(0)
    answer = page.request.get(page.locator(".attached__name").get_attribute("href") or "")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_message_about_an_order_is_found_written_and_sent_by_keyboard(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    order_to_write_about(shop, now=present)
    page = enter(shop.camille)

    page.keyboard.press("c")
    page.wait_for_url("**/message")
    page.keyboard.type("anna")
    expect(page.locator(".message-found__title")).to_have_text("1 order fits")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/*/message")
    page.keyboard.press("r")
    page.keyboard.type("Your casserole is back in stock.")
    saved(page)
    page.reload()
    expect(page.locator(TEXT)).to_have_value("Your casserole is back in stock.")
    page.focus(TEXT)
    page.keyboard.press("Control+Enter")

    page.wait_for_url("**/tickets/*")
    expect(page.locator(".message--agent .message__text").first).to_contain_text("back in stock")


@pytest.mark.parametrize("height", [844, 664])
def test_on_a_phone_what_is_answered_stays_above_the_text(
    shop: Shop, enter: Enter, present: datetime, height: int
) -> None:
    text = "Hello,\n\nwhere is my parcel? " + "It is a gift. " * 40
    ticket = open_ticket(shop, shop.amazon_de, text=text, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}", viewport={"width": 390, "height": height})
    asked = page.locator("[data-asked]")
    expect(asked).to_be_hidden()

    page.locator(TEXT).click()
    expect(asked).to_contain_text("Hello, where is my parcel?")
    folded, text = asked.bounding_box(), page.locator(TEXT).bounding_box()
    assert folded is not None
    assert text is not None
    assert folded["height"] < 80
    assert folded["y"] + folded["height"] <= text["y"]
    assert page.locator("[data-send=reply]").is_visible()
    assert violations(page) == []
    asked.locator("summary").click()
    expect(page.locator("[data-asked-all]")).to_contain_text("It is a gift.")

    page.get_by_role("button", name="Back to the conversation").click()
    expect(asked).to_be_hidden()


def test_on_a_phone_what_is_answered_is_the_buyers_question_and_no_notice(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, text="Where is my parcel?", now=present)
    at = ticket.last_message_at + timedelta(minutes=1)
    say(ticket, "And is it gift-wrapped?", at=at)
    say(ticket, "Your payout is on its way.", at=at + MINUTE, author="marketplace", kind="notice")
    say(ticket, "I am out of office.", at=at + 2 * MINUTE, kind="auto_reply")
    page = enter(shop.camille, f"/tickets/{ticket.pk}", viewport=PHONE)
    asked = page.locator("[data-asked]")

    page.locator(TEXT).click()
    expect(asked).to_contain_text("Where is my parcel?")

    # Once all is answered, it is the last word of the buyer, and not of a machine.
    Ticket.objects.update(oldest_unanswered_at=None)
    page.reload()
    page.locator(TEXT).click()
    expect(asked).to_contain_text("And is it gift-wrapped?")


def test_on_a_phone_what_comes_while_one_writes_is_shown_above_the_text(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, text="", now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}", viewport=PHONE)
    asked = page.locator("[data-asked]")
    page.locator(TEXT).click()
    expect(page.locator("#composer.is-full")).to_be_visible()
    expect(asked).to_be_hidden()

    Ticket.objects.update(oldest_unanswered_at=present)
    say(ticket, "Where is my parcel?", at=present)
    page.evaluate(CHANGED, ticket.pk)

    expect(asked).to_be_visible()
    expect(asked).to_contain_text("Where is my parcel?")


def test_on_a_phone_the_composer_fills_the_screen_and_esc_leads_out(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}", viewport=PHONE)
    page.locator(TEXT).click()
    box = page.locator("#composer").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (390, 844)
    assert violations(page) == []

    page.keyboard.press("Escape")

    small = page.locator("#composer").bounding_box()
    assert small is not None
    assert small["height"] < 300


PASTE = """([html, plain]) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", plain);
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.getElementById("composer-text").dispatchEvent(event);
}"""
PASTE_PICTURE = """(bytes) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], "image.png", { type: "image/png" }));
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.getElementById("composer-text").dispatchEvent(event);
}"""
WORD = """<html><head><style>p.MsoNormal {margin:0}</style></head><body>
<!--[if gte mso 9]><xml></xml><![endif]-->
<p class="MsoNormal">Dear&nbsp;Anna,<o:p></o:p></p>
<p class="MsoListParagraph" style="mso-list:l0"><span style="mso-list:Ignore">·<span>   </span></span>Open the box</p>
<p class="MsoListParagraph" style="mso-list:l0"><span style="mso-list:Ignore">·<span>   </span></span>See
<a href="https://example.com/guide">the guide</a></p>
<p class="MsoNormal">Best wishes<br>مرحبا 😀</p><script>alert(1)</script></body></html>"""
OUTLOOK = """<table class="MsoNormalTable"><tr><td><p class="MsoNormal"><b>Article</b><o:p></o:p></p></td>
<td><p class="MsoNormal">Price</p></td></tr><tr><td><p class="MsoNormal">Pot</p></td>
<td><p class="MsoNormal">49.90 €</p></td></tr></table><p class="MsoNormal"><o:p>&nbsp;</o:p></p>"""
