"""The judgement of one buyer message: topics, risk tier with its reasons, need for an answer.

Tiers are those of the engine: 0 a claim or chargeback that is open, 1 one that is announced, a bad
review or its threat, safety; 2 whatever expects an answer; 3 nothing expected. What is said here
of the need for an answer is a suggestion; no clock depends on it.
"""

from __future__ import annotations

from dataclasses import dataclass

from comptoir.core.understanding.courtesy import is_only_courtesy
from comptoir.core.understanding.matching import (
    Match,
    is_conditional,
    is_negated,
    is_over_and_thanked,
    is_retracted,
    matches,
)
from comptoir.core.understanding.normal import Words, read
from comptoir.core.understanding.phrasebook import Phrasebook
from comptoir.core.understanding.vocabulary import TOPICS

TIER_CLAIM, TIER_THREAT, TIER_STANDARD, TIER_LOW = range(4)

ESCALATIONS = frozenset({"a_to_z_claim", "chargeback"})
THREATS = frozenset({"bad_review", "legal_threat", "safety"})
EXCERPT_WORDS_AROUND = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a topic was seen: the words of the text, and whether it is said to have happened."""

    topic: str
    excerpt: str
    language: str
    is_opened: bool


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a text says. `reasons` are codes of risk, `intents` topics in order of risk."""

    risk_tier: int
    reasons: tuple[str, ...]
    intents: tuple[str, ...]
    needs_reply: bool
    is_courtesy: bool
    evidence: tuple[Evidence, ...]


NOTHING_SAID = Understanding(TIER_STANDARD, (), (), True, False, ())


def assess(
    text: str, book: Phrasebook, language: str | None = None, *, is_dispatched: bool = False
) -> Understanding:
    """Judge a buyer's own words, quotation, signature and marketplace frame taken off before.

    `language` breaks ties when a phrase is known in several. A cancellation after dispatch is a
    return. An empty text says nothing and is standard: it may hold a picture.
    """
    words = read(text)
    if not words.words:
        return NOTHING_SAID
    evidence = _evidence(words, book, language)
    if is_dispatched:
        evidence = [_as_return(one) for one in evidence]
    seen = {one.topic for one in evidence}
    courtesy = not seen and is_only_courtesy(words, book.vocabulary)
    reasons = _reasons(evidence)
    return Understanding(
        risk_tier=_tier(evidence, courtesy),
        reasons=reasons or (("courtesy",) if courtesy else ()),
        intents=tuple(topic for topic in TOPICS if topic in seen),
        needs_reply=not courtesy,
        is_courtesy=courtesy,
        evidence=tuple(evidence),
    )


def _evidence(words: Words, book: Phrasebook, language: str | None) -> list[Evidence]:
    """Give one piece of evidence a topic, the strongest: opened before announced."""
    found = matches(words, book)
    friends = [match for match in found if not match.phrase.topic]
    best: dict[str, Evidence] = {}
    for match in sorted(found, key=lambda m: m.phrase.language != language):
        topic = match.phrase.topic
        if not topic or (topic in best and best[topic].is_opened):
            continue
        if not _holds(words, match, friends, book):
            continue
        opened = _is_opened(words, match, book)
        if topic not in best or opened:
            excerpt = _excerpt(words, match)
            best[topic] = Evidence(topic, excerpt, match.phrase.language, opened)
    return [best[topic] for topic in TOPICS if topic in best]


def _holds(words: Words, match: Match, friends: list[Match], book: Phrasebook) -> bool:
    """Say whether a phrase that was found is meant."""
    if any(friend.start <= match.end and match.start <= friend.end for friend in friends):
        return False
    vocabulary = book.vocabulary
    if is_negated(words, match, vocabulary):
        return False
    if match.phrase.topic in ESCALATIONS | THREATS:
        return not is_retracted(words, match, vocabulary)
    return not is_over_and_thanked(words, match, vocabulary)


def _is_opened(words: Words, match: Match, book: Phrasebook) -> bool:
    """Say whether the text claims that it has happened; a condition makes it a threat."""
    return match.phrase.is_opened and not is_conditional(words, match, book.vocabulary)


def _reasons(evidence: list[Evidence]) -> tuple[str, ...]:
    codes = []
    for one in evidence:
        if one.topic in ESCALATIONS:
            codes.append(f"{one.topic}_{'opened' if one.is_opened else 'announced'}")
        elif one.topic in THREATS:
            codes.append(one.topic)
    return tuple(codes)


def _tier(evidence: list[Evidence], courtesy: bool) -> int:
    if any(one.topic in ESCALATIONS and one.is_opened for one in evidence):
        return TIER_CLAIM
    if any(one.topic in ESCALATIONS | THREATS for one in evidence):
        return TIER_THREAT
    return TIER_LOW if courtesy else TIER_STANDARD


def _as_return(one: Evidence) -> Evidence:
    if one.topic != "cancellation":
        return one
    return Evidence("return_request", one.excerpt, one.language, one.is_opened)


def _excerpt(words: Words, match: Match) -> str:
    first = max(0, match.start - EXCERPT_WORDS_AROUND)
    last = min(len(words.words), match.end + EXCERPT_WORDS_AROUND + 1)
    return " ".join(words.words[first:last])
