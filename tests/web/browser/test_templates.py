"""Templates in a real browser: by keyboard into a German ticket, and edited with a preview."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from playwright.sync_api import expect

from comptoir.orders.models import Order
from comptoir.replies.actions import templates
from comptoir.replies.actions.templates import Content
from comptoir.replies.models import Template
from comptoir.tickets.models import Message, TemplateUse
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.browser.looks import violations
from tests.web.shop import Shop, open_ticket

PHONE = {"width": 390, "height": 844}
LATE = Content(
    "Late parcel",
    {
        "en": "Your parcel {{ parcel.tracking_number }} should have come by {{ parcel.promised_on }}.",
        "de": "{{ buyer.greeting }}\n\nIhr Paket {{ parcel.tracking_number }} sollte bis "
        "{{ parcel.promised_on }} da sein.",
    },
    "Delivery",
)
pytestmark = IN_BROWSER


@pytest.fixture
def late(shop: Shop, present: datetime) -> Template:
    thanks = Content("Thanks", {"en": "Thank you", "de": "Vielen Dank"})
    templates.make(thanks, is_shared=True, by=shop.camille, now=present)
    return templates.make(LATE, is_shared=True, by=shop.camille, now=present)


def test_late_parcel_is_answered_in_german_once_its_number_is_filled_in(
    shop: Shop, enter: Enter, late: Template, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present, language="de")
    Order.objects.update(tracking_number="", promised_on=date(2025, 11, 14))
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    text = page.locator("#composer-text")

    page.keyboard.press("r")
    text.press_sequentially("/late")
    options = page.locator("[data-templates-list] [role=option]")
    expect(options).to_have_count(1)
    expect(page.locator("[data-templates-preview]")).to_contain_text("Guten Tag Anna Berg,")
    assert violations(page) == []
    page.keyboard.press("Enter")

    expect(text).to_have_value(
        "Guten Tag Anna Berg,\n\nIhr Paket {{ parcel.tracking_number }} sollte bis "
        "14. November 2025 da sein."
    )
    page.keyboard.press("Control+Enter")
    gap = page.get_by_label("Tracking number")
    expect(gap).to_be_focused()
    assert not Message.objects.filter(author="agent").exists()
    assert violations(page) == []

    gap.press_sequentially("00340434292135100186")
    gap.press("Enter")
    expect(page.locator("[data-gaps]")).to_be_hidden()
    expect(text).to_be_focused()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda address: f"/tickets/{ticket.pk}" not in address)

    sent = Message.objects.get(author="agent")
    assert sent.new_text == (
        "Guten Tag Anna Berg,\n\nIhr Paket 00340434292135100186 sollte bis "
        "14. November 2025 da sein."
    )
    assert list(TemplateUse.objects.values_list("template", "language")) == [(late.pk, "de")]


def test_template_without_the_buyers_language_says_so_and_leaves_all_the_same(
    shop: Shop, enter: Enter, late: Template, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present, language="it")
    Order.objects.update(tracking_number="1Z", promised_on=date(2025, 11, 14))
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    text, line = page.locator("#composer-text"), page.locator("[data-foreign-line]")

    page.keyboard.press("r")
    text.press_sequentially("/late")
    expect(page.locator("[role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(line).to_contain_text("No Italian version: this one is ")
    expect(text).to_be_focused()
    assert violations(page) == []

    expect(page.locator("[data-draft-state]")).to_contain_text("Saved")
    page.reload()
    expect(line).to_contain_text("No Italian version: this one is ")
    page.keyboard.press("r")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    expect(line).to_be_hidden()
    text.press_sequentially("Buongiorno.")
    page.keyboard.press("Control+Enter")

    page.wait_for_url(lambda address: f"/tickets/{ticket.pk}" not in address)
    assert Message.objects.get(author="agent").new_text == "Buongiorno."


def test_slash_stays_a_slash_for_whoever_wants_one(
    shop: Shop, enter: Enter, late: Template, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    text, panel = page.locator("#composer-text"), page.locator("[data-templates-panel]")

    text.press_sequentially("and/or ")
    expect(panel).to_be_hidden()
    text.press_sequentially("/")
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")

    expect(panel).to_be_hidden()
    expect(text).to_be_focused()
    expect(text).to_have_value("and/or /")


def test_hint_says_what_the_channel_forbids_and_blocks_nothing(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")

    page.locator("#composer-text").press_sequentially("Please call 030 1234567")
    expect(page.locator("[data-composer-hints]")).to_contain_text("forbids telephone numbers")
    page.keyboard.press("Control+Enter")

    page.wait_for_url(lambda address: f"/tickets/{ticket.pk}" not in address)
    assert Message.objects.filter(author="agent").count() == 1


def test_hint_overruled_eight_times_of_ten_retires_itself(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    other = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    key = f"comptoir:hints:{shop.camille.pk}"
    page.evaluate(
        "key => localStorage.setItem(key, JSON.stringify({phone: [0, 0, 1, 1, 1, 1, 1, 1, 1]}))",
        key,
    )

    page.locator("#composer-text").press_sequentially("Please call 030 1234567")
    expect(page.locator("[data-hint=phone]")).to_be_visible()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda address: f"/tickets/{ticket.pk}" not in address)
    page.goto(f"/tickets/{other.pk}")
    with page.expect_response("**/hints"):
        page.locator("#composer-text").press_sequentially("Please call 030 1234567")

    expect(page.locator("[data-hint=phone]")).to_have_count(0)
    assert page.evaluate("key => JSON.parse(localStorage[key]).phone.length", key) == 10


def test_on_a_phone_the_list_opens_by_its_button(
    shop: Shop, enter: Enter, late: Template, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present, language="de")
    page = enter(shop.camille, f"/tickets/{ticket.pk}", viewport=PHONE)
    text = page.locator("#composer-text")

    text.click()
    page.locator("[data-templates-open]").click()
    page.get_by_role("option", name="Thanks").click()

    expect(text).to_have_value("Vielen Dank")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_template_is_edited_with_its_preview_beside_it(
    shop: Shop, enter: Enter, late: Template, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present, language="de")
    page = enter(shop.camille, f"/settings/templates/{late.pk}")
    shown = page.locator("#template-preview")

    german = page.locator("#text-de")
    german.fill("Summe: ")
    page.get_by_text("Insert a variable").click()
    page.get_by_role("button", name="Total of the order").click()
    expect(german).to_have_value("Summe: {{ order.total }}")
    page.get_by_label("For ticket no.").fill(str(ticket.pk))
    expect(shown).to_contain_text("Summe: 49,90\u00a0€")
    assert violations(page) == []

    german.fill("Summe: {{ order.totel }}")
    expect(shown).to_contain_text("Did you mean {{ order.total }}?")
    german.fill("Summe: {{ order.total }}")
    page.get_by_role("button", name="Save").click()

    page.wait_for_url("**/settings/templates")
    assert late.texts.get(language="de").body == "Summe: {{ order.total }}"
    assert violations(page) == []
