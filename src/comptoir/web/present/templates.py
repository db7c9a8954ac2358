"""Templates as the composer offers them: written out for the ticket, with what is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError
from django.utils.translation import gettext as _

from comptoir.replies import languages
from comptoir.replies.facts import Facts
from comptoir.replies.models import Template
from comptoir.replies.rendering import render
from comptoir.web.present.variables import label_of

SHOWN_MAX = 40


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """A language a template is written in, in its own code and the reader's word."""

    code: str
    word: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One template in the list; `text` is what goes into the composer, `missing` the fields in it.

    `foreign` says that it is not in the buyer's language; empty where it is, or nobody knows theirs.
    """

    id: int
    name: str
    folder: str
    is_own: bool
    language: LanguageChoice
    others: tuple[LanguageChoice, ...]
    text: str
    missing: tuple[str, ...]
    foreign: str


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes templates out for one buyer, in the languages of the buyer and the channel."""

    facts: Facts
    buyer_language: str
    channel_language: str
    country: str
    reader_language: str

    def write(self, template: Template, language: str = "") -> Suggestion | None:
        """Write a template out, in a language of one's choice or the buyer's; None without a text."""
        texts = {text.language: text.body for text in template.texts.all()}
        chosen = language if language in texts else self._chosen(texts)
        if chosen is None:
            return None
        done = render(texts[chosen], self.facts, language=chosen, country=self.country)
        others = sorted(code for code in texts if code != chosen)
        return Suggestion(
            id=template.pk,
            name=template.name,
            folder=template.folder,
            is_own=template.owner_id is not None,
            language=self._choice(chosen),
            others=tuple(self._choice(code) for code in others),
            text=done.text,
            missing=tuple(label_of(hole) for hole in done.missing),
            foreign=foreign(chosen, texts, self.buyer_language, self.reader_language),
        )

    def write_all(self, templates: Iterable[Template]) -> list[Suggestion]:
        """Write the first templates out."""
        written = (self.write(template) for template in list(templates)[:SHOWN_MAX])
        return [one for one in written if one]

    def _chosen(self, texts: Iterable[str]) -> str | None:
        return languages.chosen(
            list(texts), buyer=self.buyer_language, channel=self.channel_language
        )

    def _choice(self, code: str) -> LanguageChoice:
        return LanguageChoice(code, language_word(code, self.reader_language))


def foreign(language: str, written: Collection[str], buyer: str, reader_language: str) -> str:
    """Say that a text is not in the buyer's language, and whether there is one that would be."""
    wanted = languages.base(buyer)
    if not wanted or languages.base(language) == wanted:
        return ""
    values = {
        "buyer": language_word(wanted, reader_language),
        "language": language_word(language, reader_language),
    }
    said = (
        _("This version is %(language)s; the buyer writes %(buyer)s.")
        if wanted in written
        else _("No %(buyer)s version: this one is %(language)s.")
    )
    return said % values


def language_word(code: str, reader_language: str) -> str:
    """Name a language in the reader's own: "German"."""
    try:
        return str(Locale.parse(reader_language).languages.get(code, code))
    except (UnknownLocaleError, ValueError):
        return code


@dataclass(frozen=True, slots=True)
class Hint:
    """One line above the send button. `more` is the channel's own rule, or what was sent before."""

    icon: str
    text: str
    more: str
    address: str = ""
    kind: str = "repeated"


HINTS_MAX = 2


def first(hints: Sequence[Hint]) -> list[Hint]:
    """Keep as many hints as somebody reads."""
    return list(hints[:HINTS_MAX])
