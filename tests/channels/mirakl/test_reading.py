"""What Mirakl's answers say to us, the vendor's own examples among them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.channels.mirakl.contract import Contract
from tests.channels.mirakl.operator import START, iso, message, order, refreshed, thread
from tests.channels.specs import needs_specs, spec

from comptoir.channels.kernel.protocol import RawItem
from comptoir.channels.kernel.told import (
    Author,
    CaseKind,
    CaseState,
    CaseTold,
    FigureTold,
    MessageTold,
    OrderTold,
    ThreadTold,
    Told,
)
from comptoir.channels.mirakl.connector import read

SETTINGS = {"base_url": "https://operator-prod.mirakl.net/mmp/shop/home"}
LATER = START + timedelta(hours=1)


def told(kind: str, value: Any) -> list[Told]:
    return list(read(RawItem(f"{kind}/1/x", json.dumps(value).encode()), SETTINGS))


@pytest.fixture
def contract() -> Contract:
    return Contract(spec("mirakl/mirakl-mmp-seller-openapi.json"))


def test_message_tells_buyer_order_link_and_whether_an_answer_is_owed() -> None:
    (one,) = told("thread", thread("t1", message("Où est-elle ?", at=START)))

    assert isinstance(one, MessageTold)
    assert (one.author, one.text, one.occurred_at) == (Author.BUYER, "Où est-elle ?", START)
    assert (one.thread_id, one.stream, one.order_number) == ("t1", "order", "A-1-A")
    assert (one.buyer.alias, one.buyer.name, one.subject) == ("C-7", "Anna Berg", "Ma commande")
    assert one.needs_reply is True
    assert one.link == "https://operator-prod.mirakl.net/mmp/shop/order/A-1-A"


def test_streams_and_authors_are_told_apart() -> None:
    offer = thread("t1", message("Dimmable ?", at=START), kind="MMP_OFFER", about="881")
    desk = thread("t2", message("<p>Facture&nbsp;?</p>", at=START, by="OPERATOR_USER"),
                  message("Ci-jointe.", at=LATER, by="SHOP_USER"),
                  kind="SELLER_OPERATOR", about="2001")  # fmt: skip

    said = [*told("thread", offer), *told("thread", desk)]

    assert [(one.stream, one.order_number, one.item) for one in said] == [
        ("offer", "", "Lampe de bureau"), ("operator", "", ""), ("operator", "", ""),
    ]  # fmt: skip
    assert [one.author for one in said] == [Author.BUYER, Author.OPERATOR, Author.US]
    assert (said[1].text, said[1].html) == ("", "<p>Facture&nbsp;?</p>")
    assert [one.needs_reply for one in said] == [True, False, False]
    assert said[1].buyer.alias == ""


def test_mark_of_no_reply_needed_is_followed_until_somebody_writes_again() -> None:
    value = thread("t1", message("Merci !", at=START))
    value["no_store_reply_needed"] = [{"date": iso(LATER), "user_type": "SHOP"}]
    assert told("thread", refreshed(value))[-1] == ThreadTold(
        thread_id="t1", at=LATER, stream="order"
    )

    value["messages"].append(message("Une chose encore.", at=LATER + timedelta(hours=1)))
    refreshed(value)
    value["metadata"]["shop_reply_needed_since"] = value["messages"][-1]["date_created"]
    assert [type(one) for one in told("thread", value)] == [MessageTold, MessageTold]


def test_message_without_any_time_is_not_guessed() -> None:
    value = thread("t1", message("?", at=START))
    value["messages"][0]["date_created"] = value["date_updated"] = None

    with pytest.raises(ValueError, match="no time"):
        told("thread", value)


def test_order_tells_state_money_parcel_and_refunds() -> None:
    value = order("A-1-A")
    value["order_lines"][0]["refunds"] = [
        {"id": "r1", "amount": 10.5, "shipping_amount": 2, "created_date": iso(LATER),
         "refund_state": "REFUNDED", "reason_code": "19"},
        {"id": "r2", "amount": 1, "created_date": iso(LATER), "state": "WAITING_REFUND_PAYMENT"},
        {"id": "r3", "amount": 0, "created_date": iso(LATER)},
    ]  # fmt: skip

    (one,) = told("order", {"order": value})

    assert isinstance(one, OrderTold)
    assert (one.number, one.state, one.total, one.currency) == (
        "A-1-A", "shipped", Decimal("105.8"), "EUR",
    )  # fmt: skip
    assert (one.buyer.alias, one.buyer.name, one.buyer.language, one.buyer.country) == (
        "C-7", "Anna Berg", "fr", "FR",
    )  # fmt: skip
    assert one.buyer.email == ""
    assert (one.parcels[0].tracking_number, one.parcels[0].state) == ("XY123", "underway")
    assert [(r.external_id, r.amount, r.reason) for r in one.refunds] == [
        ("r1", Decimal("12.5"), "19"), ("r2", Decimal(1), "WAITING_REFUND_PAYMENT"),
    ]  # fmt: skip
    assert one.lines is not None
    assert (one.lines[0].sku, one.lines[0].quantity, one.lines[0].price) == (
        "LAMPE-1", 2, Decimal("49.9"),
    )  # fmt: skip


def test_delivered_is_said_when_every_line_arrived() -> None:
    value = order("A-1-A", order_state="RECEIVED")
    value["order_lines"].append({**value["order_lines"][0], "received_date": iso(LATER)})
    (half,) = told("order", {"order": value})
    value["order_lines"][0]["received_date"] = iso(START)
    (whole,) = told("order", {"order": value})

    assert (half.delivered_at, whole.delivered_at) == (None, LATER)
    assert whole.parcels[0].state == "delivered"


@pytest.mark.parametrize(
    ("native", "goods", "case"),
    [("WAITING_ACCEPTANCE", "requested", CaseState.OPENED),
     ("IN_PROGRESS", "accepted", CaseState.ANSWERED), ("REFUSED", "refused", CaseState.CLOSED),
     ("RECEIVED", "received", CaseState.ANSWERED), ("CLOSED", "closed", CaseState.CLOSED),
     ("INVENTED_LATER", "sent", CaseState.ANSWERED)],
)  # fmt: skip
def test_return_tells_goods_and_case(native: str, goods: str, case: CaseState) -> None:
    value = {
        "id": "r-1", "order_id": "A-1-A", "date_created": iso(START), "last_updated": iso(LATER),
        "state": native, "reason_code": "RETURN_CHANGED_MIND", "tracking": None,
        "return_lines": [{"order_line_id": "A-1-A-1", "quantity": 1}],
    }  # fmt: skip

    back, opened = told("return", value)

    assert isinstance(back, OrderTold)
    assert isinstance(opened, CaseTold)
    assert (back.number, back.returns[0].state) == ("A-1-A", goods)
    assert back.returns[0].decided_at == (None if goods == "requested" else LATER)
    assert (opened.kind, opened.state, opened.reason) == (
        CaseKind.RETURN, case, "RETURN_CHANGED_MIND",
    )  # fmt: skip


def test_figures_have_units_and_last_months_period() -> None:
    month = {"period": "LAST_MONTH", "value": 14400}
    statistics = {
        "last_updated_date": iso(START),
        "order_messages_response_delay": [{"period": "LAST_YEAR", "value": 9}, month],
        "incident_rate": [{"period": "LAST_MONTH", "value": 0.031}],
        "approval_rate": [{"period": "LAST_MONTH", "value": 97.5}],
        "valid_tracking_rate": [{"period": "LAST_MONTH", "value": None}],
        "grade": [{"period": "ALL_SINCE_BEGINNING", "value": 4.6}],
    }

    found = {one.name: one for one in told("figures", {"statistics": statistics,
                                                       "read_at": iso(LATER)})}  # fmt: skip

    assert {name: (one.value, one.unit) for name, one in found.items()} == {
        "order_messages_response_delay": (Decimal("4.00"), "hours"),
        "incident_rate": (Decimal("0.031"), "share"),
        "approval_rate": (Decimal("0.975"), "share"),
        "grade": (Decimal("4.6"), "count"),
    }
    assert (found["incident_rate"].since, found["incident_rate"].until) == (
        date(2026, 2, 4), date(2026, 3, 6),
    )  # fmt: skip
    assert found["grade"].since is None


@needs_specs
@pytest.mark.parametrize("operation", ["M10", "M11"])
def test_vendors_example_threads_are_read(contract: Contract, operation: str) -> None:
    for example in contract.examples(operation):
        for value in example.get("data", [example]):
            for one in told("thread", value):
                assert one.thread_id == value["id"]


@needs_specs
def test_vendors_example_thread_says_what_it_says(contract: Contract) -> None:
    first, second = told("thread", contract.examples("M10")[0])

    assert isinstance(first, MessageTold)
    assert isinstance(second, MessageTold)
    assert (first.author, first.buyer.alias) == (Author.BUYER, "Customer id")
    assert (second.author, len(second.files), second.needs_reply) == (Author.US, 2, False)


@needs_specs
def test_vendors_example_order_is_read_though_it_breaks_their_schema(contract: Contract) -> None:
    example, complete = contract.examples("OR11")

    (one,) = told("order", {"order": example["orders"][0]})

    assert isinstance(one, OrderTold)
    assert (one.number, one.state, one.total, one.currency) == (
        "Order_00010-A", "delivered", Decimal(173), "USD",
    )  # fmt: skip
    assert one.delivered_at == datetime(2019, 4, 2, 14, 59, 58, tzinfo=UTC)
    assert (one.buyer.language, one.buyer.country) == ("en", "US")
    assert [(r.amount, r.reason) for r in one.refunds] == [
        (Decimal("8.61"), "19 WAITING_REFUND_PAYMENT")
    ]
    assert told("order", {"order": complete["orders"][0]})


@needs_specs
def test_vendors_example_returns_and_figures_are_read(contract: Contract) -> None:
    for example in contract.examples("RT11"):
        for value in example["data"]:
            back, case = told("return", value)
            assert isinstance(back, OrderTold)
            assert isinstance(case, CaseTold)
            assert back.returns[0].lines
    for example in contract.examples("A21"):
        found = told("figures", {"statistics": example, "read_at": iso(START)})
        assert len(found) == 15
        assert all(isinstance(one, FigureTold) for one in found)


@needs_specs
def test_our_operator_speaks_as_the_vendor_describes(contract: Contract) -> None:
    """The fake is held to the schemas for what we read of them; it leaves out what we do not."""
    one = thread("t1", message("Bonjour", at=START))
    contract.valid("M10_Response_200_Messages", one["messages"][0])
    contract.valid("M10_Response_200_Metadata", one["metadata"])
    contract.valid("OR11_Response_200_Orders", {
        **contract.examples("OR11")[1]["orders"][0],
        **{k: v for k, v in order("A-1-A").items() if k not in ("customer", "order_lines")},
    })  # fmt: skip
