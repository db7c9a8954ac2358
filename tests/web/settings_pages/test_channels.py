"""The list of channels, one channel's policy, live and watched, another channel by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from tests.web.settings_pages.conftest import query_count
from tests.web.shop import Shop

from comptoir.merchant.models import Channel, ChannelFigure, Route
from comptoir.sla.models import PolicyVersion
from comptoir.storage import clock
from comptoir.storage.models import AuditEntry
from comptoir.web.settings_pages.figures import word_for


def test_list_tells_state_promise_and_who_sees_a_channel(shop: Shop, admin: Client) -> None:
    page = admin.get("/settings/channels").content.decode()

    for text in ("Amazon.de – Maison Perrin", "Live", "24 h, always counting", "target 14 h",
                 "confirmed", "Tableware", "administrators and readers only"):  # fmt: skip
        assert text in page


def test_list_says_what_to_do_about_a_connection_that_fails(shop: Shop, admin: Client) -> None:
    shop.mailbox.failing_since, shop.mailbox.error_code = clock.now(), "auth_failed"
    shop.mailbox.save()

    page = admin.get("/settings/channels").content.decode()

    assert page.count("The server does not accept user name and password.") == 3


def test_list_asks_as_often_with_three_channels_as_with_one(shop: Shop, admin: Client) -> None:
    with_three = query_count(admin, "/settings/channels")
    Route.objects.exclude(channel=shop.amazon_de).delete()
    Channel.objects.exclude(pk=shop.amazon_de.pk).delete()
    with_one = query_count(admin, "/settings/channels")

    assert with_three == with_one


def test_empty_list_leads_to_connecting(admin: Client) -> None:
    Route.objects.all().delete()
    Channel.objects.all().delete()

    page = admin.get("/settings/channels").content.decode()

    assert "No channel is connected yet." in page
    assert "/settings/channels/connect" in page


def test_channel_page_tells_the_policy_with_its_version(shop: Shop, admin: Client) -> None:
    page = admin.get(f"/settings/channels/{shop.ebay_fr.pk}").content.decode()

    assert "First reply: 24 h, always counting; target 12 h." in page
    assert "version 1" in page
    assert "Nobody published a limit for this channel." in page


def test_channel_is_watched_and_goes_live_after_asking(shop: Shop, admin: Client) -> None:
    address = f"/settings/channels/{shop.amazon_de.pk}"
    asked = admin.get(f"{address}/watch").content.decode()
    untouched = Channel.objects.get(pk=shop.amazon_de.pk).is_watched_only
    admin.post(f"{address}/watch")
    watched = Channel.objects.get(pk=shop.amazon_de.pk).is_watched_only
    admin.post(f"{address}/go-live")

    assert "no reply can leave" in asked
    assert (untouched, watched) == (False, True)
    assert Channel.objects.get(pk=shop.amazon_de.pk).is_watched_only is False
    written = AuditEntry.objects.filter(subject_kind="channel").order_by("id")
    actions = written.values_list("action", flat=True)
    assert list(actions) == ["channel.watch", "channel.go_live"]


def test_channel_is_added_to_a_connection_with_its_preset(shop: Shop, admin: Client) -> None:
    sent = {"c0-marketplace": "kaufland", "c0-country": "DE", "c0-name": "Kaufland.de",
            "c0-brand": "Fjordlys", "c0-recipient": "kauf@maisonperrin.example",
            "c0-sender": "", "starts_on": "2026-11-20", "watch": "1"}  # fmt: skip
    response = admin.post(f"/settings/connections/{shop.mailbox.pk}/channels/add", sent)
    added = Channel.objects.get(name="Kaufland.de")
    route = Route.objects.get(channel=added)

    assert response["Location"] == f"/settings/channels/{added.pk}"
    assert (added.brand.name, added.locale, added.is_watched_only) == ("Fjordlys", "de", True)
    assert added.starts_at.isoformat() == "2026-11-19T23:00:00+00:00"
    assert route.matches == {"recipient": "kauf@maisonperrin.example"}
    assert PolicyVersion.objects.get(policy__channel=added).preset == "kaufland"


@pytest.mark.parametrize("missing", ["c0-name", "c0-marketplace", "starts_on"])
def test_channel_without_what_it_needs_is_refused(missing: str, shop: Shop, admin: Client) -> None:
    sent = {"c0-marketplace": "kaufland", "c0-name": "Kaufland.de", "c0-brand": "Fjordlys",
            "starts_on": "2026-11-20", "watch": "0"}  # fmt: skip
    response = admin.post(
        f"/settings/connections/{shop.mailbox.pk}/channels/add", sent | {missing: ""}
    )

    assert response.status_code == 422
    assert not Channel.objects.filter(name="Kaufland.de").exists()


def test_promise_follows_the_marketplace_that_is_chosen(admin: Client) -> None:
    chosen = {"c3-marketplace": "kaufland", "c3-country": "DE"}
    told = admin.get("/settings/channels/promise", chosen).content.decode()
    nobody = admin.get("/settings/channels/promise", {"c3-marketplace": "x"}).content.decode()

    assert "48 h on working days, without public holidays" in told
    assert "No policy." in nobody


def test_figures_of_the_marketplace_stand_with_their_source_period_and_date(
    shop: Shop, admin: Client
) -> None:
    now = clock.now()
    for at, value in ((now - timedelta(days=2), "0.02"), (now, "0.0065")):
        ChannelFigure.objects.create(
            channel=shop.amazon_de, name="order_defect_rate_mfn", value=Decimal(value),
            threshold=Decimal("0.01"), at=at, since=date(2026, 9, 1), until=at.date(), word="GOOD",
        )  # fmt: skip
    ChannelFigure.objects.create(
        channel=shop.amazon_de, name="warning_listing", unit="level", word="NONE", at=now
    )

    page = admin.get(f"/settings/channels/{shop.amazon_de.pk}").content.decode()

    for text in ("Order defect rate, own shipping", "0.65% (Good)", "1%", "1 Sept 2026",
                 "Warning listing", "Read from Amazon, Germany"):  # fmt: skip
        assert text in page, text
    assert "2% (Good)" not in page
    assert "GOOD" not in page
    assert "NONE" not in page


def test_signature_on_a_channel_is_shown_as_buyers_read_it(shop: Shop, admin: Client) -> None:
    Channel.objects.filter(pk=shop.amazon_de.pk).update(signature="{{ agent.first_name }}\nLyon")

    page = admin.get(f"/settings/channels/{shop.amazon_de.pk}").content.decode()

    assert "{{" not in page
    assert "Camille · Lyon" in page


@pytest.mark.parametrize(
    ("told", "said"),
    [("GOOD", "Good"), ("AT_RISK", "At risk"), ("NEVER_SEEN", "Never seen"), ("Gold", "Gold")],
)
def test_judgement_of_a_marketplace_is_a_word_and_no_code(told: str, said: str) -> None:
    assert word_for(told) == said
