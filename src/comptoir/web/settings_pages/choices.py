"""What can be chosen for a channel: marketplaces by kind, countries by name."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.merchant.models import Merchant
from comptoir.rulebook.catalogue import marketplaces
from comptoir.storage.sorting import name_key

COUNTRIES = (
    "AE", "AT", "AU", "BE", "BG", "BR", "CA", "CH", "CY", "CZ", "DE", "DK", "EE", "EG", "ES", "FI",
    "FR", "GB", "GR", "HR", "HU", "ID", "IE", "IN", "IT", "JP", "LT", "LU", "LV", "MX", "MY", "NL",
    "NO", "PH", "PL", "PT", "RO", "SA", "SE", "SG", "SI", "SK", "TH", "TR", "US", "VN", "ZA",
)  # fmt: skip
"""Where the channels of the rulebook have storefronts."""


def marketplace_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Give all channels the rulebook knows, own shops and e-mail first."""
    groups: dict[str, list[tuple[str, str]]] = {"own": [], "marketplace": [], "other": []}
    for known in sorted(marketplaces().values(), key=lambda market: name_key(market.name)):
        own = known.kind in ("own_store", "generic_email")
        group = "own" if own else "marketplace" if known.kind == "marketplace" else "other"
        groups[group].append((known.id, _(known.name)))
    return [
        (_("Own shops and e-mail"), groups["own"]),
        (_("Marketplaces"), groups["marketplace"]),
        (_("Social networks and payment"), groups["other"]),
    ]


def country_choices() -> list[tuple[str, str]]:
    """Give countries by name; none is for channels that are not a country's."""
    names = Locale.parse(get_language() or "en", sep="-").territories
    named = sorted(
        ((code, str(names[code])) for code in COUNTRIES), key=lambda pair: name_key(pair[1])
    )
    return [("", _("all countries")), *named]


def country_name(code: str) -> str:
    """Name a country; a code nobody knows names itself."""
    locale = Locale.parse(get_language() or "en", sep="-")
    return str(locale.territories.get(code, code))


def language_of(country: str) -> str:
    """Give the language most people of a country write in; English where there is no country."""
    try:
        return str(Locale.parse(f"und_{country}").language) if country else "en"
    except (UnknownLocaleError, ValueError):
        return "en"


def merchant_zone() -> ZoneInfo:
    """Give the merchant's zone."""
    name = Merchant.objects.values_list("time_zone", flat=True).first() or "Europe/Paris"
    return ZoneInfo(name)


def midnight(now: datetime, days_ago: int = 0) -> datetime:
    """Give the beginning of the merchant's day."""
    zone = merchant_zone()
    day = now.astimezone(zone).date() - timedelta(days=days_ago)
    return datetime.combine(day, time(), tzinfo=zone)
