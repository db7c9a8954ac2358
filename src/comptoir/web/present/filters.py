"""Filters in words: the chips above a list, and everything that can be chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from babel import Locale
from django.utils.translation import get_language, pgettext

from comptoir.inbox.filters import NAMES, Filters, read_worth
from comptoir.web.present.streams import stream_words
from comptoir.web.present.vocabulary import statuses, tiers, topics

LANGUAGES = ("de", "fr", "en", "it", "es", "nl", "pl", "pt", "sv", "da", "cs", "tr")
HIDDEN_TOPICS = ("a_to_z_claim_opened", "a_to_z_claim_announced", "chargeback_opened",
    "chargeback_announced")  # fmt: skip
"""Reasons of a risk, which messages do not carry as what they are about."""


class Choice(NamedTuple):
    """One value that can be chosen."""

    value: str
    label: str
    is_chosen: bool


class Group(NamedTuple):
    """What can be chosen of one filter. `kind` is `boxes`, `worth` or `text`."""

    name: str
    label: str
    kind: str
    choices: tuple[Choice, ...]
    value: str = ""


@dataclass(frozen=True, slots=True)
class FilterChip:
    """One chosen value above the list, and the address of the list without it."""

    label: str
    value: str
    address: str


@dataclass(frozen=True, slots=True)
class Names:
    """Names by number or code that the words need, as this reader may see them."""

    channels: Mapping[int, str]
    people: Mapping[int, str]
    teams: Mapping[int, str]
    marketplaces: Mapping[str, str]
    countries: Iterable[str]
    tags: Iterable[str] = ()


def label(name: str) -> str:
    """Name a filter."""
    return _labels(get_language() or "en").get(name, name)


def value_label(name: str, value: str, names: Names) -> str:
    """Name a value; one that nobody knows any more is shown as it is."""
    language = get_language() or "en"
    numbered = {"channel": names.channels, "team": names.teams, "assignee": names.people}
    if name in numbered and value.isdigit():
        return numbered[name].get(int(value), value)
    if name == "country":
        return _territory(value, language)
    if name == "language":
        return _language(value, language)
    if name == "marketplace":
        return names.marketplaces.get(value, value)
    if name == "worth":
        return _worth(value)
    return _words(language).get(name, {}).get(value, value)


def groups(filters: Filters, names: Names) -> tuple[Group, ...]:
    """Give every filter with its values, those chosen marked."""
    return tuple(_group(name, filters, names) for name in NAMES)


def _group(name: str, filters: Filters, names: Names) -> Group:
    chosen = filters.of(name)
    if name in ("worth", "text"):
        return Group(name, label(name), name, (), chosen[0] if chosen else "")
    values = dict.fromkeys([*_values(name, names), *chosen])
    choices = tuple(Choice(v, value_label(name, v, names), v in chosen) for v in values)
    return Group(name, label(name), "boxes", choices)


def _values(name: str, names: Names) -> Iterable[str]:
    if name == "assignee":
        return ["me", "nobody", *map(str, names.people)]
    if name == "language":
        return LANGUAGES
    numbered: dict[str, Iterable[object]] = {
        "channel": names.channels,
        "team": names.teams,
        "marketplace": names.marketplaces,
        "country": names.countries,
        "tag": names.tags,
    }
    if name in numbered:
        return map(str, numbered[name])
    return _words(get_language() or "en").get(name, {})


def _worth(value: str) -> str:
    worth = read_worth(value)
    if worth is None:
        return value
    unit = f" {worth.currency}" if worth.currency else ""
    if worth.least is not None and worth.most is not None:
        text = pgettext("order value", "%(least)s to %(most)s")
    elif worth.least is not None:
        text = pgettext("order value", "from %(least)s")
    else:
        text = pgettext("order value", "up to %(most)s")
    return text % {"least": worth.least, "most": worth.most} + unit


@cache
def _territory(code: str, language: str) -> str:
    return str(Locale.parse(language).territories.get(code, code))


@cache
def _language(code: str, language: str) -> str:
    name = str(Locale.parse(language).languages.get(code, code))
    return name[:1].upper() + name[1:]


def named_value(name: str, value: str) -> str:
    """Say a filter with what it asks for."""
    return pgettext("filter", "%(name)s: %(value)s") % {"name": name, "value": value}


@cache
def _labels(language: str) -> dict[str, str]:
    return {
        "channel": pgettext("filter", "Channel"),
        "marketplace": pgettext("filter", "Marketplace"),
        "country": pgettext("filter", "Country"),
        "language": pgettext("filter", "Language"),
        "tier": pgettext("filter", "Risk"),
        "type": pgettext("filter", "Type"),
        "stream": pgettext("filter", "Stream"),
        "intent": pgettext("filter", "Topic"),
        "tag": pgettext("filter", "Tag"),
        "assignee": pgettext("filter", "Assignee"),
        "team": pgettext("filter", "Team"),
        "worth": pgettext("filter", "Order value"),
        "order": pgettext("filter", "Order"),
        "customer": pgettext("filter", "Customer"),
        "due": pgettext("filter", "Deadline"),
        "age": pgettext("filter", "Waiting for"),
        "status": pgettext("filter", "Status"),
        "draft": pgettext("filter", "Draft"),
        "text": pgettext("filter", "Text"),
    }


@cache
def _words(language: str) -> dict[str, dict[str, str]]:
    known = topics(language) | {"a_to_z_claim": topics(language, "amazon")["a_to_z_claim"]}
    return {
        "tier": {str(number): word for number, word in tiers(language).items()},
        "type": {
            "pre_sale_question": pgettext("type", "Question before buying"),
            "order_question": pgettext("type", "Question on an order"),
            "return_request": pgettext("type", "Return request"),
            "claim": pgettext("type", "Claim"),
        },
        "stream": stream_words(language),
        "intent": {code: word for code, word in known.items() if code not in HIDDEN_TOPICS},
        "assignee": {"me": pgettext("assignee", "Me"), "nobody": pgettext("assignee", "Nobody")},
        "order": {
            "pending": pgettext("order", "Not shipped yet"),
            "shipped": pgettext("order", "Shipped"),
            "delivered": pgettext("order", "Delivered"),
            "returned": pgettext("order", "Returned"),
            "cancelled": pgettext("order", "Cancelled"),
        },
        "customer": {
            "new": pgettext("customer", "New"),
            "returning": pgettext("customer", "Returning"),
            "vip": pgettext("customer", "Very good customer"),
        },
        "due": {
            "passed": pgettext("due", "Passed"),
            "2h": pgettext("due", "Within 2 hours"),
            "today": pgettext("due", "Today"),
            "week": pgettext("due", "Within 7 days"),
        },
        "age": {
            "4h": pgettext("age", "More than 4 hours"),
            "1d": pgettext("age", "More than a day"),
            "3d": pgettext("age", "More than 3 days"),
            "7d": pgettext("age", "More than 7 days"),
        },
        "status": statuses(language),
        "draft": {
            "mine": pgettext("draft", "Mine"),
            "any": pgettext("draft", "Anybody's"),
        },
    }
