"""Fnac's connector against a shop of ours on loopback."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.channels.fnac.shop import Shop, error, hours, message, order, running, settings, xml
from tests.channels.loopback import Answer, Vendor
from tests.tickets.conftest import FRIDAY

from comptoir.channels.fnac.connector import FnacConnector, connect, read
from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.limits import LocalLimiter, Rate
from comptoir.channels.kernel.protocol import ChannelError, Outcome, Outgoing, RawItem
from comptoir.channels.kernel.told import (
    Author,
    CaseTold,
    MessageTold,
    OrderTold,
    ThreadTold,
)

ORDER = "57BEAFDA828A8"


class Hurry(LocalLimiter):
    """Lets everybody go at once."""

    def take(self, name: str, rate: Rate) -> float:
        return super().take(name, Rate(rate.count, rate.seconds, 1000.0))


def around(patience_seconds: float = 8.0) -> Around:
    return Around(limiter=Hurry(), now=lambda: FRIDAY, patience_seconds=patience_seconds)


@pytest.fixture
def shop() -> Shop:
    made = Shop(clock=FRIDAY)
    made.say(1, "Où est mon colis ?", FRIDAY - hours(5))
    return made


@pytest.fixture
def server(shop: Shop) -> Iterator[Vendor]:
    with running(shop) as started:
        yield started
    assert shop.invalid == []


@pytest.fixture
def account(server: Vendor) -> FnacConnector:
    return connect(settings(server), {"key": "k"}, around())


def reply(text: str = "Demain.", **more: Any) -> Outgoing:
    given = {"thread_id": ORDER, "stream": "order", "written_at": FRIDAY, **more}
    return Outgoing("k1", "<m1>", "", "", "", "", "", text, **given)


def items(account: FnacConnector, cursor: dict[str, Any] | None = None) -> list[RawItem]:
    found = [item for page in account.pull(cursor or {}) for item in page.items]
    return list({item.external_id: item for item in found}.values())


def test_check_tells_wrong_keys_and_wrong_ids_from_a_good_account(server: Vendor) -> None:
    connect(settings(server), {"key": "k"}, Around.alone()).check()
    with pytest.raises(ChannelError) as wrong:
        connect(settings(server), {"key": "no"}, Around.alone()).check()
    with pytest.raises(ChannelError) as malformed:
        connect(settings(server, shop_id="12"), {"key": "k"}, Around.alone())

    assert (wrong.value.code, wrong.value.permanent) == ("auth_failed", True)
    assert malformed.value.code == "settings_invalid"


def test_pull_reads_every_page_and_the_cursor_begins_where_it_ended(
    account: FnacConnector, shop: Shop
) -> None:
    for number in range(2, 8):
        shop.say(number, f"Encore {number}", FRIDAY - hours(4) + timedelta(minutes=number))
    shop.page_size = 3
    shop.orders = [order()]

    pages = list(account.pull({}))
    again = items(account, dict(pages[-1].cursor))

    found = {item.external_id for page in pages for item in page.items}
    assert len([one for one in found if one.startswith("message/")]) == 7
    assert len([one for one in found if one.startswith("order/")]) == 1
    assert not [one for one in again if one.external_id.startswith("message/")]


def test_nothing_is_missed_when_a_message_leaves_the_window_while_it_is_read(
    account: FnacConnector, shop: Shop, server: Vendor
) -> None:
    for number in range(2, 8):
        shop.say(number, f"Encore {number}", FRIDAY - hours(4) + timedelta(minutes=number))
    shop.page_size = 3
    pages = account.pull({})
    seen = []
    for page in pages:
        seen += [item.external_id for item in page.items if "message/" in item.external_id]
        if seen and "updated" not in shop.messages[0]:
            shop.messages[0]["updated"] = FRIDAY + hours(1)

    assert {one.split("/")[1][-2:] for one in seen} >= {f"0{n}" for n in range(2, 8)}


def test_a_token_that_ended_is_renewed_once_though_the_status_is_200(
    account: FnacConnector, shop: Shop, server: Vendor
) -> None:
    account.check()
    shop.token = "22222222-2222-2222-2222-222222222222"

    assert items(account)
    assert len([one for one in server.asked if one.path.endswith("/auth")]) == 2


def test_reply_answers_the_buyers_latest_message_and_never_the_call_centres(
    account: FnacConnector, shop: Shop, server: Vendor
) -> None:
    shop.say(2, "Toujours rien", FRIDAY - hours(3))
    shop.say(3, "Merci de répondre", FRIDAY - hours(2), **{"from": "CALLCENTER"})

    to_buyer = account.send(reply())
    first = server.asked[-1].body.decode()
    to_operator = account.send(reply(party="operator"))
    second = server.asked[-1].body.decode()

    assert (to_buyer.outcome, to_operator.outcome) == (Outcome.ACCEPTED, Outcome.ACCEPTED)
    assert "000000000002" in first
    assert "<message_to>CLIENT<" in first
    assert "000000000003" in second
    assert "<message_to>CALLCENTER<" in second


def test_a_first_message_is_created_on_the_order(account: FnacConnector, server: Vendor) -> None:
    receipt = account.send(reply(thread_id="", stream="", order_number=ORDER, begins=True))

    assert receipt.outcome is Outcome.ACCEPTED
    assert 'action="create"' in server.asked[-1].body.decode()


def test_an_offer_question_is_answered_under_its_own_number(
    account: FnacConnector, shop: Shop, server: Vendor
) -> None:
    shop.say(4, "Livrez-vous en Belgique ?", FRIDAY - hours(1), type="OFFER", about="OFFER-1")
    shop.say(5, "Et en Suisse ?", FRIDAY - hours(1), type="OFFER", about="OFFER-1")
    told = [one for item in items(account) for one in read(item, {})]
    asked = [one for one in told if isinstance(one, MessageTold) and one.stream == "offer"]

    receipt = account.send(reply("Oui.", thread_id=asked[0].thread_id, stream="offer"))

    assert len({one.thread_id for one in asked}) == 2
    assert asked[0].order_number == ""
    assert receipt.outcome is Outcome.ACCEPTED
    assert "<message_type>OFFER<" in server.asked[-1].body.decode()


def test_a_refusal_inside_http_200_keeps_the_vendors_words(
    account: FnacConnector, shop: Shop
) -> None:
    shop.refuses = "No incident is open on this order"

    receipt = account.send(reply(party="operator"))

    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "request_refused")
    assert "No incident" in receipt.reply


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500),
        Answer(200, b""),
        Answer(200, b"<messages_update_response sta"),
        Answer(200, b"<a/>", breaks="after"),
        Answer(breaks="before"),
        error("messages_update_response", "Internal error", "FATAL"),
    ],
)
def test_a_reply_of_which_nobody_knows_is_uncertain_and_found_again(
    account: FnacConnector, shop: Shop, server: Vendor, answer: Answer
) -> None:
    account.check()  # the token is there
    server.fails_with(_lookup(shop), answer)
    receipt = account.send(reply())
    before = account.find(reply())
    shop.say(60, "Demain.", FRIDAY, **{"from": "SELLER"})

    assert receipt.outcome is Outcome.UNCERTAIN
    assert before is None
    assert account.find(reply()) == shop.messages[-1]["id"]


def _lookup(shop: Shop) -> Answer:
    """Answer the question for the order's messages as the shop would."""
    return xml("messages_query_response", "".join(map(message, shop.messages)))


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(429, headers={"retry-after": "60"}), Outcome.DEFERRED),
        (Answer(503), Outcome.DEFERRED),
        (error("messages_query_response", "Bad request"), Outcome.REFUSED),
    ],
)
def test_a_reply_whose_lookup_fails_never_left(
    server: Vendor, shop: Shop, answer: Answer, outcome: Outcome
) -> None:
    account = connect(
        settings(server), {"key": "k"}, Around(now=lambda: FRIDAY, patience_seconds=0.3)
    )
    account.check()
    server.fails_with(answer, answer, answer)

    assert account.send(reply()).outcome is outcome
    assert not [one for one in server.asked if "messages_update" in one.path]


