"""Cdiscount, from a buyer's question to the accepted reply, with an Octopia that stumbles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from tests.channels.loopback import Answer, Vendor
from tests.channels.octopia.seller import SECRETS, Seller, attachment, order, running, settings
from tests.tickets.conftest import FRIDAY

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.inbox import arrivals, connecting, outbox
from comptoir.inbox.limits import SharedLimiter
from comptoir.inbox.pulling import pull_by_id
from comptoir.inbox.routing import forget_routes
from comptoir.merchant.models import Connection, Merchant, Person, Role
from comptoir.orders.models import Case, Order
from comptoir.tickets.actions import reply
from comptoir.tickets.models import Message, MessageFile, Outbox, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
LATER = FRIDAY + timedelta(hours=1)
clock_stands = [LATER]


@pytest.fixture(autouse=True)
def _time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SharedLimiter, "take", lambda *_: 0.0)
    monkeypatch.setattr("comptoir.storage.clock.now", lambda: clock_stands[0])


@pytest.fixture
def seller() -> Seller:
    made = Seller(clock=FRIDAY + timedelta(hours=2), orders=[order(FRIDAY)])
    made.open("d1", "Bonjour, où est mon colis ?", FRIDAY + timedelta(minutes=5))
    return made


@pytest.fixture
def server(seller: Seller) -> Iterator[Vendor]:
    with running(seller) as started:
        yield started


@pytest.fixture
def account(server: Vendor) -> Connection:
    Merchant.objects.get_or_create(name="Maison Perrin", defaults={"time_zone": "Europe/Paris"})
    start = FRIDAY - timedelta(days=7)
    new = connecting.NewChannel("cdiscount", "Cdiscount", start, "FR", locale="fr")
    row = connecting.connect(
        "octopia", "Cdiscount", settings(server), SECRETS, [new], by=None, now=start
    )
    forget_routes()
    return row


def fetch(row: Connection, at: datetime = LATER) -> None:
    clock_stands[0] = at
    pull_by_id(row.pk, clock=lambda: at)
    arrivals.read_waiting(clock=lambda: at)


def test_question_becomes_a_ticket_and_the_reply_comes_back_known(
    account: Connection, seller: Seller, server: Vendor
) -> None:
    server.fails_with(
        Answer(500), Answer(429, headers={"retry-after": "0.1"}), Answer(breaks="before")
    )
    seller.say("d1", "Voici une photo", FRIDAY + timedelta(minutes=9),
               attachments=[{"attachmentName": "a.jpg"}])  # fmt: skip
    seller.attachments["d1-2"] = [attachment("a.jpg", b"\xff\xd8\xff")]
    fetch(account)
    ticket = Ticket.objects.get()
    seller.token = "t2"
    camille = Person.objects.create_user(
        "c@x.example", "x", name="Camille", role=Role.ADMIN, joined_at=FRIDAY
    )

    at = FRIDAY + timedelta(hours=2)
    reply.send(ticket.pk, "Votre colis arrive demain.", by=camille, now=at, key="k1")
    outbox.deliver_due(clock=lambda: at + timedelta(minutes=1))
    fetch(account, FRIDAY + timedelta(hours=3))

    assert ticket.order == Order.objects.get(external_id="2603061259ABC1D")
    assert ticket.next_kind == "first_reply"
    assert MessageFile.objects.count() == 1
    assert Outbox.objects.get().state == "accepted"
    assert Message.objects.filter(author="agent").count() == 1
    ticket.refresh_from_db()
    assert ticket.status == "waiting_on_buyer"


def test_buyer_told_by_number_alone_is_named_by_the_order(
    account: Connection, seller: Seller
) -> None:
    sold = seller.orders.pop()
    fetch(account)
    before = Ticket.objects.get().buyer_name
    seller.orders.append(sold | {"updatedAt": LATER.isoformat()})
    fetch(account, LATER + timedelta(minutes=30))

    assert (before, Ticket.objects.get().buyer_name) == ("", "Jeanne Durand")


def test_broken_answers_lose_nothing(account: Connection, seller: Seller, server: Vendor) -> None:
    for broken in (Answer(200, b""), Answer(200, b'{"items": [')):
        server.fails_with(Answer(200, {"access_token": "t1", "expires_in": 7200}), broken)
        with pytest.raises(ChannelError):
            pull_by_id(account.pk, clock=lambda: LATER)
        server.next_answers.clear()
    fetch(account)
    Connection.objects.update(cursor={})
    fetch(account)

    assert Message.objects.filter(author="buyer").count() == 1


def test_a_claim_is_opened_answered_and_closed_once_each(
    account: Connection, seller: Seller
) -> None:
    seller.discussions["d1"]["graduation"] = "Claim"
    fetch(account)
    states = [Case.objects.get().state]
    for hours, change in ((2, {"processStatus": "Treated"}), (3, {"isOpen": False})):
        at = FRIDAY + timedelta(hours=hours)
        seller.discussions["d1"] |= {**change, "updatedAt": at.isoformat()}
        fetch(account, at + timedelta(minutes=1))
        states.append(Case.objects.get().state)

    assert states == ["opened", "answered", "closed"]
    assert Ticket.objects.count() == 1


def test_a_discussion_closed_in_the_portal_waits_no_more(
    account: Connection, seller: Seller
) -> None:
    fetch(account)
    at = FRIDAY + timedelta(hours=2)
    seller.discussions["d1"] |= {"isOpen": False, "updatedAt": at.isoformat()}
    fetch(account, at + timedelta(minutes=1))

    assert Ticket.objects.get().next_kind == ""
