"""The template's connector, from a buyer's message to the accepted reply: the kernel end to end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.channels.loopback import Answer, Asked, Vendor, vendor
from tests.tickets.conftest import FRIDAY

from comptoir.channels.kernel.signing import hmac_sha256
from comptoir.inbox import arrivals, connecting, intake, outbox, pushing
from comptoir.inbox.limits import headroom
from comptoir.inbox.pulling import pull_by_id
from comptoir.inbox.routing import forget_routes
from comptoir.merchant.models import Connection, Merchant, Person, Role
from comptoir.orders.models import Order
from comptoir.storage.models import RawItem
from comptoir.tickets.actions import reply
from comptoir.tickets.models import Message, Outbox, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "push-secret"


def message(number: int, text: str, author: str = "buyer", **more: Any) -> dict[str, Any]:
    return {
        "kind": "message", "id": f"m{number}", "thread": "t1", "author": author, "text": text,
        "at": (FRIDAY + timedelta(minutes=number)).isoformat(), "order": "A-1",
        "buyer": {"id": "b1", "name": "Anna Berg", "language": "de"}, **more,
    }  # fmt: skip


@pytest.fixture
def events() -> list[dict[str, Any]]:
    order = {
        "kind": "order", "id": "A-1", "at": FRIDAY.isoformat(), "state": "shipped",
        "total": "49.90", "currency": "EUR", "buyer": {"id": "b1", "name": "Anna Berg"},
        "lines": [{"sku": "L-1", "title": "Lampe", "quantity": 1, "price": "49.90"}],
    }  # fmt: skip
    return [message(1, "Wo bleibt mein Paket?"), order]


@pytest.fixture
def shop(events: list[dict[str, Any]]) -> Iterator[Vendor]:
    def handle(asked: Asked) -> Answer:
        if asked.headers.get("x-api-key") != "k":
            return Answer(401)
        if asked.method == "POST":
            events.append(message(50, asked.json["text"], "shop", id="m-ours"))
            return Answer(201, body={"id": "m-ours"})
        after = int(asked.query.get("after", "0"))
        size = int(asked.query["limit"])
        return Answer(
            body={
                "events": events[after : after + size],
                "next": str(min(after + size, len(events))),
            }
        )

    with vendor(handle) as running:
        yield running


@pytest.fixture
def account(shop: Vendor) -> Connection:
    Merchant.objects.get_or_create(name="Maison Perrin", defaults={"time_zone": "Europe/Paris"})
    start = FRIDAY - timedelta(days=7)
    new = connecting.NewChannel("generic_email", "Shop", start, "DE", locale="de")
    row = connecting.connect(
        "template", "Shop", {"base_url": shop.url}, {"key": "k", "push_secret": SECRET}, [new],
        by=None, now=start,
    )  # fmt: skip
    forget_routes()
    return row


def fetch(row: Connection, at: datetime = FRIDAY + timedelta(hours=1)) -> None:
    pull_by_id(row.pk, clock=lambda: at)
    arrivals.read_waiting(clock=lambda: at)


def test_message_and_order_become_one_ticket_with_its_clock(account: Connection) -> None:
    fetch(account)

    ticket = Ticket.objects.get()
    order = Order.objects.get()
    assert (ticket.buyer_name, ticket.language, ticket.order) == ("Anna Berg", "de", order)
    assert (order.state, str(order.total), order.customer_id) == (
        "shipped", "49.90", ticket.customer_id,
    )  # fmt: skip
    assert ticket.next_kind == "first_reply"
    assert not RawItem.objects.exclude(state="done").exists()
    assert headroom(account.pk)[0].name == "*"


def test_pull_goes_on_where_it_stood_and_twice_is_once(
    account: Connection, events: list[dict[str, Any]], shop: Vendor
) -> None:
    fetch(account)
    events.append(message(2, "Hallo? Ist da jemand?"))
    fetch(account)
    Connection.objects.update(cursor={})
    fetch(account)

    assert Message.objects.count() == 2
    assert Ticket.objects.count() == 1
    assert [one.query.get("after") for one in shop.asked][:2] == [None, "2"]


def test_reply_leaves_by_the_api_and_its_copy_is_known(account: Connection) -> None:
    fetch(account)
    ticket = Ticket.objects.get()
    camille = Person.objects.create_user(
        "c@x.example", "x", name="Camille", role=Role.ADMIN, joined_at=FRIDAY
    )
    now = FRIDAY + timedelta(hours=2)

    reply.send(ticket.pk, "Es kommt morgen.", by=camille, now=now, key="k1")
    outbox.deliver_due(clock=lambda: now + timedelta(minutes=1))
    fetch(account, now + timedelta(hours=1))

    assert Outbox.objects.get().state == "accepted"
    assert Message.objects.filter(author="agent").count() == 1
    ticket.refresh_from_db()
    assert ticket.status == "waiting_on_buyer"


def test_reply_made_in_the_portal_is_credited(
    account: Connection, events: list[dict[str, Any]]
) -> None:
    events.append(message(30, "Morgen ist es da.", "shop"))
    fetch(account)

    ticket = Ticket.objects.get()
    assert Message.objects.get(author="agent").seen_elsewhere
    assert (ticket.status, ticket.queue_tier) == ("waiting_on_buyer", None)


def test_push_is_verified_stored_and_not_doubled_by_the_pull(
    account: Connection, events: list[dict[str, Any]]
) -> None:
    body = json.dumps(events[0]).encode()
    address = f"/push/{pushing.key_of(account)}"
    signature = hmac_sha256(SECRET, body).hex()
    client = Client(enforce_csrf_checks=True)

    forged = client.post(address, body, "application/json", headers={"x-signature": "00"})
    taken = client.post(address, body, "application/json", headers={"x-signature": signature})
    unknown = client.post("/push/nobody", body, "application/json")

    assert (forged.status_code, taken.status_code, unknown.status_code) == (401, 200, 404)
    fetch(account)
    assert Message.objects.count() == 1


def test_reader_gets_the_settings_as_they_were_stored(
    account: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    monkeypatch.setattr(
        intake, "reader_of", lambda kind: lambda item, settings: seen.append(settings) or ()
    )
    fetch(account)

    assert seen[0] == account.settings


def test_what_cannot_be_read_waits_in_quarantine(
    account: Connection, events: list[dict[str, Any]]
) -> None:
    events.append(message(3, "Kaputt", at="gestern"))
    fetch(account)

    assert RawItem.objects.get(state="quarantined").error_code == "not_readable"
    assert Message.objects.count() == 1
