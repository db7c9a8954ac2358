"""What the Mirakl connector asks, when, and what it makes of it; each request held to the contract."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.channels.loopback import Answer, Vendor, vendor
from tests.channels.mirakl.contract import parts
from tests.channels.mirakl.operator import (
    KEY,
    START,
    Operator,
    iso,
    message,
    order,
    refreshed,
    thread,
)

from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.http import ApiError
from comptoir.channels.kernel.protocol import (
    ChannelError,
    Outcome,
    Outgoing,
    OutgoingFile,
    RawItem,
)
from comptoir.channels.mirakl.addresses import portal_address
from comptoir.channels.mirakl.connector import connect, read

NOW = START + timedelta(hours=3)


class World:
    """An operator, the shop's connector, and a clock that both follow."""

    def __init__(self, vendor: Vendor, operator: Operator) -> None:
        self.vendor, self.operator = vendor, operator
        self.now = NOW
        self.cursor: dict[str, Any] = {}
        self.settings: dict[str, Any] = {"base_url": vendor.url}
        self.key = KEY

    def connector(self) -> Any:
        around = Around(now=lambda: self.now, patience_seconds=3.0)
        return connect(self.settings, {"key": self.key}, around)

    def pull(self) -> list[RawItem]:
        items: list[RawItem] = []
        for page in self.connector().pull(self.cursor, page_size=2):
            items += page.items
            self.cursor = json.loads(json.dumps(page.cursor))  # it is stored as JSON
        return items

    def asked(self, *words: str) -> list[str]:
        return [one.path for one in self.vendor.asked if all(word in one.path for word in words)]


@pytest.fixture
def world() -> Iterator[World]:
    operator = Operator(clock=lambda: NOW)
    with vendor(operator.answer) as running:
        yield World(running, operator)
    assert operator.broken == []


def outgoing(**more: Any) -> Outgoing:
    made = Outgoing(
        idempotency_key="k1", message_id="<k1@x>", recipient="", recipient_name="", sender="",
        sender_name="", subject="Ma commande", text="Elle arrive demain.", thread_id="t1",
        stream="order", order_number="A-1-A", written_at=NOW,
    )  # fmt: skip
    return replace(made, **more)


def kinds(items: list[RawItem]) -> list[str]:
    return [item.external_id.partition("/")[0] for item in items]


def test_first_reading_takes_orders_inbox_returns_and_figures(world: World) -> None:
    world.operator.orders = [order("A-1-A"), order("A-2-A"), order("A-3-A")]
    world.operator.threads = [thread("t9", message("Est-elle dimmable ?", at=START),
                                     kind="MMP_OFFER", about="881")]  # fmt: skip
    world.operator.statistics = {"grade": [{"period": "LAST_MONTH", "value": 4.6}]}

    items = world.pull()

    assert kinds(items) == ["order", "order", "order", "thread", "figures"]
    assert [one.query["offset"] for one in world.vendor.asked if one.path == "/api/orders"] == [
        "0", "2",
    ]  # fmt: skip


def test_threads_are_read_where_an_order_has_news_of_its_customer(world: World) -> None:
    world.pull()
    world.vendor.asked.clear()
    world.operator.orders = [order("A-1-A", at=NOW, has_customer_message=True),
                             order("A-2-A", at=NOW)]  # fmt: skip
    world.operator.threads = [thread("t1", message("Où est-elle ?", at=NOW)),
                              thread("t2", message("?", at=NOW), about="A-2-A")]  # fmt: skip
    world.now = NOW + timedelta(minutes=5)

    items = world.pull()

    assert kinds(items) == ["order", "order", "thread"]
    inbox = [one.query for one in world.vendor.asked if one.path == "/api/inbox/threads"]
    assert [(one["entity_type"], one["entity_id"]) for one in inbox] == [("MMP_ORDER", "A-1-A")]


def test_nothing_is_asked_more_often_than_published(world: World) -> None:
    world.pull()
    world.vendor.asked.clear()

    for minute in range(1, 61):
        world.now = NOW + timedelta(minutes=minute)
        world.pull()

    assert len(world.asked("/api/orders")) == 12
    assert len(world.asked("/api/returns")) == 12
    assert world.asked("/inbox/") == []
    assert world.asked("statistics") == []


