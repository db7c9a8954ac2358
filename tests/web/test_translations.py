"""French and German are complete, and what is read is what was written."""

from __future__ import annotations

import re

import pytest

from comptoir.web import translations
from comptoir.web.translations import LANGUAGES, LOCALE, compiled, missing, stored

PLACE = re.compile(r"%\(\w+\)[a-z.\d]*|\{\w*\}|%%")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    assert missing(language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_says_what_the_source_says(language: str) -> None:
    path = LOCALE / language / "LC_MESSAGES" / f"{translations.DOMAIN}.mo"

    assert path.read_bytes() == compiled(stored(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_translation_keeps_the_places_of_its_values(language: str) -> None:
    wrong = []
    for message in stored(language):
        if not message.id or isinstance(message.id, tuple | list):
            continue
        if sorted(set(PLACE.findall(message.id))) != sorted(
            set(PLACE.findall(str(message.string)))
        ):
            wrong.append((message.id, message.string))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_tone_is_calm(language: str) -> None:
    shouting = [m.string for m in stored(language) if m.id and "!" in str(m.string)]

    assert shouting == []
