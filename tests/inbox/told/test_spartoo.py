"""Spartoo asks by mail and is answered by mail; its API tells the order that the mail names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.channels.loopback import Answer, Asked, Vendor, vendor
from tests.channels.spartoo.shop import CODE, order
from tests.inbox.told.shops import START, an_account, an_admin, fetch, posting
from tests.tickets.conftest import FRIDAY

from comptoir.channels.kernel.protocol import Page, RawItem
from comptoir.inbox import arrivals, connecting, outbox, pulling
from comptoir.inbox.limits import SharedLimiter
from comptoir.inbox.routing import forget_routes
from comptoir.merchant.models import Channel, Connection, Merchant, Route
from comptoir.orders.models import Order
from comptoir.tickets.actions import reply
from comptoir.tickets.actions.writing import How
from comptoir.tickets.models import Message, Outbox, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
OURS = "spartoo@maison-perrin.example"
REQUEST = f"""From: Service partenaires Spartoo <partenaires@spartoo.com>
To: {OURS}
Subject: Demande d'information - commande 1001
Date: Fri, 06 Mar 2026 16:40:00 +0000
Message-ID: <r1@spartoo.com>
Content-Type: text/plain; charset=utf-8

Bonjour, pouvez-vous nous confirmer la date d'expedition de la commande 1001 ?
"""


@pytest.fixture(autouse=True)
def _time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SharedLimiter, "take", lambda *_: 0.0)
    monkeypatch.setattr("comptoir.storage.clock.now", lambda: FRIDAY + timedelta(hours=1))


@pytest.fixture
def server() -> Iterator[Vendor]:
    def handle(asked: Asked) -> Answer:
        del asked
        return Answer(200, f"<root>{order('1001')}</root>")

    with vendor(handle) as started:
        yield started


@pytest.fixture
def mailbox() -> Connection:
    Merchant.objects.get_or_create(name="Maison Perrin", defaults={"time_zone": "Europe/Paris"})
    row = connecting.connect(
        "mail", OURS,
        {"imap_host": "imap.maison-perrin.example", "user": OURS, "senders": [OURS]},
        {"password": "hunter2hunter2"},
        [connecting.NewChannel("spartoo", "Spartoo", START, "FR", locale="fr")],
        by=None, now=START,
    )  # fmt: skip
    Route.objects.filter(channel__marketplace="spartoo").update(matches={"recipient": OURS})
    forget_routes()
    return row


def test_from_spartoos_request_to_the_accepted_answer(
    mailbox: Connection, server: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = Channel.objects.get(marketplace="spartoo")
    values = {"base_url": server.url + "/mp"}
    account = an_account("spartoo", values, {"partner_code": CODE}, [channel])
    server.fails_with(Answer(500), Answer(200, b"<root/>", breaks="after"))
    fetch(account)
    item = RawItem("INBOX/1/1", REQUEST.encode(), received_at=FRIDAY)
    pulling.store(mailbox, Page((item,), {}), now=FRIDAY)
    arrivals.read_waiting(clock=lambda: FRIDAY + timedelta(seconds=2))

    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.next_kind) == (channel, "first_reply")
    assert Order.objects.get().customer is None
    assert (Message.objects.get().author, Message.objects.get().kind) == (
        "marketplace", "operator_message",
    )  # fmt: skip

    at = FRIDAY + timedelta(hours=1)
    with posting(monkeypatch) as office:
        how = How(to="operator")
        reply.send(ticket.pk, "Elle part lundi.", by=an_admin(), now=at, key="k1", how=how)
        outbox.deliver_due(clock=lambda: at + timedelta(minutes=1))

    assert Outbox.objects.get().state == "accepted"
    assert [one.recipient for one in office.sent] == ["partenaires@spartoo.com"]
