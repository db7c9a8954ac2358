"""Amounts in the reader's language, always with their own currency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency


@dataclass(frozen=True, slots=True)
class Style:
    """How a language writes a currency, taken once from Babel (a list needs fifty amounts)."""

    before: str
    after: str
    group: str
    point: str
    places: int


def money(amount: Decimal | None, currency: str, language: str) -> str:
    """Write an amount: "€49.90", "49,90 €"; nothing when there is none."""
    if amount is None or not currency:
        return ""
    style = _style(currency, language)
    digits = f"{abs(amount):,.{style.places}f}"
    written = digits.replace(",", "\0").replace(".", style.point).replace("\0", style.group)
    return f"{'−' if amount < 0 else ''}{style.before}{written}{style.after}"


@lru_cache(maxsize=256)
def _style(currency: str, language: str) -> Style:
    sample = format_currency(Decimal("1234567.89"), currency, locale=language)
    found = re.search(r"\d.*\d", sample)
    if found is None:
        return Style(f"{currency} ", "", ",", ".", 2)
    separators = re.findall(r"\D", found.group())
    places = len(found.group()) - found.group().rfind(separators[-1]) - 1
    has_point = len(separators) > 2 and places != 3
    return Style(
        before=sample[: found.start()],
        after=sample[found.end() :],
        group=separators[0],
        point=separators[-1] if has_point else ".",
        places=places if has_point else 0,
    )
