"""Wordings by which mails of platforms and machines are told apart (`data/mail_wordings.json`).

They are written and looked for without case and accents. A wording alone proves nothing: it counts
on mails of the sort of sender that uses it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Literal

import msgspec

from comptoir.core.understanding.normal import plain
from comptoir.rulebook.catalogue import DATA

Purpose = Literal[
    "claim_decided",
    "claim_opened",
    "chargeback",
    "return_request",
    "cancellation",
    "refund",
    "reply_copy",
    "message_notice",
    "opted_out",
    "not_authorised",
    "not_delivered",
    "bounce_subject",
    "auto_reply_subject",
    "auto_reply_text",
    "marketing",
    "spam",
]


def wording_in(purpose: Purpose, text: str) -> str:
    """Give the wording of that purpose which a plain text holds; empty when it holds none."""
    found = _pattern(purpose).search(text)
    return found.group() if found else ""


def wordings_in(purpose: Purpose, text: str) -> frozenset[str]:
    """Give all wordings of that purpose which a plain text holds."""
    return frozenset(_pattern(purpose).findall(text))


@cache
def _pattern(purpose: Purpose) -> re.Pattern[str]:
    wordings = sorted((plain(wording) for wording in _data()[purpose]), key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, wordings)) + ")")


@cache
def _data() -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode((DATA / "mail_wordings.json").read_bytes())
    return decoded
