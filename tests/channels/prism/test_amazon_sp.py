"""The Amazon connector and Prism, which serves Amazon's own models with their examples.

They declare no security: a wrong token is not refused by Prism. The token address and the documents
of reports stand in none of them; those answers are ours.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.channels.loopback import Answer, Asked
from tests.channels.prism.front import Front, front
from tests.channels.prism.server import Prisms
from tests.channels.prism.using import around, pulled, refused_with, told, unhurried
from tests.channels.specs import needs_specs

from comptoir.channels.amazon_sp.connector import AmazonConnector, connect, read
from comptoir.channels.kernel.protocol import ChannelError, Outcome, OutgoingFile
from comptoir.channels.kernel.told import OrderTold

pytestmark = needs_specs
DOCUMENTS = [
    f"amazon-sp-api/{name}.json"
    for name in (
        "orders_2026-01-01", "reports_2021-06-30", "messaging", "solicitations", "notifications",
        "uploads_2020-11-01",
    )
]  # fmt: skip
NUMBER = "903-1671087-0812628"
ARN = "arn:aws:sqs:us-east-1:1:orders"


def besides(asked: Asked) -> Answer:
    """Answer what stands in no document."""
    if asked.path == "/auth/o2/token":
        if b"client_secret=good" not in asked.body:
            return Answer(401, body={"error": "invalid_client"})
        return Answer(body={"access_token": "Atza|1", "expires_in": 3600})
    assert asked.path.startswith("/documents/"), f"in no document: {asked.method} {asked.path}"
    return Answer(body=b"" if asked.method == "PUT" else b"{}")


@pytest.fixture
def door(prisms: Prisms) -> Iterator[Front]:
    with front(prisms.serving(DOCUMENTS), own=besides) as running:
        yield running


def opened(
    door: Front, secret: str = "good", region: str = "na", country: str = "US"
) -> AmazonConnector:
    settings = {
        "base_url": door.url, "token_url": f"{door.url}/auth/o2/token", "client_id": "id",
        "region": region, "countries": country, **unhurried("amazon_sp"),
    }  # fmt: skip
    secrets = {"client_secret": secret, "refresh_token": "Atzr|good"}
    return connect(settings, secrets, around(patience_seconds=0.2))


def test_amazons_own_example_of_an_order_is_pulled_and_read(door: Front) -> None:
    account = opened(door)
    account.check()
    items, cursor = pulled(account)

    (order,) = {item.external_id: item for item in items}.values()
    found = told([order], read, {"region": "na", "countries": "US"})[0]
    assert isinstance(found, OrderTold)
    assert found.buyer.email == "buyer-email@marketplace.amazon.com"
    assert found.lines
    assert found.total is not None
    assert len(door.of("searchOrders")) == 3, "a page that leads to itself ends the search"
    assert cursor["through"] == "2026-03-06T09:58:00Z"
    assert cursor["window"] == {}
    assert door.faults == []


def test_report_is_asked_for_looked_after_and_fetched(door: Front) -> None:
    done = {"reportId": "r", "reportType": "t", "createdTime": "2026-03-06T10:00:00Z",
            "processingStatus": "DONE", "reportDocumentId": "d"}  # fmt: skip
    document = {"reportDocumentId": "d", "url": f"{door.url}/documents/d"}
    door.instead["getReport"] = lambda _: Answer(body=done)
    door.instead["getReportDocument"] = lambda _: Answer(body=document)
    account = opened(door)

    _, cursor = pulled(account)
    items, cursor = pulled(account, cursor)

    assert {"createReport", "getReport", "getReportDocument"} <= door.operations
    assert any(item.external_id.startswith("health/") for item in items)
    assert not any(one.get("id") for one in cursor["reports"].values())
    assert door.faults == []


def test_typed_messages_uploads_and_requests_for_a_review_are_what_the_models_describe(
    door: Front,
) -> None:
    account = opened(door)
    assert account.allowed_messages(NUMBER, "US") == frozenset(), "the example's kind has ended"
    assert account.language_of_buyer(NUMBER, "US") == "en-US"

    names = ("confirmDeliveryDetails", "legalDisclosure")
    links = {"actions": [{"name": name, "href": f"/x/{name}"} for name in names]}
    door.instead["getMessagingActionsForOrder"] = lambda _: Answer(body={"_links": links})
    place = {"uploadDestinationId": "u1", "url": f"{door.url}/documents/u1", "headers": {}}
    door.instead["createUploadDestinationForResource"] = lambda _: Answer(201, {"payload": place})
    said = account.send_typed("confirmDeliveryDetails", NUMBER, "US", text="It comes on Monday.")
    file = OutgoingFile("terms.pdf", "application/pdf", b"%PDF")
    sent = account.send_typed("legalDisclosure", NUMBER, "US", files=(file,))
    asked = account.ask_for_review(NUMBER, "US")

    assert [one.outcome for one in (said, sent, asked)] == [Outcome.ACCEPTED] * 3
    assert {one.operation for one in door.served if one.asked.method == "POST"} == {
        "createConfirmDeliveryDetails", "createUploadDestinationForResource",
        "createLegalDisclosure", "createProductReviewAndSellerFeedbackSolicitation",
    }  # fmt: skip
    assert door.faults == []


def test_queue_is_made_a_destination_and_subscribed(door: Front) -> None:
    added = opened(door).subscribe_queue(ARN)

    assert added == ("ORDER_CHANGE", "REPORT_PROCESSING_FINISHED")
    assert door.operations == {"getDestinations", "createDestination", "createSubscription"}
    assert door.faults == []


def test_keys_that_amazon_does_not_know_are_named_before_anything_is_asked(door: Front) -> None:
    with pytest.raises(ChannelError) as refusal:
        opened(door, secret="old").check()
    assert (refusal.value.code, refusal.value.permanent) == ("auth_failed", True)
    assert door.served == []


def test_every_error_that_the_models_declare_has_its_verdict(door: Front) -> None:
    for status in door.declared("searchOrders"):
        door.prefer = {"searchOrders": f"code={status}"}
        with pytest.raises(ChannelError) as refusal:
            opened(door).check()
        assert refusal.value.code == refused_with(status), status


def test_a_review_that_may_have_been_asked_for_is_told_from_one_that_is_refused(
    door: Front,
) -> None:
    operation = "createProductReviewAndSellerFeedbackSolicitation"
    for status in (400, 403, 429, 500):
        door.prefer = {operation: f"code={status}"}
        outcome = opened(door).ask_for_review(NUMBER, "US").outcome
        wanted = {429: Outcome.DEFERRED, 500: Outcome.UNCERTAIN}.get(status, Outcome.REFUSED)
        assert outcome is wanted, status
    assert [one.status for one in door.of(operation)] == [400, 403, 429, 500]


def test_order_that_a_notification_names_is_asked_for_and_left_where_it_is_not_ours(
    door: Front,
) -> None:
    ours = opened(door, region="eu", country="GB")._one_order("202-1234567-8901234")
    of_another_storefront = opened(door)._one_order("202-1234567-8901234")

    assert ours is not None
    assert ours.external_id.startswith("order/202-1234567-8901234/")
    assert of_another_storefront is None
    assert door.operations == {"getOrder"}
    assert door.faults == []
