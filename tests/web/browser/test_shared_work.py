"""Work among colleagues: split and joined again, waiting that ends, following, rules, teams."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from comptoir.alerts import delivering, planning
from comptoir.alerts.sources.looking import QUICK, look
from comptoir.inbox import snoozes
from comptoir.inbox.assigning import giving
from comptoir.merchant.models import AssignmentRule, Person, Team
from comptoir.storage import clock
from comptoir.tickets.actions import note
from comptoir.tickets.models import Message, Ticket
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.shop import Shop, open_ticket, say

HOUR = timedelta(hours=1)
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
pytestmark = IN_BROWSER


@pytest.fixture(autouse=True)
def _everybody_reads_english(shop: Shop) -> None:
    Person.objects.update(language="en")


def choose(page: Page, menu: str, name: str) -> None:
    """Open a menu of the ticket's head and choose an entry, both by key."""
    page.locator(f"{menu} > summary").press("Enter")
    entry = page.locator(f"{menu} button", has_text=name)
    expect(entry).to_be_visible()
    entry.press("Enter")


def tell_alerts() -> None:
    """Let the worker look at what happened and ring."""
    now = clock.now()
    look(QUICK, now=now)
    planning.plan(now=now)
    connection.close()
    for _name, _pause, step in delivering.loops():
        step()


def test_message_is_split_off_and_comes_back(shop: Shop, enter: Enter, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    say(ticket, "And may I have an invoice?", at=present - HOUR / 2)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    expect(page.locator(".message--buyer")).to_have_count(2)

    choose(page, "#more-menu", "Split messages off")
    page.get_by_role("checkbox", name="And may I have an invoice?").press("Space")
    page.get_by_role("button", name="Split off", exact=True).press("Enter")
    page.wait_for_url(lambda address: not address.endswith(f"/tickets/{ticket.pk}"))
    expect(page.locator(".message--buyer")).to_contain_text("invoice")
    other = Ticket.objects.exclude(pk=ticket.pk).get()
    assert other.oldest_unanswered_at == Message.objects.get(ticket=other).occurred_at

    page.keyboard.press("z")
    page.wait_for_url(f"**/tickets/{ticket.pk}")
    expect(page.locator(".message--buyer")).to_have_count(2)
    assert Message.objects.filter(ticket=ticket).count() == 2


def test_what_waits_on_ourselves_comes_back_with_a_word(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    Person.objects.update(working_hours=ALWAYS)
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.ines, f"/tickets/{ticket.pk}")
    choose(page, "#wait-menu", "on ourselves")
    expect(page.locator(".toast__text")).to_contain_text("It comes back")
    put_off = Ticket.objects.get(pk=ticket.pk)
    assert put_off.status == "waiting_internally"
    assert put_off.snoozed_until_at is not None
    assert put_off.limit_at is not None
    assert put_off.snoozed_until_at == put_off.limit_at - HOUR / 2, "never past the limit"
    page.goto("/")
    expect(page.locator(".row")).to_have_count(0)

    Ticket.objects.filter(pk=ticket.pk).update(snoozed_until_at=clock.now())
    snoozes.wake_due(now=clock.now())
    tell_alerts()
    expect(page.locator(".bell .bell__count")).to_have_text("1")
    page.goto("/alerts")
    expect(page.locator("main")).to_contain_text("A ticket that you put off is back.")
    page.locator(f"main a[href^='/tickets/{ticket.pk}']").first.press("Enter")
    expect(page).to_have_url(re.compile(f"/tickets/{ticket.pk}"))


def test_whoever_follows_a_ticket_hears_of_a_note(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.ines, f"/tickets/{ticket.pk}")
    page.keyboard.press("s")
    expect(page.locator("#ticket-head")).to_contain_text("Followed")
    page.goto("/alerts")
    expect(page.locator(".bell .bell__count")).to_have_text("")

    note.add(ticket.pk, "The carrier has found it.", by=shop.jonas, now=clock.now())
    tell_alerts()
    expect(page.locator(".bell .bell__count")).to_have_text("1")
    page.reload()
    expect(page.locator("main")).to_contain_text("Jonas Weber")

    page.goto(f"/tickets/{ticket.pk}")
    page.keyboard.press("s")
    expect(page.locator(".toast__text")).to_contain_text("You follow it no longer")
    expect(page.locator("#ticket-head")).not_to_contain_text("Followed")


def test_rule_made_on_its_page_gives_new_tickets_in_turn(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    Person.objects.update(working_hours=ALWAYS)
    page = enter(shop.camille, "/settings/assignment/new")
    page.get_by_label("Name").fill("Tableware in turn")
    page.get_by_label("Team", exact=True).select_option(label="Tableware")
    page.get_by_label("Name").press("Enter")
    expect(page.locator(".assignment")).to_contain_text("by turns in the team Tableware")
    assert AssignmentRule.objects.get().is_active

    for buyer in ("Anna", "Paul"):
        open_ticket(shop, shop.amazon_de, buyer=buyer, now=clock.now(), asked_ago=timedelta(0))
    giving.step(now=clock.now())
    page.goto("/")
    expect(page.locator(".row")).to_have_count(2)
    holders = set(page.locator(".row .face").all_text_contents())
    assert len(holders) == 2, holders
    assert {one.assignee for one in Ticket.objects.all()} == {shop.ines, shop.jonas}


def test_ticket_of_a_team_is_taken_by_one_of_it(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    choose(page, "#assign-menu", "Team Tableware")
    expect(page.locator(".toast__text")).to_have_text("Given to the team Tableware.")
    given = Ticket.objects.get(pk=ticket.pk)
    assert (given.team, given.assignee) == (Team.objects.get(), None)

    ines = enter(shop.ines, f"/tickets/{ticket.pk}")
    ines.keyboard.press("i")
    expect(ines.locator("#assign-menu > summary")).to_contain_text("Inès Moreau")
    expect(page.locator("#assign-menu > summary")).to_contain_text("Inès Moreau")  # seen at once
    assert Ticket.objects.get(pk=ticket.pk).assignee == shop.ines
    ines.goto("/?view=mine")
    expect(ines.locator(f"#t{ticket.pk}")).to_be_visible()
