"""On which of the merchant's channels something at Connect happened: by a line of theirs, or by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from comptoir.channels.kernel.told import Place
from comptoir.channels.kernel.values import Dict, part, words
from comptoir.rulebook.catalogue import marketplaces

FAMILY = "mirakl"
BESIDES = ("la_redoute",)
"""Marketplaces that run on Mirakl although the rulebook has no proof of it."""


def place(value: Dict, settings: Mapping[str, Any]) -> Place:
    """Say where a conversation, order or return belongs; an unknown operator is just *Mirakl*."""
    origin = part(value, "origin")
    operator, country = _lines(settings).get(words(origin.get("channel_id")), ("", ""))
    if not operator:
        operator = _named(words(origin.get("channel_name"))) or FAMILY
    return Place(marketplace=operator, operator=operator, country=country)


def channel_ids(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the sales channels of Connect that the merchant told us of."""
    return tuple(_lines(settings))


def _lines(settings: Mapping[str, Any]) -> Mapping[str, tuple[str, str]]:
    """Read `0054 = conforama` and `0061 = leroy_merlin ES`; other lines say nothing."""
    given = settings.get("operators") or ""
    lines = given if isinstance(given, list | tuple) else str(given).splitlines()
    found = {}
    for line in lines:
        if hit := re.fullmatch(r"\s*(\S+)\s*=\s*(\w+)(?:\s+([A-Za-z]{2}))?\s*", str(line)):
            found[hit[1]] = (hit[2].lower(), (hit[3] or "").upper())
    return found


def _named(name: str) -> str:
    """Find the operator whose name a sales channel's name begins with: `Leroy Merlin France`."""
    flat = _flat(name)
    fitting = [operator for operator, own in _names() if flat == own or flat.startswith(f"{own} ")]
    return fitting[0] if fitting else ""


@cache
def _names() -> tuple[tuple[str, str], ...]:
    """Give operators with their names, the longest name first."""
    known = [
        (one.id, _flat(one.name.partition("(")[0]))
        for one in marketplaces().values()
        if (one.family == FAMILY and one.id != FAMILY) or one.id in BESIDES
    ]
    return tuple(sorted(known, key=lambda pair: -len(pair[1])))


def _flat(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
