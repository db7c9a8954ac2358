"""Passes to the event stream: who asks, until when, signed.

The stream has another port, so it sees no session cookie. Pages carry a pass instead, made with a
key of its own that is derived from the master key; it opens nothing else.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from hashlib import sha256

VALID_SECONDS = 12 * 3600


def make(person_id: int, *, now: float, keys: Sequence[str]) -> str:
    """Make a pass that holds for twelve hours from `now` (seconds since 1970)."""
    stated = f"{person_id}.{int(now) + VALID_SECONDS}"
    return f"{stated}.{_signature(stated, keys[0])}"


def person_of(token: str, *, now: float, keys: Sequence[str]) -> int | None:
    """Tell whose pass it is; None when it is not ours or has run out."""
    stated, _, signature = token.rpartition(".")
    if not any(
        hmac.compare_digest(signature.encode(), _signature(stated, key).encode()) for key in keys
    ):
        return None
    person_id, _, until = stated.partition(".")
    return int(person_id) if now < int(until) else None


def _signature(stated: str, key: str) -> str:
    derived = sha256(b"comptoir/events/" + key.encode()).digest()
    return hmac.new(derived, stated.encode(), sha256).hexdigest()
