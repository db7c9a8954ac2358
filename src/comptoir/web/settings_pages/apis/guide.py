"""A connector's card as a page shows it, in the language of its reader."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.channels.kernel.card import Card
from comptoir.rulebook.catalogue import marketplaces
from comptoir.web.settings_pages.apis import words


@dataclass(frozen=True, slots=True)
class Step:
    """What to do at the vendor; `link` is where, empty where that depends."""

    text: str
    link: str


@dataclass(frozen=True, slots=True)
class Guide:
    """All that is told before anything is entered."""

    kind: str
    name: str
    about: str
    steps: tuple[Step, ...]
    ways: tuple[tuple[str, str], ...]
    ends: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]
    proof: str
    wants_consent: bool
    return_address: str
    pushes: bool


def guide_of(card: Card) -> Guide:
    """Tell a card in the language of the page."""
    language = get_language() or "en"
    return Guide(
        kind=card.kind,
        name=card.named(language),
        about=card.about.of(language),
        steps=tuple(
            Step(step.text.of(language), step.link if step.link.startswith("https://") else "")
            for step in card.steps
        ),
        ways=tuple(words.ways(card)),
        ends=tuple((end.what.of(language), end.days) for end in card.ends),
        notes=tuple(note.of(language) for note in card.notes),
        proof=words.proof(card),
        wants_consent=card.consent,
        return_address=return_address(),
        pushes=card.ways.push,
    )


def return_address() -> str:
    """Give the address to which a vendor sends back whoever consented: one for all of them."""
    return settings.URL + reverse("consent_return")


def marketplace_names(ids: list[str]) -> list[str]:
    """Name marketplaces of the rulebook, without what stands in brackets behind."""
    return [_(marketplaces()[id_].name).partition(" (")[0] for id_ in ids]
