"""Orders as channels report them: once or often, whole or in parts; what a customer was worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from comptoir.core.refusals import Refusal
from comptoir.merchant.models import Brand, Channel, Person, Role
from comptoir.orders import queries
from comptoir.orders.actions import customers
from comptoir.orders.actions.record import record_order
from comptoir.orders.models import Customer, CustomerAlias, Order, Parcel, Refund, ReturnLine
from comptoir.orders.reports import (
    LineReport,
    OrderReport,
    ParcelReport,
    RefundReport,
    ReturnReport,
)

NOW = datetime(2026, 3, 6, 16, 40, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def channel(db: None) -> Channel:
    return Channel.objects.create(
        marketplace="amazon",
        name="Amazon.de",
        short_name="AMZ DE",
        brand=Brand.objects.create(name="Maison Perrin"),
        country="DE",
        time_zone="Europe/Paris",
        starts_at=NOW - 30 * DAY,
    )


@pytest.fixture
def anna(db: None) -> Customer:
    return Customer.objects.create(name="Anna Berg", created_at=NOW)


@pytest.fixture
def camille(db: None) -> Person:
    return Person.objects.create_user(
        "camille@maison-perrin.example",
        "correct horse battery",
        name="Camille Perrin",
        role=Role.ADMIN,
        joined_at=NOW,
    )


def report(channel: Channel, customer: Customer | None = None, **values: object) -> OrderReport:
    given: dict[str, object] = {
        "channel_id": channel.pk,
        "external_id": "302-1234567-7654321",
        "placed_at": NOW - 9 * DAY,
        "state": "shipped",
        "total": Decimal("99.80"),
        "currency": "EUR",
        "customer_id": customer.pk if customer else None,
        "lines": (LineReport("MP-2104", "Casserole", 2, Decimal("49.90")),),
        **values,
    }
    return OrderReport(**given)  # type: ignore[arg-type]


def test_same_report_twice_changes_nothing(channel: Channel, anna: Customer) -> None:
    told = report(
        channel,
        anna,
        parcels=(ParcelReport("JJD01", "DHL", shipped_at=NOW - 8 * DAY),),
        returns=(ReturnReport("R1", NOW - DAY, lines=(("MP-2104", "Casserole", 1),)),),
        refunds=(RefundReport("F1", Decimal("49.90"), "EUR", NOW),),
    )

    first, second = record_order(told, now=NOW), record_order(told, now=NOW)

    assert (first.is_new, second.is_new) == (True, False)
    assert second.changed == frozenset()
    assert Order.objects.get().lines.count() == 1
    counts = [model.objects.count() for model in (Parcel, ReturnLine, Refund)]
    assert counts == [1, 1, 1]


def test_report_in_parts_keeps_what_it_leaves_out(channel: Channel, anna: Customer) -> None:
    record_order(report(channel, anna, promised_on=date(2026, 3, 9)), now=NOW)

    later = report(channel, None, state="delivered", delivered_at=NOW, lines=None)
    changed = record_order(later, now=NOW).changed

    order = Order.objects.get()
    assert changed == frozenset({"state"})
    assert (order.customer, order.promised_on) == (anna, date(2026, 3, 9))
    assert order.lines.count() == 1


def test_order_is_delivered_with_its_last_parcel(channel: Channel) -> None:
    sent = ParcelReport("A", "DHL", shipped_at=NOW - 5 * DAY, delivered_at=NOW - 2 * DAY)
    underway = ParcelReport("B", "DHL", shipped_at=NOW - 4 * DAY, promised_on=date(2026, 3, 5))

    record_order(report(channel, parcels=(sent, underway)), now=NOW)
    assert Order.objects.get().delivered_at is None
    record_order(report(channel, parcels=(replace(underway, delivered_at=NOW),)), now=NOW)

    order = Order.objects.get()
    assert (order.shipped_at, order.delivered_at) == (NOW - 5 * DAY, NOW)
    assert order.promised_on == date(2026, 3, 5)


def test_change_of_value_and_of_the_customers_tier_is_told(
    channel: Channel, anna: Customer
) -> None:
    record_order(report(channel, anna), now=NOW)

    grown = record_order(report(channel, anna, total=Decimal("640.00")), now=NOW)

    assert grown.changed == frozenset({"value", "customer_tier"})


@pytest.mark.parametrize(
    "values",
    [
        {"external_id": " "},
        {"total": Decimal(-1)},
        {"refunds": (RefundReport("F", Decimal(0), "EUR", NOW),)},
    ],
)
def test_amounts_and_numbers_that_cannot_be_are_refused(
    channel: Channel, values: dict[str, object]
) -> None:
    with pytest.raises(Refusal):
        record_order(report(channel, **values), now=NOW)

    assert not Order.objects.exists()


def test_worth_takes_refunds_off_by_currency_to_the_cent(channel: Channel, anna: Customer) -> None:
    orders = [
        ("A", "shipped", "99.80", "EUR", ()),
        ("B", "returned", "0.30", "EUR", (RefundReport("1", Decimal("0.10"), "EUR", NOW),)),
        ("C", "delivered", "19.99", "GBP", (RefundReport("1", Decimal("0.01"), "GBP", NOW),)),
        ("D", "cancelled", "500.00", "EUR", (RefundReport("1", Decimal(500), "EUR", NOW),)),
    ]
    for number, state, total, currency, refunds in orders:
        told = report(
            channel,
            anna,
            external_id=number,
            state=state,
            total=Decimal(total),
            currency=currency,
            refunds=refunds,
        )
        record_order(told, now=NOW)

    found = queries.worth(anna.pk)

    assert (found.order_count, found.first_order_at) == (3, NOW - 9 * DAY)
    assert found.spent == (
        queries.Spent(Decimal("100.00"), "EUR"),
        queries.Spent(Decimal("19.98"), "GBP"),
    )


def test_customer_without_orders_is_worth_nothing_yet(anna: Customer) -> None:
    assert queries.worth(anna.pk) == queries.CustomerWorth(0, None, 0, ())


def test_orders_are_found_by_the_beginning_of_their_number_on_one_channel(
    channel: Channel,
) -> None:
    record_order(report(channel), now=NOW)

    found = queries.orders_by_number(channel.pk, "302-1")

    assert [order.external_id for order in found] == ["302-1234567-7654321"]
    assert queries.orders_by_number(channel.pk, "30") == []
    assert queries.orders_by_number(channel.pk + 1, "302-1") == []
    assert queries.orders_by_number(channel.pk, "302%") == []


def test_joined_customer_brings_orders_and_addresses(
    channel: Channel, anna: Customer, camille: Person
) -> None:
    other = Customer.objects.create(name="A. Berg", country="DE", created_at=NOW - 90 * DAY)
    CustomerAlias.objects.create(customer=other, marketplace="amazon", alias="x@amazon.example")
    record_order(report(channel, other), now=NOW)

    customers.merge(anna.pk, other.pk, by=camille, now=NOW)

    anna.refresh_from_db()
    assert (anna.name, anna.country, anna.created_at) == ("Anna Berg", "DE", NOW - 90 * DAY)
    assert (anna.orders.count(), anna.aliases.count()) == (1, 1)
    with pytest.raises(Refusal):
        customers.merge(anna.pk, anna.pk, by=camille, now=NOW)
