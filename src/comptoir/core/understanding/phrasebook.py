"""Phrases compiled for search: each is indexed by its rarest word only.

A phrase becomes slots in order, each a set of words that may stand there. Articles, pronouns and
auxiliaries are dropped when at least two telling words remain, so that "the parcel came broken"
and "it came completely broken" are one. A text word is looked up as it is, by its beginnings, and,
when it is unknown, with two letters swapped or, if it is long, one missing, added or changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from comptoir.core.understanding.normal import read
from comptoir.core.understanding.vocabulary import TOPICS, Vocabulary

FUZZY_LETTERS_MIN = 6
SWAPPED_LETTERS_MIN = 5
INSERTED_WORDS_MAX = 4
FRIENDS_INSERTED_WORDS_MAX = 2
KNOWN_WORDS_MAX = 20_000

Slot = frozenset[str]
NOTHING: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase ready for search. `gaps[i]` is how many words may stand before slot `i`."""

    topic: str
    language: str
    slots: tuple[Slot, ...]
    gaps: tuple[int, ...]
    is_opened: bool
    is_negative: bool


@dataclass(slots=True)
class Phrasebook:
    """All phrases by their rarest word, and the memory of words already looked up."""

    vocabulary: Vocabulary
    by_anchor: dict[str, list[tuple[Phrase, int]]]
    symbols: frozenset[str]
    beginnings: dict[int, frozenset[str]]
    misspellings: dict[str, str]
    known: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def symbols_of(self, word: str) -> tuple[str, ...]:
        """Give what the phrases know of a text word: itself, beginnings, the word it was meant."""
        found = self.known.get(word)
        if found is None:
            found = self._look_up(word)
            if len(self.known) >= KNOWN_WORDS_MAX:
                self.known.clear()
            self.known[word] = found
        return found

    def _look_up(self, word: str) -> tuple[str, ...]:
        found = [word] if word in self.symbols else []
        found += self._begun(word)
        if not found and len(word) >= SWAPPED_LETTERS_MIN and not word.isdigit():
            meant = self._swapped(word) or self._meant(word)
            if meant:
                found = [meant] if meant in self.symbols else []
                found += self._begun(meant)
        return tuple(found) if found else NOTHING

    def _begun(self, word: str) -> list[str]:
        return [
            word[:length] + "*"
            for length, starts in self.beginnings.items()
            if length <= len(word) and word[:length] in starts
        ]

    def _swapped(self, word: str) -> str:
        """Give the known word with two neighbouring letters swapped back."""
        for at in range(len(word) - 1):
            swapped = f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}"
            if swapped in self.symbols:
                return swapped
        return ""

    def _meant(self, word: str) -> str:
        """Give a known word that differs by a letter, empty when there is none."""
        if len(word) < FUZZY_LETTERS_MIN:
            return ""
        if word in self.misspellings:
            return self.misspellings[word]
        for shorter in _shortened(word):
            if shorter in self.symbols:
                return shorter
            if shorter in self.misspellings:
                return self.misspellings[shorter]
        return ""


def compile_phrasebook(vocabulary: Vocabulary) -> Phrasebook:
    """Make a phrasebook of all phrases and patterns."""
    phrases = [*_phrases(vocabulary), *_patterns(vocabulary), *_false_friends(vocabulary)]
    counts = Counter(symbol for phrase in phrases for slot in phrase.slots for symbol in slot)
    by_anchor: dict[str, list[tuple[Phrase, int]]] = {}
    for phrase in phrases:
        place = min(range(len(phrase.slots)), key=lambda i: sum(counts[s] for s in phrase.slots[i]))
        for symbol in phrase.slots[place]:
            by_anchor.setdefault(symbol, []).append((phrase, place))
    symbols = frozenset(counts)
    whole = [symbol for symbol in symbols if not symbol.endswith("*")]
    beginnings: dict[int, set[str]] = {}
    for symbol in symbols - set(whole):
        beginnings.setdefault(len(symbol) - 1, set()).add(symbol[:-1])
    return Phrasebook(
        vocabulary=vocabulary,
        by_anchor=by_anchor,
        symbols=symbols,
        beginnings={length: frozenset(starts) for length, starts in sorted(beginnings.items())},
        misspellings=_misspellings(whole),
    )


def _phrases(vocabulary: Vocabulary) -> Iterator[Phrase]:
    for topic in TOPICS:
        for language, texts in vocabulary.phrases.get(topic, {}).items():
            opened = set(vocabulary.opened.get(topic, {}).get(language, ()))
            stopwords = set(vocabulary.stopwords.get(language, ()))
            for text in texts:
                words = read(text).words
                yield _phrase(
                    vocabulary, topic, language, [(w,) for w in words], stopwords, text in opened
                )


def _patterns(vocabulary: Vocabulary) -> Iterator[Phrase]:
    for topic in TOPICS:
        for language, texts in vocabulary.patterns.get(topic, {}).items():
            opened = set(vocabulary.opened.get(topic, {}).get(language, ()))
            for text in texts:
                slots = [tuple(slot.split("|")) for slot in text.split()]
                yield _phrase(vocabulary, topic, language, slots, set(), text in opened)


def _false_friends(vocabulary: Vocabulary) -> Iterator[Phrase]:
    for language, texts in vocabulary.false_friends.items():
        for text in texts:
            slots = [tuple(slot.split("|")) for slot in text.split()]
            yield _phrase(vocabulary, "", language, slots, set(), is_opened=False)


def _phrase(
    vocabulary: Vocabulary,
    topic: str,
    language: str,
    words: list[tuple[str, ...]],
    stopwords: set[str],
    is_opened: bool,
) -> Phrase:
    kept = [i for i, word in enumerate(words) if not stopwords.issuperset(word)]
    if len(kept) < 2:
        kept = list(range(len(words)))
    inserted = INSERTED_WORDS_MAX if topic else FRIENDS_INSERTED_WORDS_MAX
    gaps = [0, *(inserted + b - a - 1 for a, b in pairwise(kept))]
    return Phrase(
        topic=topic,
        language=language,
        slots=tuple(frozenset(words[i]) for i in kept),
        gaps=tuple(gaps),
        is_opened=is_opened,
        is_negative=any(w in vocabulary.negations for word in words for w in word),
    )


def _misspellings(words: Iterable[str]) -> dict[str, str]:
    """Map every known long word with one letter less to the word itself."""
    found: dict[str, str] = {}
    for word in sorted(words):
        if len(word) >= FUZZY_LETTERS_MIN:
            for shorter in _shortened(word):
                found.setdefault(shorter, word)
    return found


def _shortened(word: str) -> Iterator[str]:
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]
