"""Everything one mail says, in one value: what intake stores and `comptoir mail inspect` prints.

The buyer's own words are what is left when the marketplace's frame, then quotation and signature
are taken off; language, topics and risk are judged on them. Risk and need for an answer of all
other mails follow from their kind.
"""

from __future__ import annotations

from dataclasses import dataclass

from comptoir.channels.mail.language import language_of
from comptoir.channels.mail.message import Mail
from comptoir.channels.mail.quotations import new_text
from comptoir.channels.mail.recognition.amazon import buyer_text
from comptoir.channels.mail.recognition.channel import KnownOrders, recognise
from comptoir.channels.mail.recognition.kinds import classify
from comptoir.channels.mail.recognition.threads import searched_orders, thread_keys
from comptoir.channels.mail.recognition.values import Kind, KindName, Recognition
from comptoir.core.understanding import Understanding, assess
from comptoir.rulebook.wordings import phrasebook

TIER_CLAIM, TIER_STANDARD, TIER_LOW = 0, 2, 3

JUDGED_BY_TEXT = frozenset({KindName.BUYER_MESSAGE, KindName.UNKNOWN})
REQUESTS = {
    KindName.RETURN_REQUEST: ("return_request",),
    KindName.CANCELLATION: ("cancellation",),
}
CLAIM_TOPICS = {"opened": "a_to_z_claim", "chargeback": "chargeback"}


@dataclass(frozen=True, slots=True)
class Reading:
    """One mail understood. `reasons` are codes of risk, `intents` topics in order of risk."""

    recognition: Recognition
    kind: Kind
    order_ids: tuple[str, ...]
    thread_keys: tuple[str, ...]
    language: str
    new_text: str
    risk_tier: int
    reasons: tuple[str, ...]
    intents: tuple[str, ...]
    needs_reply: bool
    understanding: Understanding | None


def read_mail(
    mail: Mail,
    *,
    known_orders: KnownOrders | None = None,
    own_addresses: frozenset[str] = frozenset(),
) -> Reading:
    """Recognise, classify and understand one mail."""
    recognition = recognise(mail, known_orders=known_orders, own_addresses=own_addresses)
    kind = classify(mail, recognition)
    own_words = new_text(buyer_text(mail, recognition))
    language = language_of(own_words or mail.subject, country=recognition.country)
    understanding = None
    if kind.name in JUDGED_BY_TEXT:
        understanding = assess(own_words, phrasebook(), language or None)
        tier, needs_reply = understanding.risk_tier, understanding.needs_reply
        reasons, intents = understanding.reasons, understanding.intents
    else:
        tier, reasons, intents, needs_reply = _judged_by_kind(kind)
    return Reading(
        recognition=recognition,
        kind=kind,
        order_ids=searched_orders(mail, recognition),
        thread_keys=thread_keys(mail, recognition),
        language=language,
        new_text=own_words,
        risk_tier=tier,
        reasons=reasons,
        intents=intents,
        needs_reply=needs_reply,
        understanding=understanding,
    )


def _judged_by_kind(kind: Kind) -> tuple[int, tuple[str, ...], tuple[str, ...], bool]:
    """Give tier, reasons, intents and need for an answer of a mail that no buyer wrote."""
    if kind.name is KindName.CLAIM and kind.subkind in CLAIM_TOPICS:
        topic = CLAIM_TOPICS[kind.subkind]
        return TIER_CLAIM, (f"{topic}_opened",), (topic,), True
    if kind.name in REQUESTS:
        return TIER_STANDARD, (), REQUESTS[kind.name], True
    if kind.subkind == "message_notice":
        return TIER_STANDARD, (), (), True
    return TIER_LOW, (), (), False
