"""The contract itself: a request that Mirakl does not describe is not let through."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from tests.channels.loopback import Asked
from tests.channels.mirakl.contract import Contract
from tests.channels.specs import needs_specs, spec

pytestmark = needs_specs
THREADS = "/api/inbox/threads"
REPLY = f"{THREADS}/t1/message"


@pytest.fixture
def contract() -> Contract:
    return Contract(spec("mirakl/mirakl-mmp-seller-openapi.json"))


def asked(method: str, path: str, query: dict[str, str], **more: Any) -> Asked:
    request = httpx.Request(method, f"https://x.example{path}", **more)
    headers = {"authorization": "key", **{k.lower(): v for k, v in request.headers.items()}}
    return Asked(method, path, query, headers, request.read())


def reply(said: Any, name: str = "message_input") -> dict[str, Any]:
    return {"files": [(name, (None, json.dumps(said).encode(), "application/json"))]}


GOOD = {"body": "Bonjour", "to": [{"type": "CUSTOMER"}]}


@pytest.mark.parametrize(
    "request_made",
    [
        asked("GET", THREADS, {"updated_since": "2026-03-06T08:00:00Z", "limit": "50"}),
        asked("POST", REPLY, {}, **reply(GOOD)),
    ],
)
def test_good_request_is_let_through(contract: Contract, request_made: Asked) -> None:
    contract.check(request_made)


@pytest.mark.parametrize(
    "request_made",
    [
        asked("GET", "/api/inbox/thread", {}),
        asked("DELETE", THREADS, {}),
        asked("GET", THREADS, {"since": "2026-03-06T08:00:00Z"}),
        asked("GET", THREADS, {"updated_since": "yesterday"}),
        asked("GET", THREADS, {"with_messages": "yes"}),
        asked("GET", THREADS, {"shop_id": "mine"}),
        asked("POST", REPLY, {}, json=GOOD),
        asked("POST", REPLY, {}, **reply(GOOD, "message")),
        asked("POST", REPLY, {}, **reply({**GOOD, "body": "?"})),
        asked("POST", REPLY, {}, **reply({"body": "Bonjour"})),
        asked("POST", REPLY, {}, **reply({**GOOD, "to": ["CUSTOMER"]})),
    ],
)
def test_request_of_ones_own_making_is_not(contract: Contract, request_made: Asked) -> None:
    with pytest.raises(Exception):  # noqa: B017 - whatever names what is wrong
        contract.check(request_made)
