"""How templates are written: plain text with places in double braces.

`{{ order.number }}` names a variable, `{{ buyer.first_name | or: "there" }}` says what stands there
when it has no value, `{{ 24 cm }}` is a measure or an amount that is written as the buyer's country
writes it, and `{{ ask: Invoice number }}` is filled in by whoever writes the reply. Nothing is ever
evaluated; whatever else stands in braces is a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

PLACE = re.compile(r"\{\{([^{}]*)\}\}")
"""A place in a text. What is left of these in a reply keeps it from being sent."""

_VARIABLE = re.compile(r"""([a-z][a-z_]*(?:\.[a-z0-9_]+)?)\s*(?:\|\s*or:\s*(["“„«])(.*?)["”“»])?""")
_ASK = re.compile(r"ask:\s*(\S.{0,59})")
_MEASURE = re.compile(r"(\d+(?:[.,]\d+)?)\s*([A-Za-z°%]{1,5})")


@dataclass(frozen=True, slots=True)
class Text:
    """What is written as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable by its name; `fallback` stands there when it has no value (None: nothing may)."""

    name: str
    fallback: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with its unit ("24 cm", "5 EUR")."""

    amount: Decimal
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A field that only the writer of a reply can fill."""

    label: str
    source: str


@dataclass(frozen=True, slots=True)
class Unread:
    """Braces that hold nothing we know how to read."""

    source: str


Piece = Text | Variable | Measure | Ask | Unread


def parse(text: str) -> tuple[Piece, ...]:
    """Take a template's text apart, in order; joined again it is the same text."""
    pieces: list[Piece] = []
    at = 0
    for found in PLACE.finditer(text):
        if found.start() > at:
            pieces.append(Text(text[at : found.start()]))
        pieces.append(_place(found.group(1).strip(), found.group()))
        at = found.end()
    if at < len(text):
        pieces.append(Text(text[at:]))
    return tuple(pieces)


def variable_names(pieces: Sequence[Piece]) -> tuple[str, ...]:
    """Give the variables of a text, each once, in order."""
    return tuple(dict.fromkeys(piece.name for piece in pieces if isinstance(piece, Variable)))


def _place(inside: str, source: str) -> Piece:
    if found := _VARIABLE.fullmatch(inside):
        return Variable(found.group(1), found.group(3), source)
    if found := _MEASURE.fullmatch(inside):
        return Measure(Decimal(found.group(1).replace(",", ".")), found.group(2), source)
    if found := _ASK.fullmatch(inside):
        return Ask(found.group(1).strip(), source)
    return Unread(source)
