"""What a team leader sets up for others: their hours and absences, and who gets which tickets."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from comptoir.merchant.models import Absence, Person, Role, Team
from comptoir.merchant.models.assigning import AssignmentRule
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.browser.looks import violations
from tests.web.shop import Shop, open_ticket

DAY = timedelta(days=1)
pytestmark = IN_BROWSER


@pytest.fixture
def leader(shop: Shop) -> Person:
    """Jonas, who leads the team he is in."""
    shop.jonas.role = Role.LEADER
    shop.jonas.language = "en"
    shop.jonas.save(update_fields=["role", "language"])
    return shop.jonas


def test_leader_enters_hours_and_an_absence_of_somebody_else(
    shop: Shop, leader: Person, enter: Enter, present: datetime
) -> None:
    page = enter(leader, "/settings/people")
    row = page.get_by_role("row").filter(has_text="Inès Moreau")
    row.get_by_role("link", name="Hours and absences").press("Enter")
    expect(page.locator("h1")).to_have_text("Working hours of Inès Moreau")

    # What cannot be read is said at its field, and nothing typed is lost.
    page.get_by_label("Monday").fill("9 to noon and so on")
    page.get_by_label("Tuesday").fill("09:00–12:30, 13:30–18:00")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_label("Monday")).to_have_value("9 to noon and so on")
    expect(page.get_by_label("Monday")).to_have_attribute("aria-invalid", "true")
    assert violations(page) == []
    page.get_by_label("Monday").fill("09:00–12:00")
    page.get_by_label("Open tickets at most").fill("12")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.locator(".toast__text", has_text="Saved.")).to_be_visible()
    hers = Person.objects.get(pk=shop.ines.pk)
    assert hers.working_hours["mon"] == [["09:00", "12:00"]]
    assert hers.capacity == 12

    _enter_absence(page, present)
    expect(page.locator(".absences")).to_contain_text("Camille Perrin stands in")
    absence = Absence.objects.get()
    assert (absence.person_id, absence.stand_in_id) == (shop.ines.pk, shop.camille.pk)

    page.locator(".absences").get_by_role("button", name="Remove").press("Enter")
    expect(page.locator("#absences")).to_contain_text("None entered.")


def _enter_absence(page: Page, present: datetime) -> None:
    page.get_by_label("First day").fill((present + 3 * DAY).strftime("%Y-%m-%d"))
    page.get_by_label("Last day").fill((present + 5 * DAY).strftime("%Y-%m-%d"))
    page.get_by_label("Reason").fill("Training")
    page.get_by_label("Who stands in").select_option(label="Camille Perrin")
    page.get_by_role("button", name="Enter", exact=True).press("Enter")


def test_rule_is_tried_on_last_weeks_tickets_before_it_is_kept(
    shop: Shop, leader: Person, enter: Enter, present: datetime
) -> None:
    open_ticket(shop, shop.amazon_de, buyer="Anna Berg", now=present)
    open_ticket(shop, shop.ebay_fr, buyer="Paul Lang", now=present)
    open_ticket(shop, shop.amazon_de, buyer="Long ago", asked_ago=9 * DAY, now=present)
    page = enter(leader, "/settings/assignment/new")

    page.get_by_label("Name").fill("Amazon by turns")
    page.get_by_label("Team", exact=True).select_option(label=Team.objects.get().name)
    page.locator("#condition-marketplace summary").press("Enter")
    page.locator("#condition-marketplace").get_by_label("Amazon").press("Space")
    page.get_by_role("button", name="Try on last week's tickets").press("Enter")

    tried = page.locator("section[role=status]")
    expect(tried).to_contain_text("1 of 2 tickets fit.")
    expect(tried.get_by_role("link", name="Anna Berg")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Amazon by turns")
    assert violations(page) == []
    assert not AssignmentRule.objects.exists()
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.locator("h1")).not_to_have_text("New rule")
    assert AssignmentRule.objects.get().conditions == {"marketplace": ["amazon"]}
