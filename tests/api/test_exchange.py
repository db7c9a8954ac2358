"""A program of the merchant's own: messages and orders in, replies out, each once and none lost."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from standardwebhooks import Webhook

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.inbox import arrivals, connecting, outbox
from comptoir.inbox.connections import open_connector
from comptoir.inbox.routing import forget_routes
from comptoir.merchant.models import Channel, Connection, Person, Role
from comptoir.orders.models import Order
from comptoir.storage import clock
from comptoir.storage.models import RawItem
from comptoir.tickets.actions import reply
from comptoir.tickets.actions.writing import NewFile
from comptoir.tickets.models import Message, Outbox, Ticket
from tests.api.conftest import Program
from tests.channels.loopback import Answer, Asked, Vendor, vendor
from tests.tickets.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "whsec_" + base64.b64encode(b"s" * 24).decode()
MINUTE = timedelta(minutes=1)


def message(**changed: Any) -> dict[str, Any]:
    return {
        "external_id": "m-1", "thread_id": "t-1", "author": "buyer",
        "occurred_at": (datetime.now(UTC) - MINUTE).replace(microsecond=0).isoformat(),
        "text": "Where is my parcel?", "order_number": "A-1",
        "buyer": {"alias": "b-7", "name": "Anna Berg", "language": "en"}, **changed,
    }  # fmt: skip


def connected(settings: dict[str, Any], secrets: dict[str, str]) -> Connection:
    start = datetime.now(UTC) - timedelta(days=7)
    new = connecting.NewChannel("generic_email", "Bazaar", start, "DE", locale="en")
    row = connecting.connect("http_api", "Bazaar", settings, secrets, [new], by=None, now=start)
    forget_routes()
    return row


@pytest.fixture
def bazaar(desk: Desk) -> Connection:
    return connected({}, {})


@pytest.fixture
def caller(bazaar: Connection, program: Program) -> Client:
    return program(writes=True)


def put(caller: Client, row: Connection, what: str, body: dict[str, Any]) -> HttpResponse:
    return caller.post(f"/api/v1/connections/{row.pk}/{what}", body, "application/json")


def read_in() -> Ticket:
    arrivals.read_waiting(clock=clock.now)
    return Ticket.objects.get(order_number="A-1")


def answered(ticket: Ticket, desk: Desk, **more: Any) -> Outbox:
    now = clock.now()
    reply.send(ticket.pk, "It comes tomorrow.", by=desk.camille, now=now, key="k" * 32, **more)
    outbox.deliver_due(clock=lambda: now + MINUTE)
    return Outbox.objects.get()


def test_message_and_order_go_the_way_of_all_channels(caller: Client, bazaar: Connection) -> None:
    order = {
        "number": "A-1", "updated_at": "2026-11-20T10:00:00Z", "state": "shipped",
        "total": "49.90", "currency": "EUR", "buyer": {"alias": "b-7", "name": "Anna Berg"},
        "placed_at": "2026-11-19T10:00:00Z",
        "lines": [{"sku": "L-1", "title": "Lamp", "quantity": 1, "price": "49.90"}],
        "parcels": [{"tracking_number": "JD1", "carrier": "DHL"}],
    }  # fmt: skip
    photo = {"name": "lamp.jpg", "content_type": "image/jpeg",
             "content": base64.b64encode(b"jpeg").decode()}  # fmt: skip

    first = put(caller, bazaar, "messages", message(files=[photo]))
    second = put(caller, bazaar, "orders", order)
    stored = list(RawItem.objects.order_by("id").values_list("external_id", "state"))
    ticket = read_in()

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == {"is_new": True, "state": "new", "problem": ""}
    assert stored == [("message/m-1", "new"), ("order/A-1/2026-11-20T10:00:00Z", "new")]
    assert (ticket.buyer_name, ticket.next_kind) == ("Anna Berg", "first_reply")
    assert ticket.order == Order.objects.get(external_id="A-1", state="shipped")
    assert bytes(ticket.messages.get().files.get().file.content) == b"jpeg"


def test_same_again_changes_nothing_and_says_how_far_it_is(
    caller: Client, bazaar: Connection
) -> None:
    body = message()
    put(caller, bazaar, "messages", body)
    read_in()
    again = put(caller, bazaar, "messages", body)
    other = put(caller, bazaar, "messages", {**body, "text": "Another text"})
    arrivals.read_waiting(clock=clock.now)

    assert again.json() == {"is_new": False, "state": "done", "problem": ""}
    assert (other.status_code, other.json()["error"]["code"]) == (409, "differs")
    assert Message.objects.count() == 1


def test_order_that_goes_back_to_an_earlier_state_does(caller: Client, bazaar: Connection) -> None:
    for hour, state in ((1, "shipped"), (2, "returned"), (3, "shipped")):
        body = {"number": "A-1", "updated_at": f"2026-11-20T0{hour}:00:00Z", "state": state,
                "currency": "EUR", "total": "1.00"}  # fmt: skip
        put(caller, bazaar, "orders", body)
        arrivals.read_waiting(clock=clock.now)

    assert Order.objects.get(external_id="A-1").state == "shipped"
    assert RawItem.objects.count() == 3


def test_reply_waits_until_the_program_confirms_it(
    caller: Client, bazaar: Connection, desk: Desk
) -> None:
    put(caller, bazaar, "messages", message())
    ticket = read_in()
    sent = answered(ticket, desk, files=[NewFile("label.pdf", "application/pdf", b"%PDF-1.4")])
    base = f"/api/v1/connections/{bazaar.pk}/replies"

    (waiting,) = caller.get(base).json()
    ticket.refresh_from_db()
    clock_runs = ticket.next_kind
    file = caller.get(waiting["files"][0]["url"].partition("/api/")[2].join(["/api/", ""]))
    done = [
        caller.post(f"{base}/{waiting['id']}/confirm", {"external_id": "m-2"}, "application/json")
        for _ in range(2)
    ]
    put(caller, bazaar, "messages", message(external_id="m-2", author="us",
                                            text="It comes tomorrow."))  # fmt: skip
    arrivals.read_waiting(clock=clock.now)

    assert (waiting["thread_id"], waiting["text"], clock_runs) == (
        "t-1", "It comes tomorrow.", "first_reply",
    )  # fmt: skip
    assert file.content == b"%PDF-1.4"
    assert [one.json() for one in done] == [{"state": "accepted"}] * 2
    assert caller.get(base).json() == []
    sent.refresh_from_db()
    ticket.refresh_from_db()
    assert (sent.state, ticket.status) == ("accepted", "waiting_on_buyer")
    assert Message.objects.filter(author="agent").count() == 1


def test_reply_that_is_refused_comes_back_with_the_reason(
    caller: Client, bazaar: Connection, desk: Desk
) -> None:
    put(caller, bazaar, "messages", message())
    ticket = read_in()
    answered(ticket, desk)
    address = f"/api/v1/connections/{bazaar.pk}/replies/{'k' * 32}"

    refused = [
        caller.post(f"{address}/refuse", {"reason": "links are not allowed"}, "application/json")
        for _ in range(2)
    ]
    late = caller.post(f"{address}/confirm", {}, "application/json")

    assert [one.json() for one in refused] == [{"state": "refused"}] * 2
    assert (late.status_code, late.json()["error"]["code"]) == (409, "settled")
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert Outbox.objects.get().last_reply == "links are not allowed"


def test_reply_that_came_back_after_it_was_confirmed_is_owed_again(
    caller: Client, bazaar: Connection, desk: Desk
) -> None:
    put(caller, bazaar, "messages", message())
    ticket = read_in()
    answered(ticket, desk)
    address = f"/api/v1/connections/{bazaar.pk}/replies/{'k' * 32}"
    caller.post(f"{address}/confirm", {}, "application/json")
    caller.post(f"{address}/refuse", {"reason": "the buyer is gone"}, "application/json")

    ticket.refresh_from_db()
    assert (ticket.status, ticket.next_kind) == ("open", "first_reply")


@pytest.mark.parametrize(
    "body",
    [
        message(author="somebody"),
        message(occurred_at="2026-11-20T10:00:00"),
        message(external_id=""),
        message(files=[{"name": "x", "content": "no base64!"}]),
        {"thread_id": "t"},
    ],
)
def test_what_cannot_be_is_declined_before_anything_is_stored(
    caller: Client, bazaar: Connection, body: dict[str, Any]
) -> None:
    answer = put(caller, bazaar, "messages", body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")
    assert not RawItem.objects.filter(connection_id=bazaar.pk).exists()


def test_token_needs_its_rights(bazaar: Connection, program: Program, desk: Desk) -> None:
    stranger = Person.objects.create_user(
        "s@x.example", "x", name="Sam", role=Role.AGENT, joined_at=clock.now()
    )
    reading = program()
    assert put(reading, bazaar, "messages", message()).status_code == 403
    as_reader = program(writes=True, role=Role.READER)
    assert put(as_reader, bazaar, "messages", message()).status_code == 403
    unseeing = program(writes=True, by=stranger)
    assert put(unseeing, bazaar, "messages", message()).status_code == 404
    assert unseeing.get("/api/v1/connections").json() == []
    assert unseeing.get(f"/api/v1/connections/{bazaar.pk}/replies").status_code == 404
    assert Client().get("/api/v1/connections").status_code == 401
    assert not RawItem.objects.filter(connection_id=bazaar.pk).exists()


def test_connections_of_other_kinds_are_no_way_in(program: Program, desk: Desk) -> None:
    caller = program(writes=True)
    mailbox = Connection.objects.exclude(kind="http_api").first()

    assert mailbox is not None
    assert put(caller, mailbox, "messages", message()).status_code == 404


def test_list_names_what_a_program_may_use(caller: Client, bazaar: Connection) -> None:
    channel = Channel.objects.get(name="Bazaar")

    assert caller.get("/api/v1/connections").json() == [
        {"id": bazaar.pk, "name": "Bazaar", "channels": [channel.pk]}
    ]


@pytest.fixture
def bridge() -> Iterator[tuple[Vendor, list[Answer]]]:
    answers: list[Answer] = []

    def handle(asked: Asked) -> Answer:
        Webhook(SECRET).verify(asked.body, asked.headers)
        return answers.pop(0) if answers else Answer(200, body={"external_id": "m-9"})

    with vendor(handle) as running:
        yield running, answers


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(200, body={"external_id": "m-9"}), "accepted"),
        (Answer(204), "accepted"),
        (Answer(202), "uncertain"),
        (Answer(409, body={"external_id": "m-9"}), "accepted"),
        (Answer(422, body={"code": "no_links", "reason": "no links"}), "refused"),
        (Answer(429, headers={"retry-after": "1"}), "queued"),
        (Answer(503), "queued"),
        (Answer(500), "uncertain"),
        (Answer(200, body={}, breaks="after"), "uncertain"),
    ],
)
def test_webhook_is_signed_and_each_answer_is_understood(
    desk: Desk,
    program: Program,
    bridge: tuple[Vendor, list[Answer]],
    answer: Answer,
    state: str,
) -> None:
    running, answers = bridge
    row = connected({"webhook_url": running.url}, {"webhook_secret": SECRET})
    put(program(writes=True), row, "messages", message())
    answers.append(answer)

    sent = answered(read_in(), desk)

    told = json.loads(running.asked[0].body)
    assert (told["type"], told["data"]["id"], told["data"]["thread_id"]) == (
        "reply", "k" * 32, "t-1",
    )  # fmt: skip
    assert running.asked[0].headers["webhook-id"] == "k" * 32
    assert (sent.state, len(running.asked)) == (state, 1)


def test_check_sends_a_ping_and_an_address_without_a_secret_is_refused(
    desk: Desk, bridge: tuple[Vendor, list[Answer]]
) -> None:
    running, _answers = bridge
    good = connected({"webhook_url": running.url}, {"webhook_secret": SECRET})
    open_connector(good).check()
    Connection.objects.filter(pk=good.pk).update(settings={"webhook_url": "http://far.example"})
    good.refresh_from_db()

    assert json.loads(running.asked[0].body)["type"] == "ping"
    with pytest.raises(ChannelError, match="settings_invalid"):
        open_connector(good)
    bare = connected({"webhook_url": running.url}, {})
    with pytest.raises(ChannelError, match="settings_invalid"):
        open_connector(bare)


def test_guide_and_openapi_know_the_way_in(desk: Desk, program: Program) -> None:
    browser = Client()
    browser.force_login(desk.camille, "allauth.account.auth_backends.AuthenticationBackend")

    page = browser.get("/api/v1/docs").content.decode()

    assert "/api/v1/connections/{connection_id}/messages" in page
    assert "Put a message in" in page