def test_whole_inbox_is_read_at_the_pace_the_merchant_chose(world: World) -> None:
    world.settings["inbox_minutes"] = "15"
    world.pull()
    world.vendor.asked.clear()

    for minute in range(1, 61):
        world.now = NOW + timedelta(minutes=minute)
        world.pull()

    assert len(world.asked("/api/inbox/threads")) == 4


def test_windows_overlap_and_a_round_that_was_cut_off_goes_on_where_it_stood(world: World) -> None:
    world.pull()
    world.operator.orders = [order(f"A-{n}-A", at=NOW) for n in range(5)]
    world.now = NOW + timedelta(minutes=5)
    world.vendor.asked.clear()
    pages = world.connector().pull(world.cursor, page_size=2)
    world.cursor = json.loads(json.dumps(next(pages).cursor))
    pages.close()

    items = world.pull()

    assert [item.external_id.split("/")[1] for item in items] == ["A-2-A", "A-3-A", "A-4-A"]
    asked = [one.query for one in world.vendor.asked if one.path == "/api/orders"]
    assert {one["start_update_date"] for one in asked} == {
        (NOW - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    }


def test_page_token_that_ended_begins_the_round_anew(world: World) -> None:
    world.operator.threads_a_page = 1
    world.operator.threads = [thread(f"t{n}", message("Bonjour", at=START)) for n in range(3)]
    world.cursor = {
        "threads": {"begun": "2026-03-06T10:59:00Z", "page": "forgotten"},
        **{name: {"through": NOW.isoformat()} for name in ("orders", "returns", "figures")},
    }

    assert world.pull() == []
    assert sorted(item.external_id.split("/")[1] for item in world.pull()) == ["t0", "t1", "t2"]


def test_files_come_before_their_thread_and_a_missing_one_holds_nothing_up(world: World) -> None:
    world.operator.files = {"f1": b"\x89PNG"}
    files = [{"id": "f1", "name": "photo.png", "size": 4}, {"id": "f2", "name": "x.pdf", "size": 9}]
    world.operator.threads = [thread("t1", message("Voyez", at=START, attachments=files))]

    items = world.pull()

    assert kinds(items) == ["file", "thread", "figures"]
    assert (items[0].content, items[0].content_type) == (b"\x89PNG", "image/png")
    told = list(read(items[1], world.settings))
    assert [(one.name, one.reference["item"]) for one in told[0].files] == [
        ("photo.png", "file/f1"), ("x.pdf", "file/f2"),
    ]  # fmt: skip


def test_long_thread_is_read_whole(world: World) -> None:
    said = [message(f"Message {n}", at=START + timedelta(minutes=n)) for n in range(120)]
    world.operator.threads = [thread("t1", *said)]

    item = world.pull()[0]

    assert len(list(read(item, world.settings))) == 120


@pytest.mark.parametrize(
    "trouble",
    [Answer(500), Answer(429, headers={"retry-after": "0.01"}), Answer(breaks="before"),
     Answer(body={"orders": []}, breaks="after")],
)  # fmt: skip
def test_reading_survives_a_stumble(world: World, trouble: Answer) -> None:
    world.operator.orders = [order("A-1-A")]
    world.vendor.fails_with(trouble)

    assert kinds(world.pull()) == ["order", "figures"]


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"<html>maintenance</html>", b'{"orders"'])
def test_answer_without_its_list_skips_nothing(world: World, body: bytes) -> None:
    world.operator.orders = [order("A-1-A")]
    world.vendor.fails_with(Answer(body=body))

    with pytest.raises(ApiError, match="bad_answer"):
        world.pull()
    assert world.cursor == {}
    assert kinds(world.pull()) == ["order", "figures"]


def test_figures_that_the_account_may_not_see_hold_nothing_up(world: World) -> None:
    world.pull()
    world.cursor["figures"] = {"through": "2026-01-01T00:00:00Z"}
    world.vendor.fails_with(Answer(403))

    assert world.pull() == []
    assert world.cursor["figures"]["through"].startswith("2026-03-06")


