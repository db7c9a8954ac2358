"""What a buyer reads where a template has a variable: their language, their country, their order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from comptoir.replies.facts import Amount, Facts, Item, OrderFacts, ParcelFacts
from comptoir.replies.rendering import problems, render
from comptoir.replies.variables import GROUPS

FACTS = Facts(
    today=date(2026, 11, 20),
    buyer_name="Anna Berg",
    order=OrderFacts(
        number="302-1",
        placed_on=date(2026, 11, 2),
        total=Amount(Decimal("1249.90"), "EUR"),
        state="shipped",
        items=(Item("Casserole, 24 cm", 2), Item("Lamp")),
    ),
    parcel=ParcelFacts(carrier="DHL", promised_on=date(2027, 1, 3)),
    working_days=(date(2026, 11, 23), date(2026, 11, 24)),
    agent_name="Jonas Weber",
)


def written(text: str, language: str, country: str = "", facts: Facts = FACTS) -> str:
    return render(text, facts, language=language, country=country).text


@pytest.mark.parametrize(
    ("language", "country", "expected"),
    [
        ("de", "DE", "2. November, 1.249,90\u00a0€"),
        ("fr", "FR", "2 novembre, 1\u202f249,90\u00a0€"),
        ("en", "GB", "2 November, €1,249.90"),
        ("en", "US", "November 2, €1,249.90"),
        ("it", "IT", "2 novembre, 1.249,90\u00a0€"),
    ],
)
def test_days_and_money_are_written_as_in_the_buyers_country(
    language: str, country: str, expected: str
) -> None:
    assert written("{{ order.placed_on }}, {{ order.total }}", language, country) == expected


def test_day_of_another_year_says_which() -> None:
    assert written("{{ parcel.promised_on }}", "de", "DE") == "3. Januar 2027"


def test_first_of_a_month_is_first_in_french() -> None:
    first = replace(FACTS, parcel=ParcelFacts(promised_on=date(2026, 12, 1)))

    assert written("{{ parcel.promised_on }}", "fr", "FR", first) == "1er décembre"


def test_measures_are_those_of_the_buyers_country() -> None:
    assert written("{{ 24 cm }}", "de", "DE") == "24 cm"
    assert written("{{ 24 cm }}", "en", "US") == "9.4 in"
    assert written("{{ 1,5 kg }}", "fr", "FR") == "1,5\u202fkg"


def test_working_days_are_counted_from_today() -> None:
    assert written("{{ date.in_2_working_days }}", "de", "DE") == "24. November"
    assert written("{{ date.in_14_days }}", "en", "GB") == "4 December"


def test_articles_are_listed_and_joined_in_the_language() -> None:
    assert written("{{ order.item_titles }}", "de") == "Casserole, 24 cm und Lamp"
    assert written("{{ order.items }}", "de") == "– 2 × Casserole, 24 cm\n– 1 × Lamp"


def test_variable_without_a_value_stays_as_a_field() -> None:
    done = render(
        "No. {{parcel.tracking_number}} – {{ ask: Room }}", FACTS, language="en", country=""
    )

    assert done.text == "No. {{ parcel.tracking_number }} – {{ ask: Room }}"
    assert [(hole.variable, hole.label) for hole in done.missing] == [
        ("parcel.tracking_number", ""),
        ("", "Room"),
    ]


def test_fallback_stands_where_there_is_no_value_and_may_be_nothing() -> None:
    text = '{{ return.number | or: "your return" }}{{ return.state | or: "" }}'

    assert written(text, "en") == "your return"


def test_fallback_gives_way_to_a_value() -> None:
    assert written('{{ buyer.first_name | or: "there" }}', "en") == "Anna"


def test_language_not_written_in_the_country_is_written_as_at_home() -> None:
    assert written("{{ order.placed_on }}", "fr", "DE") == "2 novembre"


@pytest.mark.parametrize("name", [name for names in GROUPS.values() for name in names])
def test_every_variable_of_the_menus_can_be_kept(name: str) -> None:
    assert problems(f"{{{{ {name} }}}}") == ()


@pytest.mark.parametrize(
    ("text", "code", "nearest"),
    [
        ("{{ order.numer }}", "unknown_variable", "order.number"),
        ("{{ tracking_number }}", "unknown_variable", "parcel.tracking_number"),
        ("{{ Order Number }}", "unreadable_place", "order.number"),
        ("{{ 5 stone }}", "unknown_unit", ""),
        ("{{ order.number", "open_braces", ""),
        ("{{ date.in_99_days }}", "unknown_variable", "date.in_14_days"),
        ("{{ order.number.__class__ }}", "unreadable_place", "order.number"),
        ("{{ 7 * 7 }}", "unreadable_place", ""),
    ],
)
def test_mistake_is_found_with_what_was_probably_meant(text: str, code: str, nearest: str) -> None:
    (problem,) = problems(text)

    assert (problem.code, problem.nearest) == (code, nearest)
