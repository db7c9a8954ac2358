"""Fnac, from a buyer's question to the accepted reply, with a vendor that stumbles all the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from tests.channels.fnac.shop import Shop, hours, order, running, settings
from tests.channels.loopback import Answer, Vendor
from tests.tickets.conftest import FRIDAY

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.inbox import arrivals, connecting, outbox
from comptoir.inbox.limits import SharedLimiter
from comptoir.inbox.pulling import pull_by_id
from comptoir.inbox.routing import forget_routes
from comptoir.merchant.models import Connection, Merchant, Person, Role
from comptoir.orders.models import Case, Order
from comptoir.tickets.actions import reply
from comptoir.tickets.models import Message, Outbox, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SharedLimiter, "take", lambda *_: 0.0)


@pytest.fixture
def shop() -> Shop:
    made = Shop(clock=FRIDAY + hours(2), orders=[order()])
    made.say(1, "Où est mon colis ?", FRIDAY + timedelta(minutes=5))
    return made


@pytest.fixture
def server(shop: Shop) -> Iterator[Vendor]:
    with running(shop) as started:
        yield started
    assert shop.invalid == []


@pytest.fixture
def account(server: Vendor) -> Connection:
    Merchant.objects.get_or_create(name="Maison Perrin", defaults={"time_zone": "Europe/Paris"})
    start = FRIDAY - timedelta(days=7)
    new = connecting.NewChannel("fnac", "Fnac", start, "FR", locale="fr")
    row = connecting.connect(
        "fnac", "Fnac", settings(server), {"key": "k"}, [new], by=None, now=start
    )
    forget_routes()
    return row


@pytest.fixture
def camille() -> Person:
    return Person.objects.create_user(
        "c@x.example", "x", name="Camille", role=Role.ADMIN, joined_at=FRIDAY
    )


LATER = FRIDAY + timedelta(hours=1)
clock_stands = [LATER]


def fetch(row: Connection, at: datetime = LATER) -> None:
    clock_stands[0] = at
    pull_by_id(row.pk, clock=lambda: at)
    arrivals.read_waiting(clock=lambda: at)


@pytest.fixture(autouse=True)
def _time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comptoir.storage.clock.now", lambda: clock_stands[0])


def test_question_becomes_a_ticket_and_the_reply_comes_back_known(
    account: Connection, shop: Shop, server: Vendor, camille: Person
) -> None:
    server.fails_with(
        Answer(500), Answer(429, headers={"retry-after": "0.1"}), Answer(breaks="before")
    )
    fetch(account)
    ticket = Ticket.objects.get()
    shop.token = "22222222-2222-2222-2222-222222222222"

    reply.send(ticket.pk, "Il arrive demain.", by=camille, now=FRIDAY + hours(2), key="k1")
    outbox.deliver_due(clock=lambda: FRIDAY + hours(2) + timedelta(minutes=1))
    fetch(account, FRIDAY + hours(3))

    assert (ticket.buyer_name, ticket.language, ticket.next_kind) == (
        "Jeanne D.", "fr", "first_reply",
    )  # fmt: skip
    assert ticket.order == Order.objects.get(external_id="57BEAFDA828A8")
    assert Outbox.objects.get().state == "accepted"
    assert shop.messages[-1]["text"] == "Il arrive demain."
    assert Message.objects.filter(author="agent").count() == 1
    ticket.refresh_from_db()
    assert ticket.status == "waiting_on_buyer"


def test_broken_answers_lose_nothing_and_the_next_poll_goes_on(
    account: Connection, shop: Shop, server: Vendor
) -> None:
    for number in range(2, 6):
        shop.say(number, f"Question {number} ?", FRIDAY + timedelta(minutes=5 + number))
    shop.page_size = 2
    for broken in (Answer(200, b""), Answer(200, b"<messages_query_response sta")):
        server.fails_with(broken)
        with pytest.raises(ChannelError):
            pull_by_id(account.pk, clock=lambda: FRIDAY + hours(1))
    fetch(account)
    fetch(account, FRIDAY + hours(2))

    assert Message.objects.filter(author="buyer").count() == 5
    assert Ticket.objects.count() == 1


def test_an_uncertain_reply_is_found_and_not_sent_twice(
    account: Connection, shop: Shop, server: Vendor, camille: Person
) -> None:
    fetch(account)
    ticket = Ticket.objects.get()
    reply.send(ticket.pk, "Il arrive demain.", by=camille, now=FRIDAY + hours(2), key="k1")
    real = shop.handle

    def deaf(asked: object) -> Answer:
        answer = real(asked)  # type: ignore[arg-type]
        is_update = "messages_update" in getattr(asked, "path", "")
        return Answer(502) if is_update else answer

    shop.__dict__["handle"] = deaf
    with running(shop) as lossy:
        Connection.objects.update(settings=settings(lossy))
        outbox.deliver_due(clock=lambda: FRIDAY + hours(2) + timedelta(minutes=1))
        assert Outbox.objects.get().state == "uncertain"
        outbox.look_for_uncertain(clock=lambda: FRIDAY + hours(2) + timedelta(minutes=9))

    assert Outbox.objects.get().state == "accepted"
    assert len([one for one in shop.messages if one["from"] == "SELLER"]) == 1


def test_a_claim_is_told_once_and_closes(account: Connection, shop: Shop) -> None:
    fetch(account)
    shop.incidents = [_incident("OPENED")]
    fetch(account, FRIDAY + hours(2))
    opened = Case.objects.get().state
    shop.incidents = [_incident("CLOSED", "2026-03-06T19:30:00+00:00")]
    fetch(account, FRIDAY + hours(3))

    assert (opened, Case.objects.get().state) == ("opened", "closed")
    assert Ticket.objects.count() == 1


def test_an_answer_written_in_the_portal_is_credited(account: Connection, shop: Shop) -> None:
    fetch(account)
    shop.say(50, "Demain.", FRIDAY + hours(2), **{"from": "SELLER"})
    fetch(account, FRIDAY + hours(3))

    assert Message.objects.get(author="agent").seen_elsewhere
    assert Ticket.objects.get().status == "waiting_on_buyer"


def _incident(status: str, updated: str = "2026-03-06T18:10:00+00:00") -> str:
    return f"""<incident id="7525927C-6FDC-CD2C-2DBA-6E669C5045AF"><header><status>{status}</status>
    <waiting_for_seller_answer>{"TRUE" if status == "OPENED" else "FALSE"}</waiting_for_seller_answer>
    <message>Le colis est vide.</message><opened_by>client</opened_by>
    <created_at>2026-03-06T18:10:00+00:00</created_at><updated_at>{updated}</updated_at>
    <order_id>57BEAFDA828A8</order_id></header><order_details_incident><order_detail_incident>
    <order_detail_id>1</order_detail_id><type>3</type><status>{status}</status>
    </order_detail_incident></order_details_incident></incident>"""
