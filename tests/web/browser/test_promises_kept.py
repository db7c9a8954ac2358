"""What a desk says it will do, and does: promises, holding replies, waiting, splitting, following."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, Route, expect

from comptoir.merchant.models import Person
from comptoir.replies.models import Template
from comptoir.storage import clock
from comptoir.tickets.actions import delivery, tag
from comptoir.tickets.models import Clock, DraftFile, Message, Ticket
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.shop import Shop, open_ticket

HOUR = timedelta(hours=1)
TEXT = "#composer-text"
DROP = """([type, on]) => {
  const data = new DataTransfer();
  data.items.add(new File(["%PDF-1.4 invoice"], "invoice.pdf", { type: "application/pdf" }));
  const event = new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true });
  return !document.querySelector(on).dispatchEvent(event);
}"""
pytestmark = IN_BROWSER


def in_zone_of(person: Person, moment: datetime) -> str:
    """Give a moment as a field for date and time takes it."""
    return moment.astimezone(ZoneInfo(person.time_zone)).strftime("%Y-%m-%dT%H:%M")


def choose(page: Page, menu: str, name: str) -> None:
    """Open a menu of the ticket's head and choose an entry, both by key."""
    page.locator(f"{menu} > summary").press("Enter")
    entry = page.locator(f"{menu} button", has_text=name)
    expect(entry).to_be_visible()
    entry.press("Enter")


def clocks(page: Page) -> Locator:
    """Open the explanation of the clocks."""
    page.locator("h1").focus()
    page.keyboard.press("h")
    return page.locator("#clocks .clock")


