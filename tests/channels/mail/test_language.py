"""The language of a text, short ones included."""

import json
from pathlib import Path

import pytest

from comptoir.channels.mail.language import language_of
from comptoir.rulebook.wordings import LANGUAGES, phrases

LABELLED = Path(__file__).parents[2] / "core" / "understanding" / "labelled.json"


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("Wo bleibt mein Paket?", "", "de"),
        ("WO BLEIBT MEIN PAKET", "FR", "de"),
        ("Merci", "DE", "fr"),
        ("Gracias", "", "es"),
        ("mille grazie", "", "it"),
        ("Thanks a lot", "", "en"),
        ("Facture svp", "", "fr"),
        ("Waar blijft mijn pakket? Het had gisteren moeten komen.", "", "nl"),
        ("ok", "DE", "de"),
        ("302-1234567-7654321", "IT", "it"),
        ("", "", ""),
        ("????", "", ""),
        ("\x00\n\n", "GB", "en"),
    ],
)
def test_language_of(text, country, expected):
    assert language_of(text, country=country) == expected


def test_phrases_and_labelled_texts_are_told_in_99_of_100():
    texts = [(lang, t) for lists in phrases().values() for lang in LANGUAGES for t in lists[lang]]
    for lists in json.loads(LABELLED.read_text()).values():
        texts += [(lang, text) for lang in lists for text in lists[lang]]

    right = sum(language_of(text) == language for language, text in texts)

    assert right / len(texts) >= 0.99
