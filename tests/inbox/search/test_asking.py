"""What a search box understands: never an error, and always something."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comptoir.inbox.search.asking import Term, Wish, read
from comptoir.inbox.search.dates import days_of
from comptoir.inbox.search.operators import OPERATORS

SUNDAY = date(2026, 11, 22)
PIECES = st.sampled_from(
    [*OPERATORS, ":", '"', "-", " ", ",", "é", "ß", "302-1234567", "„", "\0", "@"]
)


@given(st.one_of(st.text(max_size=400), st.lists(PIECES, max_size=30).map("".join)))
def test_anything_typed_is_read_without_a_complaint(text: str) -> None:
    asked = read(text, today=SUNDAY)

    assert all(term.words and all(term.words) for term in asked.terms)
    assert sum(term.is_open for term in asked.terms) <= 1


def test_words_phrases_and_what_is_denied() -> None:
    asked = read('Étui "broken handle" -refund ', today=SUNDAY)

    assert asked.terms == (
        Term("word", ("etui",)),
        Term("phrase", ("broken", "handle")),
        Term("word", ("refund",), is_denied=True),
    )


def test_only_the_last_word_is_still_being_typed() -> None:
    assert [term.is_open for term in read("colis cas", today=SUNDAY).terms] == [False, True]
    assert [term.is_open for term in read("colis casse ", today=SUNDAY).terms] == [False, False]


@pytest.mark.parametrize("typed", ["from:anna", "von:Anna", "de:ANNA", 'from:"anna"'])
def test_operator_has_a_name_in_each_language(typed: str) -> None:
    assert read(f"{typed} ", today=SUNDAY).terms == (Term("word", ("anna",), field="from"),)


def test_number_loses_its_dashes_and_a_date_is_no_operator_of_text() -> None:
    asked = read("302-1234567-4471983 ", today=SUNDAY)

    assert asked.terms == (Term("number", ("30212345674471983",)),)


def test_states_are_understood_in_three_languages() -> None:
    for typed in ("is:solved", "ist:gelöst", "est:résolu", "status:solved"):
        assert read(typed, today=SUNDAY).wishes == (Wish("is", ("solved",)),)


def test_what_is_no_operator_is_searched_as_text_and_said() -> None:
    asked = read("subject:parcel is:purple", today=SUNDAY)

    assert asked.not_understood == ("subject:parcel", "is:purple")
    assert [term.words[0] for term in asked.terms] == ["subject", "parcel", "purple"]


def test_operator_without_a_value_is_being_typed_and_asks_nothing() -> None:
    assert read("channel:", today=SUNDAY).is_empty


@pytest.mark.parametrize(
    ("typed", "first", "end"),
    [
        ("yesterday", "2026-11-21", "2026-11-22"),
        ("gestern", "2026-11-21", "2026-11-22"),
        ("hier", "2026-11-21", "2026-11-22"),
        ("sunday", "2026-11-15", "2026-11-16"),
        ("Montag", "2026-11-16", "2026-11-17"),
        ("2026-02", "2026-02-01", "2026-03-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("24.12.", "2025-12-24", "2025-12-25"),
        ("3/4/26", "2026-04-03", "2026-04-04"),
        ("7d", "2026-11-15", "2026-11-16"),
    ],
)
def test_days_are_read_as_people_write_them(typed: str, first: str, end: str) -> None:
    assert days_of(typed, today=SUNDAY) == (date.fromisoformat(first), date.fromisoformat(end))


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading_of_days(text: str) -> None:
    days_of(text, today=SUNDAY)
