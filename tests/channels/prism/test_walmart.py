"""The Walmart connector and Prism, which serves Walmart's own documents with their examples."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator

import pytest
from tests.channels.loopback import Answer, Asked
from tests.channels.prism.front import Front, front
from tests.channels.prism.server import Prisms
from tests.channels.prism.using import NOW, around, pulled, refused_with, told, unhurried
from tests.channels.specs import needs_specs

from comptoir.channels.kernel.protocol import Call, ChannelError
from comptoir.channels.kernel.signing import hmac_sha256
from comptoir.channels.kernel.told import FigureTold, OrderTold
from comptoir.channels.walmart.connector import WalmartConnector, connect, read

pytestmark = needs_specs
DOCUMENTS = [
    f"walmart/{name}.openapi.json"
    for name in (
        "authentication", "order-management", "returns-management", "insights-management",
        "notifications-management",
    )
]  # fmt: skip
PROOF = ("authorization", "Basic " + b64encode(b"app:cert").decode())


@pytest.fixture
def door(prisms: Prisms) -> Iterator[Front]:
    with front(prisms.serving(DOCUMENTS), proof=PROOF) as running:
        yield running


def opened(door: Front, secret: str = "cert") -> WalmartConnector:
    settings = {"client_id": "app", "base_url": door.url, **unhurried("walmart")}
    secrets = {"client_secret": secret, "push_secret": "hush"}
    return connect(settings, secrets, around(patience_seconds=0.2))


def test_everything_the_connector_does_is_what_the_documents_describe(door: Front) -> None:
    account = opened(door)
    account.check()
    items, cursor = pulled(account)
    added = account.subscribe("https://desk.example/push/abc")

    assert door.faults == []
    assert door.operations == {
        "tokenAPI", "getAllOrders", "getReturns", "getSrr", "getAllSubscriptions",
        "createSubscription",
    }  # fmt: skip
    assert len(door.of("tokenAPI")) == 1
    assert "RETURN_CREATED" in added
    assert {item.external_id.partition("/")[0] for item in items} == {"order", "return", "srr"}
    assert cursor.keys() >= {"orders", "returns", "insights"}


def test_walmarts_own_examples_become_orders_returns_and_a_response_rate(door: Front) -> None:
    items, _ = pulled(opened(door))

    found = told(items, read, {})
    orders = [one for one in found if isinstance(one, OrderTold)]
    assert len(orders) == len(found), "the response rate has no example, and so no moment"
    assert any(one.returns and one.returns[0].tracking_number for one in orders)
    assert any(one.buyer.alias.endswith("@relay.walmart.com") for one in orders)
    assert any(one.lines and one.total is not None for one in orders)


def test_a_response_rate_of_least_values_is_read(door: Front) -> None:
    def dated(_: Asked) -> Answer:
        least = json.loads(door.of("getSrr")[-1].answer)
        return Answer(body={"payload": {**least["payload"], "updatedTimestamp": "2026-03-06"}})

    door.instead["getSrr"] = dated
    items, _ = pulled(opened(door))

    found = [one for one in told(items, read, {}) if isinstance(one, FigureTold)]
    assert "response_rate" in {one.name for one in found}
    assert all(one.since and one.until and one.since < one.until for one in found)


def test_a_page_that_names_itself_as_the_next_one_ends_the_list(door: Front) -> None:
    pulled(opened(door))

    asked = [one.asked.raw_query for one in door.of("getAllOrders")]
    assert len(asked) == len(door.of("getReturns")) == 10, "five windows, two pages each"
    assert any("nextCursor" in query or "hasMoreElements" in query for query in asked)


def test_wrong_keys_are_named(door: Front) -> None:
    with pytest.raises(ChannelError) as refusal:
        opened(door, secret="other").check()
    assert (refusal.value.code, refusal.value.permanent) == ("auth_failed", True)
    assert door.operations == {"tokenAPI"}


def test_every_error_that_the_document_declares_has_its_verdict(door: Front) -> None:
    declared = door.declared("getAllOrders")
    assert {401, 403, 429, 500} <= set(declared)
    for status in declared:
        door.prefer = {"getAllOrders": f"code={status}"}
        if status == 404:
            opened(door).check()  # nothing was sold
            continue
        with pytest.raises(ChannelError) as refusal:
            opened(door).check()
        assert refusal.value.code == refused_with(status), status


def test_event_is_followed_to_the_order_and_the_return_it_names(door: Front) -> None:
    account = opened(door)
    for kind, number in (("PO_CREATED", "purchaseOrderId"), ("RETURN_CREATED", "returnOrderId")):
        said = {"source": {"eventType": kind, "eventId": kind}, "payload": {number: "1087"}}
        body = json.dumps(said).encode()
        signed = {"x-comptoir-signature": hmac_sha256("hush", body).hex()}
        taken = account.receive(Call("POST", {}, signed, body, NOW))
        assert len(taken.items) == 1, kind

    assert {"getAnOrder", "getReturns"} <= door.operations
    assert door.faults == []
