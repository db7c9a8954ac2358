"""What each variable says: written for one buyer, in a text's language and the buyer's country."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

from comptoir.replies import states, variables
from comptoir.replies.facts import Amount, Facts
from comptoir.replies.names import greeting, read_name


@lru_cache(maxsize=128)
def locale_of(language: str, country: str) -> Locale:
    """Give the locale of a text's language in a buyer's country: "de" and "AT" give de_AT.

    A language that is not written there is written as at home: "fr" and "DE" give fr.
    """
    for identifier in (f"{language}_{country}", language, "en"):
        try:
            return Locale.parse(identifier)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


def value_of(name: str, facts: Facts, locale: Locale) -> str:
    """Say what a variable says here; empty when it has no value."""
    if (days := variables.days_in(name)) is not None:
        return _in_days(*days, facts, locale)
    wanted = _VALUES.get(name)
    return wanted(facts, locale) if wanted else ""


def _in_days(count: int, is_working: bool, facts: Facts, locale: Locale) -> str:
    if not is_working:
        return _day(facts.today + timedelta(days=count), facts, locale)
    days = facts.working_days
    return _day(days[count - 1], facts, locale) if len(days) >= count else ""


def _day(day: date | None, facts: Facts, locale: Locale) -> str:
    """Write a day out, with its year where that is not this one."""
    if day is None:
        return ""
    if day.year == facts.today.year:
        moment = datetime.combine(day, time(12), tzinfo=UTC)
        text = format_skeleton("MMMMd", moment, locale=locale)
    else:
        text = format_date(day, "long", locale=locale)
    is_french_first = locale.language == "fr" and day.day == 1
    return f"1er{text[1:]}" if is_french_first and text.startswith("1 ") else text


def _money(amount: Amount | None, locale: Locale) -> str:
    return format_currency(amount.value, amount.currency, locale=locale) if amount else ""


def _items(facts: Facts, locale: Locale) -> str:
    return "\n".join(
        f"– {format_decimal(item.quantity, locale=locale)} × {item.title}"
        for item in facts.order.items
    )


def _titles(facts: Facts, locale: Locale) -> str:
    titles = [item.title for item in facts.order.items if item.title]
    return format_list(titles, locale=locale) if titles else ""


def _count(facts: Facts, locale: Locale) -> str:
    total = sum(item.quantity for item in facts.order.items)
    return format_decimal(total, locale=locale) if total else ""


Value = Callable[[Facts, Locale], str]

_VALUES: Mapping[str, Value] = {
    "buyer.greeting": lambda f, at: greeting(read_name(f.buyer_name), at.language),
    "buyer.first_name": lambda f, at: read_name(f.buyer_name).first,
    "buyer.last_name": lambda f, at: read_name(f.buyer_name).last,
    "buyer.full_name": lambda f, at: read_name(f.buyer_name).full,
    "order.number": lambda f, at: f.order.number,
    "order.placed_on": lambda f, at: _day(f.order.placed_on, f, at),
    "order.total": lambda f, at: _money(f.order.total, at),
    "order.state": lambda f, at: states.of_order(f.order.state, at.language),
    "order.items": _items,
    "order.item_titles": _titles,
    "order.item_count": _count,
    "parcel.carrier": lambda f, at: f.parcel.carrier,
    "parcel.tracking_number": lambda f, at: f.parcel.tracking_number,
    "parcel.tracking_link": lambda f, at: f.parcel.tracking_link,
    "parcel.shipped_on": lambda f, at: _day(f.parcel.shipped_on, f, at),
    "parcel.promised_on": lambda f, at: _day(f.parcel.promised_on, f, at),
    "parcel.delivered_on": lambda f, at: _day(f.parcel.delivered_on, f, at),
    "return.number": lambda f, at: f.returned.number,
    "return.state": lambda f, at: states.of_return(f.returned.state, at.language),
    "return.requested_on": lambda f, at: _day(f.returned.requested_on, f, at),
    "return.received_on": lambda f, at: _day(f.returned.received_on, f, at),
    "refund.amount": lambda f, at: _money(f.returned.refund, at),
    "refund.made_on": lambda f, at: _day(f.returned.refunded_on, f, at),
    "date.today": lambda f, at: _day(f.today, f, at),
    "channel.name": lambda f, at: f.channel_name.partition(" – ")[0],
    "brand.name": lambda f, at: f.brand_name,
    "agent.name": lambda f, at: f.agent_name,
    "agent.first_name": lambda f, at: f.agent_name.partition(" ")[0],
    "ticket.number": lambda f, at: str(f.ticket_number) if f.ticket_number else "",
}
