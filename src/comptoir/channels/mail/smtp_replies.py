"""What the replies of SMTP servers mean for one of our replies to a buyer.

The first digit says for good (5) or for now (4). What is wrong is found in the enhanced code
(RFC 3463) and, since providers disagree on those, in their wording; the tables can be checked by
eye. What is not recognised is taken by the stage at which it was said.
"""

from __future__ import annotations

import re
from enum import StrEnum

from comptoir.channels.kernel.protocol import Outcome, Receipt


class Stage(StrEnum):
    """How far the talk had come when the server refused."""

    CONNECT = "connect"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    MESSAGE = "message"


_BY_STAGE = {
    Stage.CONNECT: "service_refused",
    Stage.LOGIN: "auth_failed",
    Stage.SENDER: "sender_not_authorised",
    Stage.RECIPIENT: "recipient_refused",
    Stage.MESSAGE: "message_refused",
}

_BY_ENHANCED_CODE = {
    "5.1.7": "sender_not_authorised",  # bad sender's mailbox address syntax
    "5.1.8": "sender_not_authorised",  # bad sender's system address; Exchange: bad outbound sender
    "5.7.60": "sender_not_authorised",  # Exchange: no permission to send as this sender
    "5.7.9": "auth_failed",  # Google: log in with your web browser, or an app password
    "5.7.14": "auth_failed",  # Google: please log in via your web browser
    "5.7.8": "auth_failed",  # credentials invalid
    "5.2.3": "too_large",  # message length exceeds administrative limit
    "5.3.4": "too_large",  # message too big for system
    "5.4.5": "throttled",  # Google: daily user sending limit exceeded
}

_BY_WORDS = (
    ("sender_not_authorised", r"not owned by|send ?as ?denied|permissions? to send as"),
    ("sender_not_authorised", r"sender address rejected|sender (is )?not (allowed|authori[sz]ed)"),
    (
        "sender_not_authorised",
        r"not (authori[sz]ed|allowed|permitted) to send|sender verify failed",
    ),
    ("sender_not_authorised", r"(email )?address is not verified"),  # Amazon SES
    ("auth_failed", r"authentication (is )?required|must (issue a starttls|authenticate)"),
    ("auth_failed", r"client was not authenticated"),
    ("too_large", r"(message|mail|size).{0,40}(too (large|big)|exceed)"),
    ("throttled", r"(quota|limit).{0,30}exceeded|too many (messages|mails|recipients|connections)"),
)

_REPLY_CHARS_MAX = 500


def receipt(stage: Stage, code: int, said: bytes | str) -> Receipt:
    """Say what a refusal means. Where nothing but waiting is needed the outcome is DEFERRED."""
    text = reply_text(code, said)
    if 500 <= code < 600:
        name = _name(stage, code, text)
        if name in ("throttled", "service_refused"):
            return Receipt(Outcome.DEFERRED, name, text)
        return Receipt(Outcome.REFUSED, name, text)
    if 400 <= code < 500:
        return Receipt(Outcome.DEFERRED, "try_later", text)
    return Receipt(Outcome.DEFERRED, "protocol_error", text)


def reply_text(code: int, said: bytes | str) -> str:
    """Write a reply on one line, shortened, as people read it."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    printable = "".join(char if char.isprintable() else " " for char in text)
    return f"{code} {' '.join(printable.split())}"[:_REPLY_CHARS_MAX].rstrip()


def _name(stage: Stage, code: int, text: str) -> str:
    if code == 530 and stage is not Stage.LOGIN:
        return "auth_failed"
    enhanced = re.search(r"\b5\.\d{1,3}\.\d{1,3}\b", text)
    if enhanced and enhanced[0] in _BY_ENHANCED_CODE:
        return _BY_ENHANCED_CODE[enhanced[0]]
    if stage not in (Stage.CONNECT, Stage.LOGIN):
        for name, words in _BY_WORDS:
            if re.search(words, text, re.IGNORECASE):
                return name
        # 552 means "too large" (RFC 5321), but Google says it of forbidden contents too (5.7.0).
        if code == 552 and stage is not Stage.RECIPIENT and not enhanced:
            return "too_large"
    return _BY_STAGE[stage]
