"""Vendors are asked to push where they can reach us, and one that fails holds up none."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from tests.channels.loopback import Answer, vendor
from tests.channels.shopify.shop import Shop
from tests.inbox.told.shops import START

from comptoir.inbox import connecting, pushing, subscribing
from comptoir.merchant.models import Channel, Connection, Merchant

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account() -> Any:
    Merchant.objects.get_or_create(name="Maison Perrin", defaults={"time_zone": "Europe/Paris"})

    def made(url: str) -> Connection:
        values = {"shop": "m", "base_url": url, "client_id": "id"}
        channel = connecting.NewChannel("shopify", "Shop", START, "FR")
        return connecting.connect(
            "shopify", "Shop", values, {"client_secret": "s"}, [channel], by=None, now=START
        )

    return made


def test_every_account_is_subscribed_to_its_own_address_once(account: Any, settings: Any) -> None:
    settings.URL = "https://desk.example"
    shop = Shop()
    with vendor(lambda _: Answer(401)) as broken, vendor(shop.handle) as running:
        account(broken.url)
        row = account(running.url)
        made = subscribing.subscribe_all()
        again = subscribing.subscribe_all()

    asked = [one for one in running.asked if b"mutation" in one.body]
    to = {one.json["variables"]["to"]["uri"] for one in asked}
    assert (made, again) == (len(shop.subscribed), 0)
    assert to == {f"https://desk.example{reverse('push', args=[pushing.key_of(row)])}"}


def test_account_that_only_watches_changes_nothing_at_the_vendor(
    account: Any, settings: Any
) -> None:
    settings.URL = "https://desk.example"
    with vendor(Shop().handle) as running:
        row = account(running.url)
        Channel.objects.filter(routes__connection=row).update(is_watched_only=True)
        assert subscribing.subscribe_all() == 0
    assert running.asked == []


def test_without_a_public_address_nobody_is_asked(account: Any, settings: Any) -> None:
    settings.URL = "http://127.0.0.1:8700"
    with vendor(Shop().handle) as running:
        account(running.url)
        assert subscribing.subscribe_all() == 0
    assert running.asked == []