def test_incident_opens_closes_and_opens_anew_as_another_case(world: World) -> None:
    held = order("A-1-A", at=NOW, has_incident=True)
    held["order_lines"][0] |= {"order_line_state": "INCIDENT_OPEN",
                               "order_line_state_reason_label": "Colis non reçu"}  # fmt: skip
    cases = []
    for state in ("INCIDENT_OPEN", "INCIDENT_OPEN", "RECEIVED", "CLOSED", "INCIDENT_OPEN"):
        held["order_lines"][0]["order_line_state"] = state
        held["last_updated_date"] = iso(world.now)
        world.operator.orders = [held]
        for item in world.pull():
            cases += [(one.external_id, str(one.state), one.reason)
                      for one in read(item, world.settings) if hasattr(one, "rating")]  # fmt: skip
        world.now += timedelta(minutes=5)

    assert cases == [
        ("A-1-A-1", "opened", "Colis non reçu"),
        ("A-1-A-1", "opened", "Colis non reçu"),
        ("A-1-A-1", "closed", "Colis non reçu"),
        ("A-1-A-1#2", "opened", "Colis non reçu"),
    ]


@pytest.mark.parametrize(
    ("party", "stream", "to"),
    [("buyer", "order", ["CUSTOMER"]), ("operator", "order", ["OPERATOR"]),
     ("both", "order", ["CUSTOMER", "OPERATOR"]), ("buyer", "operator", ["OPERATOR"])],
)  # fmt: skip
def test_reply_goes_to_whom_it_is_meant_for(
    world: World, party: str, stream: str, to: list[str]
) -> None:
    world.operator.threads = [thread("t1", message("Où est-elle ?", at=START))]
    file = OutgoingFile("facture.pdf", "application/pdf", b"%PDF")

    receipt = world.connector().send(outgoing(party=party, stream=stream, files=(file,)))

    added = world.operator.threads[0]["messages"][-1]
    assert (receipt.outcome, receipt.external_id) == (Outcome.ACCEPTED, added["id"])
    assert [one["type"] for one in added["to"]] == to
    assert parts(world.vendor.asked[-1])[1] == ("files", "facture.pdf", b"%PDF")


def test_reply_without_a_thread_goes_on_the_orders_latest_or_begins_one(world: World) -> None:
    first = world.connector().send(outgoing(thread_id=""))
    again = world.connector().send(outgoing(thread_id="", text="Encore un mot."))
    anew = world.connector().send(outgoing(thread_id="", text="Autre sujet.", begins=True))

    assert {one.outcome for one in (first, again, anew)} == {Outcome.ACCEPTED}
    assert [len(one["messages"]) for one in world.operator.threads] == [2, 1]
    assert [one.method for one in world.vendor.asked] == ["GET", "POST", "GET", "POST", "POST"]


def test_begun_conversation_may_have_a_topic_of_the_operators_list(world: World) -> None:
    world.settings["topic_code"] = "26"

    world.connector().send(outgoing(thread_id="", begins=True))

    said = json.loads(parts(world.vendor.asked[-1])[0][2])
    assert said["topic"] == {"type": "REASON_CODE", "value": "26"}


@pytest.mark.parametrize(
    ("answer", "outcome", "code"),
    [
        (Answer(400, body={"message": "body: too short"}), Outcome.REFUSED, "request_refused"),
        (Answer(401), Outcome.REFUSED, "auth_failed"),
        (Answer(404), Outcome.REFUSED, "not_found"),
        (Answer(429), Outcome.DEFERRED, "throttled"),
        (Answer(503), Outcome.DEFERRED, "server_error"),
        (Answer(500), Outcome.UNCERTAIN, "server_error"),
        (Answer(breaks="before"), Outcome.UNCERTAIN, "unreachable"),
        (Answer(201, body={"message_id": "m"}, breaks="after"), Outcome.UNCERTAIN, "unreachable"),
        (Answer(201, body=b""), Outcome.ACCEPTED, ""),
        (Answer(201, body=b'{"mess'), Outcome.ACCEPTED, ""),
    ],
)
def test_what_is_known_of_a_reply_is_told(
    world: World, answer: Answer, outcome: Outcome, code: str
) -> None:
    world.vendor.fails_with(answer)

    receipt = world.connector().send(outgoing())

    assert (receipt.outcome, receipt.code) == (outcome, code)
    assert len(world.vendor.asked) == 1


