"""Rakuten France, from a buyer's message to the accepted reply, with a service that stumbles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.channels.loopback import Answer, Vendor
from tests.channels.rakuten_fr.seller import (
    ITEM,
    TOKEN,
    Seller,
    claim,
    error,
    running,
    sale,
    settings,
)
from tests.inbox.told.shops import START, an_admin, fetch
from tests.tickets.conftest import FRIDAY

from comptoir.channels.kernel.protocol import ChannelError, Page, RawItem
from comptoir.inbox import arrivals, connecting, outbox, pulling, queue
from comptoir.inbox.filter_sql import Moment
from comptoir.inbox.filters import Filters
from comptoir.inbox.limits import SharedLimiter
from comptoir.inbox.routing import forget_routes
from comptoir.merchant.models import Channel, Connection, Merchant, Route
from comptoir.merchant.rights import rights_of
from comptoir.orders.models import Case, Order
from comptoir.tickets.actions import reply
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Message, Outbox, Ticket
from comptoir.web.present.streams import stream_word

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
clock_stands = [FRIDAY + HOUR]
QUESTION = """From: Rakuten <noreply@notification.rakuten.com>
To: info@maison-perrin.example
Subject: Une question sur votre annonce "Lampe"
Date: Fri, 06 Mar 2026 17:00:00 +0000
Message-ID: <q1@notification.rakuten.com>
Content-Type: text/plain; charset=utf-8

