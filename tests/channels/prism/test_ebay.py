"""The eBay connector and Prism, which serves eBay's own documents: six behind one host.

They have no examples, so static answers hold the least of each type: a total of -2147483648, a next
page called "string", no moment.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.channels.loopback import Answer, Asked
from tests.channels.prism.front import Front, front
from tests.channels.prism.server import Prisms
from tests.channels.prism.using import NOW, around, outgoing, pulled, refused_with, told, unhurried
from tests.channels.specs import needs_specs

from comptoir.channels.ebay.connector import EbayConnector, connect, read
from comptoir.channels.kernel.protocol import Call, ChannelError, Forged, Outcome
from comptoir.channels.kernel.told import OrderTold, ThreadTold

pytestmark = needs_specs
DOCUMENTS = [
    f"ebay/{name}_oas3.json"
    for name in (
        "commerce_message_v1", "sell_fulfillment_v1", "commerce_feedback_v1_beta",
        "sell_analytics_v1", "commerce_identity_v1", "commerce_notification_v1",
    )
]  # fmt: skip
SECRETS = {"client_secret": "cert", "refresh_token": "r1", "verification_token": "v" * 40}
ORDER = "12-34567-89012"
TOKEN = "/identity/v1/oauth2/token"


class Tokens:
    """eBay's token address, which no document describes: ours."""

    def __init__(self) -> None:
        self.given = "good"

    def handle(self, asked: Asked) -> Answer:
        assert asked.path == TOKEN, f"in no document: {asked.method} {asked.path}"
        if self.given == "refused":
            return Answer(401, body={"error": "invalid_client"})
        return Answer(body={"access_token": self.given, "expires_in": 7200})


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def door(prisms: Prisms, tokens: Tokens) -> Iterator[Front]:
    proof = ("authorization", "Bearer good")
    with front(prisms.serving(DOCUMENTS), proof=proof, own=tokens.handle) as running:
        yield running


@pytest.fixture
def settings(door: Front) -> dict[str, str]:
    urls = dict.fromkeys(("api_url", "apiz_url", "auth_url"), door.url)
    return {"client_id": "app", "ru_name": "Ru", "username": "string", **urls, **unhurried("ebay")}


@pytest.fixture
def account(settings: dict[str, str]) -> EbayConnector:
    return connect(settings, SECRETS, around(patience_seconds=0.2))


def test_everything_the_connector_does_is_what_the_documents_describe(
    door: Front, account: EbayConnector
) -> None:
    account.check()
    pulled(account)
    answered = account.send(outgoing(thread_id="c1"))
    begun = account.send(outgoing(order_number=ORDER, begins=True))
    account.find(outgoing(thread_id="c1"))
    account.find(outgoing(order_number=ORDER))
    assert account.close_thread("c1", "")
    assert account.subscribe("https://desk.example/push/abc") == ("NEW_MESSAGE", "BUYER_QUESTION")

    assert door.faults == []
    assert (answered.outcome, answered.external_id) == (Outcome.ACCEPTED, "string")
    assert begun.outcome is Outcome.ACCEPTED
    assert door.operations == {
        "getConversations", "getConversation", "sendMessage", "updateConversation", "getOrders",
        "getOrder", "getShippingFulfillments", "getPaymentDisputeSummaries", "getFeedback",
        "findSellerStandardsProfiles", "getUser", "getConfig", "getTopic", "getDestinations",
        "createDestination", "getSubscriptions", "createSubscription",
    }  # fmt: skip


def test_lists_with_an_absurd_total_and_next_page_end_and_are_read(
    door: Front, account: EbayConnector, settings: dict[str, str]
) -> None:
    items, cursor = pulled(account)

    windows = len(door.of("getOrders"))
    assert windows == 5, "thirty days in windows of seven, one page each"
    assert {item.external_id.partition("/")[0] for item in items} == {
        "message", "order", "archived", "dispute", "feedback", "standards",
    }  # fmt: skip
    found = told(items, read, settings)
    assert {type(one) for one in found} == {OrderTold, ThreadTold}
    assert cursor.keys() >= {"orders", "members", "ebay", "disputes", "feedback", "standards"}

    again, _ = pulled(account, cursor)
    assert len(door.of("getOrders")) == windows + 1, "it goes on where it stood"
    assert {item.external_id for item in again} <= {item.external_id for item in items}


