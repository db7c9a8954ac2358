"""Words and numbers of a text as search compares them: without case, accents and punctuation.

A document and a question go through the same functions, so that they always meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import normalize

from comptoir.core.understanding.normal import plain

WORD_CHARS_MAX = 40
NUMBER_CHARS_MIN = 5
NUMBER_CHARS_MAX = 40
_WORD = re.compile(r"[^\W_]+")
_JOINED = re.compile(r"[a-z0-9]+(?:[-./_][a-z0-9]+)+")
_SPACED = re.compile(r"\b\d[\d ]{6,38}\d\b")
_DIGITS = re.compile(r"\d")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})
_HAS_UMLAUT = re.compile("[äöüå]")


def words(text: str) -> list[str]:
    """Give the words of a text in their order, folded; "Müller" is "muller"."""
    return [word[:WORD_CHARS_MAX] for word in _WORD.findall(plain(text))]


def spellings(text: str) -> set[str]:
    """Give the words of a text, those with an umlaut also as spelled without: "mueller"."""
    found = set(words(text))
    small = normalize("NFC", text).lower()
    if _HAS_UMLAUT.search(small):
        for word in _WORD.findall(small):
            if _HAS_UMLAUT.search(word):
                found.update(words(word.translate(_UMLAUTS)))
    return found


def number(text: str) -> str:
    """Give a number of letters and digits without dashes, dots and spaces."""
    return "".join(_WORD.findall(plain(text)))[:NUMBER_CHARS_MAX]


def is_number(word: str) -> bool:
    """Tell whether a folded word is looked up as a number: an order, a parcel, an article."""
    return _DIGITS.search(word) is not None


def numbers(text: str) -> Iterator[str]:
    """Give what in a text may be the number of an order, a parcel or an article, joined."""
    flat = plain(text)
    if not _DIGITS.search(flat):
        return
    candidates = [
        *(found.group() for found in _JOINED.finditer(flat)),
        *(found.group() for found in _SPACED.finditer(flat)),
        *(word for word in _WORD.findall(flat) if is_number(word)),
    ]
    for candidate in candidates:
        joined = "".join(_WORD.findall(candidate))
        if NUMBER_CHARS_MIN <= len(joined) <= NUMBER_CHARS_MAX and is_number(joined):
            yield joined


def skeleton(word: str) -> str:
    """Give what is left of a word when vowels, doubled letters and like sounds are set aside.

    Words that sound alike in our languages share it: "rembourcemant" and "remboursement".
    """
    sounds = word.replace("ph", "f").replace("ck", "k").replace("sch", "s").replace("ch", "s")
    kept = sounds[:1].translate(_ALIKE) + sounds[1:].translate(_ALIKE_AND_VOWELS)
    return re.sub(r"(.)\1+", r"\1", kept)


_ALIKE = str.maketrans("zckqdbvwyj", "sssstpffig")
_ALIKE_AND_VOWELS: dict[int, int | None] = {**_ALIKE, **dict.fromkeys(map(ord, "aeiouyh"))}
