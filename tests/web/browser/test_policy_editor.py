"""The pages about policies in a real browser: by keyboard, on a phone, for everybody."""

from __future__ import annotations

from datetime import datetime

import pytest
from playwright.sync_api import expect

from comptoir.merchant.models import Calendar
from comptoir.sla.actions.policies import Wanted
from comptoir.sla.models import Policy, PolicyVersion
from comptoir.tickets.actions import policies
from comptoir.web.settings_pages.policies import findings
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.browser.looks import broken_pages, pages_too_wide
from tests.web.shop import Shop, open_ticket

PHONE = {"width": 390, "height": 844}
pytestmark = IN_BROWSER


@pytest.fixture(autouse=True)
def _hours(shop: Shop, present: datetime) -> None:
    findings.forget()
    week = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    spec = {"timezone": "Europe/Paris", "hours": week}
    Calendar.objects.create(name="office", spec=spec, valid_from=present)


def make(shop: Shop, name: str, present: datetime) -> Policy:
    wanted = Wanted(
        name=name,
        spec={"inherits": True, "first_reply": {"target_minutes": 60}},
        conditions={"risk_tier": [1]},
    )
    version = policies.make(wanted, holds_from=present, by=shop.camille, now=present)
    found: Policy = version.policy
    return found


def addresses(shop: Shop, present: datetime) -> list[str]:
    policy = make(shop, "Threats", present)
    return [
        "/settings/policies",
        f"/settings/policies/{policy.pk}",
        f"/settings/policies/{policy.pk}/edit",
        "/settings/policies/new",
    ]


def test_policy_is_made_with_the_keyboard_alone(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    open_ticket(shop, shop.amazon_de, now=present, tier=1)
    page = enter(shop.camille, "/settings/policies")
    page.get_by_role("link", name="New policy").focus()
    page.keyboard.press("Enter")

    page.get_by_label("Name").focus()
    page.keyboard.type("Threats within the hour")
    page.keyboard.press("Tab")  # the first condition: the risk
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#applies")).to_have_text("Applies to: Escalation risks.")
    page.locator("[name=first_reply-target_amount]").focus()
    page.keyboard.type("1")
    page.keyboard.press("Enter")  # looks, and never saves

    expect(page.locator("#part-preview")).to_be_focused()
    expect(page.locator("#part-preview")).to_have_text("Of 1 open tickets 1 would change.")
    assert not Policy.objects.filter(name="Threats within the hour").exists()
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Threats within the hour")
    version = PolicyVersion.objects.get(policy__name="Threats within the hour")
    assert version.conditions == {"risk_tier": [1]}
    assert version.spec["first_reply"]["target_minutes"] == 60


def test_refusal_is_reached_and_mended_without_losing_anything(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    version = shop.policies[shop.amazon_de.pk]
    page = enter(shop.camille, f"/settings/policies/{version.policy_id}/edit")
    page.locator("[name=first_reply-target_amount]").fill("30")
    page.get_by_label("Reason").fill("We are slower.")
    page.get_by_role("button", name="See what it changes").click()

    expect(page.get_by_role("alert")).to_be_focused()
    error = page.locator("#id_first_reply-target_amount_error")
    expect(error).to_contain_text("make the target 24 h or less")
    expect(page.get_by_label("Reason")).to_have_value("We are slower.")
    page.locator("[name=first_reply-target_amount]").fill("20")
    page.get_by_role("button", name="See what it changes").click()
    expect(page.locator("#part-preview")).to_be_visible()


def test_coverage_follows_what_is_typed_also_after_a_look(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    version = shop.policies[shop.own_shop.pk]
    page = enter(shop.camille, f"/settings/policies/{version.policy_id}/edit")
    target = page.locator("[name=first_reply-target_amount]")
    target.fill("1")
    target.blur()
    expect(page.locator("#coverage")).to_contain_text("29.8")
    page.get_by_role("button", name="See what it changes").click()
    expect(page.locator("#part-preview")).to_be_visible()

    page.locator("[name=first_reply-target_calendar]").select_option("office")

    expect(page.locator("#coverage")).not_to_contain_text("29.8")


def test_warnings_are_added_and_removed(shop: Shop, enter: Enter, present: datetime) -> None:
    version = shop.policies[shop.ebay_fr.pk]
    page = enter(shop.camille, f"/settings/policies/{version.policy_id}/edit")
    rows = page.locator("#warning-rows > [data-warning]")
    expect(rows.first).to_be_hidden()
    page.get_by_label("The usual warnings").uncheck()
    expect(rows).to_have_count(5)
    page.get_by_role("button", name="Another warning").click()
    expect(rows).to_have_count(6)
    expect(rows.last.locator("[name$=amount]")).to_be_focused()
    rows.last.get_by_role("button", name="Remove").click()
    expect(rows).to_have_count(5)
    expect(page.get_by_role("button", name="Another warning")).to_be_focused()


def test_order_is_changed_by_keyboard_and_the_focus_stays(
    shop: Shop, enter: Enter, present: datetime
) -> None:
    first, _second = make(shop, "First made", present), make(shop, "Second made", present)
    page = enter(shop.camille, "/settings/policies")
    names = page.locator(".policy--own h3")
    expect(names).to_have_text(["Second made", "First made"])

    page.get_by_role("button", name="Move First made up").focus()
    page.keyboard.press("Enter")

    expect(names).to_have_text(["First made", "Second made"])
    expect(page.locator(f"#move-up-{first.pk}")).to_be_focused()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_pages_break_no_serious_rule_of_accessibility(
    colours: str, shop: Shop, enter: Enter, present: datetime
) -> None:
    page = enter(shop.camille, color_scheme=colours)

    assert broken_pages(page, addresses(shop, present)) == {}


def test_pages_fit_on_a_phone(shop: Shop, enter: Enter, present: datetime) -> None:
    page = enter(shop.camille, viewport=PHONE)

    assert pages_too_wide(page, addresses(shop, present)) == []


def test_ticket_is_tagged_by_keyboard(shop: Shop, enter: Enter, present: datetime) -> None:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    page = enter(shop.ines, f"/tickets/{ticket.pk}")
    page.keyboard.press("l")
    expect(page.locator("#tag")).to_be_focused()
    page.keyboard.type("Gift")
    page.keyboard.press("Enter")

    expect(page.locator(".tags")).to_contain_text("gift")
    ticket.refresh_from_db()
    assert ticket.tags == ["gift"]
