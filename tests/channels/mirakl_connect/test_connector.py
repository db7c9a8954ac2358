"""What the Connect connector asks, when, and what it makes of it; each request held to the contract."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.channels.loopback import Answer, Vendor, vendor
from tests.channels.mirakl.contract import Contract, parts
from tests.channels.mirakl_connect.hub import (
    SECRET,
    START,
    Hub,
    conversation,
    iso,
    message,
    money,
    order,
)
from tests.channels.specs import needs_specs, spec

from comptoir.channels.kernel.around import Around, KeptTokens
from comptoir.channels.kernel.http import ApiError
from comptoir.channels.kernel.protocol import (
    ChannelError,
    Outcome,
    Outgoing,
    OutgoingFile,
    RawItem,
)
from comptoir.channels.kernel.told import Author, CaseState, CaseTold, MessageTold, OrderTold, Told
from comptoir.channels.mirakl_connect.connector import connect, read
from comptoir.channels.mirakl_connect.files import unpacked

NOW = START + timedelta(hours=3)


class World:
    """Connect, our account there, and a clock that both follow."""

    def __init__(self, vendor: Vendor, hub: Hub) -> None:
        self.vendor, self.hub, self.now = vendor, hub, NOW
        self.cursor: dict[str, Any] = {}
        self.secret = SECRET
        self.tokens = KeptTokens()
        self.settings: dict[str, Any] = {
            "base_url": f"{vendor.url}/api", "token_url": f"{vendor.url}/oauth/token",
            "client_id": "me", "operators": "0054 = conforama",
        }  # fmt: skip

    def connector(self) -> Any:
        around = Around(now=lambda: self.now, tokens=self.tokens, patience_seconds=3.0)
        return connect(self.settings, {"client_secret": self.secret}, around)

    def pull(self, size: int = 50) -> list[RawItem]:
        items: list[RawItem] = []
        for page in self.connector().pull(self.cursor, page_size=size):
            items += page.items
            self.cursor = json.loads(json.dumps(page.cursor))
        return items

    def asked(self, path: str) -> int:
        return sum(one.path == path for one in self.vendor.asked)


@pytest.fixture
def world() -> Iterator[World]:
    hub = Hub(clock=lambda: NOW)
    with vendor(hub.answer) as running:
        yield World(running, hub)
    assert hub.broken == []


@pytest.fixture
def contract() -> Contract:
    return Contract(spec("mirakl/mirakl-connect-openapi.yaml"))


def outgoing(**more: Any) -> Outgoing:
    made = Outgoing(
        idempotency_key="k1", message_id="<k1@x>", recipient="", recipient_name="", sender="",
        sender_name="", subject="Ma commande", text="Elle arrive demain.", thread_id="t1",
        order_number="A-1-A", written_at=NOW,
    )  # fmt: skip
    return replace(made, **more)


def kinds(items: list[RawItem]) -> list[str]:
    return [item.external_id.partition("/")[0] for item in items]


def told(kind: str, value: Any, **settings: str) -> list[Told]:
    return list(read(RawItem(f"{kind}/1/x", json.dumps(value).encode()), settings))


def test_conversations_orders_and_returns_are_read_page_by_page(world: World) -> None:
    world.hub.orders = [order(f"A-{n}-A") for n in range(3)]
    world.hub.conversations = [conversation(f"t{n}", message("Bonjour", at=START)) for n in "123"]
    world.hub.returns = [{
        "id": 7, "order_id": "0054_A-1-A", "channel_return_id": "r7", "status": "OPENED",
        "created_at": iso(START), "updated_at": iso(START), "return_lines": [],
    }]  # fmt: skip

    items = world.pull(size=2)

    assert kinds(items) == ["order"] * 3 + ["conversation"] * 3 + ["return"]
    assert json.loads(items[-1].content)["order_number"] == "A-1-A"
    assert world.pull(size=2) == []


def test_nothing_is_asked_more_often_than_published(world: World) -> None:
    world.pull()
    world.vendor.asked.clear()

    for minute in range(1, 61):
        world.now = NOW + timedelta(minutes=minute)
        world.pull()

    assert (world.asked("/api/v2/orders"), world.asked("/api/v2/orders/returns")) == (12, 12)
    assert world.asked("/api/conversations") == 60


def test_round_that_was_cut_off_goes_on_and_a_dead_token_begins_it_anew(world: World) -> None:
    world.hub.orders = [order(f"A-{n}-A", at=START + timedelta(minutes=n)) for n in range(4)]
    pages = world.connector().pull({}, page_size=2)
    world.cursor = json.loads(json.dumps(next(pages).cursor))
    pages.close()
    forgotten = json.loads(json.dumps(world.cursor))

    assert [item.external_id.split("/")[1] for item in world.pull(size=2)] == [
        "0054_A-1-A", "0054_A-0-A",
    ]  # fmt: skip
    forgotten["orders"]["page"] = "forgotten"
    world.cursor = forgotten
    assert kinds(world.pull(size=2)) == []
    assert kinds(world.pull(size=2)) == ["order"] * 4


def test_files_come_out_of_the_archive_before_their_conversation(world: World) -> None:
    world.hub.files = {"f1": ("photo.png", b"\x89PNG")}
    files = [{"id": "f1", "filename": "photo.png", "size_in_bytes": 4}]
    world.hub.conversations = [
        conversation("t1", message("Voyez", at=START, attachments=files)),
        conversation("t2", message("Rien", at=START), anonymized_at=iso(START)),
    ]

    items = world.pull()

    assert kinds(items) == ["file", "conversation"]
    assert (items[0].external_id, items[0].content, items[0].content_type) == (
        "file/f1", b"\x89PNG", "image/png",
    )  # fmt: skip
    (one,) = read(items[1], world.settings)
    assert one.files[0].reference == {"item": "file/f1"}  # type: ignore[union-attr]


@pytest.mark.parametrize("archive", [b"", b"PK\x03\x04 broken", b"<html>"])
def test_broken_archive_holds_nothing(archive: bytes) -> None:
    assert list(unpacked(archive)) == []


@pytest.mark.parametrize(
    "trouble",
    [Answer(500), Answer(429, headers={"retry-after": "0.01"}), Answer(401),
     Answer(breaks="before"), Answer(body={"data": []}, breaks="after")],
)  # fmt: skip
def test_reading_survives_a_stumble_and_a_token_that_ended(world: World, trouble: Answer) -> None:
    world.connector().check()
    world.hub.orders = [order("A-1-A")]
    world.vendor.fails_with(trouble)

    assert kinds(world.pull()) == ["order"]
    assert world.hub.tokens == (2 if trouble.status == 401 else 1)


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"[]"])
def test_answer_without_its_list_skips_nothing(world: World, body: bytes) -> None:
    world.connector().check()
    world.hub.orders = [order("A-1-A")]
    world.vendor.fails_with(Answer(body=body))

    with pytest.raises(ApiError, match="bad_answer"):
        world.pull()
    assert world.cursor == {}
    assert kinds(world.pull()) == ["order"]


def test_reply_is_pending_until_connect_decides(world: World) -> None:
    world.hub.conversations = [conversation("t1", message("Où ?", at=START))]
    world.hub.decides = {"status": "PENDING"}
    file = OutgoingFile("facture.pdf", "application/pdf", b"%PDF")
    connector = world.connector()

    receipt = connector.send(outgoing(files=(file,)))

    assert (receipt.outcome, receipt.external_id) == (Outcome.PENDING, "action-1")
    assert parts(world.vendor.asked[-1])[1] == ("files", "facture.pdf", b"%PDF")
    assert connector.confirm("action-1").outcome is Outcome.PENDING
    world.hub.decides = {"status": "SUCCESS"}
    assert connector.confirm("action-1").outcome is Outcome.ACCEPTED
    assert connector.confirm("forgotten").outcome is Outcome.PENDING


@pytest.mark.parametrize(
    ("code", "outcome"),
    [("INVALID_INPUT", Outcome.REFUSED), ("DATA_NOT_FOUND", Outcome.REFUSED),
     ("UNEXPECTED", Outcome.REFUSED), ("NEW_ONE", Outcome.REFUSED),
     ("TOO_MANY_REQUEST", Outcome.DEFERRED), ("UNAVAILABLE", Outcome.DEFERRED)],
)  # fmt: skip
def test_what_connect_refuses_later_is_told_in_its_words(
    world: World, code: str, outcome: Outcome
) -> None:
    errors = [{"code": code, "message": "Phone numbers are not allowed."}]
    world.hub.decides = {"status": "ERROR", "errors": errors}
    connector = world.connector()

    action = connector.send(outgoing()).external_id
    receipt = connector.confirm(action)

    assert (receipt.outcome, receipt.code, receipt.reply) == (
        outcome, code.lower(), "Phone numbers are not allowed.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(Answer(400), Outcome.REFUSED), (Answer(404), Outcome.REFUSED), (Answer(429), Outcome.DEFERRED),
     (Answer(500), Outcome.UNCERTAIN), (Answer(breaks="before"), Outcome.UNCERTAIN),
     (Answer(202, body=b""), Outcome.UNCERTAIN), (Answer(202, body=b"{}"), Outcome.UNCERTAIN),
     (Answer(202, body=b"[]"), Outcome.UNCERTAIN)],
)  # fmt: skip
def test_what_is_known_of_a_reply_is_told(world: World, answer: Answer, outcome: Outcome) -> None:
    world.connector().check()
    world.vendor.asked.clear()
    world.vendor.fails_with(answer)

    assert world.connector().send(outgoing()).outcome is outcome
    assert len(world.vendor.asked) == 1


def test_token_that_ended_is_renewed_before_the_reply_leaves_once(world: World) -> None:
    world.hub.conversations = [conversation("t1", message("Où ?", at=START))]
    world.connector().check()
    world.hub.tokens += 1  # the one we hold is no longer good

    assert world.connector().send(outgoing()).outcome is Outcome.PENDING
    assert len(world.hub.conversations[0]["messages"]) == 2


def test_uncertain_reply_is_found_by_its_words(world: World) -> None:
    world.hub.conversations = [conversation("t1", message("Elle arrive demain.", at=START,
                                                          by="STORE"))]  # fmt: skip
    assert world.connector().find(outgoing()) is None

    world.hub.add("t1", "Elle arrive demain !")
    ours = world.hub.conversations[0]["messages"][-1]
    assert world.connector().find(outgoing()) == ours["id"]


def test_conversation_is_begun_or_gone_on_with_where_the_orders_number_can_be_proved(
    world: World,
) -> None:
    world.hub.orders = [order("A-1-A")]

    first = world.connector().send(outgoing(thread_id="", begins=True))
    second = world.connector().send(outgoing(thread_id=""))
    unknown = world.connector().send(outgoing(thread_id="", begins=True, order_number="Z-9"))

    assert [one.outcome for one in (first, second)] == [Outcome.PENDING] * 2
    assert [len(one["messages"]) for one in world.hub.conversations] == [2]
    assert (unknown.outcome, unknown.code) == (Outcome.REFUSED, "not_found")


def test_check_gives_a_clear_verdict(world: World) -> None:
    def verdict() -> str:
        try:
            world.connector().check()
        except ChannelError as error:
            return error.code
        return "works"

    assert verdict() == "works"
    world.vendor.fails_with(Answer(403))
    assert verdict() == "forbidden"
    world.vendor.fails_with(Answer(body=b"<html>"))
    assert verdict() == "bad_answer"
    world.secret, world.tokens = "old", KeptTokens()
    assert verdict() == "auth_failed"


def test_conversation_tells_who_spoke_when_and_where() -> None:
    said = [message("Merci", at=NOW), message("Note", at=START, by="CHANNEL"),
            message("Voilà", at=START + timedelta(hours=1), by="STORE")]  # fmt: skip
    value = conversation("t1", *said)

    found = told("conversation", {"conversation": value, "messages": said})

    assert [(one.author, one.text) for one in found if isinstance(one, MessageTold)] == [
        (Author.OPERATOR, "Note"), (Author.US, "Voilà"), (Author.BUYER, "Merci"),
    ]  # fmt: skip
    first = found[0]
    assert isinstance(first, MessageTold)
    assert (first.order_number, first.buyer.name, first.place.operator) == (
        "A-1-A", "Anna Berg", "conforama",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("number", "name", "operator", "country"),
    [("9", "Leroy Merlin France", "leroy_merlin", ""), ("9", "BOULANGER", "boulanger", ""),
     ("9", "La Redoute", "la_redoute", ""), ("9", "Unheard of", "mirakl", ""),
     ("61", "Something", "leroy_merlin", "ES")],
)  # fmt: skip
def test_sales_channel_becomes_a_marketplace(
    number: str, name: str, operator: str, country: str
) -> None:
    value = conversation("t1", message("?", at=START),
                         origin={"channel_id": number, "channel_name": name})  # fmt: skip

    (one,) = told("conversation", {"conversation": value, "messages": value["messages"]},
                  operators="61 = leroy_merlin ES\nnonsense")  # fmt: skip

    assert isinstance(one, MessageTold)
    assert (one.place.operator, one.place.country) == (operator, country)


def test_order_adds_taxes_and_tells_refunds_and_why_it_ended() -> None:
    value = order("A-1-A", status="CLOSED", status_reason="PAYMENT_TIMEOUT")
    value["order_lines"][0]["adjustments"] = [
        {"adjustment_id": "a1", "id": "1", "type": "REFUND", "created_at": iso(NOW), "quantity": 1,
         "price": money(40), "shipping_price": money(0), "reason": "DEFECT",
         "taxes": [{"code": "TVA", "amount": money(8)}]},
        {"adjustment_id": "a2", "type": "CANCELATION", "created_at": iso(NOW), "price": money(1)},
    ]  # fmt: skip

    (one,) = told("order", value)

    assert isinstance(one, OrderTold)
    assert (one.state, one.total, one.currency) == ("cancelled", Decimal("102.0"), "EUR")
    assert one.lines is not None
    assert one.lines[0].price == Decimal("48.00")
    assert [(r.external_id, r.amount, r.reason) for r in one.refunds] == [
        ("a1", Decimal(48), "DEFECT")
    ]
    assert (one.buyer.name, one.buyer.email, one.buyer.country) == ("Anna Berg", "", "FR")


@needs_specs
def test_vendors_examples_are_read(contract: Contract) -> None:
    for example in contract.examples("v2-listOrders"):
        for value in example["data"]:
            (one,) = told("order", value)
            assert isinstance(one, OrderTold)
            assert one.number == value["channel_order_id"]
    for example in contract.examples("v2-listReturns"):
        for value in example["data"]:
            back, case = told("return", {"return": value, "order_number": "3202630-A"})
            assert isinstance(back, OrderTold)
            assert isinstance(case, CaseTold)
    (listed,) = contract.examples("listConversations")
    (said,) = contract.examples("getConversationMessages")
    (message_told,) = told(
        "conversation", {"conversation": listed["data"][0], "messages": said["messages"]}
    )
    assert isinstance(message_told, MessageTold)
    assert message_told.order_number == "MIR-F745HNL8-A"


@needs_specs
def test_vendors_example_order_says_what_it_says(contract: Contract) -> None:
    value = contract.examples("v2-listOrders")[0]["data"][0]
    back = contract.examples("v2-listReturns")[0]["data"][0]

    (one,) = told("order", value)
    _, case = told("return", {"return": back, "order_number": "3202630-A"})

    assert isinstance(one, OrderTold)
    assert (one.state, one.total, one.buyer.country) == ("delivered", Decimal(23), "DK")
    assert [refund.amount for refund in one.refunds] == [Decimal(23)]
    assert isinstance(case, CaseTold)
    assert (case.state, case.reason) == (CaseState.ANSWERED, "DEFECTIVE_ITEM")


@needs_specs
def test_our_stand_in_speaks_as_the_vendor_describes(contract: Contract) -> None:
    contract.valid("OrderResponse", order("A-1-A"))
