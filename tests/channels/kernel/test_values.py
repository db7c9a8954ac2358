"""Single values of vendors' answers: nothing they send breaks the reading, nothing is made up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from comptoir.channels.kernel import values
from comptoir.channels.kernel.rounds import Rounds

NOW = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "number"),
    [(12.5, Decimal("12.5")), ("7", Decimal(7)), (0, Decimal(0)), (True, None), (None, None),
     ("a lot", None), ("NaN", None), ({"amount": 1}, None)],
)  # fmt: skip
def test_number_is_read_or_none(told: object, number: Decimal | None) -> None:
    assert values.number(told) == number


@pytest.mark.parametrize(
    ("told", "country"), [("FRA", "FR"), ("deu", "DE"), ("be", "BE"), ("ZZZZ", ""), (None, "")]
)
def test_country_has_two_letters_or_none(told: object, country: str) -> None:
    assert values.country(told) == country


@pytest.mark.parametrize(
    ("told", "language"), [("fr_FR", "fr"), ("de-AT", "de"), ("en", "en"), ("1", ""), (None, "")]
)
def test_language_is_read_from_a_locale(told: object, language: str) -> None:
    assert values.language(told) == language


def test_same_content_is_the_same_version() -> None:
    assert values.digest({"a": 1, "b": 2}) == values.digest({"b": 2, "a": 1})
    assert values.digest({"a": 1}) != values.digest({"a": 2})


def test_round_ends_where_it_began_not_where_it_was_when_it_ended() -> None:
    begun = Rounds({}, now=NOW, first=timedelta(days=30))
    assert begun.begin("orders") == NOW - timedelta(days=30)
    begun.turn("orders", 2)

    later = Rounds(begun.cursor(), now=NOW + timedelta(hours=1), first=timedelta(days=30))
    assert later.is_due("orders", timedelta(days=1))
    assert (later.begin("orders"), later.page("orders")) == (NOW - timedelta(days=30), 2)
    later.turn("orders", None)

    assert later.cursor()["orders"] == {"through": "2026-03-06T09:00:00Z"}


def test_cursor_from_the_future_is_asked_again() -> None:
    rounds = Rounds({"orders": {"through": "2027-01-01T00:00:00Z"}}, now=NOW, first=timedelta(1))

    assert rounds.is_due("orders", None)
    assert rounds.begin("orders") == NOW - timedelta(minutes=5)
