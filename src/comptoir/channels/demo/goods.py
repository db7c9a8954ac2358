"""What the demo shop sells (`goods.toml`), and how each language speaks of it.

An article of a shop is a code, a price in euros, groups that texts speak of, a title and a noun by
language. `words_for` gives the noun in all the forms that a text may need: `{le}`, `{den}`, `{e}`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
LANGUAGES = ("fr", "de", "it", "es", "en")


@dataclass(frozen=True, slots=True)
class Article:
    """One thing for sale. `nouns` carry their article, and `f:` where it does not show the gender."""

    sku: str
    price: Decimal
    groups: tuple[str, ...]
    titles: Mapping[str, str]
    nouns: Mapping[str, str]

    def is_any_of(self, wanted: tuple[str, ...]) -> bool:
        """Tell whether a text for these codes or groups speaks of this article."""
        return not wanted or bool({self.sku, *self.groups} & set(wanted))


@cache
def articles() -> Mapping[str, Article]:
    """Read the shop's range, by code."""
    table = tomllib.loads((HERE / "goods.toml").read_text(encoding="utf-8"))
    return {sku: _article(sku, row) for sku, row in table.items()}


def _article(sku: str, row: dict[str, list[str]]) -> Article:
    return Article(
        sku=sku,
        price=Decimal(str(row["price"])),
        groups=tuple(row["is"]),
        titles={language: row[language][0] for language in LANGUAGES},
        nouns={language: row[language][1] for language in LANGUAGES},
    )


def words_for(article: Article, language: str) -> dict[str, str]:
    """Give the forms of an article's noun in a language, under the names texts use."""
    noun = article.nouns[language]
    forms = _FORMS[language](noun.removeprefix("f:"), noun.startswith("f:"))
    return {**forms, **{name.capitalize(): _begin(form) for name, form in forms.items()}}


def _begin(form: str) -> str:
    return form[:1].upper() + form[1:]


def _split(noun: str) -> tuple[str, str]:
    if "'" in noun[:3]:
        return noun[: noun.index("'") + 1], noun[noun.index("'") + 1 :]
    article, _, name = noun.partition(" ")
    return article, name


def _french(noun: str, marked: bool) -> dict[str, str]:
    article, name = _split(noun)
    is_feminine = marked or article == "la"
    elided = article == "l'"
    return {
        "le": noun,
        "du": f"du {name}" if article == "le" else f"de {noun}",
        "un": f"{'une' if is_feminine else 'un'} {name}",
        "mon": f"{'ma' if is_feminine and not elided else 'mon'} {name}",
        "il": "elle" if is_feminine else "il",
        "e": "e" if is_feminine else "",
    }


def _german(noun: str, _marked: bool) -> dict[str, str]:
    article, name = _split(noun)
    accusative = {"der": "den", "die": "die", "das": "das"}[article]
    dative = {"der": "dem", "die": "der", "das": "dem"}[article]
    pronoun = {"der": ("er", "ihn"), "die": ("sie", "sie"), "das": ("es", "es")}[article]
    return {
        "der": noun,
        "den": f"{accusative} {name}",
        "dem": f"{dative} {name}",
        "er": pronoun[0],
        "ihn": pronoun[1],
    }


def _italian(noun: str, marked: bool) -> dict[str, str]:
    article, name = _split(noun)
    of = {"il": f"del {name}", "la": f"della {name}", "lo": f"dello {name}"}
    return {
        "il": noun,
        "del": of.get(article, f"dell'{name}"),
        "o": "a" if marked or article == "la" else "o",
    }


def _spanish(noun: str, _marked: bool) -> dict[str, str]:
    article, name = _split(noun)
    return {
        "el": noun,
        "del": f"del {name}" if article == "el" else f"de {noun}",
        "o": "a" if article == "la" else "o",
    }


def _english(noun: str, _marked: bool) -> dict[str, str]:
    return {"it": noun, "a": f"a {_split(noun)[1]}"}


_FORMS = {"fr": _french, "de": _german, "it": _italian, "es": _spanish, "en": _english}
