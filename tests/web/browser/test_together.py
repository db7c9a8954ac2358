"""Two people at one desk: presence is seen, a mention heard, what is put off comes back, Next differs."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.db import connection
from playwright.sync_api import expect

from comptoir.alerts import delivering, planning
from comptoir.alerts.sources.looking import QUICK, look
from comptoir.inbox import snoozes
from comptoir.storage import clock
from comptoir.tickets.models import Mention, Ticket
from tests.web.browser.conftest import Enter
from tests.web.shop import Shop, open_ticket

HOUR = timedelta(hours=1)


def test_two_people_see_each_other_name_each_other_and_never_get_the_same(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    first = open_ticket(shop, shop.amazon_de, buyer="Anna Berg", now=present)
    second = open_ticket(shop, shop.amazon_de, buyer="Paul Lang", asked_ago=HOUR / 2, now=present)
    ines = enter(shop.ines, f"/tickets/{first.pk}")
    jonas = enter(shop.jonas, f"/tickets/{first.pk}")
    expect(ines.locator("[data-presence]")).to_contain_text("Jonas Weber")

    # Inès writes a note that names Jonas: he sees her write, and is told.
    ines.keyboard.press("m")
    ines.locator("#composer-text").press_sequentially("@jon")
    expect(ines.get_by_role("option", name="Jonas Weber")).to_be_visible()
    ines.keyboard.press("Enter")
    expect(ines.locator("#composer-text")).to_have_value("@Jonas Weber ")
    expect(jonas.locator("[data-presence]")).to_contain_text(re.compile("Inès Moreau schreibt"))
    ines.locator("#composer-text").press_sequentially("please look")
    ines.keyboard.press("Control+Enter")
    expect(jonas.locator(".mention")).to_have_text("@Jonas Weber")
    assert Mention.objects.get().person == shop.jonas

    # Next gives each a ticket of their own.
    ines.locator("h1").click()
    jonas.locator("h1").click()
    ines.goto("/next")
    jonas.goto("/next")
    addresses = {ines.url.rpartition("/")[2], jonas.url.rpartition("/")[2]}
    assert addresses == {str(first.pk), str(second.pk)}


def test_ticket_is_put_off_by_keyboard_and_comes_back(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.ines, f"/tickets/{ticket.pk}")

    page.keyboard.press("b")
    expect(page.locator("#snooze")).to_be_visible()
    page.locator("#snooze .moment").first.press("Enter")
    expect(page.locator("#ticket-head .chip--accent")).to_be_visible()
    assert Ticket.objects.get(pk=ticket.pk).queue_tier is None

    Ticket.objects.filter(pk=ticket.pk).update(snoozed_until_at=present)
    snoozes.wake_due(now=clock.now())
    expect(page.locator("#ticket-head .chip--accent")).to_have_count(0)
    assert Ticket.objects.get(pk=ticket.pk).queue_tier is not None


def test_mention_rings_on_another_page(shop: Shop, enter: Enter, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    ines, jonas = enter(shop.ines, f"/tickets/{ticket.pk}"), enter(shop.jonas, "/")

    ines.keyboard.press("m")
    ines.locator("#composer-text").fill("@Jonas Weber bitte")
    ines.locator("[data-send=note]").click()
    expect(ines.locator(".message--note")).to_be_visible()
    now = clock.now()
    look(QUICK, now=now)
    planning.plan(now=now)
    connection.close()
    for _name, _pause, step in delivering.loops():
        step()

    expect(jonas.locator(".toast")).to_contain_text("Inès Moreau")
    jonas.locator(".toast a").click()
    expect(jonas).to_have_url(re.compile(rf"/tickets/{ticket.pk}#m\d+"))
