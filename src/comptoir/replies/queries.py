"""Reading templates: which ones a person is offered, and finding one while they type."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from comptoir.replies.models import Template
from comptoir.storage.sorting import name_key

NAME_BEGINS, NAME_WORD_BEGINS, NAME_HOLDS, FOLDER_HOLDS, TEXT_HOLDS = 5, 4, 3, 2, 1


def seen_by(person_id: int) -> QuerySet[Template]:
    """Give the templates a person sees: the shared ones and their own."""
    return Template.objects.filter(Q(owner=None) | Q(owner=person_id))


def offered(person_id: int, channel_id: int) -> list[Template]:
    """Give the templates a person is offered on a channel, with their texts: two queries."""
    on_channel = Q(channels=None) | Q(channels=channel_id)
    found = seen_by(person_id).filter(on_channel, is_active=True).distinct()
    return sorted(
        found.prefetch_related("texts"),
        key=lambda one: (name_key(one.folder), name_key(one.name), one.pk),
    )


def folders_seen_by(person_id: int) -> list[str]:
    """Give the folders there are, in order."""
    found = seen_by(person_id).exclude(folder="").order_by("folder")
    return sorted(found.values_list("folder", flat=True).distinct(), key=name_key)


@dataclass(frozen=True, slots=True)
class Words:
    """A template as it is searched in: without accents and capitals."""

    name: str
    folder: str
    texts: str

    @classmethod
    def of(cls, template: Template) -> Words:
        """Read a template whose texts were fetched with it."""
        texts = " ".join(text.body for text in template.texts.all())
        return cls(plain(template.name), plain(template.folder), plain(texts))

    def rank(self, words: Collection[str]) -> int:
        """Tell how well it fits: the weakest place in which each word is found; 0 for not at all."""
        return min((self._rank(word) for word in words), default=TEXT_HOLDS)

    def _rank(self, word: str) -> int:
        if self.name.startswith(word):
            return NAME_BEGINS
        if f" {word}" in self.name:
            return NAME_WORD_BEGINS
        if word in self.name:
            return NAME_HOLDS
        if word in self.folder:
            return FOLDER_HOLDS
        return TEXT_HOLDS if word in self.texts else 0


def fitting(
    templates: Collection[Template], query: str, scores: Mapping[int, float]
) -> list[Template]:
    """Give the templates that hold all words of a query: best place first, then most used."""
    words = plain(query).split()
    ranked = [(template, Words.of(template).rank(words)) for template in templates]
    found = [pair for pair in ranked if pair[1]]
    key: Any = lambda pair: (-pair[1] if words else 0, -scores.get(pair[0].pk, 0.0))  # noqa: E731
    return [template for template, _ in sorted(found, key=key)]


def plain(text: str) -> str:
    """Write a text without accents and capitals."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
