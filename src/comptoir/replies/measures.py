"""Numbers with units, as the buyer's country writes them: "24 cm", in the United States "9.4 in"."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, list_currencies
from babel.units import format_unit

UNITS = {
    "mm": "length-millimeter",
    "cm": "length-centimeter",
    "m": "length-meter",
    "km": "length-kilometer",
    "g": "mass-gram",
    "kg": "mass-kilogram",
    "ml": "volume-milliliter",
    "l": "volume-liter",
    "°C": "temperature-celsius",
    "W": "power-watt",
}

Change = Callable[[Decimal], Decimal]
IMPERIAL: dict[str, tuple[str, Change]] = {
    "mm": ("length-inch", lambda amount: amount / Decimal("25.4")),
    "cm": ("length-inch", lambda amount: amount / Decimal("2.54")),
    "m": ("length-foot", lambda amount: amount / Decimal("0.3048")),
    "km": ("length-mile", lambda amount: amount / Decimal("1.609344")),
    "g": ("mass-ounce", lambda amount: amount / Decimal("28.349523")),
    "kg": ("mass-pound", lambda amount: amount / Decimal("0.45359237")),
    "ml": ("volume-fluid-ounce", lambda amount: amount / Decimal("29.573530")),
    "l": ("volume-quart", lambda amount: amount / Decimal("0.946353")),
    "°C": ("temperature-fahrenheit", lambda amount: amount * 9 / 5 + 32),
}
"""What the United States measure in, and how to get there (NIST SP 811)."""


def is_known(unit: str) -> bool:
    """Tell whether a unit or currency can be written."""
    return unit in UNITS or unit in list_currencies()


def written(amount: Decimal, unit: str, locale: Locale) -> str:
    """Write a measure or an amount of money for a locale."""
    if unit not in UNITS:
        return format_currency(amount, unit, locale=locale)
    name, shown = UNITS[unit], amount
    if locale.territory == "US" and unit in IMPERIAL:
        name, change = IMPERIAL[unit]
        shown = change(amount).quantize(Decimal("0.1")).normalize()
    text: str = format_unit(shown, name, length="short", locale=locale)
    return text
