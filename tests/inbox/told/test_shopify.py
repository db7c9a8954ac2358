"""A buyer of a Shopify shop writes a mail; the shop's API tells the order; the reply is a mail."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client
from tests.channels.loopback import Answer, Vendor, vendor
from tests.channels.shopify.shop import Shop, dispute, money, order, parcel, returned
from tests.inbox.conftest import Deliver
from tests.inbox.letters import direct
from tests.inbox.told.shops import an_account, an_admin, fetch, posting
from tests.tickets.conftest import FRIDAY

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.kernel.signing import hmac_sha256
from comptoir.inbox import arrivals, outbox, pushing
from comptoir.merchant.models import Channel, Connection
from comptoir.orders.models import Case, Order
from comptoir.storage import clock
from comptoir.storage.models import RawItem
from comptoir.tickets.actions import reply
from comptoir.tickets.models import Message, Outbox, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
AT = FRIDAY - timedelta(days=2)
HOUR = timedelta(hours=1)
MAIL = """Bonjour, où est ma commande #1001 ? Cordialement, Paul"""


@pytest.fixture(autouse=True)
def friday(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let connectors believe that it is Friday evening."""
    monkeypatch.setattr(clock, "now", lambda: FRIDAY + HOUR)


@pytest.fixture
def shop() -> Shop:
    return Shop(orders=[order(1001, AT)])


@pytest.fixture
def running(shop: Shop) -> Iterator[Vendor]:
    with vendor(shop.handle) as found:
        yield found


@pytest.fixture
def account(running: Vendor, deliver: Deliver) -> Connection:
    values = {"shop": "maison-perrin.myshopify.com", "base_url": running.url, "client_id": "id"}
    channel = Channel.objects.get(marketplace="shopify")
    return an_account("shopify", values, {"client_secret": "hush"}, [channel])


def writes(
    deliver: Deliver, *, at: datetime = FRIDAY, message_id: str = "m1@courrier.example"
) -> None:
    deliver(direct(MAIL, at=at, message_id=message_id, subject="Commande #1001"), at=at)


def test_an_order_told_by_the_api_meets_the_ticket_that_a_mail_opened(
    account: Connection, deliver: Deliver
) -> None:
    writes(deliver)
    assert Ticket.objects.get().order is None

    fetch(account)

    ticket, told = Ticket.objects.get(), Order.objects.get()
    assert (ticket.order, ticket.order_number) == (told, "1001")
    assert (told.state, str(told.total), told.channel_id) == (
        "pending", "49.90", ticket.channel_id,
    )  # fmt: skip
    assert [one.sku for one in told.lines.all()] == ["L-1"]
    assert told.customer is not None
    assert (told.customer, told.customer.name) == (ticket.customer, "Paul Martin")


def test_an_order_of_somebody_else_is_not_taken_for_the_one_a_mail_names(
    account: Connection, deliver: Deliver, shop: Shop
) -> None:
    writes(deliver)
    shop.orders[0]["email"] = "somebody.else@courrier.example"

    fetch(account)

    assert Ticket.objects.get().order is None


def test_a_mail_about_an_order_that_is_known_opens_its_ticket_with_the_order(
    account: Connection, deliver: Deliver
) -> None:
    fetch(account)
    writes(deliver)

    ticket = Ticket.objects.get()
    assert ticket.order == Order.objects.get()
    assert ticket.customer == Order.objects.get().customer


def test_from_the_mail_to_the_accepted_reply_through_bad_days(
    account: Connection,
    deliver: Deliver,
    shop: Shop,
    running: Vendor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    writes(deliver)
    shop.orders += [order(1002 + n, AT + timedelta(minutes=n)) for n in range(7)]
    shop.points_left = 10.0
    running.fails_with(Answer(429, headers={"retry-after": "1"}), Answer(500))
    fetch(account)
    shop.good_tokens = set()
    running.fails_with(Answer(breaks="after", body='{"data": {"or'))
    assert fetch(account, FRIDAY + 2 * HOUR) == 0
    running.fails_with(Answer(body=b""))
    with pytest.raises(ChannelError):
        fetch(account, FRIDAY + 2 * HOUR)
    assert (Order.objects.count(), shop.tokens_made) == (8, 2)
    assert not RawItem.objects.exclude(state="done").exists()

    ticket = Ticket.objects.get()
    now = FRIDAY + 3 * HOUR
    reply.send(ticket.pk, "Il arrive demain.", by=an_admin(), now=now, key="k1")
    with posting(monkeypatch) as office:
        outbox.deliver_due(clock=lambda: now + timedelta(minutes=1))
    fetch(account, now + HOUR)

    (sent,) = office.sent
    assert (sent.recipient, sent.sender) == (
        "paul.martin@courrier.example", "info@maison-perrin.example",
    )  # fmt: skip
    assert Outbox.objects.get().state == "accepted"
    assert Ticket.objects.get().status == "waiting_on_buyer"
    assert Message.objects.filter(author="agent").count() == 1


def test_parcel_return_and_refund_become_the_orders_history(
    account: Connection, deliver: Deliver, shop: Shop
) -> None:
    writes(deliver)
    fetch(account)
    refund = {
        "id": "gid://shopify/Refund/9", "legacyResourceId": "9", "note": "Rayure",
        "createdAt": "2026-03-06T15:00:00Z", "processedAt": "2026-03-06T15:00:00Z",
        "totalRefundedSet": money("10.00"),
    }  # fmt: skip
    shop.orders[0] |= order(
        1001, AT, updatedAt=shop.orders[0]["updatedAt"], displayFulfillmentStatus="FULFILLED",
        fulfillments=[parcel("6A123", AT)], refunds=[refund],
        returns={"nodes": [returned("#1001-R1", FRIDAY - HOUR)]},
    )  # fmt: skip
    Connection.objects.update(cursor={})
    fetch(account, FRIDAY + 2 * HOUR)

    told = Order.objects.get()
    assert (told.state, told.tracking_number) == ("shipped", "6A123")
    assert [str(one.amount) for one in told.refunds.all()] == ["10.00"]
    assert [(one.external_id, one.state) for one in told.returns.all()] == [
        ("1001-R1", "requested")
    ]
    assert Case.objects.get(kind="return").state == "opened"


def test_a_dispute_stands_above_all_with_its_date(account: Connection, shop: Shop) -> None:
    shop.disputes = [dispute(3, FRIDAY - HOUR)]
    fetch(account)

    case = Case.objects.get()
    ticket = Ticket.objects.get()
    assert (case.kind, case.order_number, case.due_at is not None) == ("chargeback", "1001", True)
    assert (ticket.order_number, ticket.queue_tier) == ("1001", 0)


def test_a_push_is_verified_kept_once_and_repaired_by_the_pull(
    account: Connection, shop: Shop
) -> None:
    pushed = {
        "id": 1001, "name": "#1001", "created_at": AT.isoformat(), "currency": "EUR",
        "total_price": "49.90", "fulfillment_status": "fulfilled",
        "line_items": [{"sku": "L-1", "title": "Lampe", "quantity": 1, "price": "49.90"}],
    }  # fmt: skip
    shop.orders[0]["displayFulfillmentStatus"] = "FULFILLED"
    body = json.dumps(pushed).encode()
    address = f"/push/{pushing.key_of(account)}"
    signed = base64.b64encode(hmac_sha256("hush", body)).decode()
    client = Client(enforce_csrf_checks=True)

    def post(signature: str, delivery: str) -> int:
        headers = {
            "x-shopify-hmac-sha256": signature, "x-shopify-topic": "orders/updated",
            "x-shopify-webhook-id": delivery,
        }  # fmt: skip
        return client.post(address, body, "application/json", headers=headers).status_code

    assert (post("AAAA", "d1"), post(signed, "d1"), post(signed, "d2")) == (401, 200, 200)
    assert RawItem.objects.count() == 1
    arrivals.read_waiting(clock=lambda: FRIDAY + HOUR)
    assert Order.objects.get().state == "shipped"

    fetch(account)
    assert Order.objects.get().customer is not None
    assert (Order.objects.get().state, Order.objects.get().lines.count()) == ("shipped", 1)
