"""Every question is one that Shopify's own schema answers, and its examples of pushes can be read."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from graphql import GraphQLSchema, build_client_schema, graphql_sync, parse, validate
from tests.channels.shopify.shop import dispute, money, order, page, parcel, returned
from tests.channels.specs import needs_specs, spec

from comptoir.channels.kernel.protocol import RawItem
from comptoir.channels.kernel.told import CaseTold, OrderTold
from comptoir.channels.shopify import connector, disputes, orders, pushes, queries

pytestmark = needs_specs
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
SETTINGS = {"shop": "m.myshopify.com"}
EXAMPLES = (
    "app/uninstalled", "customers/create", "customers/merge", "customers/update",
    "disputes/create", "disputes/update", "fulfillment_events/create", "fulfillments/create",
    "fulfillments/update", "orders/cancelled", "orders/create", "orders/edited",
    "orders/fulfilled", "orders/updated", "products/update", "refunds/create", "returns/approve",
    "returns/cancel", "returns/close", "returns/decline", "returns/reopen", "returns/request",
    "returns/update", "reverse_deliveries/attach_deliverable", "shop/update",
)  # fmt: skip


@cache
def schema() -> GraphQLSchema:
    content = gzip.decompress(spec("shopify/admin_2026-07.json.gz").read_bytes())
    value = json.loads(content)
    return build_client_schema(value.get("data", value), assume_valid=True)


def example(topic: str) -> dict[str, Any]:
    path = spec(f"shopify/webhooks-2026-07/metadatas/{topic}.json")
    found: dict[str, Any] = json.loads(path.read_text())["response"]
    return found


@pytest.mark.parametrize("name", queries.ALL)
def test_question_is_valid_by_the_vendors_schema(name: str) -> None:
    assert [error.message for error in validate(schema(), parse(queries.ALL[name]))] == []


@pytest.mark.parametrize("name", queries.ALL)
def test_question_asks_for_nothing_that_is_deprecated(name: str) -> None:
    from graphql import NoDeprecatedCustomRule

    found = validate(schema(), parse(queries.ALL[name]), [NoDeprecatedCustomRule])
    assert [error.message for error in found] == []


def test_every_topic_subscribed_to_exists() -> None:
    known = set(schema().type_map["WebhookSubscriptionTopic"].values)  # type: ignore[attr-defined]  # an enum
    assert set(pushes.TOPICS) <= known


def test_every_state_is_one_we_know() -> None:
    def values(name: str) -> set[str]:
        return set(schema().type_map[name].values)  # type: ignore[attr-defined]  # an enum

    assert values("FulfillmentDisplayStatus") == {*orders.PARCELS, "CANCELED"}
    assert values("ReturnStatus") == set(orders.RETURNS)
    assert values("DisputeStatus") == set(disputes.STATES)


def test_an_order_answered_by_the_schema_is_read_whole() -> None:
    node = order(
        1001, AT,
        displayFulfillmentStatus="FULFILLED",
        fulfillments=[parcel("6A123", AT, estimatedDeliveryAt="2026-11-23T12:00:00Z")],
        refunds=[{
            "id": "gid://shopify/Refund/9", "legacyResourceId": "9", "note": "Rayure",
            "createdAt": "2026-11-21T08:00:00Z", "processedAt": "2026-11-21T08:00:00Z",
            "totalRefundedSet": money("10.00"),
        }],
        returns=page([returned("#1001-R1", AT)]),
    )  # fmt: skip
    asked = {
        "first": 5, "after": None, "since": "updated_at:>='x'", "customers": True, "returns": True,
    }  # fmt: skip
    answer = graphql_sync(schema(), queries.ORDERS, {"orders": page([node])}, variable_values=asked)
    assert answer.errors is None
    assert answer.data is not None
    content = json.dumps(answer.data["orders"]["nodes"][0]).encode()

    told, case = connector.read(RawItem("order/1001/x", content), SETTINGS)

    assert isinstance(told, OrderTold)
    assert isinstance(case, CaseTold)
    assert (told.number, told.state, str(told.total), told.currency) == (
        "1001", "shipped", "49.90", "EUR",
    )  # fmt: skip
    assert (told.buyer.alias, told.buyer.language) == ("paul.martin@courrier.example", "fr")
    assert [one.tracking_number for one in told.parcels] == ["6A123"]
    assert str(told.parcels[0].promised_on) == "2026-11-23"
    assert [str(one.amount) for one in told.refunds] == ["10.00"]
    assert told.returns[0].lines == (("L-1", "Lampe", 1),)
    assert (case.external_id, case.state, case.order_number) == ("1001-R1", "opened", "1001")
    assert case.reason == "Size was too large · Trop grande"


def test_a_dispute_answered_by_the_schema_is_a_case_with_its_date() -> None:
    answer = graphql_sync(
        schema(), queries.ONE_DISPUTE, {"dispute": dispute(3, AT)}, variable_values={"id": "3"}
    )
    assert answer.errors is None
    assert answer.data is not None
    item = RawItem("dispute/3/x", json.dumps(answer.data["dispute"]).encode())

    (case,) = connector.read(item, SETTINGS)

    assert isinstance(case, CaseTold)
    assert (case.kind, case.state, case.order_number) == ("chargeback", "opened", "1001")
    assert case.due_at == datetime(2026, 12, 1, tzinfo=UTC)
    assert case.reason == "chargeback: product not received"
    assert case.link == "https://m.myshopify.com/admin/orders/1001"


@pytest.mark.parametrize("topic", EXAMPLES)
def test_every_example_of_a_push_can_be_read(topic: str) -> None:
    payload = example(topic)
    item = RawItem("push/x", json.dumps(payload).encode(), meta={"topic": topic})

    told = list(connector.read(item, SETTINGS))

    if topic in pushes.ORDER_TOPICS:
        (one,) = told
        assert isinstance(one, OrderTold)
        assert one.number
        assert one.total is not None
        assert one.lines
    else:
        assert told == []


@pytest.mark.parametrize(
    ("topic", "gid"),
    [
        ("refunds/create", "gid://shopify/Order/820982911946154500"),
        ("fulfillments/update", "gid://shopify/Order/820982911946154500"),
        ("returns/request", "gid://shopify/Order/4783296544821"),
        ("disputes/create", "gid://shopify/ShopifyPaymentsDispute/285332461850802050"),
    ],
)
def test_a_thin_push_names_what_it_is_about(topic: str, gid: str) -> None:
    found = pushes.about(topic, example(topic))
    assert found is not None
    assert found.gid == gid


@pytest.mark.parametrize("topic", ["customers/update", "shop/update", "app/uninstalled"])
def test_news_of_other_things_ask_for_nothing(topic: str) -> None:
    assert pushes.about(topic, example(topic)) is None
