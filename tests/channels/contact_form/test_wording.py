"""The form says the same in each of its languages, and its sites are written as browsers do."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from comptoir.channels.contact_form import tokens
from comptoir.channels.contact_form.settings import FormSettings, origin_of
from comptoir.channels.contact_form.submission import Submission
from comptoir.channels.contact_form.wording import LANGUAGES, accepted, wording, wordings
from comptoir.channels.kernel.protocol import ChannelError

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
KEY = b"k" * 32


def sentences(language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, said in msgspec.to_builtins(wordings()[language]).items():
        if isinstance(said, dict):
            found |= {f"{name}.{code}": text for code, text in said.items()}
        else:
            found[name] = said
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything_with_the_same_values(language: str) -> None:
    english, said = sentences("en"), sentences(language)

    assert set(said) == set(english)
    for name, text in said.items():
        assert text, name
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", english[name])), name


def test_french_keeps_its_marks_together() -> None:
    for name, text in sentences("fr").items():
        assert not re.search(r"[^\u202f]([:;?!])(\s|$)", text.replace("http:", "")), name


@pytest.mark.parametrize(
    ("header", "language"),
    [("fr-CA,fr;q=0.9", "fr"), ("pt-BR, es;q=0.8", "es"), ("", "de"), ("xx", "de")],
)
def test_browser_chooses_among_the_forms_languages(header: str, language: str) -> None:
    assert accepted(header, "de") == language
    assert wording("xx") is wording("en")


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://Shop.Example/contact?x=1", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("https://shop.example:8443/", "https://shop.example:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://localhost:8899", "http://localhost:8899"),
    ],
)
def test_site_is_written_as_browsers_write_its_origin(typed: str, origin: str) -> None:
    assert origin_of(typed) == origin


def test_settings_that_name_no_site_are_refused() -> None:
    with pytest.raises(ChannelError, match="settings_invalid"):
        FormSettings.of({"origins": ["https://*.shop.example"]})
    assert FormSettings.of({"page_days": 9_999}).page_days == 365


def test_token_is_good_from_two_seconds_to_a_day() -> None:
    token = tokens.fresh(KEY, now=NOW)
    verdicts = [
        tokens.check(token, KEY, now=NOW + timedelta(seconds=seconds)).verdict
        for seconds in (1, 3, 86_399, 86_401, -120)
    ]

    assert verdicts == ["fast", "good", "good", "old", "old"]
    assert tokens.check(token, b"other", now=NOW).verdict == "forged"
    assert tokens.check("", KEY, now=NOW).verdict == "none"


def test_what_is_invisible_does_not_stay() -> None:
    given = Submission.of(
        {"name": "Anna\r\n\0Berg", "email": " a@b.example ", "message": "a\r\nb\0c\ud800"},
        [("../../etc/pass\nwd.png", b"x")],
        language="en",
    )

    assert (given.name, given.email, given.text) == ("Anna Berg", "a@b.example", "a\nb c?")
    assert given.files[0][0] == "pass wd.png"
