"""A list shaped by whoever reads it: columns, rows, order; and a deed on a saved view taken back."""

from __future__ import annotations

from datetime import datetime, timedelta

from playwright.sync_api import Locator, Page, expect

from comptoir.inbox.models import SavedView
from comptoir.orders.models import Order
from comptoir.tickets.models import Ticket
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.shop import Shop, open_ticket

HOUR = timedelta(hours=1)
pytestmark = IN_BROWSER


def displayed(page: Page) -> Locator:
    """Open the choice of order, rows and columns by its key."""
    page.keyboard.press("v")
    card = page.locator(".display")
    expect(card).to_be_visible()
    return card


def buyers(page: Page) -> list[str]:
    return page.locator(".row__link").all_text_contents()


def test_columns_and_compact_rows_are_chosen_by_keyboard_and_stay(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present, tags=["fragile"])
    page = enter(shop.camille)
    row = page.locator(f"#t{ticket.pk}")
    expect(row.locator(".row__order")).to_contain_text("302-")
    expect(row.locator(".row__tags")).to_have_count(0)
    tall = row.bounding_box()

    card = displayed(page)
    card.get_by_role("checkbox", name="Order", exact=True).press("Space")
    card.get_by_role("checkbox", name="Tags").press("Space")
    card.get_by_role("radio", name="Compact").press("Space")
    card.get_by_role("button", name="Apply").press("Enter")

    expect(row.locator(".row__tags")).to_have_text("fragile")
    expect(row.locator(".row__order")).to_have_count(0)
    flat = row.bounding_box()
    assert tall is not None
    assert flat is not None
    assert flat["height"] < tall["height"]

    again = enter(shop.camille, "/?view=unassigned")
    expect(again.locator("#list")).to_have_class("list list--compact")
    expect(again.locator(f"#t{ticket.pk} .row__tags")).to_have_text("fragile")
    colleague = enter(shop.jonas)
    expect(colleague.locator(f"#t{ticket.pk} .row__tags")).to_have_count(0)


def test_list_is_sorted_by_value_by_age_and_by_deadline(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    open_ticket(shop, shop.own_shop, buyer="Cheap", total="9.90", asked_ago=3 * HOUR, now=present)
    open_ticket(shop, shop.amazon_de, buyer="Dear", total="949.00", asked_ago=2 * HOUR, now=present)
    open_ticket(shop, shop.ebay_fr, buyer="Fair", total="89.00", asked_ago=9 * HOUR, now=present)
    assert Order.objects.count() == 3
    page = enter(shop.camille)
    assert buyers(page) == ["Cheap", "Fair", "Dear"]

    displayed(page).get_by_role("button", name="Highest order value first").press("Enter")
    expect(page.locator(".row").first).to_contain_text("Dear")
    assert buyers(page) == ["Dear", "Fair", "Cheap"]
    expect(page.locator(".rows__heading")).to_have_count(0)

    displayed(page).get_by_role("button", name="Waiting longest first").press("Enter")
    expect(page.locator(".row").first).to_contain_text("Fair")
    assert buyers(page) == ["Fair", "Cheap", "Dear"]

    displayed(page).get_by_role("button", name="Next deadline first").press("Enter")
    expect(page.locator(".rows__heading").first).to_have_text("In time to save")
    assert buyers(page) == ["Cheap", "Fair", "Dear"]


def test_taking_all_of_a_saved_view_is_undone(shop: Shop, enter: Enter, present: datetime) -> None:
    """Two of the view were nobody's and one was Jonas's: each goes back to where it was."""
    for buyer in ("Anna", "Paul"):
        open_ticket(shop, shop.amazon_de, buyer=buyer, now=present, tags=["fragile"])
    his = open_ticket(
        shop, shop.amazon_de, buyer="Clara", now=present, tags=["fragile"], assignee=shop.jonas
    )
    open_ticket(shop, shop.amazon_de, buyer="Elsewhere", now=present)
    view = SavedView.objects.create(
        name="Fragile", owner=shop.camille, filters={"tag": ["fragile"]}, made_at=present,
    )  # fmt: skip
    page = enter(shop.camille, f"/?saved={view.pk}")
    expect(page.locator("h1")).to_have_text("Fragile")
    expect(page.locator(".row")).to_have_count(3)

    for key in ("j", "x", "J", "J", "i"):
        page.keyboard.press(key)
    expect(page.locator(".toast__text", has_text="3 tickets")).to_be_visible()
    expect(page.locator(".row .face--mine")).to_have_count(3)
    assert Ticket.objects.filter(assignee=shop.camille).count() == 3

    page.keyboard.press("z")
    expect(page.locator(".toast__text", has_text="3 tickets are as they were")).to_be_visible()
    expect(page.locator(".row .face--mine")).to_have_count(0)
    assert not Ticket.objects.filter(assignee=shop.camille).exists()
    assert Ticket.objects.get(assignee=shop.jonas) == his


def test_order_and_columns_are_kept_in_a_shared_view_for_all(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    open_ticket(shop, shop.amazon_de, buyer="Cheap", total="9.90", asked_ago=3 * HOUR, now=present)
    open_ticket(shop, shop.amazon_de, buyer="Dear", total="949.00", now=present)
    view = SavedView.objects.create(name="Everything", made_by=shop.camille, made_at=present)
    page = enter(shop.camille, f"/?saved={view.pk}")
    assert buyers(page) == ["Cheap", "Dear"]

    card = displayed(page)
    card.get_by_role("checkbox", name="Country").press("Space")
    card.get_by_role("checkbox", name="Keep order and columns in the view").press("Space")
    card.get_by_role("button", name="Highest order value first").press("Enter")
    expect(page.locator(".row").first).to_contain_text("Dear")

    colleague = enter(shop.jonas, f"/?saved={view.pk}")
    assert buyers(colleague) == ["Dear", "Cheap"]
    expect(colleague.locator(".row").first.locator(".row__pair--short")).to_have_text("DE")
    colleague.goto("/")
    expect(colleague.locator(".row__pair--short")).to_have_count(0)
