"""All words of the desk: how a word goes on, how often it is said, and what was meant by another."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from string import ascii_lowercase
from typing import Any

from django.db import connection

from comptoir.inbox.search.folding import skeleton

ENDINGS_MAX = 24
OPEN_CHARS_MIN = 2
CLOSED_CHARS_MIN = 4
"""From how many letters on a word stands for those that begin with it: typed so far, or done."""
NEAR_CHARS_MIN = 4
NEAR_COUNT = 40
DAYS_KEPT_SECONDS = 5.0
LAST_SIGN = "\U0010ffff"

BEGINNING_SQL = """
SELECT asked.low, w.word, w.document_count
FROM unnest(%(lows)s::text[], %(highs)s::text[]) AS asked(low, high)
CROSS JOIN LATERAL (
    SELECT word, document_count FROM inbox_searchword
    WHERE word >= asked.low COLLATE "C" AND word < asked.high COLLATE "C"
    ORDER BY document_count DESC, word LIMIT %(size)s
) w
"""
NEAR_SQL = """
(SELECT word, document_count FROM inbox_searchword WHERE word = ANY(%(variants)s)
 ORDER BY document_count DESC LIMIT %(size)s)
UNION ALL
(SELECT word, document_count FROM inbox_searchword WHERE skeleton = %(skeleton)s AND skeleton <> ''
 ORDER BY document_count DESC LIMIT %(size)s)
"""
DAYS_SQL = """
SELECT word, document_count FROM inbox_searchword
WHERE word >= '=d0' AND word < '=d:' AND document_count > 0 ORDER BY word DESC
"""

_days: tuple[float, list[tuple[int, int]]] = (0.0, [])


def beginning(asked: Sequence[tuple[str, bool]]) -> dict[str, dict[str, int]]:
    """Give the commonest words beginning with each, with the number of their documents.

    Of each pair the second says that the word is still being typed. Short words that are done
    stand for themselves alone.
    """
    lows, highs = [], []
    for word, is_open in asked:
        goes_on = len(word) >= (OPEN_CHARS_MIN if is_open else CLOSED_CHARS_MIN)
        lows.append(word)
        highs.append(word + (LAST_SIGN if goes_on and word[0] != "=" else "\x01"))
    found: dict[str, dict[str, int]] = {word: {} for word, _open in asked}
    with connection.cursor() as cursor:
        cursor.execute(BEGINNING_SQL, {"lows": lows, "highs": highs, "size": ENDINGS_MAX})
        for low, word, count in cursor.fetchall():
            found[low][word] = count
    return found


def meant(word: str, *, is_open: bool) -> str | None:
    """Give the known word that was probably meant; None when none is near.

    Near is one letter more, less, other or swapped with its neighbour, or the same sound; of
    several the nearest, then the commonest. A word still being typed may be near a beginning.
    """
    if len(word) < NEAR_CHARS_MIN or not (word.isascii() and word.isalpha()):
        return None
    variants = sorted(_variants(word))
    values: dict[str, Any] = {
        "variants": variants,
        "skeleton": skeleton(word) if len(word) > NEAR_CHARS_MIN else "",
        "size": NEAR_COUNT,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEAR_SQL, values)
        found = dict(cursor.fetchall())
    bound = 1 if len(word) < 6 else 3
    ranked = sorted(
        (apart, -count, one)
        for one, count in found.items()
        if (apart := distance(word, one)) <= bound
    )
    if ranked:
        return str(ranked[0][2])
    return _meant_beginning(variants, len(word)) if is_open else None


def days(*, anew: bool = False) -> list[tuple[int, int]]:
    """Give the days that have documents, newest first, each with their number; some seconds old."""
    global _days
    present = time.monotonic()
    if anew or _days[0] < present:
        with connection.cursor() as cursor:
            cursor.execute(DAYS_SQL)
            rows = [(int(word[2:]), count) for word, count in cursor.fetchall()]
        _days = (present + DAYS_KEPT_SECONDS, rows)
    return _days[1]


def distance(one: str, other: str) -> int:
    """Count the letters to add, drop, change or swap until one word is the other."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, sign in enumerate(other, 1):
            cost = min(above[column] + 1, line[-1] + 1, above[column - 1] + (letter != sign))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == sign:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, above = above, line
    return above[-1]


def _meant_beginning(variants: list[str], length: int) -> str | None:
    lows = [
        one for one in variants if length - 1 <= len(one) <= length and len(one) >= NEAR_CHARS_MIN
    ]
    values: dict[str, Any] = {"lows": lows, "highs": [low + LAST_SIGN for low in lows], "size": 1}
    with connection.cursor() as cursor:
        cursor.execute(BEGINNING_SQL, values)
        rows = cursor.fetchall()
    best = max(rows, key=lambda row: row[2], default=None)
    return str(best[1]) if best else None


def _variants(word: str) -> set[str]:
    """Give every word one step away."""
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found: set[str] = set()
    found.update(left + right[1:] for left, right in halves if right)
    found.update(left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1)
    for letter in ascii_lowercase:
        found.update(left + letter + right[1:] for left, right in halves if right)
        found.update(left + letter + right for left, right in halves)
    found.discard(word)
    return found


def total(counts: Iterable[tuple[int, int]]) -> int:
    """Add up the documents of some days."""
    return sum(count for _day, count in counts)
