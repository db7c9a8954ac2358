"""Turns a question into queries of PostgreSQL's text index, and chooses how far back to look.

A word rarely said is looked up in the whole index and its tickets sorted by time. A common one is
looked for among the newest days only, then further back eight times as far, until enough are
found: days are lexemes themselves, so that the index never walks the long list of a common word.
Sorting is done on what was found; an index on the time is never offered to the database, which
would walk it from the newest ticket down and read every document on its way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import prod

from comptoir.inbox.search import vocabulary
from comptoir.inbox.search.asking import Term
from comptoir.inbox.search.documents import BLOCK_DAYS, block_lexeme, day_lexeme
from comptoir.inbox.search.operators import FIELDS

RARE_COUNT = 2_000
DAYS_AS_DAYS_MAX = 48
PREFIX_CHARS_MIN = 5
SUFFIX_CHARS_MIN = 4
SAFETY = 3
FURTHER = 8
JUST_NOW_DAYS = 2
"""The list of days is some seconds old, and a day may have begun."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Lexemes of which one must be there, or none when denied; a trailing `*` means "begins".

    `document_count` is how many documents have one of them at most; None when nobody knows.
    """

    lexemes: tuple[str, ...]
    is_denied: bool = False
    document_count: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is looked for, what words were taken to mean, and which words count as a match."""

    clauses: tuple[Clause, ...]
    corrections: dict[str, str] = field(default_factory=dict)
    matching: frozenset[str] = frozenset()


def plan(terms: Sequence[Term], filters: Sequence[Clause]) -> Plan:
    """Look up the words of a question; at most two short reads, and two a word nobody ever used."""
    asked = {
        (word, term.is_open) for term in terms if term.kind == "word" for word in _spelled(term)
    }
    known = vocabulary.beginning(
        [*sorted(asked), *((one, False) for clause in filters for one in clause.lexemes)]
    )
    clauses: list[Clause] = []
    corrections: dict[str, str] = {}
    matching: set[str] = set()
    for term in terms:
        if term.kind != "word":
            clauses += _fixed(term)
            matching.update(term.words if not term.is_denied else ())
            continue
        found = {word: n for one in _spelled(term) for word, n in known[one].items()}
        if not found and not term.is_denied:
            better = vocabulary.meant(term.words[0], is_open=term.is_open)
            if better:
                corrections[term.words[0]] = better
                found = vocabulary.beginning([(better, term.is_open)])[better]
        clauses.append(_word(term, found))
        matching.update({*term.words, *found} if not term.is_denied else ())
    counted = [_counted(clause, known) for clause in filters]
    return Plan((*clauses, *counted), corrections, frozenset(matching))


def tsquery(clauses: Sequence[Clause], window: Sequence[str] = ()) -> str:
    """Write the query, `window` being days of which one must fit."""
    parts = [_either(clause.lexemes) for clause in clauses if not clause.is_denied]
    if window:
        parts.append(_either(window))
    parts += [f"!{_either(clause.lexemes)}" for clause in clauses if clause.is_denied]
    return " & ".join(parts)


def windows(
    clauses: Sequence[Clause], *, wanted: int, first_day: int | None, last_day: int | None
) -> Iterator[tuple[str, ...]]:
    """Give the days to look in, one set after the other, the last one holding all that is asked.

    Sets are lexemes; an empty one is no bound. `first_day` and `last_day` bound what is asked.
    """
    days = [
        (day, count)
        for day, count in vocabulary.days()
        if (first_day is None or day >= first_day) and (last_day is None or day <= last_day)
    ]
    whole = vocabulary.total(vocabulary.days()) or 1
    positive = [one for one in clauses if not one.is_denied]
    counts = [one.document_count for one in positive if one.document_count is not None]
    is_rare = bool(positive) and (
        len(counts) < len(positive) or min(counts, default=whole) <= RARE_COUNT
    )
    if not is_rare:
        share = prod(min(1.0, count / whole) for count in counts)
        need = SAFETY * wanted / max(share, 1e-9)
        for _round in range(3):
            newest = _newest(days, need)
            if len(newest) >= len(days):
                break
            yield _lexemes(newest[-1], newest[0] + JUST_NOW_DAYS)
            need *= FURTHER
    bounded = first_day is not None or last_day is not None or not positive
    yield (
        _lexemes(days[-1][0], days[0][0] + JUST_NOW_DAYS)
        if bounded and days and not is_rare
        else ()
    )


def _newest(days: Sequence[tuple[int, int]], need: float) -> list[int]:
    """Give the newest days that hold so many documents together."""
    found: list[int] = []
    held = 0
    for day, count in days:
        found.append(day)
        held += count
        if held >= need:
            break
    return found


def _lexemes(first: int, last: int) -> tuple[str, ...]:
    """Give the lexemes of a span of days; a long one is rounded out to blocks of days."""
    if last - first < DAYS_AS_DAYS_MAX:
        return tuple(day_lexeme(day) for day in range(first, last + 1))
    return tuple(
        block_lexeme(block) for block in range(first // BLOCK_DAYS, last // BLOCK_DAYS + 1)
    )


def _spelled(term: Term) -> tuple[str, ...]:
    return (*term.words, *term.also)


def _word(term: Term, found: dict[str, int]) -> Clause:
    sign = FIELDS.get(term.field, "")
    lexemes = dict.fromkeys([*_spelled(term), *found])
    has_digits = not term.words[0].isalpha()
    return Clause(
        tuple(sign + one for one in lexemes),
        is_denied=term.is_denied,
        document_count=None if has_digits else sum(found.values()),
    )


def _fixed(term: Term) -> list[Clause]:
    """Give the clauses of a phrase, each word of which must be there, or of a number."""
    if term.kind == "phrase":
        sign = FIELDS.get(term.field, "")
        if term.is_denied:
            return []  # the words may be there, in another order
        known = vocabulary.beginning([(word, False) for word in term.words])
        return [
            Clause(
                (sign + word,), document_count=known[word].get(word, 0) if word.isalpha() else None
            )
            for word in term.words
        ]
    joined = term.words[0]
    if term.field:
        own = FIELDS[term.field] + joined
        if not own.startswith("#"):
            return [Clause((own,), is_denied=term.is_denied)]
        return [Clause((f"{own}*",), is_denied=term.is_denied)]
    lexemes = [joined, f"#{joined}"]
    if len(joined) >= PREFIX_CHARS_MIN:
        lexemes.append(f"#{joined}*")
    if len(joined) >= SUFFIX_CHARS_MIN:
        lexemes.append(f"~{joined[::-1]}*")
    return [Clause(tuple(lexemes), is_denied=term.is_denied)]


def _counted(clause: Clause, known: dict[str, dict[str, int]]) -> Clause:
    count = sum(known[one].get(one, 0) for one in clause.lexemes)
    return Clause(clause.lexemes, clause.is_denied, count)


def _either(lexemes: Sequence[str]) -> str:
    return f"({' | '.join(_quoted(one) for one in lexemes)})"


def _quoted(lexeme: str) -> str:
    begins = lexeme.endswith("*")
    safe = lexeme.rstrip("*").replace("\\", "\\\\").replace("'", "''")
    return f"'{safe}':*" if begins else f"'{safe}'"
