"""Amounts as Walmart writes them: `amount` with `currency` in orders, two longer names elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount and its currency."""

    amount: Decimal
    currency: str

    @classmethod
    def of(cls, parts: Iterable[Sum]) -> Self:
        """Add amounts of one currency; nothing adds up to zero of none."""
        found = list(parts)
        currency = found[0].currency if found else ""
        same = (one.amount for one in found if one.currency == currency)
        return cls(sum(same, Decimal(0)), currency)


def amount_of(told: Any) -> Sum | None:
    """Give an amount; None for what is none."""
    if not isinstance(told, dict):
        return None
    value = decimal_of(told.get("amount", told.get("currencyAmount")))
    currency = str(told.get("currency") or told.get("currencyUnit") or "")
    return None if value is None else Sum(value, currency)


def decimal_of(told: Any) -> Decimal | None:
    """Give a number; None for what is none."""
    try:
        value = Decimal(str(told))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
