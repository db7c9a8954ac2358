"""The order and the buyer of a ticket: linked, corrected and joined by a person; promises follow."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.tickets.conftest import FRIDAY, Desk

from comptoir.merchant.models import Channel
from comptoir.merchant.rights import NotAllowed
from comptoir.orders.actions.record import record_order
from comptoir.orders.models import Customer, Order
from comptoir.orders.reports import OrderReport
from comptoir.sla.actions.policies import Wanted
from comptoir.sla.versions import INHERITS
from comptoir.tickets.actions import orders, policies
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Ticket

NUMBER = "302-1234567-7654321"
LATER = FRIDAY + timedelta(hours=1)


def report(
    channel: Channel,
    customer: Customer | None = None,
    *,
    total: str = "49.90",
    number: str = NUMBER,
) -> OrderReport:
    return OrderReport(
        channel_id=channel.pk,
        external_id=number,
        placed_at=FRIDAY - timedelta(days=5),
        state="shipped",
        total=Decimal(total),
        currency="EUR",
        customer_id=customer.pk if customer else None,
    )


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.facts.order_by("id").values_list("kind", flat=True))


def test_order_is_linked_by_its_number_on_the_channel(desk: Desk) -> None:
    ticket = desk.writes()
    record_order(report(desk.amazon), now=FRIDAY)

    orders.link(ticket.pk, f" {NUMBER} ", by=desk.ines, now=LATER)

    ticket.refresh_from_db()
    assert (ticket.order, ticket.order_number) == (Order.objects.get(), NUMBER)
    assert kinds(ticket)[-1] == "order_linked"


def test_number_of_another_channel_is_refused_and_nothing_changes(desk: Desk) -> None:
    ticket = desk.writes()
    record_order(report(desk.ebay), now=FRIDAY)

    with pytest.raises(Refused, match="order_not_found"):
        orders.link(ticket.pk, NUMBER, by=desk.ines, now=LATER)

    ticket.refresh_from_db()
    assert ticket.order is None


def test_linking_leaves_the_customer_who_writes(desk: Desk) -> None:
    ticket = desk.writes()
    other = Customer.objects.create(name="Somebody else", created_at=FRIDAY)
    record_order(report(desk.amazon, other), now=FRIDAY)

    orders.link(ticket.pk, NUMBER, by=desk.ines, now=LATER)

    ticket.refresh_from_db()
    assert ticket.customer is not None
    assert ticket.customer.name == "Heike Sommer"


def test_reader_links_nothing(desk: Desk) -> None:
    ticket = desk.writes()

    with pytest.raises(NotAllowed):
        orders.link(ticket.pk, NUMBER, by=desk.noah, now=LATER)


def test_order_taken_off_is_a_fact(desk: Desk) -> None:
    ticket = desk.writes()
    record_order(report(desk.amazon), now=FRIDAY)
    orders.link(ticket.pk, NUMBER, by=desk.ines, now=LATER)

    orders.unlink(ticket.pk, by=desk.ines, now=LATER)

    ticket.refresh_from_db()
    assert (ticket.order, ticket.order_number) == (None, "")
    assert kinds(ticket)[-1] == "order_unlinked"


def test_name_and_language_of_the_buyer_are_set_right(desk: Desk) -> None:
    ticket = desk.writes()

    orders.correct_buyer(ticket.pk, name=" Heike  Winter", language="de", by=desk.ines, now=LATER)

    ticket.refresh_from_db()
    assert (ticket.buyer_name, ticket.language) == ("Heike Winter", "de")
    assert ticket.customer is not None
    assert (ticket.customer.name, ticket.customer.language) == ("Heike Winter", "de")


def test_joined_customers_tickets_are_one_customers(desk: Desk) -> None:
    ticket, other = desk.writes(), desk.writes(thread="t2")
    gone_id = other.customer_id
    assert ticket.customer_id != gone_id

    orders.merge_customers(ticket.pk, gone_id, by=desk.ines, now=LATER)

    other.refresh_from_db()
    assert other.customer_id == ticket.customer_id
    assert not Ticket.objects.filter(customer_id=gone_id).exists()


def test_customer_of_whom_a_person_sees_nothing_cannot_be_joined(desk: Desk) -> None:
    ticket = desk.writes()
    hidden = desk.writes(thread="t2", channel=desk.ebay)

    with pytest.raises(Refused, match="no_such_customer"):
        orders.merge_customers(ticket.pk, hidden.customer_id, by=desk.ines, now=LATER)


def test_order_that_grows_gives_its_ticket_another_policy(desk: Desk) -> None:
    wanted = Wanted(
        name="Large orders",
        spec={INHERITS: True, "first_reply": {"target_minutes": 30}},
        conditions={"order_value_at_least": 500},
        reason="Worth the hurry.",
    )
    policies.make(wanted, holds_from=FRIDAY, by=desk.camille, now=FRIDAY)
    ticket = desk.writes()
    orders.follow(record_order(report(desk.amazon), now=FRIDAY), now=LATER)
    orders.link(ticket.pk, NUMBER, by=desk.ines, now=LATER)

    told = record_order(report(desk.amazon, total="800.00"), now=LATER)
    found = orders.follow(told, now=LATER)

    ticket.refresh_from_db()
    assert found == [ticket.pk]
    assert ticket.policy_version is not None
    assert ticket.policy_version.policy.name == "Large orders"


def test_ticket_that_named_the_order_first_is_linked_when_it_is_reported(desk: Desk) -> None:
    ticket = desk.writes(order_number=NUMBER)

    orders.follow(record_order(report(desk.amazon), now=LATER), now=LATER)

    ticket.refresh_from_db()
    assert ticket.order == Order.objects.get()


def test_solved_ticket_is_left_alone(desk: Desk) -> None:
    ticket = desk.writes(order_number=NUMBER)
    Ticket.objects.filter(pk=ticket.pk).update(status="closed")

    assert orders.concerned(record_order(report(desk.amazon), now=LATER)) == []


def test_joined_customers_are_told_apart_again_with_their_orders_and_tickets(desk: Desk) -> None:
    ticket, other = desk.writes(thread="a"), desk.writes(thread="b")
    kept = Customer.objects.create(name="Anna Berg", created_at=LATER)
    gone = Customer.objects.create(name="A. Berg", email="anna@example.org", created_at=FRIDAY)
    Ticket.objects.filter(pk=ticket.pk).update(customer=kept)
    Ticket.objects.filter(pk=other.pk).update(customer=gone)
    order = Order.objects.create(
        channel=ticket.channel,
        external_id="o1",
        placed_at=FRIDAY,
        customer=gone,
        total=Decimal(10),
        currency="EUR",
    )
    orders.merge_customers(ticket.pk, gone.pk, by=desk.camille, now=LATER)
    kept.refresh_from_db()
    assert (kept.email, Ticket.objects.get(pk=other.pk).customer) == ("anna@example.org", kept)
    [joining] = orders.joinings_of(ticket)

    orders.part_customers(ticket.pk, joining.pk, by=desk.camille, now=LATER)

    kept.refresh_from_db()
    order.refresh_from_db()
    assert (kept.email, kept.created_at, order.customer) == ("", LATER, gone)
    assert Ticket.objects.get(pk=other.pk).customer == gone
    assert Ticket.objects.get(pk=ticket.pk).customer == kept
    assert orders.joinings_of(ticket) == []
    with pytest.raises(Refused, match="already_undone"):
        orders.part_customers(ticket.pk, joining.pk, by=desk.camille, now=LATER)
