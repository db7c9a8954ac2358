"""Only administrators open these pages, everybody may read policies; the demo's clock exists in
the demo alone."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern
from tests.web.settings_pages.conftest import entered
from tests.web.shop import Shop

from comptoir.storage import clock
from comptoir.web.settings_pages.urls import urlpatterns

VALUES = {"<int:channel_id>": "1", "<int:connection_id>": "1", "<int:raw_item_id>": "1",
          "<str:key>": "abc", "<str:kind>": "template", "<int:policy_id>": "1", "<int:rule_id>": "1"}  # fmt: skip
READ_BY_ALL = frozenset({"policies", "policy", "policy_rollouts"})


def _address(pattern: URLPattern) -> str:
    route = str(pattern.pattern)
    for name, value in VALUES.items():
        route = route.replace(name, value)
    return f"/settings/{route}"


GUARDED = [pattern for pattern in urlpatterns if pattern.name not in READ_BY_ALL]


@pytest.mark.parametrize("pattern", GUARDED, ids=lambda pattern: str(pattern.name))
def test_page_turns_agents_readers_and_visitors_away(pattern: URLPattern, shop: Shop) -> None:
    address = _address(pattern)
    statuses = []
    for browser in (entered(shop.ines), entered(shop.noah), Client()):
        statuses.append(browser.get(address).status_code)
        statuses.append(browser.post(address).status_code)

    assert {status for status in statuses[:4] if status != 405} == {403}
    assert {status for status in statuses[4:] if status != 405} == {302}


@pytest.mark.parametrize("name", sorted(READ_BY_ALL))
def test_policies_are_read_by_all_and_changed_by_nobody_there(name: str, shop: Shop) -> None:
    pattern = next(pattern for pattern in urlpatterns if pattern.name == name)
    number = shop.policies[shop.amazon_de.pk].policy_id
    address = f"/settings/{pattern.pattern}".replace("<int:policy_id>", str(number))
    ines, visitor = entered(shop.ines), Client()

    assert (ines.get(address).status_code, ines.post(address).status_code) == (200, 405)
    assert visitor.get(address).status_code == 302


def test_clock_page_is_missing_on_a_real_desk(admin: Client) -> None:
    assert admin.get("/settings/clock").status_code == 404
    assert "Clock" not in admin.get("/settings/channels").content.decode()


def test_clock_moves_forward_in_the_demo(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPTOIR_DEMO", "1")
    before = clock.offset()
    moved = admin.post("/settings/clock", {"hours": "6"})
    odd = admin.post("/settings/clock", {"hours": "7"})
    page = admin.get("/settings/clock").content.decode()

    assert (moved.status_code, odd.status_code) == (302, 422)
    assert (clock.offset() - before).total_seconds() == 6 * 3600
    assert "ahead of the real time" in page
