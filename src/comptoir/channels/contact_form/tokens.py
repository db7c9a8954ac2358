"""Signed time tokens: when a form was handed out, so that robots that fill it at once stand out.

    <moment, hexadecimal seconds>.<nonce>.<kind>.<signature>

The nonce becomes part of the message's id: the same form sent twice is one message. `kind` is `f`, or
`s` for a form handed out to somebody who could not prove work and must wait longer instead.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from comptoir.channels.kernel.signing import hmac_sha256, is_hex

LASTS = timedelta(hours=24)
AHEAD = timedelta(minutes=1)
WAITS = {"f": timedelta(seconds=2), "s": timedelta(seconds=8)}
"""Nobody reads a form and fills it in faster."""

Verdict = Literal["good", "none", "forged", "old", "fast"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a token says. `nonce` is empty unless it is one of ours."""

    verdict: Verdict
    nonce: str = ""
    is_slow: bool = False


def fresh(key: bytes, *, now: datetime, is_slow: bool = False) -> str:
    """Make a token for a form that is handed out at this moment."""
    body = f"{int(now.timestamp()):x}.{secrets.token_urlsafe(16)}.{'s' if is_slow else 'f'}"
    return f"{body}.{hmac_sha256(key, body).hex()}"


def check(token: str, key: bytes, *, now: datetime) -> Checked:
    """Judge a token that came back."""
    if not token:
        return Checked("none")
    body, _, signature = token.rpartition(".")
    if not signature.isascii() or not is_hex(signature, hmac_sha256(key, body)):
        return Checked("forged")
    moment, nonce, kind = body.split(".")
    age = now - datetime.fromtimestamp(int(moment, 16), UTC)
    is_slow = kind == "s"
    if age > LASTS or age < -AHEAD:
        return Checked("old", nonce, is_slow)
    if age < WAITS[kind]:
        return Checked("fast", nonce, is_slow)
    return Checked("good", nonce, is_slow)
