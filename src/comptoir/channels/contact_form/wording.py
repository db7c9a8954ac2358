"""What the form and its pages say, in the five languages of `words/`: one file a language."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec

FOLDER = Path(__file__).parent / "words"
LANGUAGES = ("en", "fr", "de", "es", "it")


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All sentences of one language. Names in braces are filled in."""

    title: str
    lead: str
    name: str
    email: str
    email_help: str
    order: str
    order_help: str
    find_order: str
    message: str
    files: str
    files_help: str
    optional: str
    send: str
    privacy: str
    trap: str
    wrong: str
    sent_title: str
    sent: str
    sent_known: str
    again: str
    confirm_title: str
    confirm: str
    subject: str
    subject_order: str
    no_order: str
    order_found: str
    states: dict[str, str]
    placed: str
    shipped: str
    promised: str
    delivered: str
    track: str
    errors: dict[str, str]
    not_here_title: str
    not_here: str
    typed: str
    closed_title: str
    closed: str
    talk_title: str
    talk_lead: str
    you: str
    answer: str
    answer_send: str
    answered: str
    gone_title: str
    gone: str
    in_mail: str
    open_form: str
    working: str


@cache
def wordings() -> dict[str, Wording]:
    """Read all languages. Raises `msgspec.ValidationError` when a sentence is missing."""
    return {
        code: msgspec.convert(tomllib.loads((FOLDER / f"{code}.toml").read_text("utf-8")), Wording)
        for code in LANGUAGES
    }


def wording(language: str) -> Wording:
    """Give the sentences of a language (`fr-CA` reads French), in English where there are none."""
    return wordings()[known(language) or "en"]


def known(language: str) -> str:
    """Give the code of a language that the form speaks; empty for others."""
    code = language.strip().lower()[:2]
    return code if code in LANGUAGES else ""


def accepted(header: str, default: str) -> str:
    """Choose by `Accept-Language`: the first that the form speaks."""
    found = (known(part.partition(";")[0]) for part in header.split(","))
    return next((code for code in found if code), default)
