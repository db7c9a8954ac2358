"""Amounts as eBay writes them: a text and its currency."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any


def amount_of(told: Any) -> tuple[Decimal, str] | None:
    """Give an amount and its currency; None for what is none."""
    if not isinstance(told, dict):
        return None
    value = decimal_of(told.get("value"))
    return None if value is None else (value, str(told.get("currency") or ""))


def decimal_of(told: Any) -> Decimal | None:
    """Give a number; None for what is none."""
    try:
        value = Decimal(str(told))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
