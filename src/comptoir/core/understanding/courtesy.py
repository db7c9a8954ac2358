"""Is a message nothing but thanks or a closing courtesy?

It is when every word of it is courtesy, a greeting or a name, something in it thanks or confirms,
and nothing asks. When in doubt it is not: a suggestion made wrongly costs more than none.
"""

from __future__ import annotations

from comptoir.core.understanding.normal import Words
from comptoir.core.understanding.vocabulary import Vocabulary

WORDS_MAX = 60
FOREIGN_WORDS_MAX = 2
FOREIGN_SHARE_MAX = 0.35


def is_only_courtesy(text: Words, vocabulary: Vocabulary) -> bool:
    """Say whether the text only thanks, confirms or takes leave."""
    words = text.words
    if not words or len(words) > WORDS_MAX or text.asks:
        return False
    if asks_with_thanks(text, vocabulary):
        return False
    if any(_negates(words, at, vocabulary) for at in range(len(words))):
        return False
    if not any(word in vocabulary.thanks for word in words):
        return False
    foreign = [word for word in words if word not in vocabulary.courtesy]
    allowed = min(FOREIGN_WORDS_MAX, int(len(words) * FOREIGN_SHARE_MAX) + 1)
    return len(foreign) <= allowed and not any(word.isdigit() for word in foreign)


def asks_with_thanks(text: Words, vocabulary: Vocabulary) -> bool:
    """Say whether the thanks are a request ("thanks in advance", "merci de m'envoyer")."""
    spaced = f" {' '.join(text.words)} "
    return any(
        f" {phrase} " in spaced
        for phrases in vocabulary.request_thanks.values()
        for phrase in phrases
    )


def _negates(words: tuple[str, ...], at: int, vocabulary: Vocabulary) -> bool:
    """Say whether a word negates, unless it is part of a courtesy ("no problem")."""
    if words[at] not in vocabulary.negations:
        return False
    after = words[at + 1] if at + 1 < len(words) else ""
    further = words[at + 2] if at + 2 < len(words) else ""
    harmless = vocabulary.negation_exceptions
    return after not in harmless and further not in harmless