def test_closing_marks_and_archives_once(account: FnacConnector, shop: Shop) -> None:
    assert account.close_thread(ORDER, "order") is True
    assert shop.messages[0]["archived"] == "TRUE"
    assert account.close_thread(ORDER, "order") is False


def test_an_offer_question_answered_and_archived_in_the_portal_is_told(
    account: FnacConnector, shop: Shop
) -> None:
    shop.say(4, "Livrez-vous ?", FRIDAY - hours(1), type="OFFER", about="OFFER-1", answer="Oui.",
             archived="TRUE")  # fmt: skip

    told = [one for item in items(account) for one in read(item, {"site": "darty"})]

    answer = [one for one in told if isinstance(one, MessageTold) and one.author is Author.US]
    assert [one.text for one in answer] == ["Oui."]
    assert [one for one in told if isinstance(one, ThreadTold)]
    assert {one.place.marketplace for one in told} == {"darty"}


def test_ratings_and_orders_are_told(account: FnacConnector, shop: Shop) -> None:
    shop.orders = [order()]
    shop.comments = [
        "<client_order_comment><rate>1</rate><order_fnac_id>57BEAFDA828A8</order_fnac_id>"
        "<client_order_comment_id>6F9EF013-6387-F433-C3F5-4AAEF32AA318</client_order_comment_id>"
        "<client_name>Jeanne</client_name><comment>Cassé</comment>"
        "<created_at>2026-03-06T10:00:00+01:00</created_at></client_order_comment>"
    ]
    told = [one for item in items(account) for one in read(item, {})]

    (rating,) = (one for one in told if isinstance(one, CaseTold))
    (sold,) = (one for one in told if isinstance(one, OrderTold))
    assert (rating.rating, rating.rating_max, rating.text) == (1, 5, "Cassé")
    assert (str(sold.total), sold.buyer.name, sold.parcels[0].tracking_number) == (
        "44.80", "Jeanne Durand", "8R123",
    )  # fmt: skip


def test_neither_key_nor_token_is_logged(
    account: FnacConnector, shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    items(account)
    assert shop.token not in caplog.text
