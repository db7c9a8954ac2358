"""Greeting people whose names come from marketplaces."""

from __future__ import annotations

import pytest

from comptoir.replies.names import GREETINGS, Name, greeting, read_name


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Anna Berg", Name("Anna", "Berg", "Anna Berg")),
        ("Berg, Anna", Name("Anna", "Berg", "Anna Berg")),
        ("Frau Dr. Anna Berg", Name("Anna", "Berg", "Anna Berg")),
        ("ANNA BERG", Name("Anna", "Berg", "Anna Berg")),
        ("ANNA von der BERG", Name("Anna", "von der Berg", "Anna von der Berg")),
        ("jean-pierre de la tour", Name("Jean-Pierre", "de la Tour", "Jean-Pierre de la Tour")),
        ("Müller & Söhne GmbH", Name("", "", "Müller & Söhne GmbH")),
        ("lampenfreund_72", Name("", "", "")),
        ("a4f9@marketplace.amazon.de", Name("", "", "")),
        ("", Name("", "", "")),
    ],
)
def test_name_is_taken_apart(given: str, expected: Name) -> None:
    assert read_name(given) == expected


@pytest.mark.parametrize("language", sorted(GREETINGS))
def test_nobody_is_greeted_by_a_user_name(language: str) -> None:
    assert "72" not in greeting(read_name("lampenfreund_72"), language)


def test_greeting_takes_no_side() -> None:
    assert greeting(read_name("Anna Berg"), "de") == "Guten Tag Anna Berg,"
    assert greeting(read_name(""), "fr") == "Bonjour,"
