"""How urgent a mail is, and whether somebody waits for an answer: by the buyer's words or the kind.

Where a buyer may speak, his own words are judged, with frame, quotation and signature taken off
before. Of all other mails, risk and need for an answer follow from the kind.
"""

from __future__ import annotations

from dataclasses import dataclass

from comptoir.channels.mail.recognition.values import Kind, KindName
from comptoir.core.understanding import assess
from comptoir.rulebook.wordings import phrasebook

TIER_CLAIM, TIER_STANDARD, TIER_LOW = 0, 2, 3

REQUESTS = {
    KindName.RETURN_REQUEST: ("return_request",),
    KindName.CANCELLATION: ("cancellation",),
}
CLAIM_TOPICS = {"opened": "a_to_z_claim", "chargeback": "chargeback"}


@dataclass(frozen=True, slots=True)
class Judgement:
    """`reasons` are codes of risk, `intents` topics in order of risk."""

    tier: int
    reasons: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    needs_reply: bool = False


def judge(kind: Kind, own_words: str, language: str = "") -> Judgement:
    """Judge a mail of that kind; `own_words` are what its writer wrote this time."""
    if kind.name in (KindName.BUYER_MESSAGE, KindName.UNKNOWN) or kind.subkind == "message_notice":
        said = assess(own_words, phrasebook(), language or None)
        return Judgement(said.risk_tier, said.reasons, said.intents, said.needs_reply)
    if kind.name is KindName.CLAIM:
        return _claim(kind)
    if kind.name in REQUESTS:
        return Judgement(TIER_STANDARD, intents=REQUESTS[kind.name], needs_reply=True)
    return Judgement(TIER_LOW)


def _claim(kind: Kind) -> Judgement:
    """Judge a claim: open ones come first; a decided one may still be appealed, and asks nothing."""
    topic = CLAIM_TOPICS.get(kind.subkind, "")
    if not topic:
        return Judgement(TIER_STANDARD)
    return Judgement(TIER_CLAIM, (f"{topic}_opened",), (topic,), needs_reply=True)
