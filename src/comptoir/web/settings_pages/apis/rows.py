"""The channels an account serves, to confirm: each one that is there, or a new one with its promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from comptoir.channels.kernel.card import Card
from comptoir.inbox import connecting
from comptoir.inbox.connecting import short_name
from comptoir.inbox.serving import channels_for, served_by
from comptoir.rulebook.catalogue import marketplaces
from comptoir.web.settings_pages import choices
from comptoir.web.settings_pages.apis.forms import Serving, marketplace_choices
from comptoir.web.settings_pages.policy_words import Promise
from comptoir.web.settings_pages.rows import ROWS_MAX, default_brand, promise_of


@dataclass(frozen=True, slots=True)
class Row:
    """One channel to confirm."""

    form: Serving
    promise: Promise | None


def first(card: Card, wanted: str, name: str) -> Row:
    """Begin with what somebody came for: a channel that is there already, or a new one."""
    known = dict(marketplace_choices(card))
    marketplace_id = wanted if wanted in known else next(iter(served_by(card)), "")
    if marketplace_id not in known:
        marketplace_id = next(iter(known))
    there = [one for one in channels_for(card) if one.marketplace == marketplace_id]
    existing = str(there[0].pk) if len(there) == 1 and len(known) >= 1 else ""
    return _row(card, 0, marketplace_id, name, existing)


def blank(card: Card, number: int) -> Row:
    """Make a row for one channel more."""
    return _row(card, number, next(iter(dict(marketplace_choices(card)))), "", "")


def typed(card: Card, data: QueryDict, *, count: int) -> list[Row]:
    """Make the rows again of what was sent."""
    rows = []
    for number in range(min(max(count, 1), ROWS_MAX)):
        form = Serving(data, prefix=f"c{number}", card=card)
        chosen = data.get(f"c{number}-marketplace", ""), data.get(f"c{number}-country", "")
        rows.append(Row(form, promise_of(*chosen)))
    return rows


def as_typed(card: Card, row: Row) -> Row:
    """Show a row again as it was typed, without complaints: somebody only added another one."""
    initial = {name: row.form[name].value() for name in row.form.fields}
    return Row(Serving(initial=initial, prefix=row.form.prefix, card=card), row.promise)


def new_channels(
    rows: Sequence[Row], *, starts_at: datetime, is_watched_only: bool
) -> list[connecting.NewChannel]:
    """Give the new channels as the verb takes them."""
    cleaned = [row.form.cleaned_data for row in rows]
    return [
        connecting.NewChannel(
            marketplace=given["marketplace"],
            name=given["name"],
            starts_at=starts_at,
            country=given["country"],
            short_name=short_name(given["marketplace"], given["country"]),
            brand=given["brand"],
            locale=choices.language_of(given["country"]),
            is_watched_only=is_watched_only,
        )
        for given in cleaned
        if not given.get("existing")
    ]


def existing(rows: Sequence[Row]) -> list[int]:
    """Give the numbers of the channels that are there, each once."""
    chosen = [row.form.cleaned_data.get("existing") for row in rows]
    return list(dict.fromkeys(int(number) for number in chosen if number))


def _row(card: Card, number: int, marketplace_id: str, name: str, existing: str) -> Row:
    brand = default_brand()
    market = marketplaces()[marketplace_id]
    own = market.kind in ("own_store", "generic_email")
    shown = (name or brand) if own else f"{market.name.partition(' (')[0]} – {brand}"
    initial = {
        "existing": existing, "marketplace": marketplace_id, "name": shown, "brand": brand,
    }  # fmt: skip
    form = Serving(initial=initial, prefix=f"c{number}", card=card)
    return Row(form, promise_of(marketplace_id, ""))