Bonjour, la lampe est-elle livrée avec une ampoule ?
"""


@pytest.fixture(autouse=True)
def _time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock_stands[0] = FRIDAY + HOUR
    monkeypatch.setattr(SharedLimiter, "take", lambda *_: 0.0)
    monkeypatch.setattr("comptoir.storage.clock.now", lambda: clock_stands[0])


@pytest.fixture
def seller() -> Seller:
    made = Seller(clock=FRIDAY + 2 * HOUR, new_sales=[sale("943796258", FRIDAY - 24 * HOUR)])
    made.sell(FRIDAY - 24 * HOUR)
    made.say("Où est mon colis ?", FRIDAY + timedelta(minutes=5))
    return made


@pytest.fixture
def server(seller: Seller) -> Iterator[Vendor]:
    with running(seller) as started:
        yield started


@pytest.fixture
def account(server: Vendor) -> Connection:
    Merchant.objects.get_or_create(name="Maison Perrin", defaults={"time_zone": "Europe/Paris"})
    new = connecting.NewChannel("rakuten_fr", "Rakuten", START, "FR", locale="fr")
    row = connecting.connect(
        "rakuten_fr", "Rakuten", settings(server), {"token": TOKEN}, [new], by=None, now=START
    )
    forget_routes()
    return row


def test_question_becomes_a_ticket_of_its_order_and_the_reply_comes_back_known(
    account: Connection, seller: Seller, server: Vendor
) -> None:
    server.fails_with(
        Answer(500), Answer(429, headers={"retry-after": "0.1"}), Answer(breaks="before")
    )
    fetch(account)
    ticket = Ticket.objects.get()
    at = FRIDAY + 2 * HOUR

    reply.send(ticket.pk, "Il arrive demain.", by=an_admin(), now=at, key="k1")
    outbox.deliver_due(clock=lambda: at + timedelta(minutes=1))
    clock_stands[0] = FRIDAY + 3 * HOUR
    fetch(Connection.objects.get(), FRIDAY + 3 * HOUR)

    assert ticket.order == Order.objects.get(external_id="943796258")
    assert (ticket.next_kind, ticket.language) == ("first_reply", "fr")
    assert Outbox.objects.get().state == "accepted"
    assert Message.objects.filter(author="agent").count() == 1
    ticket.refresh_from_db()
    assert ticket.status == "waiting_on_buyer"


def test_broken_answers_lose_nothing_though_reading_clears_the_list(
    account: Connection, seller: Seller, server: Vendor
) -> None:
    handle = seller.handle
    broken = [Answer(200, b""), Answer(200, b"<getiteminfosresult><resp"), Answer(404)]

    def forgets_to_answer(asked: object) -> Answer:
        answer = handle(asked)  # type: ignore[arg-type]
        is_item = "getiteminfos" in asked.query["action"]  # type: ignore[attr-defined]
        return broken.pop(0) if is_item and broken else answer

    seller.__dict__["handle"] = forgets_to_answer
    with running(seller) as lossy:
        Connection.objects.update(settings=settings(lossy))
        for _ in range(3):
            with pytest.raises(ChannelError):
                fetch(Connection.objects.get())
        assert not seller.items[ITEM]["todo"]
        fetch(Connection.objects.get())
        fetch(Connection.objects.get())

    assert Message.objects.filter(author="buyer").count() == 1


def test_an_error_inside_http_200_is_told_with_the_services_words(
    account: Connection, server: Vendor
) -> None:
    server.fails_with(error("ParameterError", "version is unknown"))
    with pytest.raises(ChannelError) as told:
        fetch(account)

    assert (told.value.code, "version is unknown" in told.value.detail) == ("request_refused", True)


def test_rakutens_mails_and_the_buyers_messages_are_two_tickets(
    account: Connection, seller: Seller
) -> None:
    seller.items[ITEM]["mails"] = [
        ("77", "Rakuten France", FRIDAY + timedelta(minutes=20), "Réclamation",
         f"Merci de répondre. Commande : 943796258/{ITEM}"),
    ]  # fmt: skip
    seller.items[ITEM]["claim"] = claim(FRIDAY + timedelta(minutes=18))
    fetch(account)

    tickets = Ticket.objects.order_by("id")
    assert [one.next_kind for one in tickets] == ["first_reply", "first_reply"]
    assert Case.objects.get().state == "opened"
    assert Message.objects.filter(ticket=tickets[0], author="buyer").count() == 1
    assert Message.objects.filter(links__stream="operator").values("ticket").get() != {
        "ticket": tickets[0].pk
    }


def test_no_reply_is_taken_once_the_buyer_may_not_be_contacted(account: Connection) -> None:
    fetch(account)
    late = FRIDAY + timedelta(days=60)

    with pytest.raises(Refused) as refused:
        reply.send(Ticket.objects.get().pk, "Trop tard.", by=an_admin(), now=late, key="k1")

    assert refused.value.code == "window_closed"


def test_a_visitors_question_by_mail_is_a_ticket_of_its_own_with_its_clock(
    account: Connection,
) -> None:
    mailbox = connecting.connect(
        "mail", "info@maison-perrin.example",
        {"imap_host": "imap.maison-perrin.example", "user": "info@maison-perrin.example",
         "senders": ["info@maison-perrin.example"]},
        {"password": "hunter2hunter2"}, [], by=None, now=START,
    )  # fmt: skip
    Route.objects.create(
        connection=mailbox, channel=Channel.objects.get(marketplace="rakuten_fr"),
        matches={"recipient": "info@maison-perrin.example"},
    )  # fmt: skip
    forget_routes()
    fetch(account)
    item = RawItem("INBOX/1/1", QUESTION.encode(), received_at=FRIDAY)
    pulling.store(mailbox, Page((item,), {}), now=FRIDAY + HOUR)
    arrivals.read_waiting(clock=lambda: FRIDAY + HOUR)

    assert Ticket.objects.count() == 2
    asked = Ticket.objects.order_by("-id").first()
    assert asked is not None
    assert (asked.channel.marketplace, asked.order_number, asked.next_kind) == (
        "rakuten_fr", "", "first_reply",
    )  # fmt: skip
    assert in_stream("offer") == [asked.pk], "its questions before a sale, without another desk"
    assert in_stream("order") == [Ticket.objects.exclude(pk=asked.pk).get().pk]
    messages = list(asked.messages.all())
    assert stream_word(messages, asked, "en") == "About an article"
    asked.messages.update(subject="Un message sur la commande 12")
    assert in_stream("offer") == [], "about an order whose number was not recognised"
    assert stream_word(list(asked.messages.all()), asked, "en") == ""


def in_stream(name: str) -> list[int]:
    asked = queue.ask("all", Filters({"stream": (name,)}))
    rows = queue.page(rights_of(an_admin()), asked, moment=Moment(FRIDAY + HOUR)).rows
    return sorted(row.id for row in rows)
