"""Understanding of buyers' texts: time a text, beside merely splitting it into words.

    ./dev bench understanding

The texts are 1,000 characters of rulebook phrases and filling in three languages.
"""

from __future__ import annotations

import random
import time
import tracemalloc
from collections.abc import Callable

from comptoir.channels.mail.language import language_of
from comptoir.core.understanding import assess, compile_phrasebook
from comptoir.core.understanding.normal import read
from comptoir.rulebook.wordings import phrasebook, phrases, vocabulary

TEXTS, CHARS, ROUNDS = 300, 1000, 5
FILLING = {
    "en": "I ordered the lamp on the third of March and nobody has answered my two messages. ",
    "de": "Ich habe die Lampe am dritten März bestellt und niemand hat mir bisher geantwortet. ",
    "fr": "J'ai commandé la lampe le trois mars et personne n'a répondu à mes deux messages. ",
}


def main() -> None:
    """Measure and print."""
    texts = _texts(random.Random(1))
    book = phrasebook()
    figures = {
        "words only": _milliseconds(read, texts),
        "assess": _milliseconds(lambda text: assess(text, book), texts),
        "language": _milliseconds(language_of, texts),
    }
    for name, milliseconds in figures.items():
        print(f"{name:12} {milliseconds:6.3f} ms a text of {CHARS} characters")
    print(f"assess / words only: {figures['assess'] / figures['words only']:.1f}")
    started = time.process_time()
    tracemalloc.start()
    compile_phrasebook(vocabulary())
    peak = tracemalloc.get_traced_memory()[1]
    print(
        f"phrasebook: {(time.process_time() - started) * 1000:.0f} ms (traced), {peak / 1e6:.1f} MB"
    )


def _texts(chance: random.Random) -> list[str]:
    """Make texts of phrases and filling, the same at each run."""
    topics, made = phrases(), []
    for _ in range(TEXTS):
        language = chance.choice(sorted(FILLING))
        text = ""
        while len(text) < CHARS:
            phrase = chance.choice(topics[chance.choice(sorted(topics))][language])
            text += chance.choice([FILLING[language], f"{phrase}. "])
        made.append(text[:CHARS])
    return made


def _milliseconds(measured: Callable[[str], object], texts: list[str]) -> float:
    """Give the best of some rounds, in milliseconds of processor time a text."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for text in texts:
            measured(text)
        rounds.append(time.process_time() - started)
    return min(rounds) / len(texts) * 1000


if __name__ == "__main__":
    main()
