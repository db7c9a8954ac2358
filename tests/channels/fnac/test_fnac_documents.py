"""Documents that leave validate against Fnac's own schemas; answers recorded elsewhere are read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from xml.etree.ElementTree import Element

import pytest
from tests.channels.fnac.shop import PARTNER, SHOP, problems
from tests.channels.specs import needs_specs, spec

from comptoir.channels.fnac import documents
from comptoir.channels.fnac.connector import STREAMS, _items
from comptoir.channels.fnac.reading import read
from comptoir.channels.kernel.http import ApiError
from comptoir.channels.kernel.told import (
    Author,
    CaseKind,
    CaseState,
    CaseTold,
    MessageTold,
    OrderTold,
    Told,
)
from comptoir.channels.kernel.windows import Window
from comptoir.channels.kernel.xml_answers import parsed, writable

NOW = datetime(2026, 3, 6, 16, 40, tzinfo=UTC)
WINDOW = Window(NOW - timedelta(days=1), NOW)
TOKEN = "11111111-1111-1111-1111-111111111111"
MESSAGE = "6F9EF013-6387-F433-C3F5-4AAEF32AA317"


def signed(root: Element) -> bytes:
    return documents.signed(root, partner_id=PARTNER, shop_id=SHOP, token=TOKEN)


@needs_specs
def test_every_question_is_a_document_of_the_vendors_schema() -> None:
    for service, ask, _ in STREAMS:
        assert problems(service, signed(ask(WINDOW, page=2, count=100))) == []
    for root in (documents.messages_of_order("57BEAFDA828A8"), documents.message_by_id(MESSAGE)):
        assert problems("messages_query", signed(root)) == []
    assert problems("auth", documents.written(documents.auth(PARTNER, SHOP, "k"))) == []


@needs_specs
@pytest.mark.parametrize("party", ["buyer", "operator", "both"])
@pytest.mark.parametrize("action", ["reply", "create"])
def test_every_reply_is_a_document_of_the_vendors_schema(party: str, action: str) -> None:
    text = writable("Bonjour <Jeanne> & Cie,\n\x00\x0bvotre colis \N{PACKAGE} arrive\ud800.")
    for kind in ("ORDER", "OFFER"):
        root = documents.reply(MESSAGE, text, kind=kind, party=party, action=action)
        assert problems("messages_update", signed(root)) == []
    assert problems("messages_update", signed(documents.mark([MESSAGE, MESSAGE]))) == []


@needs_specs
def test_the_schema_check_can_fail() -> None:
    root = documents.reply(MESSAGE, "x", kind="ORDERS", party="buyer")
    assert problems("messages_update", signed(root))


def told_by(sample: str, name: str) -> list[Told]:
    answer = parsed(spec(f"fnac/samples-fnapy/{sample}").read_bytes())
    return [one for item in _items(answer, name) for one in read(item, {})]


@needs_specs
def test_recorded_messages_are_read_also_with_hours_of_one_digit() -> None:
    (first,) = told_by("query_messages_response.xml", "message")
    others = told_by("messages_sample.xml", "message")

    assert isinstance(first, MessageTold)
    assert (first.thread_id, first.order_number, first.stream) == (
        "57BEAFDA828A8", "57BEAFDA828A8", "order",
    )  # fmt: skip
    assert (first.author, first.buyer.name) == (Author.BUYER, "testfnac")
    assert first.occurred_at == datetime(2016, 8, 29, 15, 53, 51, tzinfo=UTC)
    assert isinstance(others[0], MessageTold)
    assert others[0].occurred_at == datetime(2016, 10, 28, 8, 50, 4, tzinfo=UTC)
    assert len(others) == 3


@needs_specs
def test_recorded_orders_and_claims_are_read() -> None:
    orders = told_by("query_orders_created_between_dates_response.xml", "order")
    more = told_by("query_orders_response.xml", "order")
    claims = told_by("query_incidents_response.xml", "incident")

    assert isinstance(orders[0], OrderTold)
    assert (orders[0].number, orders[0].state, orders[0].buyer.country) == (
        "57BEAFDA828A8", "shipped", "FR",
    )  # fmt: skip
    assert orders[0].lines is not None
    assert (orders[0].lines[0].sku, orders[0].lines[0].quantity) == ("B067-F0D-75E", 13)
    assert len(orders) == 3
    assert len(more) > 3
    refund, claim = claims
    assert isinstance(refund, OrderTold)
    assert refund.refunds[0].amount == Decimal(276)
    assert isinstance(claim, CaseTold)
    assert (claim.kind, claim.state, claim.order_number) == (
        CaseKind.CLAIM, CaseState.OPENED, "57BEAFDA828A8",
    )  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<a><b></a>",
        b"Gateway timeout",
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'<?xml version="1.0" encoding="nonsense"?><a/>',
    ],
)
def test_empty_broken_and_unsafe_answers_are_refused(content: bytes) -> None:
    with pytest.raises(ApiError) as error:
        parsed(content)
    assert error.value.code == "bad_answer"
