"""French and German are complete, and what is read is what was written."""

from __future__ import annotations

import re

import pytest
from babel.messages import Message

from comptoir.web import translations
from comptoir.web.translations import LANGUAGES, LOCALE, compiled, missing, stored, template

PLACE = re.compile(r"%\(\w+\)[\d.]*[a-z]|\{\w*\}|%%")
INVITES_A_BREAK = re.compile(r"[ \u00a0][:;?!»](?=[\s.,)]|$)|«[ \u00a0]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    assert missing(language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_holds_no_text_that_the_product_lost(language: str) -> None:
    known = {(str(message.id), message.context) for message in template()}
    kept = {(str(message.id), message.context) for message in stored(language)}

    assert kept - known == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_says_what_the_source_says(language: str) -> None:
    path = LOCALE / language / "LC_MESSAGES" / f"{translations.DOMAIN}.mo"

    assert path.read_bytes() == compiled(stored(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_translation_keeps_the_places_of_its_values(language: str) -> None:
    wrong = [
        (source, said)
        for message in stored(language)
        if message.id
        for source, said in _pairs(message)
        if sorted(PLACE.findall(source)) != sorted(PLACE.findall(said))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_tone_is_calm(language: str) -> None:
    shouting = [m.string for m in stored(language) if m.id and "!" in str(m.string)]

    assert shouting == []


def test_french_punctuation_stays_on_the_line_of_its_word() -> None:
    torn = [
        said
        for message in stored("fr")
        if message.id
        for _source, said in _pairs(message)
        if INVITES_A_BREAK.search(said)
    ]
    assert torn == []


def test_french_has_one_apostrophe_and_does_not_call_the_desk_an_office() -> None:
    texts = [said for m in stored("fr") if m.id for _source, said in _pairs(m)]

    assert [said for said in texts if re.search(r"[A-Za-zÀ-ÿ]'[A-Za-zÀ-ÿ]", said)] == []
    assert [said for said in texts if re.search(r"\b[Cc]e bureau\b", said)] == []


def test_sentences_of_the_core_are_among_the_texts() -> None:
    texts = {str(message.id) for message in template()}

    assert {"buyer wrote {at}", "nobody is on duty before the limit {at}"} <= texts


def _pairs(message: Message) -> list[tuple[str, str]]:
    """Give source and translation, or both forms of a plural."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    return list(zip(message.id, message.string or (), strict=True))
