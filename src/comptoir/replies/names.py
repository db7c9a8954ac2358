"""Buyers' names as marketplaces hand them over, and greetings that fit whoever it is.

Nobody's sex is guessed: greetings work for everybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TITLES = frozenset({
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "herr", "frau", "hr", "fr", "m", "mme", "mlle",
    "monsieur", "madame", "sig", "signor", "signora", "sr", "sra",
})  # fmt: skip
PARTICLES = frozenset({
    "von", "van", "de", "der", "den", "del", "della", "di", "da", "du", "la", "le", "zu", "zur",
    "ter", "af",
})  # fmt: skip
COMPANY = re.compile(
    r"(?i)(\b(gmbh|ug|ag|kg|ohg|e\.?k|ltd|llc|inc|plc|sarl|sasu?|eurl|s\.?r\.?l|s\.?p\.?a|s\.?l|bv|b\.v"
    r"|sp\. z o\.o|restaurant|hotel|mairie|schule|praxis)\b|&)"
)

GREETINGS = {
    "en": ("Hello {first},", "Hello,"),
    "fr": ("Bonjour {full},", "Bonjour,"),
    "de": ("Guten Tag {full},", "Guten Tag,"),
    "it": ("Buongiorno {full},", "Buongiorno,"),
    "es": ("Hola, {full}:", "Hola:"),
    "nl": ("Beste {full},", "Goedendag,"),
    "pl": ("Dzień dobry,", "Dzień dobry,"),
    "pt": ("Olá, {full},", "Olá,"),
    "sv": ("Hej {first},", "Hej,"),
}
"""By language: with a name, and without one."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart; a company or a user name has no first name, and what is unknown is empty."""

    first: str
    last: str
    full: str


def read_name(given: str) -> Name:
    """Take a name apart. User names ("lamp_fan72") and addresses are nobody's name."""
    text = " ".join(given.split())
    if "," in text:
        last, _, first = text.partition(",")
        text = f"{first.strip()} {last.strip()}".strip()
    words = [word for word in text.split() if word.rstrip(".").casefold() not in TITLES]
    if not words or any(not _is_word(word) for word in words):
        return Name("", "", _tidy(text)) if COMPANY.search(text) else Name("", "", "")
    full = _tidy(" ".join(words))
    if COMPANY.search(full) or len(words) == 1:
        first = "" if COMPANY.search(full) else _one_word(given, full)
        return Name(first, "", full if first or COMPANY.search(full) else "")
    parts = full.split()
    start = next((n for n, word in enumerate(parts[1:], 1) if word.lower() in PARTICLES), None)
    at = start or len(parts) - 1
    return Name(" ".join(parts[:at]), " ".join(parts[at:]), full)


def greeting(name: Name, language: str) -> str:
    """Greet a buyer in a language; without a name where none is known."""
    named, nameless = GREETINGS.get(language, GREETINGS["en"])
    if not name.full:
        return nameless
    return named.format(first=name.first or name.full, full=name.full)


def _is_word(word: str) -> bool:
    return all(char.isalpha() or char in "-'’." for char in word) and word[0].isalpha()


def _one_word(given: str, word: str) -> str:
    """Give a lone first name; a word in small letters is taken for a user name."""
    return "" if given.strip().islower() else word


def _tidy(text: str) -> str:
    """Write words that came in capitals, or all in small letters, as names are written."""
    is_small = text.islower()
    words = [_word_tidied(word, is_small=is_small) for word in text.split()]
    return " ".join(
        word.lower() if number and word.lower() in PARTICLES else word
        for number, word in enumerate(words)
    )


def _word_tidied(word: str, *, is_small: bool) -> str:
    shouts = word.isupper() and len(word) > 2
    if COMPANY.fullmatch(word) or not (shouts or is_small):
        return word
    return re.sub(
        r"(^|[-'’])(\w)", lambda found: found.group(1) + found.group(2).upper(), word.lower()
    )
