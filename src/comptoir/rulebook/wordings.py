"""The phrases of buyers, in five languages, as the vocabulary and phrasebook of understanding.

`data/phrases.json` holds the rulebook's phrases, `data/understanding.json` our own wordings and
the small words (negations, conditions, thanks).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from comptoir.core.understanding import Phrasebook, Vocabulary, compile_phrasebook
from comptoir.rulebook.catalogue import DATA

Lists = dict[str, tuple[str, ...]]
Topics = dict[str, Lists]

LANGUAGES = ("en", "fr", "de", "es", "it")


@cache
def phrases() -> Topics:
    """Give the rulebook's phrases by topic and language."""
    by_language = msgspec.json.decode((DATA / "phrases.json").read_bytes(), type=dict[str, Lists])
    topics: Topics = {}
    for language, lists in by_language.items():
        for topic, texts in lists.items():
            topics.setdefault(topic, {})[language] = texts
    return topics


@cache
def vocabulary() -> Vocabulary:
    """Give all the words understanding works with."""
    data: dict[str, Any] = msgspec.json.decode((DATA / "understanding.json").read_bytes())
    words = {
        name: frozenset(data[name])
        for name in (
            "negations",
            "negation_exceptions",
            "conditions",
            "subjects",
            "retractions",
            "contrasts",
            "thanks",
            "done",
            "courtesy",
        )
    }
    return Vocabulary(
        phrases=phrases(),
        patterns=msgspec.convert(data["patterns"], Topics),
        opened=msgspec.convert(data["opened"], Topics),
        false_friends=msgspec.convert(data["false_friends"], Lists),
        stopwords=msgspec.convert(data["stopwords"], Lists),
        request_thanks=msgspec.convert(data["request_thanks"], Lists),
        **words,
    )


@cache
def phrasebook() -> Phrasebook:
    """Give the phrases compiled for `core.understanding.assess`. Made once, when first needed."""
    return compile_phrasebook(vocabulary())
