"""Alerts for programs: JSON, signed by Standard Webhooks (https://www.standardwebhooks.com).

`webhook-id` is the delivery's id and stays the same at each try. `webhook-timestamp` is the moment
of this try, and `webhook-signature` covers both and the exact bytes of the body.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook

from comptoir.alerts.transports.answers import Answer
from comptoir.alerts.transports.posting import post_json

SECRET_PREFIX = "whsec_"  # noqa: S105 - how such secrets begin
SECRET_BYTES = 24


def new_secret() -> str:
    """Make a secret to sign with, as receivers type it in."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(
    delivery_id: str, content: bytes, secrets_now: Sequence[str], *, now: datetime
) -> dict[str, str]:
    """Give the three headers that prove who sent a body, and when: one signature a secret."""
    sent_at = now.astimezone(UTC)
    body = content.decode()
    signatures = [Webhook(one).sign(delivery_id, sent_at, body) for one in secrets_now]
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def send(
    url: str,
    secrets_now: Sequence[str],
    delivery_id: str,
    event: Mapping[str, Any],
    *,
    now: datetime,
    private_hosts: Collection[str],
) -> Answer:
    """Send one event (`type`, `timestamp`, `data`) and say what came back."""
    content = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    headers = signed_headers(delivery_id, content, secrets_now, now=now)
    return post_json(url, content, headers, private_hosts=private_hosts)
