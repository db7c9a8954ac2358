"""The small demo shop that view tests use: one ticket of each level, quickly made."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from tests.shop import NOON, DemoShop, small_shop

from comptoir.cli.demo.ages import asked_at, promises_of
from comptoir.cli.demo.people import PASSWORD
from comptoir.cli.demo.purge import NotADemo, purge
from comptoir.cli.demo.seed import seed_if_empty, welcome
from comptoir.inbox import queue
from comptoir.inbox.filter_sql import Moment
from comptoir.merchant.models import Channel, Connection, Merchant, Person, Route
from comptoir.merchant.rights import rights_of
from comptoir.orders.models import Order
from comptoir.storage import clock
from comptoir.storage.models import RawItem
from comptoir.tickets.models import Message, Ticket


@pytest.fixture
def shop(db: None) -> DemoShop:
    return small_shop()


def test_people_can_log_in_and_see_their_channels(shop: DemoShop) -> None:
    assert shop.people["camille"].check_password(PASSWORD)
    assert shop.people["noah"].may_answer is False
    seen = {
        name: set(Channel.objects.filter(id__in=rights_of(person).channel_ids).values_list(
            "country", flat=True))
        for name, person in shop.people.items()
    }  # fmt: skip
    assert seen["ines"] == {"FR", ""}
    assert seen["jonas"] == {"DE", "GB", "US", ""}
    assert seen["sofia"] == {"FR", "IT", "ES", ""}


def test_sixteen_channels_in_six_countries_come_through_two_mailboxes(shop: DemoShop) -> None:
    assert len(shop.channels) == 16
    assert {channel.country for channel in shop.channels.values()} == {
        "FR", "DE", "IT", "ES", "GB", "US",
    }  # fmt: skip
    assert Connection.objects.count() == 2
    assert Channel.objects.filter(is_catch_all=True).count() == 2


def test_each_ticket_stands_where_it_should(shop: DemoShop) -> None:
    by_channel = {
        ticket.channel.short_name: ticket
        for ticket in Ticket.objects.select_related("channel").exclude(tier=0)
        if ticket.channel.short_name != "AMZ FR"
    }
    missed, saved = by_channel["AMZ ES"], by_channel["AMZ IT"]
    assert missed.queue_tier == 2
    assert missed.message_count == 2
    assert timedelta(0) < saved.limit_at - NOON < timedelta(hours=2)
    assert by_channel["SHOP FR"].target_at < NOON
    assert by_channel["AMZ DE"].target_at > NOON
    claim = Ticket.objects.get(tier=0)
    assert (claim.queue_tier, claim.message_count) == (0, 2)


def test_tickets_know_their_orders(shop: DemoShop) -> None:
    assert Order.objects.count() >= 5
    assert Ticket.objects.filter(order=None).exclude(order_number="").count() == 0


def test_everything_was_read_and_nothing_quarantined(shop: DemoShop) -> None:
    assert set(RawItem.objects.values_list("state", flat=True)) == {"done"}


def test_the_queue_lists_them(shop: DemoShop) -> None:
    rows = queue.page(shop.rights("camille"), moment=Moment(shop.now)).rows

    assert len(rows) == 7
    assert rows[0].tier == 0


def test_ages_ask_for_a_limit_where_one_is_needed(shop: DemoShop) -> None:
    promise = promises_of(shop.channels)["shop-fr"]
    with pytest.raises(ValueError, match="without a limit"):
        asked_at(promise, "save_now", now=NOON, dice=random.Random(1))


def test_an_installation_in_use_is_left_alone(db: None) -> None:
    Merchant.objects.create(name="Acme")

    assert seed_if_empty(now=NOON) is False
    assert Person.objects.count() == 0


def test_purging_removes_the_demo_and_nothing_but_a_demo(shop: DemoShop) -> None:
    purge()
    assert Merchant.objects.count() == Ticket.objects.count() == Person.objects.count() == 0

    Merchant.objects.create(name="Acme")
    with pytest.raises(NotADemo, match="Acme"):
        purge()


def test_welcome_names_address_people_and_the_way_out(
    shop: DemoShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPTOIR_URL", "http://127.0.0.1:8700")

    text = welcome()

    for word in ("http://127.0.0.1:8700", "camille@", "lukas@", "ines@", PASSWORD, "Ctrl-C"):
        assert word in text
    assert "--fresh" in text
    assert len(text.splitlines()) < 24


def test_welcome_says_when_the_day_is_over(shop: DemoShop) -> None:
    assert "have passed" in welcome()


def test_the_same_moment_gives_the_same_shop(shop: DemoShop) -> None:
    def told() -> list[tuple[str, str, str]]:
        rows = Message.objects.order_by("channel__short_name", "occurred_at", "text")
        return list(rows.values_list("channel__short_name", "from_name", "text"))

    first = told()
    purge()
    small_shop()

    assert len(first) >= 9
    assert told() == first


def test_welcome_says_what_leaves_once_an_account_of_ones_own_may_send(shop: DemoShop) -> None:
    assert "Nothing leaves this machine unless" in welcome()
    channel = Channel.objects.filter(marketplace="amazon", is_watched_only=False).first()
    own = Connection.objects.create(kind="mail", name="info@own.example", created_at=clock.now())
    assert "read only" in welcome()

    Route.objects.create(connection=own, channel=channel)

    assert "What you send through info@own.example leaves this machine." in welcome()
