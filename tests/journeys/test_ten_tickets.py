"""Ten tickets of the demo shop, answered one after the other by keyboard alone."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from comptoir.storage import clock
from comptoir.tickets.actions import reply
from comptoir.tickets.models import Mention, Outbox, Ticket
from tests.journeys.demo_walk import TEXT, Hands, Post, Walk, is_running
from tests.shop import full_shop
from tests.web.browser.conftest import (  # noqa: F401
    IN_BROWSER,
    Enter,
    application,
    chromium,
    desk,
    enter,
    events_port,
    present,
)

PHONE = {"width": 390, "height": 844}
MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
PASTE_A_PDF = """() => {
  const data = new DataTransfer();
  data.items.add(new File(["%PDF-1.4 Facture"], "facture.pdf", { type: "application/pdf" }));
  const values = { clipboardData: data, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", values));
}"""
pytestmark = IN_BROWSER


@pytest.fixture
def walk(present: datetime, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> Walk:  # noqa: F811
    """The demo shop at this moment, with letters enough for ten kinds of ticket."""
    return Walk(
        full_shop(present),
        Post(monkeypatch),
        enter,
    )


def test_ten_tickets_of_the_demo_shop_are_answered_by_keyboard_alone(walk: Walk) -> None:
    # An answer that lands while its page is being left has nowhere to go: htmx says so, no more.
    page = walk.enter(walk.people["camille"], "/", tolerates="htmx:oobErrorNoTarget")
    hands = Hands(page)

    claim_is_dealt_first(walk, hands)
    late_parcel_is_answered_by_a_template(walk, hands)
    invoice_goes_along_as_a_file(walk, hands)
    thanks_needs_no_response(walk, hands)
    colleague_answers_meanwhile(walk, hands)
    missing_variable_is_filled_in(walk, hands)
    two_letters_get_one_answer(walk, hands)
    colleague_takes_over(walk, hands)
    line_is_lost_while_sending(walk)
    phone_with_a_keyboard(walk)


def claim_is_dealt_first(walk: Walk, hands: Hands) -> None:
    page = hands.page
    hands.press("n")
    page.wait_for_url("**/tickets/*")
    ticket = Ticket.objects.get(pk=int(page.url.rpartition("/")[2]))
    assert ticket.tier == 0
    expect(page.locator("#ticket-head .chip--bad")).to_be_visible()
    expect(page.locator("#conversation")).to_contain_text("waits for an answer on its own page")

    hands.answer("We have asked the carrier, and send you a new one tomorrow.")
    expect(page.locator("[data-send-label]")).to_contain_text("then next")
    hands.send()
    (sent,) = walk.post.sent(ticket)
    assert sent.text.startswith("We have asked the carrier, and send you a new one tomorrow.")
    assert not is_running(ticket)

    # The buyer has an answer, the marketplace has none yet: the ticket stays until it has.
    assert Ticket.objects.get(pk=ticket.pk).queue_tier == 0
    hands.open(ticket)
    hands.press("e")
    expect(page.locator(".toast").last).to_contain_text("marketplace")
    assert not Ticket.objects.get(pk=ticket.pk).is_over
    hands.command("Answered there")
    expect(page.locator("#ticket-head")).to_contain_text("Waiting on the marketplace")
    assert Ticket.objects.get(pk=ticket.pk).status == "waiting_on_marketplace"


def late_parcel_is_answered_by_a_template(walk: Walk, hands: Hands) -> None:
    ticket = walk.tickets["late parcel"]
    order = ticket.order
    assert order is not None
    assert order.promised_on is not None
    numbers = "|".join(parcel.tracking_number for parcel in order.parcels.all())
    hands.open(ticket)
    hands.press("r")
    hands.write("/late")
    expect(hands.page.locator("[data-templates-list] [role=option]").first).to_contain_text(
        "Late parcel"
    )
    hands.press("Enter")
    expect(hands.page.locator(TEXT)).to_have_value(re.compile(numbers))
    hands.send()

    (sent,) = walk.post.sent(ticket)
    day = order.promised_on
    month = MONTHS.split("|")[day.month - 1]
    assert re.search(rf"spätestens am {day.day}\.\s{month}\s", sent.text)
    assert re.search(numbers, sent.text)
    assert not is_running(ticket)
    assert Ticket.objects.get(pk=ticket.pk).status == "waiting_on_buyer"


def invoice_goes_along_as_a_file(walk: Walk, hands: Hands) -> None:
    ticket = walk.tickets["invoice"]
    hands.open(ticket)
    hands.press("r")
    hands.write("/invoice")
    expect(hands.page.locator("[data-templates-list] [role=option]").first).to_contain_text(
        "Invoice attached"
    )
    hands.press("Enter")
    expect(hands.page.locator(TEXT)).to_be_focused()
    hands.page.evaluate(PASTE_A_PDF)
    expect(hands.page.locator(".attached__name")).to_have_text("facture.pdf")
    expect(hands.page.locator("[data-files-list] progress")).to_have_count(0)
    hands.send()

    (sent,) = walk.post.sent(ticket)
    assert sent.file_names == ("facture.pdf",)
    assert "Vous trouverez ci-joint la facture" in sent.text
    assert not is_running(ticket)


def thanks_needs_no_response(walk: Walk, hands: Hands) -> None:
    ticket = walk.tickets["thanks"]
    hands.open(ticket)
    hands.press("y")
    expect(hands.page.locator("#no-response-reason")).to_be_focused()
    hands.write("Only says thanks")
    hands.press("Enter")
    expect(hands.page.locator("#ticket-head")).to_contain_text("Undo mark")

    assert walk.post.sent(ticket) == []
    assert not is_running(ticket)
    assert Ticket.objects.get(pk=ticket.pk).oldest_unanswered_at is None


def colleague_answers_meanwhile(walk: Walk, hands: Hands) -> None:
    ticket, page = walk.tickets["colleague"], hands.page
    hands.open(ticket)
    hands.answer("It arrives on Monday.")
    reply.send(
        ticket.pk, "It arrives tomorrow.", by=walk.people["jonas"], now=clock.now(), key="jonas"
    )
    hands.press("Control+Enter")
    expect(page.locator("#composer-notice .composer__wrote")).to_contain_text(
        "It arrives tomorrow."
    )
    expect(page.locator(TEXT)).to_have_value("It arrives on Monday.")
    assert Outbox.objects.filter(message__ticket=ticket).count() == 1

    hands.go_to("[data-reads-first]", "Shift+Tab")
    hands.press("Enter")
    expect(page.locator(TEXT)).to_be_focused()
    expect(page.locator("#conversation .message").last).to_contain_text("It arrives tomorrow.")
    hands.press("Control+a")
    hands.write("One more thing: the driver rings before.")
    hands.send()

    texts = [sent.text.partition("\n")[0] for sent in walk.post.sent(ticket)]
    assert texts == ["It arrives tomorrow.", "One more thing: the driver rings before."]
    assert not is_running(ticket)


def missing_variable_is_filled_in(walk: Walk, hands: Hands) -> None:
    ticket, page = walk.tickets["variable"], hands.page
    hands.open(ticket)
    hands.press("r")
    hands.write("/address")
    expect(page.locator("[data-templates-list] [role=option]").first).to_contain_text("address")
    hands.press("Enter")
    hands.press("Control+Enter")
    field = page.get_by_label("Nouvelle adresse")
    expect(field).to_be_focused()
    expect(page.locator("[data-composer-line]")).to_contain_text(
        "Not sent: “Nouvelle adresse” is still empty."
    )
    assert not Outbox.objects.filter(message__ticket=ticket).exists()
    hands.press("Shift+Tab")
    hands.go_to("input[data-source]")
    hands.write("12 rue Mercière, 69002 Lyon")
    hands.press("Enter")
    expect(page.locator(TEXT)).to_be_focused()
    hands.send()

    (sent,) = walk.post.sent(ticket)
    assert "12 rue Mercière, 69002 Lyon" in sent.text
    assert "{{" not in sent.text
    assert not is_running(ticket)


def two_letters_get_one_answer(walk: Walk, hands: Hands) -> None:
    ticket, other, page = walk.tickets["merge"], walk.tickets["merged"], hands.page
    assert ticket.pk != other.pk
    hands.open(ticket)
    hands.press("v")
    expect(page.locator("#merge")).to_be_visible()
    hands.go_to("#merge input[name=other]")
    hands.press("Space", "Enter")
    expect(page.locator(".toast").last).to_contain_text("Merged")
    expect(page.locator("#conversation .message--buyer")).to_have_count(2)
    hands.answer("Beides ist heute unterwegs zu Ihnen.")
    hands.send()

    (sent,) = walk.post.sent(ticket)
    assert sent.text.startswith("Beides ist heute unterwegs zu Ihnen.")
    assert Ticket.objects.get(pk=other.pk).merged_into_id == ticket.pk
    assert not is_running(ticket)
    assert not is_running(other)


def colleague_takes_over(walk: Walk, hands: Hands) -> None:
    ticket, page, ines = walk.tickets["hand-over"], hands.page, walk.people["ines"]
    hands.open(ticket)
    hands.press("m")
    hands.write("@in")
    expect(page.get_by_role("option", name="Inès Moreau")).to_be_visible()
    hands.press("Enter")
    hands.write("could you look at the photo?")
    hands.press("Control+Enter")
    expect(page.locator(".message--note")).to_contain_text("could you look at the photo?")
    hands.press("Escape", "a")
    hands.go_to(f"#assign-menu form:has(input[value='{ines.pk}']) button", "ArrowDown")
    hands.press("Enter")
    expect(page.locator("#assign-menu .head__name")).to_have_text("Inès Moreau")

    assert Ticket.objects.get(pk=ticket.pk).assignee_id == ines.pk
    assert Mention.objects.get(message__ticket=ticket).person_id == ines.pk
    assert is_running(ticket)
    assert walk.post.sent(ticket) == []
    hers = Hands(walk.enter(ines, "/"))
    hers.press("g", "m")
    hers.page.wait_for_url("**/?view=mine")
    expect(hers.page.locator(f"#t{ticket.pk}")).to_be_visible()
    hers.page.context.close()


def line_is_lost_while_sending(walk: Walk) -> None:
    ticket = walk.tickets["lost line"]
    page = walk.enter(walk.people["jonas"], "/", tolerates="")  # a lost line is loud
    hands = Hands(page)
    hands.open(ticket)
    hands.answer("Das Paket ")
    page.context.set_offline(True)
    hands.write("kommt morgen.")
    expect(page.locator("[data-draft-state]")).to_have_text(
        re.compile("nicht gespeichert", re.IGNORECASE)
    )
    hands.press("Control+Enter")
    expect(page.locator("[data-composer-line]")).not_to_be_empty()
    expect(page.locator(TEXT)).to_have_value("Das Paket kommt morgen.")
    assert not Outbox.objects.filter(message__ticket=ticket).exists()
    page.context.set_offline(False)
    page.wait_for_url(lambda address: f"/tickets/{ticket.pk}" not in address)

    (sent,) = walk.post.sent(ticket)
    assert sent.text.startswith("Das Paket kommt morgen.")
    assert not is_running(ticket)
    page.context.close()


def phone_with_a_keyboard(walk: Walk) -> None:
    ticket = walk.tickets["phone"]
    page = walk.enter(walk.people["lukas"], "/", viewport=PHONE)
    hands = Hands(page)
    hands.open(ticket)
    assert too_wide(page) == 0
    hands.press("r")
    expect(page.locator(TEXT)).to_be_focused()
    box = page.locator("#composer").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (PHONE["width"], PHONE["height"])
    hands.write("Ihr Paket kommt morgen zwischen 9 und 13 Uhr.")
    assert too_wide(page) == 0
    hands.send()
    assert too_wide(page) == 0

    (sent,) = walk.post.sent(ticket)
    assert sent.text.startswith("Ihr Paket kommt morgen zwischen 9 und 13 Uhr.")
    assert not is_running(ticket)


def too_wide(page: Page) -> int:
    """Tell by how many pixels the page scrolls sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))
