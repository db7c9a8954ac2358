"""An account at Mirakl Connect, from a buyer's message to the reply that Connect decides on later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from tests.channels.loopback import Answer, Vendor, vendor
from tests.channels.mirakl_connect.hub import (
    SECRET,
    Hub,
    conversation,
    iso,
    message,
    order,
)
from tests.tickets.conftest import FRIDAY

from comptoir.channels.kernel.around import Around, KeptTokens
from comptoir.channels.kernel.protocol import ChannelError
from comptoir.inbox import arrivals, connecting, connections, outbox
from comptoir.inbox.pulling import pull_by_id
from comptoir.inbox.routing import forget_routes
from comptoir.merchant.models import Connection, Merchant, Person, Role
from comptoir.orders.models import Case, Order
from comptoir.storage.models import RawItem
from comptoir.tickets.actions import reply
from comptoir.tickets.models import Message, MessageFile, Outbox, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
WROTE = FRIDAY + timedelta(minutes=5)


class Desk:
    """A connection to our Connect, and the clock of both."""

    def __init__(self, vendor: Vendor, hub: Hub, row: Connection) -> None:
        self.vendor, self.hub, self.row = vendor, hub, row
        self.now = FRIDAY + timedelta(hours=1)
        self.tokens = KeptTokens()

    def fetch(self, *, minutes: int = 0) -> None:
        self.now += timedelta(minutes=minutes)
        pull_by_id(self.row.pk, clock=lambda: self.now)
        arrivals.read_waiting(clock=lambda: self.now)

    def send(self, text: str) -> Outbox:
        camille = Person.objects.create_user(
            "c@x.example", "x", name="Camille", role=Role.ADMIN, joined_at=FRIDAY
        )
        reply.send(Ticket.objects.get().pk, text, by=camille, now=self.now, key="k1")
        self.deliver()
        return Outbox.objects.get()

    def deliver(self) -> None:
        self.now += timedelta(minutes=1)
        outbox.deliver_due(clock=lambda: self.now)

    def ask(self) -> Outbox:
        """Ask what became of the reply."""
        self.now += timedelta(minutes=1)
        outbox.ask_for_pending(clock=lambda: self.now)
        return Outbox.objects.get()

    @property
    def sent_count(self) -> int:
        return sum(one.method == "POST" and "messages" in one.path for one in self.vendor.asked)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    Merchant.objects.get_or_create(name="Maison Perrin", defaults={"time_zone": "Europe/Paris"})
    hub = Hub(
        orders=[order("A-1-A", at=FRIDAY)],
        conversations=[conversation("t1", message("Où est ma lampe ?", at=WROTE))],
    )
    with vendor(hub.answer) as running:
        start = FRIDAY - timedelta(days=7)
        channels = [
            connecting.NewChannel("conforama", "Conforama", start, "FR", locale="fr"),
            connecting.NewChannel("boulanger", "Boulanger", start, "FR", locale="fr"),
        ]
        settings = {
            "base_url": f"{running.url}/api", "token_url": f"{running.url}/oauth/token",
            "client_id": "me",
        }  # fmt: skip
        row = connecting.connect(
            "mirakl_connect", "Connect", settings, {"client_secret": SECRET}, channels,
            by=None, now=start,
        )  # fmt: skip
        forget_routes()
        made = Desk(running, hub, row)
        hub.clock = lambda: made.now
        monkeypatch.setattr(
            connections, "around_of",
            lambda _: Around(now=lambda: made.now, tokens=made.tokens, patience_seconds=2.0),
        )  # fmt: skip
        yield made
    assert hub.broken == []


def test_message_becomes_a_ticket_on_its_operators_channel(desk: Desk) -> None:
    desk.hub.conversations.append(
        conversation("t2", message("Et la mienne ?", at=WROTE), about="B-1-A",
                     origin={"channel_id": "7", "channel_name": "Boulanger"})
    )  # fmt: skip
    desk.fetch()

    tickets = {one.channel.marketplace: one for one in Ticket.objects.select_related("channel")}
    assert set(tickets) == {"conforama", "boulanger"}
    ticket = tickets["conforama"]
    assert (ticket.buyer_name, ticket.language, ticket.order) == (
        "Anna Berg", "fr", Order.objects.get(external_id="A-1-A"),
    )  # fmt: skip
    assert ticket.next_kind == "first_reply"
    assert not RawItem.objects.exclude(state="done").exists()


def test_reply_is_pending_then_accepted_and_its_copy_is_known(desk: Desk) -> None:
    desk.fetch()
    desk.hub.decides = {"status": "PENDING"}

    sent = desk.send("Elle arrive demain.")
    assert (sent.state, sent.last_code) == ("uncertain", "pending")
    assert desk.ask().state == "uncertain"
    desk.deliver()

    desk.hub.decides = {"status": "SUCCESS"}
    assert desk.ask().state == "accepted"
    desk.fetch(minutes=6)

    assert desk.sent_count == 1
    assert Message.objects.filter(author="agent").count() == 1
    assert Ticket.objects.get().status == "waiting_on_buyer"


def test_reply_that_connect_refuses_later_comes_back_with_its_words(desk: Desk) -> None:
    desk.fetch()
    desk.hub.decides = {"status": "ERROR", "errors": [
        {"code": "INVALID_INPUT", "message": "Phone numbers are not allowed."}]}  # fmt: skip
    desk.send("Appelez le 01 23 45 67 89.")

    refused = desk.ask()

    assert (refused.state, refused.last_reply) == ("refused", "Phone numbers are not allowed.")
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.next_kind) == ("open", "first_reply")


def test_reply_for_which_connect_has_no_time_is_sent_again(desk: Desk) -> None:
    desk.fetch()
    desk.hub.decides = {"status": "ERROR", "errors": [
        {"code": "TOO_MANY_REQUEST", "message": "Later."}]}  # fmt: skip
    desk.send("Elle arrive demain.")
    assert desk.ask().state == "queued"

    desk.hub.decides = {"status": "SUCCESS"}
    desk.now += timedelta(hours=1)
    desk.deliver()

    assert desk.ask().state == "accepted"
    assert desk.sent_count == 2
    assert len(desk.hub.conversations[0]["messages"]) == 2


def test_it_comes_through_a_bad_day_whole_and_once(desk: Desk) -> None:
    """429, 500, silence, half an answer, an empty one, an ended token, a dead secret, duplicates."""
    desk.fetch()
    desk.hub.add("t1", "Hallo ?", by="CUSTOMER")
    for trouble in (
        Answer(429, headers={"retry-after": "0.01"}), Answer(500), Answer(breaks="before"),
        Answer(body={"data": []}, breaks="after"), Answer(body=b""), Answer(401),
    ):  # fmt: skip
        desk.vendor.fails_with(trouble)
        with suppress(ChannelError):
            desk.fetch(minutes=6)
    Connection.objects.update(cursor={})
    desk.fetch(minutes=6)

    assert [one.text for one in Message.objects.order_by("occurred_at")] == [
        "Où est ma lampe ?", "Hallo ?",
    ]  # fmt: skip
    assert (Ticket.objects.count(), Order.objects.count()) == (1, 1)


def test_answer_given_in_the_portal_is_credited_and_a_photo_kept(desk: Desk) -> None:
    desk.hub.files = {"f1": ("photo.png", b"\x89PNG")}
    files = [{"id": "f1", "filename": "photo.png", "size_in_bytes": 4}]
    desk.hub.conversations[0]["messages"][0]["attachments"] = files
    desk.hub.add("t1", "Elle part ce soir.")
    desk.fetch()

    assert Message.objects.get(author="agent").seen_elsewhere
    assert Ticket.objects.get().status == "waiting_on_buyer"
    file = MessageFile.objects.get()
    assert (file.name, bytes(file.file.content)) == ("photo.png", b"\x89PNG")


def test_return_that_waits_for_us_is_a_case_on_its_order(desk: Desk) -> None:
    desk.hub.returns = [{
        "id": "r7", "order_id": "0054_A-1-A", "channel_return_id": "7", "created_at": iso(WROTE),
        "updated_at": iso(WROTE), "status": "REQUEST_INITIATED",
        "origin": {"channel_id": "0054", "channel_name": "Conforama"},
        "return_lines": [{"order_line_id": "0054_A-1-A-1", "quantity": 1, "reason": "DEFECTIVE_ITEM"}],
    }]  # fmt: skip
    desk.fetch()

    case = Case.objects.get()
    assert (case.kind, case.state, case.order_number) == ("return", "opened", "A-1-A")
    assert Order.objects.get().returns.get().reason == "DEFECTIVE_ITEM"
    assert Ticket.objects.count() == 1
