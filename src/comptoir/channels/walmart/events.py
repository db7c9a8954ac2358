"""Walmart's pushed events: whose they are, and what they are about.

The subscriber chooses how a call proves itself. By Walmart's specification `HMAC` is HMAC-SHA256
over the whole body; others describe one over method, address, `WM_SEC.TIMESTAMP` and the body's
hash. Both can be chosen, hexadecimal or base64, and `BASIC_AUTH` too. Events hold little, so that
the order or return they name is asked for; where that takes too long, the next pull brings it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from comptoir.channels.kernel.http import pages_of
from comptoir.channels.kernel.protocol import Call, Forged
from comptoir.channels.kernel.signing import hmac_sha256, is_base64, is_hex, is_recent
from comptoir.channels.walmart.account import moment_of

USER = "comptoir"
HEADER = "X-Comptoir-Signature"
EVENTS = {
    "PO_CREATED": "ORDER",
    "PO_LINE_AUTOCANCELLED": "ORDER",
    "INTENT_TO_CANCEL": "ORDER",
    "RETURN_CREATED": "RETURNS",
    "RETURN_DELIVERED": "RETURNS",
    "RETURN_INVOICED": "RETURNS",
}
"""What is subscribed to: the event and the resource it belongs to (version V1)."""
LOOKED_AT_MAX = 20


def verify(call: Call, settings: Mapping[str, Any], secret: str) -> None:
    """Verify a call on its raw bytes, in the way that was chosen. Raises `Forged`."""
    name = str(settings.get("push_header") or HEADER).lower()
    given = call.headers.get(name, "").strip()
    if not secret or not given:
        raise Forged("no signature, or no secret is set")
    way = settings.get("push_auth")
    if way == "basic":
        _is_basic(given, secret)
        return
    signed = [call.body]
    if way == "hmac_request":
        signed = [_canonical(call, settings)]
    expected = hmac_sha256(secret, *signed)
    if not is_hex(given, expected) and not is_base64(given, expected):
        raise Forged("the signature is not Walmart's")


def named(body: bytes) -> tuple[str, str, list[str], list[str]]:
    """Give an event's id and type, and the purchase orders and returns it names."""
    try:
        value = json.loads(body)
    except ValueError:
        return "", "", [], []
    source = value.get("source") if isinstance(value, dict) else None
    if not isinstance(source, dict):
        return "", "", [], []
    payload = value.get("payload")
    payload = payload if isinstance(payload, dict) else {}
    told = [payload, *pages_of(payload, "returnOrders"), *pages_of(payload, "orders")]
    orders = _numbers(told, "purchaseOrderId")
    returns = _numbers(told, "returnOrderId")
    return str(source.get("eventId") or ""), str(source.get("eventType") or ""), orders, returns


def subscription(event: str, address: str, settings: Mapping[str, Any], secret: str) -> Any:
    """Give what subscribes to one event, proving itself as the settings say."""
    header = str(settings.get("push_header") or HEADER)
    how: dict[str, str] = {"authHeaderName": header}
    if settings.get("push_auth") == "basic":
        how |= {"authMethod": "BASIC_AUTH", "userName": USER, "password": secret}
    else:
        how |= {"authMethod": "HMAC", "clientSecret": secret}
    return {
        "eventType": event, "eventVersion": "V1", "resourceName": EVENTS[event],
        "eventUrl": address, "authDetails": how, "status": "ACTIVE",
    }  # fmt: skip


def _canonical(call: Call, settings: Mapping[str, Any]) -> bytes:
    stamp = call.headers.get("wm_sec.timestamp", "")
    at = moment_of(stamp)
    if at is None or not is_recent(at, now=call.received_at):
        raise Forged("the moment of the call is missing or too far off")
    parts = urlsplit(str(settings.get("push_url") or call.url))
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = (call.method, path, stamp, hashlib.sha256(call.body).hexdigest())
    return "\n".join(lines).encode()


def _is_basic(given: str, secret: str) -> None:
    expected = base64.b64encode(f"{USER}:{secret}".encode())
    if not hmac.compare_digest(given.removeprefix("Basic ").strip().encode(), expected):
        raise Forged("name or password are not those of the subscription")


def _numbers(told: list[Mapping[str, Any]], name: str) -> list[str]:
    found = (str(one.get(name) or "") for one in told)
    return list(dict.fromkeys(one for one in found if one.isdigit()))[:LOOKED_AT_MAX]
