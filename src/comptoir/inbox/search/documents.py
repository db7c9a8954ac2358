"""The lexemes of a ticket: what can be asked of it, each kind behind a sign of its own.

| lexeme | is |
| --- | --- |
| `parcel` | a word anywhere on the ticket |
| `@anna`, `>anna` | a word of who wrote, of whom we write to |
| `#30212345674471983` | a number anywhere, joined; `~38917…` the same backwards, for its last digits |
| `#o:302…`, `#t:…`, `#s:…` | the number of its order, of a parcel, of an article |
| `=channel:7`, `=status:open` … | what it is filtered by |
| `=d020779`, `=b000649` | the day of its last message, and the 32 days that day is in |

Days count from 1970-01-01 in UTC. Lexemes have no positions: a phrase is checked in the texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from comptoir.inbox.search.folding import number, numbers, spellings, words

LEXEMES_MAX = 12_000
DAY_SECONDS = 86_400
BLOCK_DAYS = 32


@dataclass(frozen=True, slots=True)
class Material:
    """Everything of one ticket that search knows, as stored."""

    at: datetime
    texts: tuple[str, ...]
    """Messages and notes, subjects, titles of articles, names of files, tags."""
    senders: tuple[str, ...]
    recipients: tuple[str, ...]
    orders: tuple[str, ...]
    parcels: tuple[str, ...]
    articles: tuple[str, ...]
    filters: tuple[str, ...]
    """Lexemes made by `filter_lexeme`."""


def lexemes_of(material: Material) -> list[str]:
    """Give all lexemes of a ticket, none twice; a very long ticket keeps the first ones."""
    found: dict[str, None] = dict.fromkeys(material.filters)
    day = day_of(material.at)
    found[day_lexeme(day)] = found[block_lexeme(day // BLOCK_DAYS)] = None
    for sign, names in (("@", material.senders), (">", material.recipients)):
        for name in names:
            for word in sorted(spellings(name)):
                found[word] = found[sign + word] = None
    for sign, known in (("o", material.orders), ("t", material.parcels), ("s", material.articles)):
        for one in known:
            _add_number(found, number(one))
            if joined := number(one):
                found[f"#{sign}:{joined}"] = None
            found.update(dict.fromkeys(words(one)))
    for text in material.texts:
        found.update(dict.fromkeys(sorted(spellings(text))))
        for joined in numbers(text):
            _add_number(found, joined)
    return list(found)[:LEXEMES_MAX]


def filter_lexeme(name: str, value: str | int) -> str:
    """Give the lexeme of a filter: `channel` 7 is `=channel:7`."""
    return f"={name}:{value}"


def tag_value(tag: str) -> str:
    """Give a tag as a filter compares it."""
    return "-".join(words(tag))


def day_of(at: datetime) -> int:
    """Count the days since 1970 of a moment, in UTC."""
    return int(at.timestamp() // DAY_SECONDS)


def day_lexeme(day: int) -> str:
    """Give the lexeme of a day."""
    return f"=d{day:06}"


def block_lexeme(block: int) -> str:
    """Give the lexeme of 32 days."""
    return f"=b{block:06}"


def counted(lexemes: Iterable[str]) -> list[str]:
    """Keep what the table of words counts: words of letters, days and filters, and no numbers."""
    return [one for one in lexemes if one[0] == "=" or (one.isalpha() and 2 <= len(one) <= 24)]


def _add_number(found: dict[str, None], joined: str) -> None:
    if joined:
        found[f"#{joined}"] = found[f"~{joined[::-1]}"] = None