def test_list_that_names_a_huge_total_and_gives_the_same_page_again_ends(
    door: Front, account: EbayConnector
) -> None:
    def huge(_: Asked) -> Answer:
        least = json.loads(door.of("getOrders")[-1].answer)
        return Answer(body={**least, "total": 1_032_385_288})

    door.instead["getOrders"] = huge
    pulled(account)

    assert len(door.of("getOrders")) == 10, "two questions a window"
    assert door.faults == []


def test_answers_of_random_values_by_the_schema_are_read(
    door: Front, account: EbayConnector, settings: dict[str, str]
) -> None:
    door.prefer["*"] = "dynamic=true"

    items, _ = pulled(account)

    assert items
    told(items, read, settings)
    assert door.faults == []


def test_a_token_that_ebay_does_not_take_is_renewed_once_and_then_named(
    door: Front, account: EbayConnector, tokens: Tokens
) -> None:
    tokens.given = "stale"
    with pytest.raises(ChannelError) as refusal:
        account.check()
    assert refusal.value.code == "auth_failed"
    assert [one.status for one in door.served] == [401, 401]

    tokens.given = "good"
    account.check()
    assert door.served[-1].status == 200


def test_keys_that_ebay_does_not_know_are_named_before_anything_is_asked(
    door: Front, account: EbayConnector, tokens: Tokens
) -> None:
    tokens.given = "refused"
    with pytest.raises(ChannelError) as refusal:
        account.check()
    assert (refusal.value.code, refusal.value.permanent) == ("auth_failed", True)
    assert door.served == []


def test_every_error_that_the_documents_declare_has_its_verdict(
    door: Front, account: EbayConnector
) -> None:
    for operation in ("getConversations", "getOrders"):
        for status in door.declared(operation):
            door.prefer = {operation: f"code={status}"}
            with pytest.raises(ChannelError) as refusal:
                account.check()
            assert refusal.value.code == refused_with(status), f"{operation} {status}"


def test_a_reply_that_is_refused_is_told_from_one_that_may_have_arrived(
    door: Front, account: EbayConnector
) -> None:
    declared = door.declared("sendMessage")
    assert {400, 500} <= set(declared)
    for status in declared:
        door.prefer = {"sendMessage": f"code={status}"}
        outcome = account.send(outgoing(thread_id="c1")).outcome
        assert outcome is (Outcome.UNCERTAIN if status >= 500 else Outcome.REFUSED), status
    once_each = [one.status for one in door.of("sendMessage") if one.status != 401]
    assert once_each == [status for status in declared if status != 401]


def pushed() -> Call:
    """Something that says it is from eBay, signed by a key that eBay is asked for."""
    told = {"alg": "ecdsa", "kid": "8e0b1f66-aaaa-bbbb", "signature": "c2lnbmVk", "digest": "SHA1"}
    proof = base64.b64encode(json.dumps(told).encode()).decode()
    return Call("POST", {}, {"x-ebay-signature": proof}, b"{}", NOW)


def test_push_under_a_key_that_is_none_is_refused(door: Front, account: EbayConnector) -> None:
    with pytest.raises(Forged):
        account.receive(pushed())
    assert door.operations == {"getPublicKey"}
    assert door.faults == []


@pytest.mark.parametrize("answer", [{}, [], {"key": ""}])
def test_answer_without_a_key_is_not_kept_for_an_hour(
    door: Front, account: EbayConnector, answer: Any
) -> None:
    door.instead["getPublicKey"] = lambda _: Answer(body=answer)
    for _ in range(2):
        with pytest.raises(ChannelError) as refusal:
            account.receive(pushed())
        assert (refusal.value.code, refusal.value.permanent) == ("bad_answer", False)
    assert len(door.of("getPublicKey")) == 2
