"""Changing signatures: who may, what may stand in them, and what buyers then read."""

from __future__ import annotations

from comptoir.merchant.models import Brand
from tests.web.conftest import LogIn
from tests.web.shop import Shop

ADDRESS = "/settings/templates/signatures"


def test_administrator_gives_a_channel_its_own_signature(shop: Shop, log_in: LogIn) -> None:
    form = {f"channel-{shop.amazon_de.pk}": "{{ agent.first_name }} at {{ channel.name }}"}
    browser = log_in(shop.camille)

    assert browser.post(ADDRESS, form).status_code == 302

    assert "Camille at Amazon.de" in browser.get(ADDRESS).content.decode()


def test_one_mistake_stores_nothing_and_keeps_what_was_typed(shop: Shop, log_in: LogIn) -> None:
    brand = Brand.objects.get()
    form = {
        f"brand-{brand.pk}": "New words",
        f"channel-{shop.amazon_de.pk}": "{{ order.number }}",
    }

    answer = log_in(shop.camille).post(ADDRESS, form)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "{{ order.number }} cannot stand in a signature" in page
    assert "New words" in page
    brand.refresh_from_db()
    assert brand.signature == "Maison Perrin, Lyon"


def test_agent_changes_only_their_own(shop: Shop, log_in: LogIn) -> None:
    browser = log_in(shop.ines)

    assert browser.post(ADDRESS, {}).status_code == 403
    assert browser.post("/account/signature", {"signature": "Inès"}).status_code == 302

    shop.ines.refresh_from_db()
    assert shop.ines.signature == "Inès"
    page = browser.get("/account/signature").content.decode()
    assert "Inès\nMaison Perrin, Lyon" in page
    assert "maisonperrin.example" not in page  # a channel of another team
