"""What may be typed next in a search: names of operators, and their values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.inbox.search.folding import words
from comptoir.inbox.search.operators import local_name, operator

SHOWN_MAX = 5
_LAST = re.compile(r"(\S*)$")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion: what the box holds after choosing it, and what it means."""

    shown: str
    about: str
    text: str


def suggestions(question: str, channels: Iterable[tuple[int, str, str]]) -> list[Suggestion]:
    """Complete the part being typed: an operator by its first letters, or the value of one."""
    found = _LAST.search(question)
    part = found[1] if found else ""
    before = question[: len(question) - len(part)]
    if not part.strip("-"):
        return []
    name, colon, value = part.lstrip("-").partition(":")
    sign = "-" if part.startswith("-") else ""
    language = get_language() or "en"
    if colon:
        kind = operator(name)
        values = _values(kind, channels) if kind else []
        fits = [(one, about) for one, about in values if _begins(one, about, value)]
        return [
            Suggestion(f"{name}:{one}", about, f"{before}{sign}{name}:{one} ")
            for one, about in fits[:SHOWN_MAX]
        ]
    typed = "".join(words(name))
    fits = [
        (local, about)
        for kind, about in _operators()
        if (local := local_name(kind, language)) and "".join(words(local)).startswith(typed)
    ]
    if not typed or len(typed) < 2:
        return []
    return [
        Suggestion(f"{local}:", about, f"{before}{sign}{local}:")
        for local, about in fits[:SHOWN_MAX]
    ]


def all_operators() -> list[tuple[str, str]]:
    """Give every operator in the reader's language with what it looks for."""
    language = get_language() or "en"
    return [(f"{local_name(kind, language)}:", about) for kind, about in _operators()]


def _operators() -> list[tuple[str, str]]:
    return [
        ("from", _("who wrote: name or address")),
        ("to", _("whom we wrote to")),
        ("channel", _("channel, by its name")),
        ("marketplace", _("marketplace")),
        ("order", _("order number")),
        ("tracking", _("tracking number")),
        ("sku", _("article number")),
        ("tag", _("tag")),
        ("assignee", _("who has it: me, nobody, a name")),
        ("is", _("open, waiting, solved, snoozed, claim")),
        ("has", _("attachment, note, order")),
        ("language", _("language of the buyer: de, fr …")),
        ("country", _("country: de, fr …")),
        ("before", _("before a day: 21.11., monday, yesterday")),
        ("after", _("from a day on: 7d is a week ago")),
        ("on", _("on a day, or in a month: 2026-11")),
    ]


def _values(kind: str, channels: Iterable[tuple[int, str, str]]) -> list[tuple[str, str]]:
    """Give values of an operator as they can be typed, with their meaning."""
    language = (get_language() or "en")[:2]
    if kind == "channel":
        return [(f'"{short.lower()}"' if " " in short else short.lower(), name)
                for _id, name, short in channels]  # fmt: skip
    typed = _TYPED.get(kind, {})
    return [(one, "") for one in typed.get(language, typed.get("en", ()))]


_TYPED: dict[str, dict[str, tuple[str, ...]]] = {
    "is": {
        "en": ("open", "waiting", "solved", "snoozed", "claim"),
        "fr": ("ouvert", "attente", "résolu", "reporté", "litige"),
        "de": ("offen", "wartend", "gelöst", "zurückgestellt", "käuferschutz"),
    },
    "has": {
        "en": ("attachment", "note", "order"),
        "fr": ("fichier", "note", "commande"),
        "de": ("anhang", "notiz", "bestellung"),
    },
    "assignee": {"en": ("me", "nobody"), "fr": ("moi", "personne"), "de": ("ich", "niemand")},
    "language": {"en": ("de", "fr", "en", "it", "es")},
    "country": {"en": ("de", "fr", "it", "es", "be", "at", "ch")},
}
for _day in ("before", "after", "on"):
    _TYPED[_day] = {
        "en": ("today", "yesterday", "monday", "7d"),
        "fr": ("aujourdhui", "hier", "lundi", "7j"),
        "de": ("heute", "gestern", "montag", "7t"),
    }


def _begins(one: str, about: str, typed: str) -> bool:
    asked = words(typed)
    said = [*words(one), *words(about)]
    return all(any(word.startswith(part) for word in said) for part in asked)
