"""Signatures on what vendors push: always over the raw bytes, always compared in constant time."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

TOLERATED = timedelta(minutes=5)
"""So far may the clocks of two machines lie apart before a signed moment counts as replayed."""


def hmac_sha256(secret: str | bytes, *parts: str | bytes) -> bytes:
    """Give the HMAC-SHA256 of the parts, one after the other."""
    key = secret.encode() if isinstance(secret, str) else secret
    mac = hmac.new(key, digestmod=hashlib.sha256)
    for part in parts:
        mac.update(part.encode() if isinstance(part, str) else part)
    return mac.digest()


def is_hex(given: str, expected: bytes) -> bool:
    """Compare a signature written in hexadecimal."""
    return hmac.compare_digest(given.strip().lower().encode(), expected.hex().encode())


def is_base64(given: str, expected: bytes) -> bool:
    """Compare a signature written in base64."""
    return hmac.compare_digest(given.strip().encode(), base64.b64encode(expected))


def is_recent(at: datetime, *, now: datetime, tolerated: timedelta = TOLERATED) -> bool:
    """Tell whether a signed moment is near enough to be no replay."""
    return abs(now - at) <= tolerated
