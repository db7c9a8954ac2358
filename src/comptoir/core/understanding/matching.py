"""Finding phrases in a text, and the small words around them that turn them off."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from comptoir.core.understanding.normal import Words
from comptoir.core.understanding.phrasebook import Phrase, Phrasebook
from comptoir.core.understanding.vocabulary import Vocabulary

NEGATION_REACH = 4
CONDITION_REACH = 3


@dataclass(frozen=True, slots=True)
class Match:
    """One phrase found at words `start` to `end` (both included)."""

    phrase: Phrase
    start: int
    end: int


def matches(text: Words, book: Phrasebook) -> list[Match]:
    """Find every phrase of the book in the text."""
    symbols = [book.symbols_of(word) for word in text.words]
    found = []
    for place, names in enumerate(symbols):
        for name in names:
            for phrase, anchor in book.by_anchor.get(name, ()):
                match = _around(text, symbols, phrase, anchor, place)
                if match:
                    found.append(match)
    return found


def _around(
    text: Words, symbols: list[tuple[str, ...]], phrase: Phrase, anchor: int, place: int
) -> Match | None:
    """Find the other slots of a phrase before and after its anchor, in one sentence."""
    start = end = place
    sentence = text.sentences[place]
    for slot in range(anchor - 1, -1, -1):
        found = _next(text, symbols, phrase, slot, start, sentence, step=-1)
        if found is None:
            return None
        start = found
    for slot in range(anchor + 1, len(phrase.slots)):
        found = _next(text, symbols, phrase, slot, end, sentence, step=1)
        if found is None:
            return None
        end = found
    return Match(phrase, start, end)


def _next(
    text: Words,
    symbols: list[tuple[str, ...]],
    phrase: Phrase,
    slot: int,
    place: int,
    sentence: int,
    *,
    step: int,
) -> int | None:
    """Give the nearest word that fills a slot, None when none stands near enough."""
    gap = phrase.gaps[slot + 1] if step < 0 else phrase.gaps[slot]
    wanted = phrase.slots[slot]
    for distance in range(1, gap + 2):
        at = place + step * distance
        if not 0 <= at < len(symbols) or text.sentences[at] != sentence:
            return None
        if not wanted.isdisjoint(symbols[at]):
            return at
    return None


def is_negated(text: Words, match: Match, vocabulary: Vocabulary) -> bool:
    """Say whether a negation turns the phrase off.

    A negation counts inside the phrase or within four words before it, in the same clause and
    after its subject. One that belongs to a condition ("if you do not answer I will …") does not.
    """
    if match.phrase.is_negative:
        return False
    if any(_negates(text, at, vocabulary) for at in range(match.start, match.end + 1)):
        return True
    for at in _before(text, match.start, NEGATION_REACH):
        word = text.words[at]
        if _negates(text, at, vocabulary):
            return not _is_condition(text, at, vocabulary)
        if word in vocabulary.subjects:
            return _negates_next(text, at, vocabulary)
    return False


def _negates_next(text: Words, at: int, vocabulary: Vocabulary) -> bool:
    """Say whether the negation stands right before the subject ("never will I …")."""
    return at > 0 and text.words[at - 1] == "never" and "never" in vocabulary.negations


def is_retracted(text: Words, match: Match, vocabulary: Vocabulary) -> bool:
    """Say whether the text takes back what the phrase says ("I have withdrawn the claim").

    "If this is not resolved …" takes nothing back.
    """
    if is_conditional(text, match, vocabulary):
        return False
    sentence = text.sentences[match.start]
    first = max(0, match.start - NEGATION_REACH)
    last = min(len(text.words) - 1, match.end + NEGATION_REACH)
    return any(
        text.words[at] in vocabulary.retractions
        and text.sentences[at] == sentence
        and not any(_negates(text, before, vocabulary) for before in _before(text, at, 2))
        for at in range(first, last + 1)
    )


def is_conditional(text: Words, match: Match, vocabulary: Vocabulary) -> bool:
    """Say whether the sentence of the phrase holds a condition ("otherwise", "if", "sonst")."""
    return not vocabulary.conditions.isdisjoint(_sentence(text, match))


def is_over_and_thanked(text: Words, match: Match, vocabulary: Vocabulary) -> bool:
    """Say whether the sentence is a thanks for something done ("the refund arrived, thank you")."""
    if text.sentences[match.start] in text.asks:
        return False
    words = _sentence(text, match)
    return (
        not vocabulary.thanks.isdisjoint(words)
        and not vocabulary.done.isdisjoint(words)
        and vocabulary.contrasts.isdisjoint(words)
        and vocabulary.negations.isdisjoint(words)
    )


def _sentence(text: Words, match: Match) -> tuple[str, ...]:
    """Give the words of the sentence a phrase stands in."""
    sentence = text.sentences[match.start]
    first = bisect_left(text.sentences, sentence)
    return text.words[first : bisect_right(text.sentences, sentence)]


def _negates(text: Words, at: int, vocabulary: Vocabulary) -> bool:
    if text.words[at] not in vocabulary.negations:
        return False
    after = text.words[at + 1] if at + 1 < len(text.words) else ""
    return after not in vocabulary.negation_exceptions


def _is_condition(text: Words, negation: int, vocabulary: Vocabulary) -> bool:
    return any(
        text.words[at] in vocabulary.conditions for at in _before(text, negation, CONDITION_REACH)
    )


def _before(text: Words, place: int, reach: int) -> Iterator[int]:
    """Walk back over the words before `place` in its clause."""
    for at in range(place - 1, max(-1, place - 1 - reach), -1):
        if text.clauses[at] != text.clauses[place]:
            return
        yield at
