"""The Shopify connector and a GraphQL server with made-up values of Shopify's own schema.

The server validates each question as GraphQL does; what it answers has every field that was asked
for, enumerations of any value, and pages whose cursor leads to itself. The token is ours: a schema
says nothing of who may ask.
"""

from __future__ import annotations

import json
import selectors
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.channels.loopback import Answer, Asked, Vendor, vendor
from tests.channels.node import NODE, installed
from tests.channels.prism.using import around, pulled, told, unhurried
from tests.channels.specs import needs_specs, spec
from tests.mailservers.ports import free_port

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.kernel.told import CaseTold, OrderTold
from comptoir.channels.shopify.connector import ShopifyConnector, connect, read

pytestmark = needs_specs
HERE = Path(__file__).parent
VARIABLE = "COMPTOIR_GRAPHQL_MOCK"
PATH, TOKEN = "/admin/api/2026-07/graphql.json", "shpat_good"
START_SECONDS = 120.0


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    """Give the address of the served schema."""
    schema = spec("shopify/admin_2026-07.json.gz")
    modules = installed(HERE / "package.json", VARIABLE)
    assert NODE is not None
    port = free_port()
    command = [NODE, str(HERE / "serve.cjs"), str(modules), str(schema), str(port), PATH, TOKEN]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            is_told = selector.select(START_SECONDS)
        assert is_told, f"the GraphQL mock was not ready within {START_SECONDS:.0f} seconds"
        assert process.stdout.readline() == b"ready\n"
        yield f"http://127.0.0.1:{port}"
        process.terminate()


class Door:
    """What was asked, and what the mock answered."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.asked: list[dict[str, Any]] = []
        self.errors: list[Any] = []

    @property
    def operations(self) -> list[str]:
        return [one["query"].split("(")[0].split("{")[0].split()[1] for one in self.asked]

    def handle(self, asked: Asked) -> Answer:
        kept = ("x-shopify-access-token", "content-type", "accept")
        headers = {name: asked.headers[name] for name in kept if name in asked.headers}
        response = httpx.post(self._url + asked.path, content=asked.body, headers=headers)
        self.asked.append(asked.json)
        value = response.json() if response.content else {}
        self.errors += [value["errors"]] if "errors" in value else []
        return Answer(response.status_code, response.content)


@pytest.fixture
def door(mock: str) -> Door:
    return Door(mock)


@pytest.fixture
def running(door: Door) -> Iterator[Vendor]:
    with vendor(door.handle) as found:
        yield found


def opened(running: Vendor, token: str = TOKEN, **more: str) -> ShopifyConnector:
    settings = {"shop": "maison-perrin", "base_url": running.url, **unhurried("shopify"), **more}
    secrets = {"token": token, "client_secret": "shh"}
    return connect(settings, secrets, around(patience_seconds=0.2))


def test_every_question_is_answered_by_the_vendors_schema(running: Vendor, door: Door) -> None:
    account = opened(running)
    account.check()
    pulled(account)
    account.subscribe("https://desk.example/push/abc")

    assert door.errors == []
    assert set(door.operations) == {
        "Who", "Orders", "MoreLines", "Disputes", "Subscriptions", "Subscribe",
    }  # fmt: skip


def test_made_up_orders_and_disputes_are_read_and_lists_end(running: Vendor, door: Door) -> None:
    items, cursor = pulled(opened(running))

    assert {item.external_id.partition("/")[0] for item in items} == {"order", "dispute"}
    found = told(items, read, {"shop": "maison-perrin"})
    orders = [one for one in found if isinstance(one, OrderTold)]
    assert any(isinstance(one, CaseTold) for one in found)
    assert all(one.lines and one.total is not None for one in orders)
    assert cursor["through"]
    assert door.operations.count("Orders") <= 4, "a cursor that leads to itself ends the list"


def test_the_mock_refuses_what_the_schema_does_not_know(mock: str) -> None:
    headers = {"x-shopify-access-token": TOKEN}
    query = json.dumps({"query": "query Wrong { shop { nameOfNobody } }"})
    said = httpx.post(
        mock + PATH, content=query, headers={**headers, "content-type": "application/json"}
    )
    assert "GRAPHQL_VALIDATION_FAILED" in said.text


def test_a_wrong_token_is_named(running: Vendor) -> None:
    with pytest.raises(ChannelError) as refusal:
        opened(running, token="shpat_other").check()
    assert (refusal.value.code, refusal.value.permanent) == ("auth_failed", True)


def test_a_version_that_is_not_served_is_named(running: Vendor) -> None:
    with pytest.raises(ChannelError) as refusal:
        opened(running, api_version="2019-01").check()
    assert refusal.value.code == "not_found"
