"""Hours in a real browser: by keyboard, followed as they are typed, on a phone, for everybody."""

from __future__ import annotations

from datetime import datetime

import pytest
from playwright.sync_api import expect

from comptoir.merchant.models import Calendar
from comptoir.sla.models import PolicyVersion
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.browser.looks import broken_pages, pages_too_wide
from tests.web.shop import Shop

ADDRESSES = ["/settings/hours", "/settings/hours/office", "/settings/hours/new"]
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
pytestmark = IN_BROWSER


@pytest.fixture
def office(shop: Shop, present: datetime) -> Calendar:
    """Nine to five, used by every policy, German holidays included."""
    made: Calendar = Calendar.objects.create(
        name="office",
        spec={
            "timezone": "Europe/Paris",
            "hours": {day: [["09:00", "17:00"]] for day in WORKDAYS},
            "overrides": {f"{present.year}-12-24": [["09:00", "12:00"]]},
        },
        valid_from=present,
    )
    for version in PolicyVersion.objects.all():
        version.spec = {**version.spec, "calendars": {"office": 1}}
        version.save()
    return made


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_about_hours_are_accessible(
    scheme: str, shop: Shop, office: Calendar, enter: Enter
) -> None:
    page = enter(shop.camille, color_scheme=scheme)

    assert broken_pages(page, ADDRESSES) == {}


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_pages_about_hours_fit_a_phone(
    language: str, shop: Shop, office: Calendar, enter: Enter
) -> None:
    shop.camille.language = language
    shop.camille.save()
    page = enter(shop.camille, viewport={"width": 390, "height": 844})

    assert pages_too_wide(page, ADDRESSES) == []


def test_hours_are_edited_by_keyboard_and_followed_as_they_are_typed(
    shop: Shop, office: Calendar, enter: Enter
) -> None:
    page = enter(shop.camille, "/settings/hours/office")
    coverage = page.locator("#coverage")

    page.get_by_label("Monday").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("8-12, 13-17")
    expect(page.locator(".fortnight")).to_contain_text("08:00–12:00, 13:00–17:00")
    page.get_by_role("button", name="Copy Monday").press("Enter")
    expect(page.get_by_label("Friday")).to_have_value("8-12, 13-17")
    page.get_by_label("Saturday").fill("10-11")
    page.get_by_label("Sunday").fill("10-11")

    expect(coverage.locator(".chip").nth(1)).to_have_text("100 %")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.locator(".versions")).to_contain_text("version 2")
    expect(page.get_by_label("Tuesday")).to_have_value("08:00–12:00, 13:00–17:00")


def test_enter_in_a_field_saves_what_was_typed(shop: Shop, office: Calendar, enter: Enter) -> None:
    page = enter(shop.camille, "/settings/hours/office")

    page.get_by_label("Monday", exact=True).fill("8-12")
    page.keyboard.press("Enter")

    expect(page.locator(".versions")).to_contain_text("version 2")
    expect(page.get_by_label("Monday", exact=True)).to_have_value("08:00–12:00")
    expect(page.get_by_label("Tuesday")).to_have_value("09:00–17:00")


def test_missing_hours_are_found_and_put_in(shop: Shop, office: Calendar, enter: Enter) -> None:
    page = enter(shop.camille, "/settings/hours/office")
    coverage = page.locator("#coverage")
    coverage.get_by_label("Amazon Urgent").check()
    expect(coverage).to_contain_text("2 more hours a week do it")

    coverage.get_by_label("Reach at least").fill("90")
    page.keyboard.press("Tab")
    expect(coverage).to_contain_text("1 more hour a week does it")
    coverage.get_by_label("Reach at least").fill("100")
    page.keyboard.press("Tab")
    expect(coverage).to_contain_text("2 more hours a week do it")
    coverage.get_by_role("button", name="Put them into the hours").click()

    expect(page.get_by_label("Saturday")).to_have_value("09:00–10:00")
    expect(page.locator(".notice--good").first).to_contain_text("Nothing is saved yet.")
    assert Calendar.objects.count() == 1


def test_holidays_and_days_are_added_without_losing_what_was_typed(
    shop: Shop, office: Calendar, enter: Enter
) -> None:
    page = enter(shop.camille, "/settings/hours/office")
    page.get_by_label("Monday", exact=True).fill("8-16")
    page.get_by_label("Country").select_option("DE")
    page.get_by_label("Region").select_option("BY")
    expect(page.get_by_label("Corpus Christi")).to_be_checked()
    page.get_by_label("Corpus Christi").uncheck()
    page.get_by_role("button", name="Add a day").click()

    expect(page.locator(".differs")).to_have_count(3)
    expect(page.get_by_label("Monday", exact=True)).to_have_value("8-16")
    expect(page.get_by_label("Corpus Christi")).not_to_be_checked()
    expect(page.locator("#days .field__error")).to_have_count(0)
