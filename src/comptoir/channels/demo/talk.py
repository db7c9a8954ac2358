"""What buyers and agents of the demo say: conversations as scripts, one file a language.

A file holds *stories* (`== intent | state of the order | for=… | on=… | by=…`), each a buyer's
text, then turns by `-- agent` and `-- buyer`; and *pools* (`== thanks_more`), short texts for what
comes later. A line `> photo` hangs a file on the turn before it. `README.md` in `texts` explains
the form. Texts are content, not interface: they are never translated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from comptoir.channels.demo.goods import HERE, LANGUAGES, Article

Speaker = Literal["buyer", "agent"]
POOLS = ("thanks_more", "question_more", "chase", "threat", "out_of_office")
STATES = ("none", "pending", "shipped", "late", "delivered", "cancelled")
SLOT = re.compile(r"\{(\w+)\}")


class ScriptError(ValueError):
    """Say which script is not in order, and where."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said in a story, with the kind of file that hangs on it (`photo`, `facture` …)."""

    speaker: Speaker
    text: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A conversation as written down. `state` is what its order must be, `none` without one.

    `about` are codes or groups of articles, `channels` marketplaces it fits (`mirakl` stands for
    all of its operators); empty means any. `gender` is the buyer's where the text shows it.
    """

    id: str
    language: str
    intent: str
    state: str
    about: tuple[str, ...]
    channels: tuple[str, ...]
    gender: str
    turns: tuple[Turn, ...]

    def fits(self, *, state: str, article: Article | None, marketplace: str, gender: str) -> bool:
        """Tell whether the story can be told by this buyer about this order."""
        if self.state != state or (self.gender and gender and self.gender != gender):
            return False
        if self.channels and not _families(marketplace) & set(self.channels):
            return False
        return article is None or article.is_any_of(self.about)


def stories(language: str) -> tuple[Story, ...]:
    """Give all stories of a language."""
    return _script(language)[0]


def pool(language: str, name: str) -> tuple[str, ...]:
    """Give the short texts of one pool."""
    return _script(language)[1][name]


def fill(text: str, slots: Mapping[str, str]) -> str:
    """Put the order's words into a text; a slot nobody filled is an error of ours."""
    return SLOT.sub(lambda found: slots[found[1]], text)


def _families(marketplace: str) -> set[str]:
    operators = ("darty", "leroy_merlin", "conforama")
    return {marketplace, "mirakl"} if marketplace in operators else {marketplace}


@cache
def _script(language: str) -> tuple[tuple[Story, ...], dict[str, tuple[str, ...]]]:
    if language not in LANGUAGES:
        raise ScriptError(f"no texts in {language!r}")
    content = (HERE / "texts" / f"{language}.txt").read_text(encoding="utf-8")
    found: list[Story] = []
    pools: dict[str, list[str]] = {name: [] for name in POOLS}
    for number, block in enumerate(re.split(r"(?m)^== ", content)[1:], start=1):
        head, _, body = block.partition("\n")
        values = [part.strip() for part in head.split("|")]
        if values[0] in POOLS:
            pools[values[0]].append(body.strip())
        else:
            found.append(_story(f"{language}-{number}", language, values, body))
    return tuple(found), {name: tuple(texts) for name, texts in pools.items()}


def _story(story_id: str, language: str, values: list[str], body: str) -> Story:
    options = dict(value.split("=", 1) for value in values[2:])
    if len(values) < 2 or values[1] not in STATES or set(options) - {"for", "on", "by"}:
        raise ScriptError(f"{story_id}: {' | '.join(values)}")
    return Story(
        id=story_id,
        language=language,
        intent=values[0],
        state=values[1],
        about=_list(options.get("for", "")),
        channels=_list(options.get("on", "")),
        gender=options.get("by", ""),
        turns=tuple(_turns(body)),
    )


def _turns(body: str) -> list[Turn]:
    turns: list[Turn] = []
    speaker: Speaker = "buyer"
    for part in re.split(r"(?m)^-- (buyer|agent)\n", body):
        if part == "buyer" or part == "agent":
            speaker = "buyer" if part == "buyer" else "agent"
            continue
        text, _, file = part.strip().partition("\n> ")
        turns.append(Turn(speaker, text.strip(), file.strip()))
    return turns


def _list(value: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in value.split(",") if item.strip())
