"""Webhooks are signed as Standard Webhooks says: its own verifier takes them."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError
from tests.alerts.receiver import Receiver

from comptoir.alerts.transports import webhook

EVENT = {"type": "alert.recorded", "data": {"alerts": [{"text": "Délai – 17:40"}]}}


def _sent(receiver: Receiver, secret: str, now: datetime) -> None:
    answer = webhook.send(
        receiver.url, [secret], "d-1", EVENT, now=now, private_hosts={receiver.host}
    )
    assert answer.is_good


def test_the_librarys_verifier_takes_what_arrives(receiver: Receiver) -> None:
    secret = webhook.new_secret()
    _sent(receiver, secret, datetime.now(UTC))

    (got,) = receiver.received

    assert Webhook(secret).verify(got.body, got.headers) == EVENT
    assert got.headers["webhook-id"] == "d-1"


def test_another_secret_a_changed_body_and_an_old_request_are_found_out(receiver: Receiver) -> None:
    secret = webhook.new_secret()
    _sent(receiver, secret, datetime.now(UTC))
    _sent(receiver, secret, datetime.now(UTC) - timedelta(minutes=10))
    fresh, old = receiver.received

    for checked, body, headers in (
        (webhook.new_secret(), fresh.body, fresh.headers),
        (secret, fresh.body.replace(b"17:40", b"18:40"), fresh.headers),
        (secret, fresh.body, fresh.headers | {"webhook-id": "d-2"}),
        (secret, old.body, old.headers),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(checked).verify(body, headers)


def test_the_signature_is_that_of_the_specifications_example() -> None:
    # https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    headers = webhook.signed_headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        now=datetime.fromtimestamp(1614265330, UTC),
    )

    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


def test_while_a_secret_is_replaced_both_are_taken(receiver: Receiver) -> None:
    old, new = webhook.new_secret(), webhook.new_secret()
    now = datetime.now(UTC)

    webhook.send(receiver.url, [new, old], "d-1", EVENT, now=now, private_hosts={receiver.host})

    (got,) = receiver.received
    for secret in (old, new):
        assert Webhook(secret).verify(got.body, got.headers) == EVENT


def test_secrets_are_long_and_never_the_same() -> None:
    made = {webhook.new_secret() for _ in range(50)}

    assert len(made) == 50
    for secret in made:
        assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 24


def test_the_body_is_plain_json(receiver: Receiver) -> None:
    _sent(receiver, webhook.new_secret(), datetime.now(UTC))

    assert json.loads(receiver.received[0].body) == EVENT