def test_promise_from_the_ticket_gets_a_clock_that_is_shown_and_kept(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")

    choose(page, "#more-menu", "Promise an answer by")
    page.get_by_label("By when").fill(in_zone_of(shop.camille, present + 3 * HOUR))
    page.get_by_role("button", name="Promise", exact=True).press("Enter")
    expect(page.locator(".toast__text").last).to_have_text("Noted, with a clock of its own.")
    promised = clocks(page).filter(has_text="Promise")
    expect(promised).to_have_count(1)
    assert Clock.objects.get(kind="promise").state == "running"

    page.keyboard.press("Escape")
    choose(page, "#more-menu", "Promise kept")
    expect(page.locator(".toast__text").last).to_contain_text("the promise is kept")
    expect(clocks(page).filter(has_text="Promise")).to_contain_text("Promise Met")
    assert Clock.objects.get(kind="promise").state == "met"
    assert Clock.objects.get(kind="first_reply").state == "running"


def test_promise_made_in_the_composer_is_kept_by_the_next_reply(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")

    def leave() -> None:
        """Send, stay on the ticket, and let the channel take it."""
        page.locator("#send-menu > summary").press("Enter")
        page.locator("[name=then][value=stay]").check()
        page.locator(TEXT).press("Control+Enter")
        expect(page.locator(".toast__text").last).to_contain_text("leaves via")
        for outbox in delivery.claim(now=clock.now() + timedelta(minutes=1)):
            at = clock.now()
            delivery.accepted(outbox.pk, at=at, now=at)

    page.fill(TEXT, "I will ask the carrier and come back to you.")
    page.locator("[data-promise] > summary").press("Enter")
    page.get_by_label("You write that you will answer by").fill(
        in_zone_of(shop.camille, present + 3 * HOUR)
    )
    expect(page.locator("[data-promise-said]")).to_contain_text("Promised for")
    page.keyboard.press("Escape")
    leave()
    assert Clock.objects.get(kind="promise").state == "running"
    assert Clock.objects.get(kind="first_reply").ended_at is not None
    page.reload()
    expect(clocks(page).filter(has_text="Promise")).to_have_count(1)
    page.keyboard.press("Escape")

    page.fill(TEXT, "The carrier has found it: it comes tomorrow.")
    leave()
    page.reload()
    expect(clocks(page).filter(has_text="Promise")).to_contain_text("Promise Met")
    assert Clock.objects.get(kind="promise").state == "met"
    assert Ticket.objects.get(pk=ticket.pk).status == "waiting_on_buyer"


def test_answer_to_a_verb_is_shown_though_a_colleague_changed_the_ticket_meanwhile(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    held: list[Route] = []
    page.route("**/follow", lambda route: held.append(route))
    page.wait_for_timeout(1000)  # the stream is open
    page.keyboard.press("s")
    expect(page.locator("#more-menu .htmx-request")).to_have_count(1)
    tag.add(ticket.pk, "fragile", by=shop.jonas, now=clock.now())
    page.wait_for_timeout(1000)

    held[0].continue_()

    expect(page.locator(".toast__text")).to_contain_text("You hear of messages")
    expect(page.locator("#ticket-head")).to_contain_text("Followed")
    expect(page.locator("#tags")).to_contain_text("fragile")


def test_holding_reply_says_that_it_does_not_count_and_the_clock_goes_on(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    page.fill(TEXT, "We are looking into it.")
    page.get_by_label("Holding reply").press("Space")
    expect(page.locator("[data-send-label]")).to_contain_text("Send holding reply")
    page.locator("#send-menu > summary").press("Enter")
    page.locator("[name=then][value=stay]").check()
    page.keyboard.press("Escape")
    page.locator(TEXT).press("Control+Enter")

    said = page.locator(".message--agent")
    expect(said).to_contain_text("Holding reply: does not count as an answer")
    expect(page.locator(".message--buyer")).to_contain_text("Not answered")
    running = Clock.objects.get(ticket=ticket, kind="first_reply")
    assert (running.state, running.ended_at) == ("running", None)
    assert Message.objects.get(author="agent").is_holding


def test_file_is_dropped_by_mouse_anywhere_on_the_page(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")

    page.evaluate(DROP, ["dragenter", "#conversation"])
    expect(page.locator(".composer__drop")).to_be_visible()
    assert page.evaluate(DROP, ["dragover", "#conversation"]), "else the browser opens the file"
    assert page.evaluate(DROP, ["drop", "#conversation"])

    expect(page.locator(".composer__drop")).to_be_hidden()
    expect(page.locator("[data-file] .attached__name")).to_have_text("invoice.pdf")
    assert DraftFile.objects.get().name == "invoice.pdf"


def test_snippet_of_ones_own_is_used_by_slash_and_warned_of_on_the_buyers_next_ticket(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    first = open_ticket(shop, shop.amazon_de, now=present)
    second = open_ticket(shop, shop.amazon_de, now=present)
    Ticket.objects.update(customer=first.customer)
    page = enter(shop.ines, "/settings/templates/new")
    page.locator("#template-name").fill("Patience")
    page.locator("[name=whose][value=mine]").check()
    page.locator("#text-en").fill("Thank you for your patience, it is on its way.")
    page.locator("#template-name").press("Enter")
    expect(page).not_to_have_url(re.compile("/new$"))
    assert Template.objects.get(name="Patience").owner == shop.ines

    for ticket, warnings in ((first, 0), (second, 1)):
        page.goto(f"/tickets/{ticket.pk}")
        page.keyboard.press("r")
        page.locator(TEXT).press_sequentially("/pati")
        expect(page.locator("[data-templates-list] [role=option]")).to_have_count(1)
        with page.expect_response("**/hints"):
            page.keyboard.press("Enter")
        expect(page.locator(TEXT)).to_have_value("Thank you for your patience, it is on its way.")
        hint = page.locator("[data-composer-hints] .hint", has_text="Patience")
        expect(hint).to_have_count(warnings)
        page.locator(TEXT).press("Control+Enter")
        page.wait_for_url(lambda address, here=ticket: f"/tickets/{here.pk}" not in address)
    assert Message.objects.filter(author="agent").count() == 2  # the warning blocks nothing

    colleague = enter(shop.jonas, f"/tickets/{first.pk}")
    colleague.locator(TEXT).press_sequentially("/pati")
    expect(colleague.locator(".templates__none")).to_be_visible()
