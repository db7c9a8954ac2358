"""Spartoo's connector against a stand-in of ours; the vendor publishes no specification."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest
from tests.channels.loopback import Answer, Vendor, vendor
from tests.channels.spartoo.shop import CODE, Shop, order
from tests.tickets.conftest import FRIDAY

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.limits import LocalLimiter, Rate
from comptoir.channels.kernel.protocol import ChannelError, Outcome, Outgoing, RawItem
from comptoir.channels.kernel.told import OrderTold
from comptoir.channels.spartoo.connector import SpartooConnector, connect, read


class Hurry(LocalLimiter):
    """Lets everybody go at once."""

    def take(self, name: str, rate: Rate) -> float:
        return super().take(name, Rate(rate.count, rate.seconds, 1000.0))


@pytest.fixture
def orders() -> list[str]:
    return [order("1001")]


@pytest.fixture
def server(orders: list[str]) -> Iterator[Vendor]:
    with vendor(Shop(orders).handle) as started:
        yield started


def opened(server: Vendor, code: str = CODE, at: datetime = FRIDAY) -> SpartooConnector:
    around = Around(limiter=Hurry(), now=lambda: at, patience_seconds=9.0)
    return connect({"base_url": server.url + "/mp"}, {"partner_code": code}, around)


def items(account: SpartooConnector, cursor: dict[str, Any] | None = None) -> list[RawItem]:
    return [item for page in account.pull(cursor or {}) for item in page.items]


def told_by(account: SpartooConnector) -> list[OrderTold]:
    return [one for item in items(account) for one in read(item, {}) if isinstance(one, OrderTold)]


def test_check_tells_a_wrong_code_and_does_not_show_it(server: Vendor) -> None:
    opened(server).check()
    with pytest.raises(ChannelError) as wrong:
        opened(server, "WRONGCODE1234567").check()

    assert (wrong.value.code, wrong.value.permanent) == ("auth_failed", True)
    assert "WRONGCODE" not in str(wrong.value)


def test_an_order_is_told_without_the_buyers_address(server: Vendor) -> None:
    (sold,) = told_by(opened(server))

    assert (sold.number, sold.state, sold.total) == ("1001", "pending", Decimal("54.90"))
    assert (sold.buyer.name, sold.buyer.email, sold.buyer.country) == ("Jeanne Durand", "", "FR")
    assert sold.placed_at is not None
    assert sold.placed_at.astimezone(UTC) == datetime(2026, 3, 5, 9, tzinfo=UTC)
    assert sold.lines is not None
    assert (sold.lines[0].sku, sold.lines[0].price) == ("B1-38", Decimal("49.90"))


@pytest.mark.parametrize(
    ("status", "name", "state"),
    [("2", "En préparation", "pending"), ("3", "Expédiée", "shipped"), ("41", "Annulée", "cancelled"),
     ("99", "Livrée", "delivered"), ("99", "Retour reçu", "returned"), ("98", "?", "")],
)  # fmt: skip
def test_states_are_read_by_number_and_else_by_name(
    server: Vendor, orders: list[str], status: str, name: str, state: str
) -> None:
    orders[0] = order("1001", status, name)
    assert told_by(opened(server))[0].state == state


def test_pull_goes_on_where_it_stood_and_an_order_that_did_not_change_is_the_same(
    server: Vendor, orders: list[str]
) -> None:
    first = list(opened(server).pull({}))
    later = opened(server, at=FRIDAY + timedelta(hours=3))
    again = items(later, dict(first[-1].cursor))
    since = parse_qs(server.asked[-1].body.decode())["date"]
    orders[0] = order("1001", "3", "Expédiée")

    assert [one.external_id for one in again] == [one.external_id for one in first[0].items]
    assert since == ["2026-03-06:16:40:00"]  # Paris, an hour before the last time
    assert items(later)[0].external_id != again[0].external_id


@pytest.mark.parametrize("answer", [Answer(200, b""), Answer(200, b"<root><ord"), Answer(404)])
def test_broken_answers_are_errors_and_no_empty_pull(server: Vendor, answer: Answer) -> None:
    server.fails_with(answer)
    with pytest.raises(ChannelError):
        items(opened(server))


def test_reads_are_repeated_through_bad_moments(server: Vendor) -> None:
    server.fails_with(
        Answer(500), Answer(429, headers={"retry-after": "0.1"}), Answer(breaks="before")
    )
    assert items(opened(server))


def test_nothing_is_sent_by_this_way(server: Vendor) -> None:
    receipt = opened(server).send(Outgoing("k", "<m>", "", "", "", "", "", "Bonjour"))
    assert receipt.outcome is Outcome.REFUSED
    assert server.asked == []
