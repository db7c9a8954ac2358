"""eBay's pushed notifications: the handshake, the signature, and what a notification says.

`X-EBAY-SIGNATURE` is base64 of a JSON object with the id of a key and a signature over the raw
body (ECDSA). The key is fetched once an hour, as eBay asks, and kept where all processes find it.
What a message topic's `data` holds is not in a specification we could read: known names are tried,
and what is not understood waits for the next pull, which brings the same message.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from comptoir.channels.ebay.account import Account
from comptoir.channels.ebay.conversations import EBAY, MEMBERS, read_message
from comptoir.channels.kernel.around import Token
from comptoir.channels.kernel.http import ApiError
from comptoir.channels.kernel.protocol import Call, Forged, Pushed, RawItem
from comptoir.channels.kernel.told import Told
from comptoir.channels.kernel.windows import moment

KEY_KEPT = timedelta(hours=1)
KEY_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
DIGESTS: Mapping[str, hashes.HashAlgorithm] = {
    "SHA1": hashes.SHA1(),  # noqa: S303 - the digest that eBay signs with
    "SHA256": hashes.SHA256(),
}
TOPICS = ("NEW_MESSAGE", "BUYER_QUESTION")
TAKEN = 204


def receive(account: Account, verification_token: str, call: Call) -> Pushed:
    """Answer the handshake, or verify a notification. Raises `Forged`, or what the key's lookup does."""
    if call.method == "GET":
        return _challenged(account, verification_token, call)
    _verify(account, call)
    try:
        value = json.loads(call.body)
        identity = value["notification"]["notificationId"]
    except (ValueError, KeyError, TypeError):
        return Pushed(status=TAKEN)
    item = RawItem(f"push/{identity}", call.body, "application/json", call.received_at)
    return Pushed((item,), status=TAKEN)


def read_notice(value: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterable[Told]:
    """Say what a notification tells, as far as it can be understood."""
    topic = str((value.get("metadata") or {}).get("topic") or "")
    notification = value.get("notification") or {}
    data = notification.get("data") or {}
    if topic not in TOPICS or not isinstance(data, dict):
        return ()
    found = _message_of(data, notification)
    return read_message(found, settings) if found else ()


def _challenged(account: Account, verification_token: str, call: Call) -> Pushed:
    """Show eBay that we know the token: SHA-256 over code, token and address, in this order."""
    code = call.query.get("challenge_code", "")
    if not verification_token or not code:
        raise Forged("a handshake without a code, or no verification token is set")
    endpoint = str(account.settings.get("push_url") or call.url)
    told = hashlib.sha256(f"{code}{verification_token}{endpoint}".encode()).hexdigest()
    body = json.dumps({"challengeResponse": told}).encode()
    return Pushed(body=body, content_type="application/json")


def _verify(account: Account, call: Call) -> None:
    try:
        header = json.loads(base64.b64decode(call.headers.get("x-ebay-signature", "")))
        key_id, signature = str(header["kid"]), base64.b64decode(header["signature"])
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise Forged("no signature of eBay's") from None
    if not KEY_ID.fullmatch(key_id):
        raise Forged("the signature names no key")
    digest, key = _key(account, key_id)
    try:
        public = load_der_public_key(base64.b64decode(_bare(key)))
        if not isinstance(public, ec.EllipticCurvePublicKey):
            raise Forged("the key is of another kind")
        public.verify(signature, call.body, ec.ECDSA(DIGESTS[digest]))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, KeyError):
        raise Forged("the signature is not eBay's") from None


def _key(account: Account, key_id: str) -> tuple[str, str]:
    """Give a key's digest and the key itself, fetched when none is kept. Raises `ChannelError`."""
    tokens, now = account.around.tokens, account.around.now()
    kept = tokens.get(f"key:{key_id}")
    if kept is None or kept.ends_at <= now:
        path = f"/commerce/notification/v1/public_key/{key_id}"
        try:
            told = account.keys.read("public_key", path).json()
        except ApiError as error:
            if error.code in ("not_found", "request_refused"):
                raise Forged("eBay knows no such key") from error
            raise
        if not isinstance(told, dict) or not told.get("key"):
            raise ApiError("bad_answer", "eBay's answer holds no key")  # not kept: it comes again
        digest = str(told.get("digest") or "SHA1").upper().replace("-", "")
        kept = Token(f"{digest} {told['key']}", now + KEY_KEPT)
        tokens.put(f"key:{key_id}", kept)
    digest, _, key = kept.value.partition(" ")
    return digest, key


def _bare(key: str) -> str:
    """Give the key's base64: eBay puts the frame of a PEM around it without the line ends."""
    return re.sub(r"-----(BEGIN|END) PUBLIC KEY-----|\s+", "", key)


def _message_of(
    data: Mapping[str, Any], notification: Mapping[str, Any]
) -> dict[str, Mapping[str, Any]] | None:
    """Find a message in what was pushed, under the names that the Message API uses for it."""
    inner = data.get("message")
    message = {**data, **(inner if isinstance(inner, dict) else {})}
    at = message.get("createdDate") or notification.get("eventDate")
    is_whole = all(message.get(key) for key in ("messageId", "conversationId", "senderUsername"))
    if not is_whole or not message.get("messageBody") or moment(at) is None:
        return None
    type_ = EBAY if message.get("conversationType") == EBAY else MEMBERS
    return {
        "conversation": {**message, "conversationType": type_},
        "message": {**message, "createdDate": at},
    }
