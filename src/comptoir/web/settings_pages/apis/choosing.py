"""What can be connected: marketplaces and shops of the rulebook, each with the ways to it.

Listed connectors stand with every marketplace they serve; mail stands beside them, because relays
and notices of most marketplaces come by it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.channels.kernel import catalogue
from comptoir.channels.kernel.card import Card
from comptoir.inbox.serving import served_by
from comptoir.rulebook import Capability, capability
from comptoir.rulebook.catalogue import marketplaces
from comptoir.rulebook.facts import Marketplace
from comptoir.storage.sorting import name_key
from comptoir.web.settings_pages.apis.guide import marketplace_names

NAMES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Connectable:
    """A connector: what it is for, and the marketplaces it serves."""

    kind: str
    name: str
    about: str
    names: tuple[str, ...]
    more_count: int


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a marketplace."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Place:
    """A marketplace or shop with the ways to it. `by_mail` says what mail carries there."""

    id: str
    name: str
    group: str
    ways: tuple[Way, ...]
    by_mail: str


@dataclass(frozen=True, slots=True)
class Offer:
    """All that fits what somebody looks for."""

    connectors: tuple[Connectable, ...]
    places: tuple[Place, ...]


def offer(wanted: str = "") -> Offer:
    """Give what fits a few letters of a name; all where there are none."""
    listed = [card for card in catalogue.cards().values() if card.is_listed]
    language = get_language() or "en"
    served = {card.kind: served_by(card) for card in listed}
    known = marketplaces().values()
    places = sorted(
        (_place(one, [c for c in listed if one.id in served[c.kind]]) for one in known),
        key=lambda place: name_key(place.name),
    )
    return Offer(
        tuple(
            _connectable(card, marketplace_names(served[card.kind]))
            for card in sorted(listed, key=lambda card: name_key(card.named(language)))
            if _fits(
                wanted, (card.named(language), card.kind, *marketplace_names(served[card.kind]))
            )
        ),
        tuple(one for one in places if _fits(wanted, (one.name, one.id, one.group))),
    )


def _connectable(card: Card, names: Sequence[str]) -> Connectable:
    return Connectable(
        card.kind,
        card.named(get_language() or "en"),
        card.about.of(get_language() or "en"),
        tuple(names[:NAMES_SHOWN]),
        max(len(names) - NAMES_SHOWN, 0),
    )


def _place(one: Marketplace, cards: Sequence[Card]) -> Place:
    groups = {
        "marketplace": _("Marketplace"),
        "social": _("Social network"),
        "own_store": _("Own shop"),
        "generic_email": _("Own shop"),
        "payment_provider": _("Payment"),
    }
    ways = [
        Way(
            card.named(get_language() or "en"),
            reverse("connect_account", args=[card.kind]) + "?" + urlencode({"for": one.id}),
        )
        for card in cards
    ]
    able = capability(one.id)
    return Place(one.id, _(one.name), groups[one.kind], tuple(ways), _by_mail(able))


def _by_mail(able: Capability) -> str:
    return _("messages and replies") if able.reply_by_mail else _("notices only")


def _fits(wanted: str, names: Sequence[str]) -> bool:
    asked = _folded(wanted).split()
    said = " ".join(_folded(name) for name in names)
    return all(word in said for word in asked)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("_", " ")
