"""Conditions in words: to which tickets a policy applies, and what can be chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel import Locale
from babel.lists import format_list
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from comptoir.core.clocks.choosing import CUSTOMER_TIERS, MESSAGE_TYPES, RISK_TIERS
from comptoir.merchant.models import Brand, Channel
from comptoir.rulebook.catalogue import UnknownMarketplaceError, marketplace
from comptoir.sla.choosing import ORDER_VALUE
from comptoir.storage.sorting import by_name, name_key
from comptoir.web.present.names import channel_name
from comptoir.web.settings_pages.choices import country_name

LANGUAGES = (
    "cs", "da", "de", "en", "es", "fr", "it", "nl", "pl", "pt", "ro", "sv",
)  # fmt: skip
"""What buyers write in on the channels of the rulebook; others are kept where they are stored."""

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Known:
    """The values of this desk that conditions may name: channels, marketplaces, brands."""

    channels: dict[int, str]
    marketplaces: dict[str, str]
    countries: dict[str, str]
    brands: dict[int, str]


def read_known() -> Known:
    """Read the channels and brands there are: two queries."""
    rows = Channel.objects.filter(is_catch_all=False)
    read = rows.values_list("pk", "name", "marketplace", "country")
    found = sorted(read, key=lambda row: name_key(row[1]))
    countries = sorted({country for *_rest, country in found if country})
    return Known(
        channels={pk: channel_name(name) for pk, name, *_rest in found},
        marketplaces={m: marketplace_name(m) for m in sorted({row[2] for row in found if row[2]})},
        countries={code: country_name(code) for code in countries},
        brands=by_name(dict(Brand.objects.values_list("pk", "name"))),
    )


def marketplace_name(marketplace_id: str) -> str:
    """Name a marketplace; one nobody knows here keeps its id."""
    try:
        return _(marketplace(marketplace_id).name).partition(" (")[0]
    except UnknownMarketplaceError:
        return marketplace_id


def message_types() -> dict[str, str]:
    """Name what a conversation is about."""
    words = {
        "pre_sale_question": pgettext("condition", "questions before a sale"),
        "order_question": pgettext("condition", "questions about an order"),
        "return_request": pgettext("condition", "return requests"),
        "claim": pgettext("condition", "claims"),
    }
    return {code: words[code] for code in MESSAGE_TYPES}


def risks() -> dict[int, str]:
    """Name tickets by their risk."""
    words = (
        pgettext("risk condition", "claims"),
        pgettext("risk condition", "escalation risks"),
        pgettext("risk condition", "standard tickets"),
        pgettext("risk condition", "tickets of low risk"),
    )
    return dict(zip(RISK_TIERS, words, strict=True))


def customers() -> dict[str, str]:
    """Name customers by what they bought."""
    words = {
        "new": pgettext("condition", "new customers"),
        "returning": pgettext("condition", "returning customers"),
        "vip": pgettext("condition", "VIP customers"),
    }
    return {code: words[code] for code in CUSTOMER_TIERS}


def languages(also: Iterable[str] = ()) -> dict[str, str]:
    """Name languages."""
    names = Locale.parse(get_language() or "en", sep="-").languages
    return {code: str(names.get(code, code)) for code in sorted({*LANGUAGES, *also})}


def sentence(conditions: Mapping[str, Any], known: Known) -> str:
    """Say to which tickets a policy applies."""
    kinds = [
        *_words(conditions.get("risk_tier"), risks()),
        *(w for w in _words(conditions.get("message_type"), message_types())),
    ]
    both = conditions.get("risk_tier") and conditions.get("message_type")
    if both:
        kinds = [
            _("%(risks)s among %(types)s")
            % {
                "risks": either(_words(conditions["risk_tier"], risks())),
                "types": either(_words(conditions["message_type"], message_types())),
            }
        ]
    said = either(kinds, "standard") if kinds else _("all tickets")
    parts = [said[:1].upper() + said[1:], *_places(conditions, known), *_people(conditions)]
    return ", ".join(parts)


def either(words: Sequence[str], style: str = "or") -> str:
    """Join words with commas and "or" ("and" as `standard`)."""
    if style == "or":
        return format_list(list(words), style="or", locale=get_language() or "en")
    return format_list(list(words), style="standard", locale=get_language() or "en")


def _places(conditions: Mapping[str, Any], known: Known) -> list[str]:
    markets = conditions.get("marketplace", ())
    templates: tuple[tuple[str, Mapping[Any, str], str], ...] = (
        ("channel", known.channels, pgettext("condition", "on %(values)s")),
        (
            "marketplace",
            {market: marketplace_name(market) for market in markets},
            pgettext("condition", "on %(values)s"),
        ),
        ("country", known.countries, pgettext("condition", "on channels of: %(values)s")),
        ("brand", known.brands, pgettext("condition", "of the brand %(values)s")),
    )
    return [
        template % {"values": either(_words(conditions[name], words))}
        for name, words, template in templates
        if conditions.get(name)
    ]


def _people(conditions: Mapping[str, Any]) -> list[str]:
    parts = []
    if tiers := conditions.get("customer_tier"):
        template = pgettext("condition", "from %(values)s")
        parts.append(template % {"values": either(_words(tiers, customers()))})
    if wanted := conditions.get("language"):
        template = pgettext("condition", "written in: %(values)s")
        parts.append(template % {"values": either(_words(wanted, languages(wanted)))})
    if tags := conditions.get("tags"):
        template = pgettext("condition", "tagged %(values)s")
        parts.append(template % {"values": either([f"“{tag}”" for tag in tags])})
    if (least := conditions.get(ORDER_VALUE)) is not None:
        template = pgettext("condition", "with an order of %(amount)s or more")
        parts.append(template % {"amount": f"{least:g}"})
    return parts


def _words(values: Iterable[Any] | None, words: Mapping[Any, str]) -> list[str]:
    return [words.get(value, str(value)) for value in values or ()]
