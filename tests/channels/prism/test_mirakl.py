"""The Mirakl connectors and Prism, which serves Mirakl's own documents with their examples.

Replies are multipart with a part of JSON, which Prism reads as a text and refuses: that they are what
the document wants is shown by `tests/channels/mirakl/test_contract.py` and
`tests/channels/mirakl_connect/test_connector.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from tests.channels.loopback import Answer, Asked
from tests.channels.prism.front import Front, front
from tests.channels.prism.server import Prisms
from tests.channels.prism.using import around, outgoing, pulled, told, unhurried
from tests.channels.specs import needs_specs

from comptoir.channels.kernel.protocol import ChannelError, Outcome
from comptoir.channels.kernel.told import CaseTold, FigureTold, MessageTold, OrderTold
from comptoir.channels.mirakl import connector as operator
from comptoir.channels.mirakl_connect import connector as hub

pytestmark = needs_specs
OPERATOR, HUB = "mirakl/mirakl-mmp-seller-openapi.json", "mirakl/mirakl-connect-openapi.yaml"
BEARER = ("authorization", "Bearer good")


@pytest.fixture
def door(prisms: Prisms) -> Iterator[Front]:
    """An operator's portal."""
    with front(prisms.serving([OPERATOR]), proof=("authorization", "k")) as running:
        yield running


@pytest.fixture
def connect_door(prisms: Prisms) -> Iterator[Front]:
    """Connect, with a token address of ours."""

    def token(asked: Asked) -> Answer:
        assert asked.path == "/oauth/token", f"in no document: {asked.method} {asked.path}"
        is_good = b"client_secret=s" in asked.body
        if not is_good:
            return Answer(401, body={"error": "access_denied"})
        return Answer(body={"access_token": "good", "expires_in": 3599})

    with front(prisms.serving([HUB]), proof=BEARER, own=token) as running:
        yield running


def a_shop(door: Front, key: str = "k", **more: str) -> operator.MiraklConnector:
    settings = {"base_url": door.url, **unhurried("mirakl"), **more}
    return operator.connect(settings, {"key": key}, around(patience_seconds=0.2))


def an_account(door: Front, secret: str = "s") -> hub.ConnectConnector:
    settings = {
        "client_id": "c", "base_url": f"{door.url}/api", "token_url": f"{door.url}/oauth/token",
        "operators": "0002 = conforama", **unhurried("mirakl_connect"),
    }  # fmt: skip
    return hub.connect(settings, {"client_secret": secret}, around(patience_seconds=0.2))


def test_everything_the_operators_connector_reads_is_what_the_document_describes(
    door: Front,
) -> None:
    account = a_shop(door)
    account.check()
    items, _ = pulled(account)
    account.find(outgoing(thread_id="t1"))
    account.find(outgoing(order_number="A-1"))

    assert door.faults == []
    assert door.operations == {"A01", "A21", "M10", "M11", "OR11", "RT11"}
    found = told(items, operator.read, {})
    assert {type(one) for one in found} == {OrderTold, MessageTold, CaseTold, FigureTold}


def test_file_of_a_recent_message_is_fetched(door: Front) -> None:
    def recent(_: Asked) -> Answer:
        example = door.of("M10")[-1].answer
        return Answer(body=re.sub(rb"20\d\d-\d\d-\d\dT", b"2026-03-05T", example))

    door.instead["M10"] = recent
    items, _ = pulled(a_shop(door))

    assert "M13" in door.operations
    assert any(item.external_id.startswith("file/") for item in items)
    assert door.faults == []


def test_a_page_whose_token_leads_to_itself_ends_the_operators_lists(door: Front) -> None:
    pulled(a_shop(door))

    assert len(door.of("RT11")) <= 4
    assert len(door.of("M11")) <= 4
    assert len(door.of("OR11")) == 1


def test_a_reply_goes_to_an_operation_that_takes_parts(door: Front) -> None:
    account = a_shop(door)
    answered = account.send(outgoing(thread_id="t1"))
    begun = account.send(outgoing(order_number="A-1", begins=True))

    assert [one.operation for one in door.served] == ["M12", "OR43"]
    assert [one.status for one in door.served] == [422, 422]
    assert "message_input must be object" in door.faults[0]
    assert "thread_input must be object" in door.faults[1]
    assert answered.outcome is begun.outcome is Outcome.REFUSED


def test_a_wrong_key_and_a_shop_it_does_not_reach_are_told_apart(door: Front) -> None:
    with pytest.raises(ChannelError) as wrong:
        a_shop(door, key="other").check()
    assert (wrong.value.code, wrong.value.permanent) == ("auth_failed", True)

    with pytest.raises(ChannelError) as elsewhere:
        a_shop(door, shop_id="9").check()
    assert elsewhere.value.code == "settings_invalid"


def test_everything_the_connect_connector_does_is_what_the_document_describes(
    connect_door: Front,
) -> None:
    account = an_account(connect_door)
    account.check()
    items, _ = pulled(account)
    account.find(outgoing(thread_id="t1"))
    account.find(outgoing(order_number="3202630-A"))
    assert account.confirm("a1").outcome is Outcome.PENDING

    assert connect_door.faults == []
    assert connect_door.operations == {
        "listConversations", "getConversationMessages", "downloadConversationAttachments",
        "getConversationActionStatus", "v2-listOrders", "v2-listReturns",
    }  # fmt: skip
    found = told(items, hub.read, {})
    assert {type(one) for one in found} == {OrderTold, MessageTold, CaseTold}


def test_connects_replies_go_to_operations_that_take_parts(connect_door: Front) -> None:
    account = an_account(connect_door)
    account.send(outgoing(thread_id="t1"))
    account.send(outgoing(order_number="3202630-A", begins=True, subject="Lamp"))

    written = [one for one in connect_door.served if one.asked.method == "POST"]
    assert [one.operation for one in written] == ["createMessage", "createConversation"]
    assert all("message_input" in fault or "conversation" in fault for fault in connect_door.faults)


def test_every_error_that_connect_declares_has_its_verdict(connect_door: Front) -> None:
    for status in connect_door.declared("listConversations"):
        connect_door.prefer = {"listConversations": f"code={status}"}
        with pytest.raises(ChannelError) as refusal:
            an_account(connect_door).check()
        assert refusal.value.code == "request_refused"

    connect_door.prefer = {"getConversationActionStatus": "code=404"}
    forgotten = an_account(connect_door).confirm("a1")
    assert (forgotten.outcome, forgotten.code) == (Outcome.PENDING, "not_found")


def test_wrong_keys_of_connect_are_named(connect_door: Front) -> None:
    with pytest.raises(ChannelError) as refusal:
        an_account(connect_door, secret="other").check()
    assert (refusal.value.code, refusal.value.permanent) == ("auth_failed", True)
    assert connect_door.served == []
