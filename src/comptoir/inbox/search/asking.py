"""Reads what somebody typed into the search box. Never refuses: what is not understood is text.

    from:anna "broken handle" -refund channel:amazon after:monday

is terms (words, numbers, phrases; each may be denied), wishes (filters by name) and a span of days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from comptoir.inbox.search.dates import days_of
from comptoir.inbox.search.folding import is_number, number, spellings, words
from comptoir.inbox.search.operators import FIELDS, HOLDINGS, LANGUAGES, STATES, operator

TEXT_CHARS_MAX = 300
TERMS_MAX = 12
JOINED_DIGITS_MIN = 7
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‟": '"'})
_PART = re.compile(r'(-?)(?:([^\W\d_]{1,16}):(?!//))?("[^"]*"?|[^\s"]*)')
_TICKET = re.compile(r"\s*#\s?([0-9]{1,18})\s*")
_NUMBER = re.compile(r"[\w./-]+")

Kind = Literal["word", "number", "phrase"]


@dataclass(frozen=True, slots=True)
class Term:
    """Something that must stand on the ticket, or must not.

    `words` are folded; a number is one word, joined. `field` is a name of `operators.FIELDS` or
    empty. `is_open` marks the word that is still being typed; `also` is how it is spelled without
    an umlaut.
    """

    kind: Kind
    words: tuple[str, ...]
    field: str = ""
    is_denied: bool = False
    is_open: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """A filter with its values as typed, any of which will do."""

    name: str
    values: tuple[str, ...]
    is_denied: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. Days are of the person's own zone; `until_on` is the first day left out."""

    terms: tuple[Term, ...] = ()
    wishes: tuple[Wish, ...] = ()
    since_on: date | None = None
    until_on: date | None = None
    not_understood: tuple[str, ...] = ()
    """Parts that look like operators and are none; their words are searched as text."""
    ticket_id: int | None = None
    """The number of a ticket, where it is all that is asked (`#259`); the terms are what is looked
    for when there is no such ticket."""

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is asked that could find anything."""
        asked = [term for term in self.terms if not term.is_denied]
        return not (asked or self.wishes or self.since_on or self.until_on)


def read(text: str, *, today: date) -> Question:
    """Read a search; its last word counts as unfinished unless a space follows it."""
    text = text[:TEXT_CHARS_MAX].replace("\0", "").translate(_QUOTES)
    asked = Question()
    for found in _PART.finditer(text):
        sign, name, value = found[1], found[2], found[3]
        if not found.group().strip("-"):
            continue
        is_denied = sign == "-"
        if name:
            asked = _operator(asked, name, value.strip('"'), found.group(), is_denied, today)
        else:
            asked = _text(asked, value, is_denied=is_denied)
    terms = _one_number(asked.terms)[:TERMS_MAX]
    if terms and not text[-1:].isspace() and terms[-1].kind != "phrase":
        terms = (*terms[:-1], replace(terms[-1], is_open=True))
    named = _TICKET.fullmatch(text)
    return replace(asked, terms=terms, ticket_id=int(named[1]) if named else None)


def _one_number(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """Join digits that stand side by side: "302 1234567 44" is one number on its way."""
    joined: list[Term] = []
    for term in terms:
        last = joined[-1] if joined else None
        if (
            last
            and all(_is_digits(one) for one in (last, term))
            and last.is_denied == term.is_denied
        ):
            together = last.words[0] + term.words[0]
            if len(together) >= JOINED_DIGITS_MIN:
                joined[-1] = replace(last, words=(together,))
                continue
        joined.append(term)
    return tuple(joined)


def _is_digits(term: Term) -> bool:
    return term.kind == "number" and not term.field and term.words[0].isdigit()


def _operator(
    asked: Question, name: str, value: str, whole: str, is_denied: bool, today: date
) -> Question:
    kind = operator(name)
    if kind is None:
        asked = replace(asked, not_understood=(*asked.not_understood, whole))
        return _text(_text(asked, name), value)
    if not value:
        return asked  # its value is still being typed
    if kind in FIELDS:
        return _text(asked, value, field=kind, is_denied=is_denied)
    if kind in ("before", "after", "on"):
        return _days(asked, kind, value, whole, today)
    values = tuple(one for one in value.split(",") if words(one) or one)
    wish = _understood(kind, values)
    if wish is None:
        asked = replace(asked, not_understood=(*asked.not_understood, whole))
        return _text(asked, value)
    return replace(asked, wishes=(*asked.wishes, replace(wish, is_denied=is_denied)))


def _understood(kind: str, values: tuple[str, ...]) -> Wish | None:
    """Make a wish of values we know by name; channels and people are looked up later."""
    known = {"is": STATES, "has": HOLDINGS, "language": LANGUAGES}.get(kind)
    if known is not None:
        values = tuple(known.get("".join(words(one)), "") for one in values)
    return Wish(kind, values) if values and all(values) else None


def _days(asked: Question, kind: str, value: str, whole: str, today: date) -> Question:
    days = days_of(value, today=today)
    if days is None:
        asked = replace(asked, not_understood=(*asked.not_understood, whole))
        return _text(asked, value)
    first, end = days
    if kind in ("after", "on"):
        asked = replace(asked, since_on=max(first, asked.since_on or first))
    if kind == "before":
        end = first
    if kind in ("before", "on"):
        asked = replace(asked, until_on=min(end, asked.until_on or end))
    return asked


def _text(asked: Question, value: str, *, field: str = "", is_denied: bool = False) -> Question:
    return replace(asked, terms=(*asked.terms, *_terms(value, field, is_denied)))


def _terms(value: str, field: str, is_denied: bool) -> list[Term]:
    """Split a part: a phrase, a number with its dashes, or the words in it."""
    if value.startswith('"'):
        side_by_side = tuple(words(value))
        kind: Kind = "phrase" if len(side_by_side) > 1 else "word"
        return [Term(kind, side_by_side, field, is_denied)] if side_by_side else []
    if field in ("order", "tracking", "sku"):
        joined = number(value)
        return [Term("number", (joined,), field, is_denied)] if joined else []
    joined = number(value)
    if is_number(joined) and _NUMBER.fullmatch(value) and "@" not in value:
        return [Term("number", (joined,), field, is_denied)]
    found = words(value)
    also = tuple(sorted(spellings(value) - set(found))) if len(found) == 1 else ()
    return [Term("word", (one,), field, is_denied, also=also) for one in found]
