"""Whether two texts say the same: equal but for numbers and a word here and there."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

WORDS_MIN = 8
"""Shorter texts ("Thank you, have a nice day") may be said again without a hint."""
WORDS_MAX = 600
"""What comes behind is not looked at: no reply that is written by hand is longer."""
SAME_SHARE = 0.85
"""From this share of common words in the same order on, a reader takes one text for the other."""

WORD = re.compile(r"[^\W\d_]+")


def is_same(one: str, other: str) -> bool:
    """Tell whether a buyer who got one text would take the other for a repetition."""
    first, second = _words(one), _words(other)
    if min(len(first), len(second)) < WORDS_MIN:
        return False
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    bounds = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
    return all(ratio() >= SAME_SHARE for ratio in bounds)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text)][:WORDS_MAX]
