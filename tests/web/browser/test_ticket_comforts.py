"""A ticket at hand: merging by arrows, two customers joined and parted, a phone, refusals, keys."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from comptoir.inbox.search import indexing
from comptoir.merchant.models import Channel
from comptoir.orders.models import Customer
from comptoir.tickets.actions import note
from comptoir.tickets.actions.changing import write_fact
from comptoir.tickets.models import Fact
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.browser.looks import violations
from tests.web.shop import Shop, open_ticket, say

PHONE = {"width": 390, "height": 844}
HOUR = timedelta(hours=1)
TEXT = "#composer-text"
LIES_OVER = """([over, under]) => {
  const [a, b] = [over, under].map((one) => document.querySelector(one).getBoundingClientRect());
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}"""
SEEN = """(which) => [...document.querySelectorAll(which)].map((one) => {
  const { x, y, width, height } = one.getBoundingClientRect();
  const top = document.elementFromPoint(x + width / 2, y + height / 2);
  return [one.textContent.trim(), one.contains(top), one.dataset.key ?? null];
})"""
pytestmark = IN_BROWSER


def test_merge_is_walked_by_arrows_and_begins_anew(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    here = open_ticket(shop, shop.amazon_de, now=present)
    open_ticket(shop, shop.amazon_de, buyer="Clara Vogt", text="My invoice?", now=present)
    open_ticket(shop, shop.amazon_de, buyer="Clara Vogt", text="My parcel?", now=present)
    unknown = open_ticket(shop, shop.amazon_de, buyer="", text="Clara asks", now=present)
    unknown.customer = None
    unknown.save(update_fields=["customer"])
    while indexing.step():
        pass
    page = enter(shop.camille, f"/tickets/{here.pk}")
    lines = page.locator("#merge .mergeable__one")

    page.keyboard.press("v")
    page.keyboard.type("clara")
    expect(lines).to_have_count(3)
    expect(lines.filter(has_text="Another buyer")).to_have_count(2)
    expect(lines.filter(has_text="Buyer unknown")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(lines.nth(0).locator("input")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(lines.nth(1).locator("input")).to_be_checked()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#merge-number")).to_be_focused()
    page.keyboard.press("Escape")

    page.keyboard.press("v")
    expect(page.locator("#merge-number")).to_have_value("")
    expect(lines).to_have_count(0)


def test_two_customers_are_joined_and_parted_again(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    here = open_ticket(shop, shop.amazon_de, now=present)
    other = open_ticket(shop, shop.own_shop, now=present)
    page = enter(shop.camille, f"/tickets/{here.pk}")
    fold = page.locator("#same-person")

    fold.locator("summary").click()
    fold.get_by_role("button", name="Same person: join").click()
    expect(page.locator(".toast")).to_contain_text("They are one customer now.")
    here.refresh_from_db()
    other.refresh_from_db()
    assert here.customer_id == other.customer_id

    expect(fold).to_contain_text("Two customers were joined")  # it stays open
    fold.get_by_role("button", name="Take it back").click()
    expect(page.locator(".toast").last).to_contain_text("They are two customers again.")
    here.refresh_from_db()
    other.refresh_from_db()
    assert here.customer_id != other.customer_id
    assert Customer.objects.filter(name="Anna Berg").count() == 2


def test_list_that_is_fetched_anew_leaves_the_keyboard_where_it_was(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    here = open_ticket(shop, shop.amazon_de, now=present)
    open_ticket(shop, shop.own_shop, now=present)
    page = enter(shop.camille, f"/tickets/{here.pk}")
    fold = page.locator("#same-person")
    fold.locator("summary").press("Enter")
    join = fold.get_by_role("button", name="Same person: join")
    join.focus()
    join.evaluate("button => (button.dataset.isOld = 1)")

    note.add(here.pk, "Parcel in Lyon", by=shop.ines, now=present)
    expect(page.locator("#conversation")).to_contain_text("Parcel in Lyon")
    expect(fold.locator("[data-is-old]")).to_have_count(0)
    expect(join).to_be_focused()
    page.keyboard.press("Enter")
    expect(fold).to_contain_text("Two customers were joined")
    expect(fold.locator("summary")).to_be_focused()


def test_on_a_phone_a_ticket_begins_at_the_newest_message_of_the_buyer(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present - 6 * HOUR)
    for hour in range(5):
        say(ticket, f"Line {hour}\n" * 12, at=present - (5 - hour) * HOUR)
    page = enter(shop.camille, "/", viewport=PHONE)
    page.add_init_script(
        "addEventListener('scroll', () => (window.scrolls = (window.scrolls ?? 0) + 1))"
    )
    page.goto(f"/tickets/{ticket.pk}")

    newest = page.locator(".message--buyer").last
    expect(newest).to_be_in_viewport(ratio=0.5)
    expect(page.locator(TEXT)).to_be_in_viewport()
    placed = page.evaluate("scrollY")
    page.wait_for_timeout(1200)
    assert page.evaluate("scrollY") == placed > 0
    assert page.evaluate("window.scrolls ?? 0") <= 1, "nothing jumps once it is drawn"


def _refused(page: Page) -> None:
    page.keyboard.press("e")
    expect(page.locator(".toast--bad")).to_contain_text("is not answered yet")


@pytest.mark.parametrize("width", [1440, 900])
def test_refusal_does_not_lie_over_the_send_button(
    width: int, shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}", viewport={"width": width, "height": 800})
    _refused(page)

    assert not page.evaluate(LIES_OVER, [".toast", "[data-send=reply]"])
    assert not page.evaluate(LIES_OVER, [".toast", TEXT])
    assert violations(page) == []


def test_refusal_does_not_lie_over_what_one_writes_on_a_phone(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}", viewport=PHONE)
    _refused(page)
    page.locator(TEXT).click()

    for under in ("[data-send=reply]", "[data-composer-closes]", TEXT):
        assert not page.evaluate(LIES_OVER, [".toast", under])


def test_answered_there_has_a_key(shop: Shop, enter: Enter, present: datetime) -> None:
    Channel.objects.filter(pk=shop.ebay_fr.pk).update(marketplace="cdiscount")
    ticket = open_ticket(shop, shop.ebay_fr, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    page.keyboard.press("r")
    page.keyboard.type("It arrives tomorrow.")
    page.keyboard.press("Escape")

    page.keyboard.press("D")
    page.get_by_role("button", name="Yes, I answered there").press("Enter")

    page.wait_for_url(lambda address: f"/tickets/{ticket.pk}" not in address)
    ticket.refresh_from_db()
    assert ticket.status == "waiting_on_buyer"


def test_key_presses_what_is_seen_where_a_claim_and_a_return_are_owed(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    for number in range(12):
        at = present - (20 - number) * HOUR / 60
        say(ticket, f"Part {number}. " + "It is still broken. " * 20, at=at)
    for kind in ("return_requested", "case_opened"):
        write_fact(ticket, kind, at=present, now=present, by=None, id="c1")
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    owed = page.locator(".talk__inner .notice")
    page.evaluate("document.getElementById('conversation').scrollTop = 1e6")

    expect(owed).to_have_count(2)
    seen = page.evaluate(SEEN, ".talk__inner .notice button")
    assert seen == [["Answered there", True, "D"], ["Decided there", True, None]]
    assert violations(page) == []

    page.keyboard.press("D")
    expect(owed).to_have_count(1)
    expect(owed).to_contain_text("Decided there")
    given = Fact.objects.filter(kind__in=("case_answered", "return_decided"))
    assert [fact.kind for fact in given] == ["case_answered"]
    page.keyboard.press("D")
    expect(owed).to_have_count(0)
