"""The texts of tickets that were found, and the part of them that shows why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from comptoir.inbox.search.folding import words

MESSAGE_CHARS_MAX = 6_000
MESSAGES_MAX = 40
BEFORE_CHARS = 60
SNIPPET_CHARS = 180
TEXTS_SQL = """
SELECT t.id, m.author, m.state, m.from_name, m.occurred_at, m.said
FROM tickets_ticket t CROSS JOIN LATERAL (
    SELECT author, state, from_name, occurred_at,
        left(coalesce(nullif(new_text, ''), text), %(chars)s) AS said
    FROM tickets_message WHERE ticket_id = t.id AND state <> 'cancelled'
    ORDER BY occurred_at DESC, id DESC LIMIT %(messages)s
) m WHERE t.id = ANY(%(ids)s)
"""
_TOKEN = re.compile(r"[^\W_]+")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a ticket, as far as it is looked at."""

    author: str
    is_note: bool
    from_name: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Texts:
    """The latest messages of a ticket, latest first."""

    messages: tuple[Said, ...]

    @property
    def whole(self) -> str:
        """Give all texts as one."""
        return "\n".join(message.text for message in self.messages)


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of a message, cut into pieces that match and pieces that do not."""

    said: Said
    pieces: tuple[tuple[str, bool], ...]
    has_match: bool


def texts_of(ticket_ids: Sequence[int]) -> dict[int, Texts]:
    """Read the latest messages of tickets: one query."""
    found: dict[int, list[Said]] = {}
    if ticket_ids:
        values: dict[str, Any] = {
            "ids": list(ticket_ids),
            "chars": MESSAGE_CHARS_MAX,
            "messages": MESSAGES_MAX,
        }
        with connection.cursor() as cursor:
            cursor.execute(TEXTS_SQL, values)
            for id_, author, state, name, at, text in cursor.fetchall():
                found.setdefault(id_, []).append(Said(author, state == "note", name, at, text))
    return {
        id_: Texts(tuple(sorted(said, key=lambda one: one.at, reverse=True)))
        for id_, said in found.items()
    }


def snippet_of(texts: Texts, matching: frozenset[str]) -> Snippet | None:
    """Cut out where most of the words stand, of several such places the latest."""
    if not texts.messages:
        return None
    digits = _numbers(matching)
    said = max(texts.messages, key=lambda one: _matches(one.text, matching, digits))
    marks = _marks(said.text, matching, digits)
    start = max(0, marks[0][0] - BEFORE_CHARS) if marks else 0
    if start:
        start = said.text.find(" ", start, marks[0][0] + 1) + 1 or start
    return Snippet(said, tuple(pieces_of(said.text, marks, start)), bool(marks))


def marked(text: str, matching: frozenset[str]) -> tuple[tuple[str, bool], ...]:
    """Cut a short text, such as a name, into pieces that match and pieces that do not."""
    return tuple(pieces_of(text, _marks(text, matching, _numbers(matching)), 0))


def pieces_of(text: str, marks: Sequence[tuple[int, int]], start: int) -> list[tuple[str, bool]]:
    """Cut a stretch of a text at its marks; line breaks become spaces."""
    end = start + SNIPPET_CHARS
    pieces = [("… " if start else "", False)]
    at = start
    for first, last in marks:
        if first < at or first >= end:
            continue
        pieces += [(text[at:first], False), (text[first:last], True)]
        at = last
    rest = text[at : max(end, at)]
    pieces.append((rest + (" …" if len(text) > max(end, at) else ""), False))
    return [(_SPACES.sub(" ", piece), is_match) for piece, is_match in pieces if piece]


def _matches(text: str, matching: frozenset[str], digits: Sequence[str]) -> int:
    """Count the different words of a text that match: cheap, as it is asked of every message."""
    said = set(words(text))
    return len(said & matching) + sum(_is_part(one, digits) for one in said if digits)


def _marks(text: str, matching: frozenset[str], digits: Sequence[str]) -> list[tuple[int, int]]:
    return [
        found.span()
        for found in _TOKEN.finditer(text)
        if any(one in matching or _is_part(one, digits) for one in words(found.group()))
    ]


def _numbers(matching: frozenset[str]) -> list[str]:
    return [one for one in matching if any(sign.isdigit() for sign in one)]


def _is_part(word: str, digits: Sequence[str]) -> bool:
    """Tell whether a word is a part of a number asked for, or holds it: "302" of "302-1234"."""
    return any((len(word) >= 3 and word in one) or one in word for one in digits)
