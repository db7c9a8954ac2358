"""A Walmart customer writes relay mail; the API tells the order; the reply is relay mail again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.test import Client
from tests.channels.loopback import Answer
from tests.channels.walmart.fake import (
    RELAY,
    SECRETS,
    Walmart,
    epoch,
    line,
    order,
    returned,
    walmart,
)
from tests.inbox.conftest import Deliver
from tests.inbox.told.shops import START, an_account, an_admin, fetch, posting
from tests.tickets.conftest import FRIDAY

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.kernel.signing import hmac_sha256
from comptoir.inbox import arrivals, connecting, outbox, pushing
from comptoir.inbox.routing import forget_routes
from comptoir.merchant.models import ChannelFigure, Connection
from comptoir.orders.models import Case, Order
from comptoir.storage import clock
from comptoir.storage.models import RawItem
from comptoir.tickets.actions import reply
from comptoir.tickets.models import Outbox, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
NUMBER = "123456789012345"


@pytest.fixture(autouse=True)
def friday(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let connectors believe that it is Friday evening."""
    monkeypatch.setattr(clock, "now", lambda: FRIDAY + HOUR)


@pytest.fixture
def shop() -> Iterator[Walmart]:
    with walmart() as running:
        running.orders.append(order(orderDate=epoch(FRIDAY - timedelta(days=2))))
        yield running


@pytest.fixture
def account(shop: Walmart, deliver: Deliver) -> Connection:
    mailbox = Connection.objects.get(kind="mail")
    new = connecting.NewChannel("walmart", "Walmart", START, "US", locale="en")
    channel = connecting.add_channel(mailbox, new, by=None, now=START)
    forget_routes()
    return an_account("walmart", shop.settings, dict(SECRETS), [channel])


def writes(deliver: Deliver) -> None:
    deliver(
        f"""From: "Maya Brooks" <{RELAY}>
To: info@maison-perrin.example
Subject: Question about my order #{NUMBER}
Date: {format_datetime(FRIDAY)}
Message-ID: <w1@relay.walmart.com>
Content-Type: text/plain; charset="utf-8"
MIME-Version: 1.0

The box has not arrived yet.
""".encode(),
        at=FRIDAY,
    )


def test_order_meets_the_mail_that_came_before_it(account: Connection, deliver: Deliver) -> None:
    writes(deliver)
    assert Ticket.objects.get().order is None
    fetch(account)
    ticket, told = Ticket.objects.get(), Order.objects.get()
    assert (ticket.channel.name, ticket.order, told.external_id) == ("Walmart", told, NUMBER)
    assert ticket.customer_id == told.customer_id
    assert not RawItem.objects.exclude(state="done").exists()


def test_mail_that_comes_after_its_order_opens_the_ticket_with_it(
    account: Connection, deliver: Deliver
) -> None:
    fetch(account)
    writes(deliver)
    assert Ticket.objects.get().order == Order.objects.get()
    assert Ticket.objects.get().customer == Order.objects.get().customer


def test_from_relay_mail_to_the_accepted_reply_through_bad_days(
    account: Connection, deliver: Deliver, shop: Walmart, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes(deliver)
    shop.orders += [
        order(f"10870000000010{n}", customerOrderId=f"20000000000000{n}") for n in range(5)
    ]
    shop.vendor.fails_with(Answer(429, headers={"retry-after": "0"}))
    fetch(account)
    shop.token = "t2"
    shop.vendor.fails_with(Answer(500), Answer(breaks="after", body='{"list": {"el'))
    assert fetch(account) == 0
    shop.vendor.fails_with(Answer(body=b""))
    with pytest.raises(ChannelError):
        fetch(account)
    fetch(account)
    assert Order.objects.count() == 6

    now = FRIDAY + 2 * HOUR
    reply.send(Ticket.objects.get().pk, "It comes tomorrow.", by=an_admin(), now=now, key="k1")
    with posting(monkeypatch) as office:
        outbox.deliver_due(clock=lambda: now + timedelta(minutes=1))
    (sent,) = office.sent
    assert sent.recipient.lower() == RELAY.lower()
    assert Outbox.objects.get().state == "accepted"
    assert Ticket.objects.get().status == "waiting_on_buyer"


def test_return_and_wish_to_cancel_stand_with_the_order(account: Connection, shop: Walmart) -> None:
    shop.orders[0] = order("108700000000001", line("Created", intentToCancel="true"))
    shop.returns.append(returned(status="DELIVERED"))
    shop.rate = {"updatedTimestamp": "2026-03-06T00:00:00Z", "cumulativeRate": 97.5}
    fetch(account)
    told = Order.objects.get()
    assert [(one.state, one.reason) for one in told.returns.all()] == [
        ("received", "DEFECTIVE: Chipped"),
    ]
    assert (told.state, str(told.total)) == ("pending", "54.00")
    assert [(one.kind, one.order_number) for one in Case.objects.all()] == [
        ("cancellation", NUMBER)
    ]
    assert ChannelFigure.objects.get().name == "response_rate"


def test_event_is_verified_and_brings_the_order_which_the_pull_does_not_double(
    account: Connection,
) -> None:
    source = {"eventType": "PO_CREATED", "eventId": "e1"}
    payload = {"purchaseOrderId": "108700000000001"}
    body = json.dumps({"source": source, "payload": payload}).encode()
    address = f"/push/{pushing.key_of(account)}"
    client = Client(enforce_csrf_checks=True)
    signed = {"x-comptoir-signature": hmac_sha256("hush", body).hex()}

    forged = client.post(address, body + b" ", "application/json", headers=signed)
    taken = client.post(address, body, "application/json", headers=signed)
    arrivals.read_waiting(clock=lambda: FRIDAY + HOUR)
    assert (forged.status_code, taken.status_code) == (401, 200)
    assert Order.objects.get().external_id == NUMBER
    fetch(account)
    assert Order.objects.count() == 1
