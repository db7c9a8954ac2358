"""Texts made comparable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comptoir.core.understanding.normal import plain, read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Où EST l’article ?", "ou est l'article ?"),
        ("Grüße  aus\u00a0Köln", "grusse aus koln"),
        ("CAFÉ", "cafe"),
        ("œuvre", "oeuvre"),
        ("", ""),
    ],
)
def test_plain(text, expected):
    assert plain(text) == expected


@pytest.mark.parametrize(
    "text",
    ["A-to-z", "A to Z", "AtoZ", "a bis z", "A-bis-Z", "A à Z", "A alla Z", "A a la Z", "A-Z"],
)
def test_all_names_of_the_guarantee_are_one_word(text):
    assert read(text).words == ("atoz",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I don't", ("i", "do", "not")),
        ("it doesnt", ("it", "does", "not")),
        ("I can't / cannot", ("i", "ca", "not", "can", "not")),
        ("I'll go, I've it, I'm in", ("i", "will", "go", "i", "have", "it", "i", "am", "in")),
        ("see https://x.example/a and me@x.example", ("see", "and")),
    ],
)
def test_read_words(text, words):
    assert read(text).words == words


def test_read_knows_sentences_clauses_and_questions():
    text = read("Hello, it came\nbroken. Where is it?")

    assert text.words == ("hello", "it", "came", "broken", "where", "is", "it")
    assert text.sentences == (0, 0, 0, 0, 1, 1, 1)
    assert text.clauses == (0, 1, 1, 1, 2, 2, 2)
    assert text.asks == {1}


@given(st.text())
def test_any_text_can_be_read_and_gives_words_only(text):
    found = read(text)

    assert len(found.words) == len(found.sentences) == len(found.clauses)
    assert all(word.isalnum() or word.isidentifier() for word in found.words)
