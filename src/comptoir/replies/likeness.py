"""Whether two texts say the same: equal but for names, numbers and small changes."""

from __future__ import annotations

import re

WORDS_MIN = 8
"""Shorter texts ("Thank you, have a nice day") may be said again without a hint."""
SAME_SHARE = 0.8
"""From this share of common word groups on, two texts are the same to whoever reads both."""
GROUP = 3

WORD = re.compile(r"[^\W\d_]+", re.UNICODE)


def is_same(one: str, other: str) -> bool:
    """Tell whether a buyer who got one text would take the other for a repetition."""
    first, second = _words(one), _words(other)
    if min(len(first), len(second)) < WORDS_MIN:
        return False
    mine, theirs = _groups(first), _groups(second)
    return len(mine & theirs) / len(mine | theirs) >= SAME_SHARE


def _words(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text)]


def _groups(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + GROUP]) for at in range(len(words) - GROUP + 1)}
