"""A person's own pages, and what the rest of the desk makes of them: each journey looks at both."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from comptoir.alerts import delivering
from comptoir.merchant.models import Absence, Person
from comptoir.orders.models import Customer
from comptoir.tickets.models import Outbox
from tests.web.alerts.conftest import Tell, tell
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.browser.test_alerts import COUNT_NOTIFICATIONS
from tests.web.shop import Shop, open_ticket

__all__ = ["tell"]

PARIS, TOKYO = ZoneInfo("Europe/Paris"), ZoneInfo("Asia/Tokyo")
DAY = timedelta(days=1)
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
BACKGROUND = (
    "getComputedStyle(document.documentElement).backgroundColor.match(/[\\d.]+/g).map(Number)"
)
pytestmark = IN_BROWSER


def save(page: Page, said: str = "Saved.") -> None:
    """Save by the keyboard, and wait until it is said."""
    page.get_by_role("button", name="Save", exact=True).first.press("Enter")
    expect(page.get_by_text(said, exact=True)).to_be_visible()


def test_language_and_time_zone_are_switched_and_the_pages_follow(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    asked_at = present - timedelta(hours=1)
    page = enter(shop.camille, f"/tickets/{ticket.pk}")
    time = page.locator(".message--buyer time.message__time")
    expect(time).to_contain_text(f"{asked_at.astimezone(PARIS):%H:%M}")

    page.goto("/account/profile/")
    page.get_by_label("Language", exact=True).select_option("de")
    page.get_by_label("Time zone").fill("Asia/Tokyo")
    save(page, "Gespeichert.")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("h1")).to_have_text("Ihr Konto")

    page.goto(f"/tickets/{ticket.pk}")
    expect(page.locator("#composer [data-mode-of=note]")).to_contain_text("Notiz")
    expect(time).to_contain_text(f"{asked_at.astimezone(TOKYO):%H:%M}")
    colleague = enter(shop.noah, f"/tickets/{ticket.pk}")
    expect(colleague.locator("html")).to_have_attribute("lang", "en")


def test_time_at_the_buyers_stands_beside_ones_own(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    near = open_ticket(shop, shop.amazon_de, now=present)
    far = open_ticket(shop, shop.amazon_de, buyer="Aiko Mori", now=present)
    Customer.objects.filter(name="Aiko Mori").update(country="JP")
    page = enter(shop.camille, f"/tickets/{far.pk}")
    now = datetime.now(TOKYO)
    shown = page.locator("#customer")
    expect(shown).to_contain_text("at the buyer's")
    written = (shown.text_content() or "").partition(" at the buyer's")[0][-5:]
    there = now.replace(hour=int(written[:2]), minute=int(written[3:]))
    assert abs(there - now) < timedelta(minutes=2)

    page.goto(f"/tickets/{near.pk}")
    expect(page.locator("#customer")).to_contain_text("Germany")
    expect(page.locator("#customer")).not_to_contain_text("at the buyer's")


def test_colours_are_switched_on_the_profile_and_by_the_palette(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    page = enter(shop.camille, "/account/profile/", color_scheme="light")
    light = page.evaluate(BACKGROUND)
    page.get_by_label("Colours").select_option("dark")
    save(page)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    dark = page.evaluate(BACKGROUND)
    assert sum(dark[:3]) < sum(light[:3]) / 2

    page.goto("/")
    assert page.evaluate(BACKGROUND) == dark
    page.keyboard.press("Control+k")
    page.keyboard.type("light")
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text("Light")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert page.evaluate(BACKGROUND) == light
    assert Person.objects.get(pk=shop.camille.pk).theme == "light"


def test_signature_of_a_channel_stands_below_its_replies_and_of_no_other(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    on_amazon = open_ticket(shop, shop.amazon_de, now=present)
    on_ebay = open_ticket(shop, shop.ebay_fr, now=present)
    page = enter(shop.camille, "/settings/templates/signatures")
    page.get_by_label(shop.amazon_de.name).fill("{{ agent.first_name }} vom Amazon-Team")
    save(page)
    page.goto("/account/signature")
    page.get_by_label("Your own lines").fill("Warmly,")
    save(page)
    rows = page.get_by_role("row")
    expect(rows.filter(has_text="Amazon.de")).to_contain_text("Camille vom Amazon-Team")
    expect(rows.filter(has_text="eBay.fr")).to_contain_text("Warmly,")

    page.goto(f"/tickets/{on_ebay.pk}")
    page.locator(".composer__signature > summary").press("Enter")
    below = page.locator(".composer__signed-all")
    expect(below).to_have_text("Warmly,\nMaison Perrin, Lyon")
    page.goto(f"/tickets/{on_amazon.pk}")
    page.locator(".composer__signature > summary").press("Enter")
    expect(below).to_have_text("Camille vom Amazon-Team")  # it speaks for the writer already

    page.locator("#composer-text").fill("It arrives tomorrow.")
    page.locator("#composer-text").press("Control+Enter")
    page.wait_for_url(lambda address: f"/tickets/{on_amazon.pk}" not in address)
    assert "Camille vom Amazon-Team" in Outbox.objects.get().message.text


def test_hours_and_absence_are_entered_and_colleagues_see_them(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    Person.objects.update(language="en")
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    today = datetime.now(PARIS)
    page = enter(shop.ines, "/account/hours/")
    free = WEEK[today.weekday()]
    for day in WEEK:
        page.get_by_label(day, exact=True).fill("" if day == free else "09:00–12:30, 13:30–18:00")
    save(page)
    jonas = enter(shop.jonas, f"/tickets/{ticket.pk}")
    jonas.locator("#assign-menu > summary").press("Enter")
    hand = jonas.locator("#assign-menu .menu__item", has_text="Inès Moreau")
    expect(hand).to_contain_text("off duty now")

    page.get_by_label("First day").fill(f"{today:%Y-%m-%d}")
    page.get_by_label("Last day").fill(f"{today + 2 * DAY:%Y-%m-%d}")
    page.get_by_label("Reason").fill("Fair in Lyon")
    page.get_by_label("Who stands in").select_option(label="Jonas Weber")
    page.get_by_role("button", name="Enter", exact=True).press("Enter")
    expect(page.locator(".absences")).to_contain_text("away now")
    expect(page.locator(".absences")).to_contain_text("Jonas Weber stands in")
    jonas.reload()
    jonas.locator("#assign-menu > summary").press("Enter")
    expect(hand).to_contain_text("away until")

    page.locator(".absences").get_by_role("button", name="Remove").press("Enter")
    expect(page.locator("#absences")).to_contain_text("None entered.")
    assert not Absence.objects.exists()


def test_sound_is_switched_on_without_notifications_and_off_again(
    shop: Shop, enter: Enter, tell: Tell, present: datetime
) -> None:
    page = enter(shop.camille, "/account/notifications")
    page.add_init_script(COUNT_NOTIFICATIONS)
    for tones in (2, 0):
        page.get_by_label("A short sound").press("Space")
        page.get_by_role("radio", name="None").check()
        save(page)
        page.goto("/")
        page.wait_for_timeout(1000)  # the stream is open
        tell(shop.camille, state="waiting")
        assert delivering.ring_due(now=present) > 0
        expect(page.locator(".toast")).to_have_count(1)
        page.wait_for_timeout(700)
        assert page.evaluate("[window.notified.length, window.tones]") == [0, tones]
        page.goto("/account/notifications")
        expect(page.get_by_role("radio", name="None")).to_be_checked()
