"""What stands beside and inside a conversation, without a page: clocks elsewhere, cuts, links."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from comptoir.orders.models import Order
from comptoir.orders.queries import OrderParts
from comptoir.tickets.models import Fact
from comptoir.web.present.carriers import tracking_link
from comptoir.web.present.conversation import _cut, _quoted
from comptoir.web.present.customer import local_clock
from comptoir.web.present.order import _days_late, _remaining
from comptoir.web.present.timeline import _policies_once
from comptoir.web.present.times import times_for

WINTER = datetime(2026, 1, 15, 20, 40, tzinfo=UTC)
PARIS = times_for("Europe/Paris", WINTER)


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("GB", "20:40 at the buyer's"),
        ("JP", "05:40 at the buyer's"),
        ("DE", ""),  # the same clock
        ("ES", ""),  # the Canaries do not hide Madrid
        ("US", ""),  # several times: none is made up
        ("", ""),
    ],
)
def test_buyers_time_is_told_where_it_differs_and_is_known(country: str, said: str) -> None:
    assert local_clock(country, PARIS) == said


def test_very_long_text_is_cut_between_words_and_nothing_is_lost() -> None:
    text = "Größe und Gewicht " * 1200

    shown, rest = _cut(text)

    assert shown + rest == text
    assert len(shown) <= 1200
    assert shown.endswith(" ")
    assert _cut("x" * 20_000) == ("x" * 1200, "x" * 18_800)


@pytest.mark.parametrize(
    ("text", "whole", "quoted"),
    [
        ("Thanks", "Thanks\n> Before", "> Before"),
        ("Thanks", "Thanks", ""),
        ("Thanks", "On Monday you wrote:\nThanks", "On Monday you wrote:\nThanks"),
        ("", "Everything", ""),
    ],
)
def test_quotation_is_what_follows_the_new_text(text: str, whole: str, quoted: str) -> None:
    assert _quoted(text, whole) == quoted


def test_only_a_safe_address_told_by_the_channel_is_a_link() -> None:
    assert tracking_link("DHL", "1 2", "javascript:alert(1)").endswith("piececode=1%202")
    assert tracking_link("Unknown", "12", "https://track.example/12") == "https://track.example/12"
    assert tracking_link("Unknown", "12") == ""


def test_days_late_are_counted_to_the_delivery_or_to_today() -> None:
    underway = {"promised_on": "2026-01-13", "delivered_at": None}
    come = {"promised_on": "2026-01-13", "delivered_at": "2026-01-14T23:30:00+00:00"}

    assert (_days_late(underway, PARIS), _days_late(come, PARIS)) == (2, 2)
    assert _days_late({"promised_on": None, "delivered_at": None}, PARIS) == 0


def test_what_is_left_of_an_order_is_exact_and_in_its_own_currency() -> None:
    order = Order(total=Decimal("99.80"), currency="EUR")
    refunds = ({"amount": "0.10", "currency": "EUR"}, {"amount": "5.00", "currency": "GBP"})

    assert _remaining(order, OrderParts(refunds=refunds), PARIS) == "€99.70"
    assert _remaining(order, OrderParts(), PARIS) == ""


def policy(before: str, after: str) -> Fact:
    return Fact(kind="policy_applied", data={"before": before, "policy": after})


def test_changes_of_policy_right_after_each_other_are_told_once() -> None:
    facts = [policy("1", "2"), policy("2", "3"), Fact(kind="buyer_message"), policy("3", "4")]

    told = [fact.data for fact in _policies_once(facts) if fact.kind == "policy_applied"]

    assert told == [{"before": "1", "policy": "3"}, {"before": "3", "policy": "4"}]
    assert facts[1].data == {"before": "2", "policy": "3"}


def test_policy_that_came_back_at_once_is_not_told() -> None:
    assert list(_policies_once([policy("1", "2"), policy("2", "1")])) == []
