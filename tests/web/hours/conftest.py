"""The small shop with its hours, and Camille's browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.web.settings_pages.conftest import entered
from tests.web.shop import Shop, open_shop

from comptoir.merchant.models import Calendar
from comptoir.sla.models import PolicyVersion
from comptoir.storage import clock
from comptoir.web import shell

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
NINE_TO_FIVE = {day: [["09:00", "17:00"]] for day in WORKDAYS}


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Counts and names are kept for seconds; each test begins without."""
    shell.forget()


@pytest.fixture
def shop(db: None) -> Shop:
    """Maison Perrin with three channels."""
    return open_shop(clock.now())


@pytest.fixture
def office(shop: Shop) -> Calendar:
    """Monday to Friday, nine to five in Paris, used by the policies of all three channels."""
    made: Calendar = Calendar.objects.create(
        name="office",
        spec={"timezone": "Europe/Paris", "hours": NINE_TO_FIVE},
        valid_from=clock.now(),
    )
    for version in PolicyVersion.objects.all():
        version.spec = {**version.spec, "calendars": {"office": 1}}
        if version.policy.channel_id == shop.own_shop.pk:
            rule = {**version.spec["first_reply"], "target_calendar": "office"}
            version.spec |= {"first_reply": rule, "next_reply": rule}
        version.save()
    return made


@pytest.fixture
def admin(shop: Shop) -> Client:
    """Camille's browser."""
    return entered(shop.camille)


def typed(**changed: Any) -> dict[str, Any]:
    """Give the form of nine to five as a browser sends it, with what is typed otherwise."""
    return {
        "title": "",
        "about": "",
        "time_zone": "Europe/Paris",
        **dict.fromkeys(WORKDAYS, "09:00–17:00"),
        "sat": "",
        "sun": "",
        "country": "",
        "region": "",
        "fresh": "",
        "day_count": "1",
        "day0-day": "",
        "day0-kind": "closed",
        "day0-pairs": "",
        "day0-name": "",
        "begins": "now",
        "begins_on": "",
        "do": "save",
        **changed,
    }
