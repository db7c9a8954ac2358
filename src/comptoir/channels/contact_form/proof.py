"""Proof of work, optional: a second of computing for each message, cheap for one, dear for a million.

The browser looks for a number so that SHA-256 of `nonce:number` begins with `BITS` zero bits.
"""

from __future__ import annotations

import hashlib

BITS = 14
NUMBER_CHARS_MAX = 12


def is_proven(nonce: str, number: str) -> bool:
    """Tell whether the work was done for this form."""
    if not number.isascii() or not number.isdecimal() or len(number) > NUMBER_CHARS_MAX:
        return False
    digest = hashlib.sha256(f"{nonce}:{number}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - BITS) == 0
