"""Notifications through a real SQS, run by moto; signatures compared with botocore's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.server import ThreadedMotoServer
from tests.channels.amazon_sp.seller import NUMBER, Seller, order
from tests.channels.loopback import Answer, Vendor, vendor
from tests.channels.specs import spec

from comptoir.channels.amazon_sp import connector, news
from comptoir.channels.amazon_sp.queue import Queue
from comptoir.channels.amazon_sp.signature import Keys, signed_headers
from comptoir.channels.kernel.around import Around
from comptoir.channels.kernel.http import ApiError
from comptoir.channels.kernel.protocol import ChannelError

NOW = datetime(2026, 3, 6, 16, 40, tzinfo=UTC)
ARN = "arn:aws:sqs:eu-west-1:123456789012:comptoir"


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def sqs(aws: str) -> Any:
    return boto3.client(
        "sqs", endpoint_url=aws, region_name="eu-west-1", aws_access_key_id="AKIA1",
        aws_secret_access_key="hush",
    )  # fmt: skip


@pytest.fixture
def url(sqs: Any) -> str:
    found: str = sqs.create_queue(QueueName=f"comptoir-{uuid4().hex}")["QueueUrl"]
    return found


@pytest.fixture
def seller() -> Seller:
    return Seller(orders=[order(NUMBER, NOW - timedelta(hours=1))])


@pytest.fixture
def running(seller: Seller) -> Iterator[Vendor]:
    with vendor(seller.handle) as found:
        seller.url = found.url
        yield found


def opened(
    running: Vendor, url: str, around: Around | None = None, **more: str
) -> connector.AmazonConnector:
    settings = {
        "region": "eu", "countries": "DE", "client_id": "id", "base_url": running.url,
        "token_url": f"{running.url}/auth/o2/token", "reports": "false", "queue_url": url,
        "queue_key": "AKIA1", "queue_region": "eu-west-1", **more,
    }  # fmt: skip
    secrets = {"client_secret": "cs", "refresh_token": "Atzr|good", "queue_secret": "hush"}
    around = replace(around or Around.alone(), now=lambda: NOW)
    return connector.connect(settings, secrets, around)


def changed(number: str = NUMBER) -> str:
    path = spec("amazon-sp-api/schemas/notifications/OrderChangeNotification.json")
    example = json.loads(path.read_text())["examples"][0]
    example["Payload"]["OrderChangeNotification"]["AmazonOrderId"] = number
    return json.dumps(example)


def waiting(sqs: Any, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(one) for one in found.values())


def test_a_signature_is_the_one_that_botocore_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'{"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/1/q"}'
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "AmazonSQS.ReceiveMessage",
    }
    url = "https://sqs.eu-west-1.amazonaws.com/"
    request = AWSRequest("POST", url, headers=dict(headers), data=body)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: NOW.replace(tzinfo=None))
    SigV4Auth(Credentials("AKIA1", "hush"), "sqs", "eu-west-1").add_auth(request)

    ours = signed_headers(url, headers, body, Keys("AKIA1", "hush", "eu-west-1"), now=NOW)

    assert ours["authorization"] == request.headers["Authorization"]


def test_a_notification_brings_its_order_and_is_deleted_once_stored(
    sqs: Any, url: str, running: Vendor
) -> None:
    for _ in range(12):  # Amazon may send one twice, and one order changes often
        sqs.send_message(QueueUrl=url, MessageBody=changed())
    with closing(opened(running, url)) as one:
        pages = one.pull({})
        first = next(pages)
        assert [item.external_id.split("/")[1] for item in first.items] == [NUMBER]
        assert waiting(sqs, url) == 12, "nothing is deleted before it is stored"
        list(pages)
    assert waiting(sqs, url) == 0


def test_a_pull_that_dies_leaves_its_notifications(sqs: Any, url: str, running: Vendor) -> None:
    sqs.send_message(QueueUrl=url, MessageBody=changed())
    with closing(opened(running, url)) as one:
        next(one.pull({}))
    assert waiting(sqs, url) == 1


def test_what_is_no_news_is_deleted_and_stored_nowhere(
    sqs: Any, url: str, running: Vendor, seller: Seller
) -> None:
    seller.orders = []
    for body in ("no json", "[]", '{"Type": "x"}', changed("302-0000000-0000000")):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    with closing(opened(running, url)) as one:
        assert [item for page in one.pull({}) for item in page.items] == []
    assert waiting(sqs, url) == 0


def test_a_new_client_secret_is_kept_sealed_and_nowhere_else(
    sqs: Any, url: str, running: Vendor
) -> None:
    kept: dict[str, str] = {}
    ends: list[datetime] = []
    around = replace(
        Around.alone(), keep_secret=kept.__setitem__, note_end=lambda _, at: ends.append(at)
    )
    payload = {
        "clientId": "id", "newClientSecret": "cs2", "newClientSecretExpiryTime": "2026-09-02T00:00:00Z",
    }  # fmt: skip
    told = {
        "notificationType": news.NEW_SECRET,
        "payload": {"applicationOAuthClientNewSecret": payload},
        "notificationMetadata": {"notificationId": "n1"},
    }
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(told))
    with closing(opened(running, url, around)) as one:
        items = [item for page in one.pull({}) for item in page.items]
    assert kept == {"client_secret": "cs2"}
    assert ends == [datetime(2026, 9, 2, tzinfo=UTC)]
    assert all(b"cs2" not in item.content for item in items)


def test_the_queue_is_subscribed_once(sqs: Any, url: str, running: Vendor, seller: Seller) -> None:
    with closing(opened(running, url, queue_arn=ARN)) as one:
        cursor = list(one.pull({}))[-1].cursor
        list(one.pull(cursor))
        assert one.subscribe_queue(ARN) == ()
    assert seller.subscriptions == list(news.SUBSCRIBED)
    assert len(seller.destinations) == 1
    assert seller.broken == []


def test_a_queue_that_cannot_be_read_says_why(url: str, running: Vendor) -> None:
    with closing(opened(running, url)) as one:
        one.check()
    with closing(opened(running, url + "-gone")) as one, pytest.raises(ApiError) as caught:
        one.check()
    assert caught.value.code == "not_found"
    with pytest.raises(ChannelError) as invalid:
        Queue("https://queue.example/1/q", "AKIA1", "hush", Around.alone())
    assert invalid.value.code == "settings_invalid"
    wrong = {"__type": "com.amazonaws.sqs#InvalidClientTokenId", "message": "x"}
    with vendor(lambda _: Answer(403, body=wrong)) as other:
        queue = Queue(f"{other.url}/1/q", "AKIA1", "hush", Around.alone(), region="eu-west-1")
        with closing(queue), pytest.raises(ApiError) as refused:
            queue.check()
    assert refused.value.code == "auth_failed"
