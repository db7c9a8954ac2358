"""A text as comparable words: without case, accents, apostrophe styles and repeated spaces.

`plain` gives a string to search in; `read` gives the words with the sentence and clause each one
stands in.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

TEXT_CHARS_MAX = 20_000
"""A buyer's own words are shorter; what is longer is a log file or an attack."""

_SIGNS = {
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "`": "'",
    "´": "'",
    "–": "-",
    "—": "-",
    "‑": "-",
    "ß": "ss",
    "œ": "oe",
    "æ": "ae",
    "ø": "o",
    "ł": "l",
    "«": '"',
    "»": '"',
    "…": ".",
    "\u00a0": " ",
    "\u202f": " ",
    "\u200b": "",
    "\ufeff": "",
}
_ODD_SIGN = re.compile("[" + "".join(_SIGNS) + "]")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
_LINKS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+")
_A_TO_Z = re.compile(
    r"\ba[\s-]*(?:to|bis|alla|a la|a|tot)[\s-]*z\b|\batoz\b|\ba\s?[-/]\s?z\b", re.ASCII
)
_LAST_Z = re.compile(r"z\b", re.ASCII)
_LONG_FORMS = (
    ("n't", " not"),
    ("'ll ", " will "),
    ("'ve ", " have "),
    ("'re ", " are "),
    ("i'm ", "i am "),
    ("i'd ", "i would "),
    ("'s ", " is "),
)
_UNMARKED = re.compile(
    r"\b(do|does|did|is|was|are|were|has|have|had|wo|ca|would|could)nt\b|\b(can)not\b", re.ASCII
)
_SENTENCE_ENDS = re.compile(r"[.!?]+|\n\n+")
_CLAUSE_ENDS = re.compile(r"[,;:()]|\s-\s")
_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in order, each with its sentence and its clause."""

    words: tuple[str, ...]
    sentences: tuple[int, ...]
    clauses: tuple[int, ...]
    asks: frozenset[int]
    """The sentences that end in a question mark."""


def plain(text: str) -> str:
    """Give the text without case, accents, odd apostrophes and repeated spaces."""
    text = text[:TEXT_CHARS_MAX]
    if text.isascii():
        return _SPACES.sub(" ", text.lower()).strip()
    folded = _ODD_SIGN.sub(lambda found: _SIGNS[found.group()], text.casefold())
    folded = _ACCENTS.sub("", unicodedata.normalize("NFKD", folded))
    return _SPACES.sub(" ", folded).strip()


def read(text: str) -> Words:
    """Split a text into words, sentences and clauses. Links and addresses are left out."""
    flat = plain(text)
    if "@" in flat or "://" in flat or "www." in flat:
        flat = _LINKS.sub(" ", flat)
    if _LAST_Z.search(flat):
        flat = _A_TO_Z.sub("atoz", flat)
    if "'" in flat:
        for short, long in _LONG_FORMS:
            flat = flat.replace(short, long)
    if "nt" in flat or "cannot" in flat:
        flat = _UNMARKED.sub(lambda found: (found[1] or found[2]) + " not", flat)
    return _split(flat)


def _split(flat: str) -> Words:
    """Split by sentences, then clauses, then words. A single line break is a wrapped line."""
    words: list[str] = []
    sentences: list[int] = []
    clauses: list[int] = []
    asks: set[int] = set()
    clause = start = 0
    for sentence, end in enumerate((*_SENTENCE_ENDS.finditer(flat), None)):
        for part in _CLAUSE_ENDS.split(flat[start : end.start() if end else None]):
            found = _WORDS.findall(part)
            words += found
            sentences += [sentence] * len(found)
            clauses += [clause] * len(found)
            clause += 1
        if end:
            start = end.end()
            if "?" in end.group():
                asks.add(sentence)
    return Words(tuple(words), tuple(sentences), tuple(clauses), frozenset(asks))
