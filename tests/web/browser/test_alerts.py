"""An alert reaches whoever it is for in a real browser: toast, badge, notification, sound."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from comptoir.alerts import delivering
from comptoir.alerts.actions.wishes import wish
from comptoir.alerts.models import Alert, Delivery
from tests.web.alerts.conftest import Tell, tell
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.browser.looks import violations
from tests.web.shop import Shop, open_ticket

__all__ = ["tell"]

PHONE = {"width": 390, "height": 844}
HOUR = timedelta(hours=1)
COUNT_NOTIFICATIONS = """
window.notified = [];
window.Notification = class {
  static permission = "granted";
  static requestPermission() { window.askedFor = true; return Promise.resolve("granted"); }
  constructor(title, options) { window.notified.push({ title, ...options }); }
};
window.tones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...given) { window.tones += 1; return start.apply(this, given); };
"""
pytestmark = IN_BROWSER


def _badge(page: Page) -> str:
    return page.locator(".bell .bell__count").text_content() or ""


def _ring(present: datetime) -> None:
    assert delivering.ring_due(now=present) > 0


def test_an_urgent_alert_becomes_a_toast_and_the_badge_counts(
    shop: Shop, enter: Enter, tell: Tell, present: datetime
) -> None:
    camille, ines = enter(shop.camille), enter(shop.ines)
    camille.wait_for_timeout(1500)  # the streams are open

    alert = tell(shop.camille, state="waiting")
    _ring(present)

    toast = camille.locator(".toast")
    expect(toast).to_contain_text("First reply: less than 2 h to the limit.")
    expect(toast.locator("a")).to_have_attribute("href", f"/tickets/{alert.ticket_id}")
    expect(camille.locator(".bell .bell__count")).to_have_text("1")
    expect(camille.locator(".bell")).to_have_attribute("aria-label", "Alerts: 1 open")
    ines.wait_for_timeout(1000)
    assert ines.locator(".toast").count() == 0
    assert _badge(ines) == ""


def test_a_toast_waits_while_somebody_types(
    shop: Shop, enter: Enter, tell: Tell, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    page.wait_for_timeout(1500)  # the streams are open
    page.keyboard.press("r")
    page.keyboard.type("Dear")

    tell(shop.camille, state="waiting")
    _ring(present)
    for letter in " Anna, it comes":  # the badge counts meanwhile
        page.keyboard.type(letter)
        page.wait_for_timeout(200)
    expect(page.locator(".bell .bell__count")).to_have_text("1")
    page.keyboard.type(".")
    assert page.locator(".toast").count() == 0

    expect(page.locator(".toast")).to_contain_text("First reply: less than 2 h to the limit.")
    expect(page.locator("#composer-text")).to_have_value("Dear Anna, it comes.")
    expect(page.locator("#composer-text")).to_be_focused()


def test_what_is_not_urgent_only_counts(
    shop: Shop, enter: Enter, tell: Tell, present: datetime
) -> None:
    page = enter(shop.camille)
    page.wait_for_timeout(1500)

    tell(shop.camille, level="count", threshold="limit:50", state="waiting")
    _ring(present)

    expect(page.locator(".bell .bell__count")).to_have_text("1")
    assert page.locator(".toast").count() == 0


def test_the_same_alert_is_said_once_although_the_page_changes(
    shop: Shop, enter: Enter, tell: Tell, present: datetime
) -> None:
    page = enter(shop.camille)
    page.wait_for_timeout(1500)
    tell(shop.camille, state="waiting")
    _ring(present)
    expect(page.locator(".toast")).to_have_count(1)

    page.goto("/?view=all")
    page.wait_for_timeout(1500)

    assert page.locator(".toast").count() == 0
    assert _badge(page) == "1"


def test_nobody_is_asked_for_notifications_and_nothing_sounds_by_itself(
    shop: Shop, enter: Enter, tell: Tell, present: datetime
) -> None:
    page = enter(shop.camille)
    page.add_init_script(COUNT_NOTIFICATIONS)
    page.reload()
    page.wait_for_timeout(1500)

    tell(shop.camille, state="waiting")
    _ring(present)

    expect(page.locator(".toast")).to_have_count(1)
    heard = page.evaluate("[window.notified.length, window.tones, Boolean(window.askedFor)]")
    assert heard == [0, 0, False]


def test_whoever_asked_for_it_is_notified_once_over_several_tabs(
    shop: Shop, enter: Enter, tell: Tell, present: datetime
) -> None:
    wish(email="off", browser=True, sound=True, by=shop.camille, now=present)
    first = enter(shop.camille)
    first.context.add_init_script(COUNT_NOTIFICATIONS)
    first.reload()
    second = first.context.new_page()
    second.goto("/alerts")
    first.wait_for_timeout(1500)

    alert = tell(shop.camille, state="waiting")
    _ring(present)
    expect(second.locator(".bell .bell__count")).to_have_text("1")
    first.wait_for_timeout(700)

    notified = [one for page in (first, second) for one in page.evaluate("window.notified")]
    (shown,) = notified
    assert shown["title"] == f"Ticket {alert.ticket_id}, Amazon.de – Maison Perrin"
    assert shown["body"].startswith("First reply: less than 2 h to the limit.")
    assert shown["tag"] == str(Delivery.objects.get().pk)
    assert "Anna" not in json.dumps(shown)
    assert sum(page.evaluate("window.tones") for page in (first, second)) == 2

    first.close()  # the other tab speaks from now on
    second.wait_for_timeout(300)
    tell(shop.camille, state="waiting")
    _ring(present)
    expect(second.locator(".bell .bell__count")).to_have_text("2")
    second.wait_for_timeout(700)
    assert second.evaluate("window.notified.length") == 1


def test_the_browser_is_asked_by_a_button(shop: Shop, enter: Enter) -> None:
    page = enter(shop.camille)
    page.add_init_script(COUNT_NOTIFICATIONS + "window.Notification.permission = 'default';")
    page.goto("/account/notifications")

    page.click("#allow-button")
    assert page.evaluate("window.askedFor") is True
    page.click("#hear")
    assert page.evaluate("window.tones") == 2
    assert violations(page) == []


def test_alerts_are_noted_by_keyboard(
    shop: Shop, enter: Enter, tell: Tell, present: datetime
) -> None:
    first = tell(shop.camille)
    second = tell(
        shop.camille, ticket=open_ticket(shop, shop.amazon_de, asked_ago=HOUR, now=present)
    )
    page = enter(shop.camille)
    page.keyboard.press("g")
    page.keyboard.press("a")
    expect(page.locator("h1")).to_have_text("Alerts")

    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.locator(f"#a{first.pk}")).to_contain_text("Noted by Camille Perrin")
    expect(page.locator(f"#a{second.pk}")).to_have_class("alert alert--loud is-current")
    expect(page.locator(".bell .bell__count")).to_have_text("1")
    page.keyboard.press("Enter")
    expect(page.locator("#ticket")).to_be_visible()

    assert Alert.objects.filter(acknowledged_by=shop.camille).count() == 2
    expect(page.locator(".bell .bell__count")).to_have_text("")


def test_the_bell_stands_among_the_tabs_of_a_phone(shop: Shop, enter: Enter, tell: Tell) -> None:
    tell(shop.camille)
    page = enter(shop.camille, viewport=PHONE)

    page.click(".tabs .bell-tab")

    expect(page.locator(".alert")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_alerts_have_no_barriers(
    shop: Shop, enter: Enter, tell: Tell, scheme: str
) -> None:
    tell(shop.camille)
    tell(shop.camille, level="count")
    page = enter(shop.camille, "/alerts", color_scheme=scheme)

    for path in (
        "/alerts",
        "/settings/alerts",
        "/settings/alerts/log",
        "/settings/alerts/breaches",
    ):
        page.goto(path)
        assert (path, violations(page)) == (path, [])
