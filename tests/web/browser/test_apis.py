"""Connecting an account from its page alone: guided, wrong first, then right, then the first answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from playwright.sync_api import expect

from comptoir.channels.kernel import catalogue
from comptoir.channels.kernel.card import Card
from comptoir.inbox import arrivals, connecting, outbox
from comptoir.inbox.pulling import pull_by_id
from comptoir.merchant.models import ChannelFigure, Connection
from comptoir.storage import clock
from tests.channels.loopback import Vendor
from tests.web.browser.conftest import IN_BROWSER, Enter
from tests.web.browser.looks import broken_pages, pages_too_wide
from tests.web.settings_pages.shops import KEY, events_at, template_shop
from tests.web.shop import Shop

PHONE = {"width": 390, "height": 844}
pytestmark = IN_BROWSER


@pytest.fixture(autouse=True)
def card(monkeypatch: pytest.MonkeyPatch) -> Card:
    """The template's card, offered like any other."""
    made = msgspec.structs.replace(catalogue.cards()["template"], is_listed=True)
    cards = {**catalogue.cards(), "template": made}
    monkeypatch.setattr(catalogue, "cards", lambda: cards)
    return made


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    with template_shop(events_at(datetime.now(UTC) - timedelta(minutes=5))) as running:
        yield running


def work() -> None:
    """Do what the worker does: pull, read, send."""
    pull_by_id(Connection.objects.get(kind="template").pk, clock=clock.now)
    arrivals.read_waiting(clock=clock.now)
    later = clock.now() + timedelta(minutes=1)
    outbox.deliver_due(clock=lambda: later)


def test_account_is_connected_by_following_the_page_and_a_buyer_answered(
    shop: Shop, enter: Enter, vendor: Vendor
) -> None:
    page = enter(shop.camille, "/settings/connect")
    page.get_by_label("Marketplace, shop or system").fill("templ")
    expect(page.locator(".offer")).to_have_count(1)
    page.get_by_role("link", name="Template shop").click()
    expect(page.get_by_text("Open Settings → API in the shop")).to_be_visible()

    page.get_by_label("Name of the connection").fill("Lampenladen")
    page.get_by_label("Address of the shop’s API").fill(vendor.url)
    page.get_by_label("Key", exact=True).fill("wrong")
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#trial")).to_contain_text("does not accept these keys")

    page.get_by_role("link", name="Change what I typed").click()
    expect(page.get_by_label("Key", exact=True)).to_have_value("")
    expect(page.get_by_label("Address of the shop’s API")).to_have_value(vendor.url)
    page.get_by_label("Key", exact=True).fill(KEY)
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#trial")).to_contain_text("Works: the keys are good")

    row = page.locator(".serving")
    row.get_by_label("Channel").select_option(label="A new channel")
    row.get_by_label("Name").fill("Lampenladen")
    page.get_by_label("Start date").fill("2020-01-01")
    page.get_by_role("button", name="Connect and begin reading").click()
    expect(page.locator("#reading")).to_contain_text("The first reading begins")
    work()
    expect(page.locator("#reading")).to_contain_text("2 items read so far")
    expect(page.get_by_label("Address", exact=True)).to_have_value(re.compile("/push/.{40}"))

    page.get_by_role("link", name="To the queue").click()
    page.locator(".row__link", has_text="Anna Berg").click()
    expect(page.locator("[data-send-label]")).to_contain_text("Send to buyer via Lampenladen")
    page.locator("#composer-text").fill("Es kommt morgen.")
    page.locator("[data-send=reply]").click()
    expect(page.locator(".toast").first).to_contain_text("Reply to Anna Berg leaves")
    work()

    sent = [one.json["text"] for one in vendor.asked if one.method == "POST"]
    assert [text.partition("\n")[0] for text in sent] == ["Es kommt morgen."]


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_pages_are_accessible_and_fit(
    look: str, shop: Shop, enter: Enter, vendor: Vendor, present: datetime
) -> None:
    new = connecting.NewChannel("generic_email", "Lampenladen", present, "DE")
    row = connecting.connect(
        "template", "Lampenladen", {"base_url": vendor.url}, {"key": KEY}, [new],
        by=shop.camille, now=present,
    )  # fmt: skip
    pull_by_id(row.pk, clock=clock.now)
    Connection.objects.filter(pk=row.pk).update(
        credentials_expire_at=present + timedelta(days=3), failing_since=present,
        error_code="consent_revoked",
    )  # fmt: skip
    ChannelFigure.objects.create(channel=shop.amazon_de, name="grade", value=4, at=present)
    addresses = [
        "/settings/connect",
        "/settings/connect?q=zzz",
        "/settings/connect/template",
        "/settings/connect/ebay",
        f"/settings/connections/{row.pk}",
        f"/settings/connections/{row.pk}/account",
        f"/settings/connections/{row.pk}/channels/add",
        f"/settings/channels/{shop.amazon_de.pk}",
    ]
    if look == "phone":
        assert pages_too_wide(enter(shop.camille, viewport=PHONE), addresses) == []
    else:
        assert broken_pages(enter(shop.camille, color_scheme=look), addresses) == {}
