"""Amounts, written as Babel writes them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel.numbers import format_currency

from comptoir.web.present.money import money

AMOUNTS = ("0.5", "49.90", "1249.9", "1234567.89")


@pytest.mark.parametrize("currency", ["EUR", "USD", "GBP", "PLN", "JPY", "SEK"])
@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_amount_is_written_as_by_babel(currency: str, language: str) -> None:
    amounts = [Decimal(amount) for amount in AMOUNTS]

    ours = [money(amount, currency, language) for amount in amounts]

    assert ours == [format_currency(amount, currency, locale=language) for amount in amounts]


def test_negative_amount_keeps_its_sign() -> None:
    assert money(Decimal(-5), "EUR", "en") == "−€5.00"


def test_no_amount_is_nothing() -> None:
    assert money(None, "EUR", "en") == ""
