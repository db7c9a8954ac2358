"""An agent sends Amazon's typed message and asks for a review from the panel of the order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from comptoir.inbox import outreach
from comptoir.inbox.serving import connect_account
from comptoir.tickets.models import Outreach, Ticket
from tests.channels.amazon_sp.seller import Seller, order
from tests.channels.loopback import vendor
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.shop import Shop, open_ticket

pytestmark = IN_BROWSER


@contextmanager
def selling(shop: Shop, ticket: Ticket, actions: set[str], now: datetime) -> Iterator[Seller]:
    """Connect a seller's account that knows the ticket's order and allows those messages on it."""
    seller = Seller(orders=[order(ticket.order_number, now)], actions=actions)
    with vendor(seller.handle) as running:
        seller.url = running.url
        values = {
            "region": "eu", "countries": "DE", "client_id": "id", "base_url": running.url,
            "token_url": f"{running.url}/auth/o2/token",
        }  # fmt: skip
        connect_account(
            "amazon_sp", "Amazon", values, {"client_secret": "cs", "refresh_token": "Atzr|good"},
            new=(), existing=[shop.amazon_de.pk], ends={}, by=shop.camille, now=now,
        )  # fmt: skip
        yield seller


@pytest.fixture
def ticket(shop: Shop, present: datetime) -> Iterator[Ticket]:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    with selling(shop, ticket, {"unexpectedProblem"}, present):
        yield ticket


def next_of(held: list[Route], page: Page) -> Route:
    for _ in range(200):
        if held:
            break
        page.wait_for_timeout(50)
    return held.pop(0)


def test_dialog_begins_anew_each_time_and_closes_when_nothing_can_be_known(
    ticket: Ticket, shop: Shop, enter: Enter
) -> None:
    page = enter(shop.camille, f"/tickets/{ticket.pk}", tolerates="HTMLDivElement")
    opener, dialog = page.locator("[data-opens=outreach]"), page.locator("#outreach")
    opener.click()
    dialog.locator("summary").click()
    dialog.get_by_role("textbox").fill("Der Zoll hält es auf.")
    dialog.get_by_role("button", name="Send to buyer").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#said-on-order")).to_contain_text("Unexpected problem")

    held: list[Route] = []
    page.route(re.compile(r"/outreach(\?.*)?$"), lambda route: held.append(route))
    opener.click()
    expect(dialog).to_contain_text("Asking …")
    expect(dialog.locator("form")).to_have_count(0)
    next_of(held, page).continue_()
    expect(dialog).to_contain_text("sent this already")

    dialog.locator("[data-closes]").click()
    opener.click()
    expect(dialog).to_contain_text("Asking …")
    next_of(held, page).fulfill(status=403)
    expect(dialog).to_be_hidden()
    expect(page.locator("#toasts")).to_contain_text(re.compile("."))


def test_typed_message_and_review_leave_once_from_the_order(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    with selling(shop, ticket, {"unexpectedProblem", "invoice"}, present) as seller:
        page = enter(shop.ines, f"/tickets/{ticket.pk}", locale="fr-FR")

        page.locator("[data-opens=outreach]").click()
        problem = page.locator("#outreach-unexpectedProblem")
        problem.locator("summary").click()
        text = problem.get_by_role("textbox")
        text.fill("Der Zoll <b>hält</b> es auf.")
        problem.get_by_role("button").click()
        expect(page.locator("#outreach-notice")).to_contain_text("HTML")
        expect(text).to_have_value("Der Zoll <b>hält</b> es auf.")
        text.fill("Der Zoll hält es auf.")
        problem.get_by_role("button").dblclick()
        expect(page.locator("#outreach")).to_be_hidden()
        expect(page.locator("#said-on-order")).to_contain_text("Problème imprévu")

        page.locator("[data-opens=outreach]").click()
        page.locator("#outreach-content form input[value=review] ~ button").click()
        expect(page.locator("#said-on-order h3")).to_have_count(2)
        outreach.deliver_due(clock=lambda: present + timedelta(minutes=1))
        page.reload()
        expect(page.locator("#said-on-order .chip--good")).to_have_count(2)
        page.locator("[data-opens=outreach]").click()
        expect(page.locator("#outreach-content")).to_contain_text("Inès Moreau")

    names = [name for name, _ in seller.messages]
    assert sorted(names) == ["productReviewAndSellerFeedback", "unexpectedProblem"]
    assert Outreach.objects.count() == 2
    assert not seller.broken
