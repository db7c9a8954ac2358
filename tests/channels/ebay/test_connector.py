"""The eBay connector against our own eBay, and each request it makes against eBay's documents."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.channels.ebay.fake import (
    KEY_ID,
    NOW,
    SECRETS,
    TOKEN_PATH,
    Ebay,
    ebay,
    message,
    order,
    written,
)
from tests.channels.loopback import Answer, Asked, vendor
from tests.channels.openapi import Document, document
from tests.channels.specs import needs_specs, spec

from comptoir.channels.ebay import pulling
from comptoir.channels.ebay.connector import EbayConnector, connect, consent_url, read, redeem
from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.protocol import (
    Call,
    ChannelError,
    Cursor,
    Forged,
    Outcome,
    Outgoing,
    RawItem,
)
from comptoir.channels.kernel.told import CaseTold, MessageTold, ThreadTold, Told

SPECS = ("commerce_message_v1_oas3", "sell_fulfillment_v1_oas3", "commerce_feedback_v1_beta_oas3",
         "sell_analytics_v1_oas3", "commerce_identity_v1_oas3",
         "commerce_notification_v1_oas3")  # fmt: skip


class Frozen:
    """A clock to move, and what a connection keeps."""

    def __init__(self) -> None:
        self.now = NOW + timedelta(hours=1)
        self.ends: list[datetime] = []

    def around(self) -> Around:
        return Around(now=lambda: self.now, note_end=lambda _, at: self.ends.append(at))


@pytest.fixture
def world() -> Frozen:
    return Frozen()


@pytest.fixture
def shop() -> Iterator[Ebay]:
    with ebay() as running:
        yield running


@pytest.fixture
def account(shop: Ebay, world: Frozen) -> EbayConnector:
    return connect(shop.settings, SECRETS, world.around())


def pulled(account: EbayConnector, cursor: Cursor | None = None) -> tuple[list[RawItem], Cursor]:
    found, stands = {}, cursor or {}
    for page in account.pull(stands):
        found |= {item.external_id: item for item in page.items}
        stands = json.loads(json.dumps(page.cursor))
    return list(found.values()), stands


def told(items: list[RawItem], settings: dict[str, str]) -> list[Told]:
    return [one for item in items for one in read(item, settings)]


def outgoing(**more: Any) -> Outgoing:
    usual = {"idempotency_key": "k", "message_id": "<1@x>", "recipient": "", "recipient_name": "",
             "sender": "", "sender_name": "", "subject": "", "text": "Morgen ist es da.",
             "thread_id": "c1", "written_at": NOW + timedelta(hours=1)}  # fmt: skip
    return Outgoing(**{**usual, **more})


def filled(shop: Ebay) -> None:
    """Put one of everything there is into the shop."""
    shop.says("c1", message(1, "Wo ist es?"), message(2, "Wir fragen nach.", "maison-perrin"))
    shop.says("e1", message(3, "<p>Ihr Artikel</p>", "eBay"), type_="FROM_EBAY")
    shop.orders.append(order())
    shop.disputes.append({
        "paymentDisputeId": "d1", "paymentDisputeStatus": "ACTION_NEEDED", "orderId": "12-34567-89012",
        "openDate": written(NOW), "respondByDate": written(NOW + timedelta(days=3)),
        "reason": "ITEM_NOT_RECEIVED", "buyerUsername": "anna_b",
        "amount": {"value": "54.80", "currency": "EUR"},
    })  # fmt: skip
    shop.feedback.append({
        "feedbackId": "f1", "commentType": "NEGATIVE", "feedbackEnteredDate": written(NOW),
        "feedbackComment": {"commentText": "Kaputt"}, "providerUserDetail": {"userId": "anna_b"},
        "orderLineItemSummary": {"listingId": "335001", "listingTitle": "Lampe"},
    })  # fmt: skip
    shop.profiles.append({
        "program": "PROGRAM_DE", "standardsLevel": "TOP_RATED", "defaultProgram": True,
        "cycle": {"cycleType": "CURRENT", "evaluationDate": written(NOW)},
        "metrics": [{"metricKey": "DEFECTIVE_TRANSACTION_RATE", "value": "0.40"}],
    })  # fmt: skip


def documents() -> list[Document]:
    return [document(spec(f"ebay/{name}.json")) for name in SPECS]


def faults(asked: Asked) -> list[str]:
    """Hold a request against the document that knows its path; the token address is in none."""
    if asked.path == TOKEN_PATH or asked.path.startswith("/i/"):
        return []
    for one in documents():
        if one.operation(asked) is not None:
            return one.faults(asked)
    return [f"in no document: {asked.method} {asked.path}"]


@needs_specs
def test_every_request_is_one_of_ebays_documents(shop: Ebay, account: EbayConnector) -> None:
    filled(shop)
    account.check()
    pulled(account)
    account.send(outgoing())
    account.send(outgoing(thread_id="", order_number="12-34567-89012", begins=True))
    account.find(outgoing(text="niemals gesagt"))
    account.find(outgoing(thread_id="", order_number="12-34567-89012"))
    account.close_thread("c1", "")
    shop.alert_email = "desk@maison-perrin.example"
    account.subscribe("https://desk.example/push/abc")
    body = b"{}"
    account.receive(Call("POST", {}, {"x-ebay-signature": shop.signature(body)}, body, NOW))

    assert [fault for asked in shop.vendor.asked for fault in faults(asked)] == []
    assert len({asked.path for asked in shop.vendor.asked}) == 20


@needs_specs
def test_our_ebay_answers_as_ebay_says_it_does(shop: Ebay, account: EbayConnector) -> None:
    filled(shop)
    account.check()
    pulled(account)
    account.send(outgoing())

    broken = [
        fault
        for asked, status, value in shop.answered
        if not isinstance(value, bytes)
        for one in documents()
        if one.operation(asked)
        for fault in one.answer_faults(asked, status, value)
    ]
    assert broken == []


@needs_specs
def test_smallest_answers_of_ebays_documents_end_a_pull(shop: Ebay, world: Frozen) -> None:
    """eBay gives no examples: a mock answers `next: "string"` and a total below zero, for ever."""

    def handle(asked: Asked) -> Answer:
        if asked.path == TOKEN_PATH:
            return Answer(body={"access_token": "t", "expires_in": 7200})
        found = next(one for one in documents() if one.operation(asked) is not None)
        return Answer(body=found.least_answer(asked))

    with vendor(handle) as running:
        settings = {**shop.settings, "api_url": running.url, "apiz_url": running.url}
        items, _ = pulled(connect(settings, SECRETS, world.around()))
    for item in items:
        with suppress(ValueError):
            list(read(item, settings))
    assert {item.external_id.partition("/")[0] for item in items} >= {"message", "order", "dispute"}


def test_check_is_content_with_good_keys_and_the_right_name(account: EbayConnector) -> None:
    account.check()


@pytest.mark.parametrize("name", ["somebody-else"])
def test_check_names_whose_consent_it_is(shop: Ebay, world: Frozen, name: str) -> None:
    wrong = connect({**shop.settings, "username": name}, SECRETS, world.around())
    with pytest.raises(ChannelError, match="Maison-Perrin") as caught:
        wrong.check()
    assert caught.value.code == "settings_invalid"


def test_check_tells_a_revoked_consent_from_wrong_keys(shop: Ebay, account: EbayConnector) -> None:
    shop.refresh_works = False
    with pytest.raises(ChannelError) as caught:
        account.check()
    assert (caught.value.code, caught.value.permanent) == ("consent_revoked", True)


def test_check_tells_a_scope_that_is_missing(shop: Ebay, account: EbayConnector) -> None:
    shop.scopes_missing = ("/commerce/message",)
    with pytest.raises(ChannelError) as caught:
        account.check()
    assert caught.value.code == "forbidden"


def test_pull_goes_on_from_its_cursor_and_looks_back_a_little(
    shop: Ebay, account: EbayConnector, world: Frozen
) -> None:
    filled(shop)
    _, cursor = pulled(account)
    asked = len(shop.vendor.asked)
    world.now += timedelta(minutes=2)
    pulled(account, cursor)

    again = shop.vendor.asked[asked:]
    members = next(one for one in again if one.query.get("conversation_type") == "FROM_MEMBERS")
    assert members.query["start_time"] == "2026-03-06T09:55:00.000Z"
    assert members.query["end_time"] == "2026-03-06T10:02:00.000Z"
    orders = next(one for one in again if one.path.endswith("/order"))
    assert orders.query["filter"] == (
        "lastmodifieddate:[2026-03-06T09:55:00.000Z..2026-03-06T10:02:00.000Z]"
    )
    assert not [one for one in again if "feedback" in one.path or "FROM_EBAY" in str(one.query)]


def test_conversations_and_messages_are_read_to_the_last_page(
    shop: Ebay, account: EbayConnector
) -> None:
    for number in range(55):
        shop.says(f"c{number}", message(number, "Frage"))
    shop.says("c0", *(message(1000 + number, "Noch eine") for number in range(60)))

    items, _ = pulled(account)

    assert len([item for item in items if item.external_id.startswith("message/")]) == 115


def test_one_source_that_fails_does_not_keep_messages_waiting(
    shop: Ebay, world: Frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(shop)
    account = connect(shop.settings, SECRETS, replace(world.around(), patience_seconds=0.1))
    shop.scopes_missing = ("/sell/fulfillment/v1/order",)
    seen: list[RawItem] = []
    with pytest.raises(ChannelError) as caught:
        seen.extend(item for page in account.pull({}) for item in page.items)
    assert caught.value.code == "forbidden"
    assert "message/m1" in [item.external_id for item in seen]


def test_sources_a_consent_leaves_out_are_passed_over(shop: Ebay, account: EbayConnector) -> None:
    filled(shop)
    shop.scopes_missing = ("payment_dispute", "/feedback", "/analytics")
    items, cursor = pulled(account)
    assert cursor.keys() == {source.name for source in pulling.SOURCES}
    assert "message/m1" in [item.external_id for item in items]


def test_token_that_was_refused_is_renewed_once(shop: Ebay, account: EbayConnector) -> None:
    filled(shop)
    pulled(account)
    shop.token = "t2"
    assert account.send(outgoing()).outcome is Outcome.ACCEPTED
    assert [one.path for one in shop.vendor.asked].count(TOKEN_PATH) == 2


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [(Answer(400, body={"errors": [{"errorId": 355013}]}), Outcome.REFUSED),
     (Answer(429, headers={"retry-after": "30"}), Outcome.DEFERRED),
     (Answer(503), Outcome.DEFERRED), (Answer(500), Outcome.UNCERTAIN),
     (Answer(breaks="before"), Outcome.UNCERTAIN),
     (Answer(201, body={"messageId": "m"}, breaks="after"), Outcome.UNCERTAIN),
     (Answer(201, body=b""), Outcome.ACCEPTED), (Answer(201, body=b"{"), Outcome.ACCEPTED)],
)  # fmt: skip
def test_send_says_what_became_of_it(
    shop: Ebay, account: EbayConnector, trouble: Answer, outcome: Outcome
) -> None:
    account.check()
    shop.vendor.fails_with(trouble)
    assert account.send(outgoing()).outcome is outcome


def test_reply_of_which_nobody_knows_is_found_by_its_words(
    shop: Ebay, account: EbayConnector
) -> None:
    shop.says("c1", message(1, "Wo?"), message(61, "Morgen  ist es da.", "maison-perrin"))
    assert account.find(outgoing()) == "m61"
    assert account.find(outgoing(text="Etwas anderes")) is None
    assert account.find(outgoing(written_at=NOW + timedelta(hours=3))) is None


def test_first_message_goes_to_the_orders_buyer_about_its_listing(
    shop: Ebay, account: EbayConnector
) -> None:
    shop.orders.append(order())
    receipt = account.send(outgoing(thread_id="", order_number="12-34567-89012", begins=True))
    assert receipt.outcome is Outcome.ACCEPTED
    assert shop.vendor.asked[-1].json == {
        "messageText": "Morgen ist es da.", "emailCopyToSender": False,
        "otherPartyUsername": "anna_b",
        "reference": {"referenceId": "335001", "referenceType": "LISTING"},
    }  # fmt: skip


@pytest.mark.parametrize(("by", "said"), [("", {"conversationStatus": "ARCHIVE"}),
                                          ("read", {"read": True})])  # fmt: skip
def test_conversation_is_archived_or_marked_never_both(
    shop: Ebay, world: Frozen, by: str, said: dict[str, Any]
) -> None:
    account = connect({**shop.settings, "closes_by": by}, SECRETS, world.around())
    assert account.close_thread("c1", "")
    assert shop.marked == [
        {"conversationId": "c1", "conversationType": "FROM_MEMBERS", **said},
    ]


def test_conversation_archived_at_ebay_is_told(shop: Ebay, account: EbayConnector) -> None:
    shop.says("c1", message(1, "Danke!"))
    shop.conversations["c1"]["conversationStatus"] = "ARCHIVE"
    found = told(pulled(account)[0], shop.settings)
    assert [one.thread_id for one in found if isinstance(one, ThreadTold)] == ["c1"]


def test_files_are_fetched_from_ebay_alone(shop: Ebay, world: Frozen) -> None:
    media = [
        {"mediaName": "a.jpg", "mediaType": "IMAGE", "mediaUrl": f"{shop.vendor.url}/i/1.jpg"},
        {"mediaName": "b.jpg", "mediaType": "IMAGE", "mediaUrl": "https://evil.example/2.jpg"},
    ]
    shop.says("c1", message(1, "Schau", messageMedia=media))
    settings = {**shop.settings, "media_hosts": "127.0.0.1"}
    items, _ = pulled(connect(settings, SECRETS, world.around()))

    files = [item for item in items if item.external_id.startswith("media/")]
    assert [(one.external_id, one.content) for one in files] == [("media/m1/0", b"\xff\xd8picture")]
    asked = next(one for one in shop.vendor.asked if one.path == "/i/1.jpg")
    assert "authorization" not in asked.headers
    (said,) = [one for one in told(items, settings) if isinstance(one, MessageTold)]
    assert said.text == "Schau\nb.jpg: https://evil.example/2.jpg"
    assert [file.reference for file in said.files] == [
        {"item": "media/m1/0"},
        {"item": "media/m1/1"},
    ]


def test_consent_asks_for_the_scopes_and_redeems_the_code(shop: Ebay, world: Frozen) -> None:
    page = consent_url(shop.settings, SECRETS, state="s1", redirect_url="https://us.example/back")
    asked = parse_qs(urlsplit(page).query)
    assert (asked["redirect_uri"], asked["state"], asked["response_type"]) == (
        ["Maison-Ru"], ["s1"], ["code"],
    )  # fmt: skip
    assert "https://api.ebay.com/oauth/api_scope/commerce.message" in asked["scope"][0].split()

    found = redeem(
        shop.settings, SECRETS, query={"code": "v^1.1#i^1", "state": "s1"},
        redirect_url="https://us.example/back", around=world.around(),
    )  # fmt: skip

    ends_at = world.now + timedelta(seconds=47304000)
    assert (found["refresh_token"], world.ends) == ("r1", [ends_at])
    form = parse_qs(shop.vendor.asked[-1].body.decode())
    assert (form["code"], form["redirect_uri"]) == (["v^1.1#i^1"], ["Maison-Ru"])
    basic = base64.b64encode(b"app:cert").decode()
    assert shop.vendor.asked[-1].headers["authorization"] == f"Basic {basic}"


def test_consent_that_was_refused_says_so(shop: Ebay, world: Frozen) -> None:
    with pytest.raises(ChannelError) as caught:
        redeem(
            shop.settings, SECRETS, query={"error": "access_denied"}, redirect_url="",
            around=world.around(),
        )  # fmt: skip
    assert caught.value.code == "consent_missing"


def test_handshake_hashes_code_token_and_address_in_this_order(account: EbayConnector) -> None:
    url = "https://desk.example/push/abc"
    answer = account.receive(Call("GET", {"challenge_code": "123"}, {}, b"", NOW, url))
    expected = hashlib.sha256(f"123{'v' * 40}{url}".encode()).hexdigest()
    assert (answer.status, answer.content_type) == (200, "application/json")
    assert json.loads(answer.body) == {"challengeResponse": expected}


def notice(**data: Any) -> bytes:
    told = {"notificationId": "n1", "eventDate": written(NOW), "data": data}
    return json.dumps({"metadata": {"topic": "NEW_MESSAGE"}, "notification": told}).encode()


def pushed(shop: Ebay, body: bytes, **more: Any) -> Call:
    return Call("POST", {}, {"x-ebay-signature": shop.signature(body, **more)}, body, NOW)


def test_signed_notice_is_taken_and_its_key_kept_for_an_hour(
    shop: Ebay, account: EbayConnector, world: Frozen
) -> None:
    body = notice(**message(1, "Wo?"), conversationId="c1")
    for _ in range(3):
        taken = account.receive(pushed(shop, body))
    assert (taken.status, [item.external_id for item in taken.items]) == (204, ["push/n1"])
    world.now += timedelta(minutes=61)
    account.receive(pushed(shop, body))

    keys = [one for one in shop.vendor.asked if "public_key" in one.path]
    assert len(keys) == 2
    assert keys[0].path == f"/commerce/notification/v1/public_key/{KEY_ID}"
    (said,) = told(list(taken.items), shop.settings)
    assert isinstance(said, MessageTold)
    assert (said.external_id, said.thread_id, said.text) == ("m1", "c1", "Wo?")


def test_notice_that_is_not_understood_leaves_the_message_to_the_pull(
    shop: Ebay, account: EbayConnector
) -> None:
    taken = account.receive(pushed(shop, notice(id="x")))
    assert told(list(taken.items), shop.settings) == []


@pytest.mark.parametrize("header", ["", "bm8=", "e30=", "%%%"])
def test_notice_without_a_signature_is_forged(account: EbayConnector, header: str) -> None:
    with pytest.raises(Forged):
        account.receive(Call("POST", {}, {"x-ebay-signature": header}, b"{}", NOW))


def test_notice_changed_by_one_byte_is_forged(shop: Ebay, account: EbayConnector) -> None:
    call = pushed(shop, b'{"a":1}')
    with pytest.raises(Forged):
        account.receive(replace(call, body=b'{"a":2}'))


def test_notice_signed_with_a_key_that_ebay_does_not_know_is_forged(
    shop: Ebay, account: EbayConnector
) -> None:
    with pytest.raises(Forged):
        account.receive(pushed(shop, b"{}", key_id="11111111-2222"))
    with pytest.raises(Forged):
        account.receive(pushed(shop, b"{}", key_id="../../user"))


def test_automatic_praise_and_unknown_states_tell_nothing(shop: Ebay) -> None:
    praise = {"feedbackId": "f", "commentType": "POSITIVE", "automatedFeedback": True,
              "feedbackEnteredDate": written(NOW)}  # fmt: skip
    strange = {"paymentDisputeId": "d", "paymentDisputeStatus": "NEW", "openDate": written(NOW)}
    items = [RawItem("feedback/f/1", json.dumps(praise).encode()),
             RawItem("dispute/d/1", json.dumps(strange).encode())]  # fmt: skip
    assert told(items, shop.settings) == []


def test_buyers_wish_to_cancel_is_a_case_and_the_sellers_is_none(
    shop: Ebay, account: EbayConnector
) -> None:
    def wish(number: str, who: str) -> dict[str, Any]:
        return {"cancelRequestId": number, "cancelInitiator": who, "cancelReason": "MISTAKE",
                "cancelRequestedDate": written(NOW), "cancelRequestState": "REQUESTED"}  # fmt: skip

    asks = {
        "cancelState": "IN_PROGRESS",
        "cancelRequests": [wish("x1", "Buyer"), wish("x2", "Seller")],
    }
    shop.orders.append(order(cancelStatus=asks))
    found = told(pulled(account)[0], shop.settings)
    assert [(one.external_id, one.state) for one in found if isinstance(one, CaseTold)] == [
        ("x1", "opened"),
    ]


def test_ebay_is_asked_to_push_once_and_again_when_it_gave_up(shop: Ebay, world: Frozen) -> None:
    settings = {**shop.settings, "alert_email": "desk@maison-perrin.example"}
    account = connect(settings, SECRETS, world.around())
    address = "https://desk.example/push/abc"
    assert account.subscribe(address) == ("NEW_MESSAGE", "BUYER_QUESTION")
    assert account.subscribe(address) == ()
    shop.destinations[0]["status"] = "MARKED_DOWN"
    assert account.subscribe(address) == ()

    assert (shop.alert_email, shop.destinations[0]["status"]) == (
        "desk@maison-perrin.example", "ENABLED",
    )  # fmt: skip
    assert [(one["destinationId"], one["payload"]["schemaVersion"]) for one in shop.subscriptions] == [
        ("destination-0", "1.1"), ("destination-0", "1.1"),
    ]  # fmt: skip


def test_nothing_is_subscribed_without_a_token_or_an_address_for_alerts(
    shop: Ebay, account: EbayConnector, world: Frozen
) -> None:
    bare = connect(shop.settings, {**SECRETS, "verification_token": ""}, world.around())
    assert bare.subscribe("https://desk.example/push/abc") == ()
    with pytest.raises(ChannelError) as caught:
        account.subscribe("https://desk.example/push/abc")
    assert caught.value.code == "settings_invalid"
