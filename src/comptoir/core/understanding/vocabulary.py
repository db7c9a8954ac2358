"""The words that understanding works with, as they are passed in: phrases and function words.

Phrases are written as people write them. In a pattern, each space-separated slot may name
alternatives (`open|file`) and beginnings (`complain*`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

TOPICS = (
    "a_to_z_claim",
    "chargeback",
    "bad_review",
    "legal_threat",
    "safety",
    "cancellation",
    "damaged_defective",
    "return_request",
    "where_is_my_order",
    "invoice_request",
    "product_question",
)
"""All topics in order of risk."""

ByLanguage = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything a phrasebook is made of, by language where it matters.

    `opened` are the phrases of a topic that say it has happened, not only that it will.
    `negations` turn a phrase off; `conditions` make a negation part of a threat; `retractions`
    take a claim back; `contrasts` end the effect of thanks. `courtesy` are words that may stand
    beside thanks without asking for anything, `request_thanks` thanks that are a request.
    """

    phrases: Mapping[str, ByLanguage]
    patterns: Mapping[str, ByLanguage]
    opened: Mapping[str, ByLanguage]
    false_friends: ByLanguage
    stopwords: ByLanguage
    negations: frozenset[str]
    negation_exceptions: frozenset[str]
    conditions: frozenset[str]
    subjects: frozenset[str]
    retractions: frozenset[str]
    contrasts: frozenset[str]
    thanks: frozenset[str]
    done: frozenset[str]
    courtesy: frozenset[str]
    request_thanks: ByLanguage
