"""A template's text, written for one buyer; and what is wrong with it before it is kept.

What has no value stays in double braces: the composer makes a field of it, and nothing is sent
while one is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from comptoir.replies import measures, variables
from comptoir.replies.facts import Facts
from comptoir.replies.syntax import Ask, Measure, Piece, Text, Unread, Variable, parse
from comptoir.replies.values import locale_of, value_of


@dataclass(frozen=True, slots=True)
class Missing:
    """A place left to fill: as it stands in the text, and its variable, or the label asked for."""

    source: str
    variable: str
    label: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as it goes into the composer, and what is missing in it, each once."""

    text: str
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text cannot be kept: what stands there, and the name that was probably meant."""

    code: Literal["unknown_variable", "unknown_unit", "unreadable_place", "open_braces"]
    source: str
    nearest: str = ""


def render(text: str, facts: Facts, *, language: str, country: str) -> Rendered:
    """Write a template's text in its language for a buyer's country (ISO 3166, or empty)."""
    locale = locale_of(language, country)
    written: list[str] = []
    missing: dict[str, Missing] = {}
    for piece in parse(text):
        if isinstance(piece, Measure) and measures.is_known(piece.unit):
            said = measures.written(piece.amount, piece.unit, locale)
        elif isinstance(piece, Variable):
            said = value_of(piece.name, facts, locale) or piece.fallback or ""
        else:
            said = piece.text if isinstance(piece, Text) else ""
        if not said and not _may_be_empty(piece):
            hole = _hole(piece)
            missing[hole.source] = hole
            said = hole.source
        written.append(said)
    return Rendered("".join(written), tuple(missing.values()))


def problems(text: str) -> tuple[Problem, ...]:
    """Tell what keeps a text from being kept; nothing for a sound one."""
    found: list[Problem] = []
    for piece in parse(text):
        match piece:
            case Variable() if not variables.is_known(piece.name):
                near = variables.nearest(piece.name) or ""
                found.append(Problem("unknown_variable", piece.source, near))
            case Measure() if not measures.is_known(piece.unit):
                found.append(Problem("unknown_unit", piece.source))
            case Unread():
                found.append(Problem("unreadable_place", piece.source, _meant(piece.source)))
            case Text() if "{{" in piece.text or "}}" in piece.text:
                found.append(Problem("open_braces", _around_braces(piece.text)))
    return tuple(found)


def _may_be_empty(piece: Piece) -> bool:
    """Tell whether nothing may stand there: an empty text, or a fallback that says nothing."""
    return isinstance(piece, Text) or (isinstance(piece, Variable) and piece.fallback is not None)


def _hole(piece: Piece) -> Missing:
    match piece:
        case Variable():
            return Missing(f"{{{{ {piece.name} }}}}", piece.name, "")
        case Ask():
            return Missing(f"{{{{ ask: {piece.label} }}}}", "", piece.label)
        case Text():
            return Missing(piece.text, "", piece.text)
        case _:
            return Missing(piece.source, "", piece.source.strip("{} "))


def _meant(source: str) -> str:
    inside = source.strip("{} ").partition("|")[0].strip().lower().replace(" ", "_")
    return variables.nearest(inside) or ""


def _around_braces(text: str) -> str:
    at = max(text.find("{{"), text.find("}}"))
    return text[max(0, at - 12) : at + 20].strip()
