"""The rows of channels to confirm: one a guess, more by hand, each with the promise it begins with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict

from comptoir.inbox import connecting
from comptoir.inbox.connecting import Guess
from comptoir.merchant.models import Brand, Merchant
from comptoir.rulebook.presets import preset
from comptoir.storage.sorting import name_key
from comptoir.web.settings_pages import choices, policy_words
from comptoir.web.settings_pages.forms import NewChannel
from comptoir.web.settings_pages.policy_words import Promise

ROWS_MAX = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One channel to confirm, with what the mailbox said about it."""

    form: NewChannel
    promise: Promise | None
    guess: Guess | None

    @property
    def is_by_hand(self) -> bool:
        """Tell whether a person added it."""
        return self.guess is None


def of_guesses(guesses: Sequence[Guess]) -> list[Row]:
    """Make a row of each guess; likely ones are ticked."""
    brand = default_brand()
    rows = []
    for number, guess in enumerate(guesses[:ROWS_MAX]):
        initial = {
            "is_wanted": guess.buyer_count > 0 or guess.count >= 3,
            "marketplace": guess.marketplace,
            "country": guess.country,
            "name": f"{guess.name} – {brand}",
            "brand": brand,
        }
        form = NewChannel(initial=initial, prefix=f"c{number}")
        rows.append(Row(form, promise_of(guess.marketplace, guess.country), guess))
    return rows


def typed(data: QueryDict, guesses: Sequence[Guess], *, count: int) -> list[Row]:
    """Make the rows again of what was sent."""
    rows = []
    for number in range(min(count, ROWS_MAX)):
        form = NewChannel(data, prefix=f"c{number}")
        guess = guesses[number] if number < len(guesses) else None
        chosen = data.get(f"c{number}-marketplace", ""), data.get(f"c{number}-country", "")
        rows.append(Row(form, promise_of(*chosen), guess))
    return rows


def blank(number: int) -> Row:
    """Make a row for a channel added by hand."""
    brand = default_brand()
    initial = {"is_wanted": True, "marketplace": "generic_email", "name": brand, "brand": brand}
    form = NewChannel(initial=initial, prefix=f"c{number}")
    return Row(form, promise_of("generic_email", ""), None)


def promise_of(marketplace_id: str, country: str) -> Promise | None:
    """Give the promise a channel would begin with; None for a marketplace nobody knows."""
    known = {id_ for _, group in choices.marketplace_choices() for id_, _ in group}
    if marketplace_id not in known:
        return None
    return policy_words.of_preset(preset(marketplace_id, country))


def new_channel(
    cleaned: dict[str, Any], *, starts_at: datetime, is_watched_only: bool
) -> connecting.NewChannel:
    """Give a confirmed row as the verb takes it."""
    country = cleaned["country"]
    return connecting.NewChannel(
        marketplace=cleaned["marketplace"],
        name=cleaned["name"],
        starts_at=starts_at,
        country=country,
        brand=cleaned["brand"],
        locale=choices.language_of(country),
        is_watched_only=is_watched_only,
        sender_address=cleaned["sender"],
        matches={"recipient": cleaned["recipient"]} if cleaned["recipient"] else {},
    )


def default_brand() -> str:
    """Give the first brand, else the merchant's name."""
    first = Brand.objects.order_by("id").values_list("name", flat=True).first()
    return first or Merchant.objects.values_list("name", flat=True).first() or ""


def brands() -> list[str]:
    """Give all brands there are."""
    return sorted(Brand.objects.values_list("name", flat=True), key=name_key)