def test_reply_that_was_looked_for_in_vain_before_it_left_is_safe_to_send_again(
    world: World,
) -> None:
    world.vendor.fails_with(*[Answer(500)] * 9)

    assert world.connector().send(outgoing(thread_id="")).outcome is Outcome.DEFERRED
    assert {one.method for one in world.vendor.asked} == {"GET"}


def test_uncertain_reply_is_found_by_its_words(world: World) -> None:
    old = message("Elle arrive demain.", at=START, by="SHOP_USER")
    theirs = message("Elle arrive demain.", at=NOW)
    ours = message("<p>Elle arrive&nbsp;demain.</p>", at=NOW, by="SHOP_USER")
    world.operator.threads = [thread("t1", old, theirs)]

    assert world.connector().find(outgoing()) is None
    world.operator.threads[0]["messages"].append(ours)
    refreshed(world.operator.threads[0])
    assert world.connector().find(outgoing()) == ours["id"]
    assert world.connector().find(outgoing(thread_id="")) == ours["id"]


def test_check_gives_a_clear_verdict(world: World) -> None:
    def verdict() -> str:
        try:
            world.connector().check()
        except ChannelError as error:
            return error.code
        return "works"

    assert verdict() == "works"
    world.settings["shop_id"] = "2001"
    assert verdict() == "works"
    world.settings["shop_id"] = "7"
    assert verdict() == "settings_invalid"
    world.key = "old"
    assert verdict() == "auth_failed"
    world.vendor.fails_with(Answer(body=b"<html>Welcome</html>"))
    assert verdict() == "bad_answer"
    world.vendor.fails_with(Answer(403))
    assert verdict() == "forbidden"


def test_shop_number_goes_with_every_request(world: World) -> None:
    world.settings["shop_id"] = "2001"
    world.operator.orders = [order("A-1-A", has_customer_message=True)]
    file = {"id": "f1", "name": "a.png", "size": 1}
    world.operator.files = {"f1": b"x"}
    world.operator.threads = [thread("t1", message("Bonjour", at=START, attachments=[file]))]
    connector = world.connector()

    world.pull()
    connector.check()
    connector.send(outgoing())
    connector.send(outgoing(thread_id="", begins=True))

    assert {one.query.get("shop_id") for one in world.vendor.asked} == {"2001"}


@pytest.mark.parametrize(
    ("text", "address"),
    [("https://op-prod.mirakl.net/mmp/shop/login?x=1", "https://op-prod.mirakl.net"),
     ("op-prod.mirakl.net", "https://op-prod.mirakl.net"),
     ("https://gateway.example/mirakl/", "https://gateway.example/mirakl"),
     ("https://gateway.example/api", "https://gateway.example")],
)  # fmt: skip
def test_address_copied_from_the_browser_is_enough(text: str, address: str) -> None:
    assert portal_address(text) == address


def test_its_own_pace_ends_a_round_without_harm_and_without_holding_up_the_others(
    world: World,
) -> None:
    world.settings["rate_orders"] = "1/1h burst 2"
    world.operator.orders = [order(f"A-{n}-A") for n in range(9)]
    world.operator.threads = [thread("t9", message("?", at=START), kind="MMP_OFFER", about="881")]

    items = world.pull()

    assert kinds(items) == ["order"] * 4 + ["thread", "figures"]
    assert world.cursor["orders"]["page"] == 4
    assert datetime.fromisoformat(world.cursor["orders"]["begun"]) == NOW


def test_what_was_noted_for_a_page_that_was_not_stored_is_forgotten(world: World) -> None:
    world.settings["rate_threads"] = "1/1h burst 1"
    held = order("A-1-A", has_customer_message=True)
    held["order_lines"][0]["order_line_state"] = "INCIDENT_OPEN"
    file = {"id": "f1", "name": "a.png", "size": 1}
    world.operator.files = {"f1": b"x"}
    world.operator.orders = [held]
    world.operator.threads = [thread("t1", message("?", at=START, attachments=[file])),
                              thread("t2", *[message("!", at=START)] * 101)]  # fmt: skip

    assert kinds(world.pull()) == ["figures"]
    assert "f1" not in json.dumps(world.cursor)
    assert world.cursor.get("incidents", {}) == {}
    del world.settings["rate_threads"]
    assert kinds(world.pull())[:3] == ["order", "file", "thread"]
