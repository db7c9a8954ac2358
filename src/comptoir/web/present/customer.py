"""The customer beside a conversation, across channels: worth, orders, and what time it is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.orders.models import Customer, Order
from comptoir.orders.queries import CustomerCard
from comptoir.rulebook import capability
from comptoir.storage.sorting import name_key
from comptoir.tickets.models import Ticket
from comptoir.web.present.money import money
from comptoir.web.present.order import order_link, order_states
from comptoir.web.present.times import Times

MAIN_ZONES = {"ES": "Europe/Madrid", "PT": "Europe/Lisbon"}
"""Where nearly everybody of a country lives, whose islands have another time."""

OFFERED = ("en", "fr", "de", "it", "es", "nl", "pl", "pt", "sv", "da", "cs")
"""Languages offered for a buyer, besides the one they have."""


@dataclass(frozen=True, slots=True)
class OtherOrder:
    """Another order of the same customer."""

    number: str
    channel: str
    time: str
    total: str
    state: str
    link: str


@dataclass(frozen=True, slots=True)
class CustomerView:
    """Who the buyer is. `clock` is empty where the buyer's time is the reader's, or not known."""

    id: int
    name: str
    language: str
    language_word: str
    languages: tuple[tuple[str, str], ...]
    country: str
    clock: str
    spent: tuple[str, ...]
    order_count: str
    since: str
    return_count: str
    orders: tuple[OtherOrder, ...]


def make_customer(ticket: Ticket, card: CustomerCard | None, times: Times) -> CustomerView:
    """Make the customer of a ticket, who may be nobody we know."""
    customer: Customer | None = ticket.customer
    language = ticket.language or (customer.language if customer else "")
    country = (customer.country if customer else "") or ticket.channel.country
    worth = card.worth if card else None
    returns = worth.return_count if worth else 0
    count = worth.order_count if worth else 0
    return CustomerView(
        id=customer.pk if customer else 0,
        name=ticket.buyer_name or (customer.name if customer else ""),
        language=language.partition("-")[0],
        language_word=language_name(language, times.language),
        languages=_languages(language, times.language),
        country=_country_name(country, times.language),
        clock=local_clock(country, times),
        spent=tuple(
            money(one.amount, one.currency, times.language)
            for one in (worth.spent if worth else ())
        ),
        order_count=ngettext("%(count)d order", "%(count)d orders", count) % {"count": count},
        since=times.day(worth.first_order_at) if worth else "",
        return_count=ngettext("%(count)d return", "%(count)d returns", returns) % {"count": returns}
        if returns
        else "",
        orders=tuple(_others(card.orders if card else (), ticket.order, times)),
    )


def local_clock(country: str, times: Times) -> str:
    """Write "21:40 at the buyer's", where their clocks differ from the reader's and are known.

    A country whose parts keep different times (and no main one) has none.
    """
    zone = _zone_of(country, times.now)
    if zone is None:
        return ""
    there, here = times.now.astimezone(zone), times.now.astimezone(times.zone)
    if there.utcoffset() == here.utcoffset():
        return ""
    return _("%(time)s at the buyer's") % {"time": f"{there:%H:%M}"}


@cache
def language_name(code: str, language: str) -> str:
    """Name a language in another one: "German"; its code where there is no name."""
    try:
        return Locale.parse(code.replace("-", "_")).get_language_name(language) or code
    except (UnknownLocaleError, ValueError, TypeError):
        return code


def _languages(current: str, language: str) -> tuple[tuple[str, str], ...]:
    codes = dict.fromkeys([*OFFERED, *([current.partition("-")[0]] if current else [])])
    return tuple(
        sorted(((c, language_name(c, language)) for c in codes), key=lambda one: name_key(one[1]))
    )


@cache
def _country_name(country: str, language: str) -> str:
    return str(Locale.parse(language).territories.get(country, country)) if country else ""


def _zone_of(country: str, now: datetime) -> ZoneInfo | None:
    if country in MAIN_ZONES:
        return ZoneInfo(MAIN_ZONES[country])
    zones = [ZoneInfo(name) for name in _zone_names(country)]
    offsets = {now.astimezone(zone).utcoffset() for zone in zones}
    return zones[0] if len(offsets) == 1 else None


@cache
def _zone_names(country: str) -> tuple[str, ...]:
    return tuple(get_global("territory_zones").get(country, ()))


def _others(
    rows: Iterable[Mapping[str, Any]], shown: Order | None, times: Times
) -> Iterable[OtherOrder]:
    words = order_states(times.language)
    for row in rows:
        if shown is not None and row["id"] == shown.pk:
            continue
        yield OtherOrder(
            number=row["external_id"],
            channel=row["channel"],
            time=times.day(datetime.fromisoformat(row["placed_at"])),
            total=money(Decimal(row["total"]), row["currency"], times.language),
            state=words.get(row["state"], row["state"]),
            link=order_link(capability(row["marketplace"]), row["country"], row["external_id"]),
        )
