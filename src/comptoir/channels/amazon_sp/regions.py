"""Where Amazon's API stands, and which storefronts it serves from there.

Hosts: developer-docs.amazon.com/sp-api/docs/sp-api-endpoints; ids: …/docs/marketplace-ids.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.channels.kernel.told import Place

TOKEN_URL = "https://api.amazon.com/auth/o2/token"  # noqa: S105 - an address
HOSTS = {
    "eu": "https://sellingpartnerapi-eu.amazon.com",
    "na": "https://sellingpartnerapi-na.amazon.com",
    "fe": "https://sellingpartnerapi-fe.amazon.com",
}
STOREFRONTS = {
    "eu": {
        "AE": "A2VIGQ35RCS4UG", "BE": "AMEN7PMS3EDWL", "DE": "A1PA6795UKMFR9",
        "EG": "ARBP9OOSHTCHU", "ES": "A1RKKUPIHCS9HS", "FR": "A13V1IB3VIYZZH",
        "GB": "A1F83G8C2ARO7P", "IE": "A28R8C7NBKEWEA", "IN": "A21TJRUUN4KGV",
        "IT": "APJ6JRA9NG5V4", "NL": "A1805IZSGTT6HS", "PL": "A1C3SOZRARQ6R3",
        "SA": "A17E79C6D8DWNP", "SE": "A2NODRKZP88ZB9", "TR": "A33AVAJ2PDY3EV",
        "ZA": "AE08WJ6YKNBMC",
    },
    "na": {
        "BR": "A2Q3Y263D00KWC", "CA": "A2EUQ1WTGCTBG2", "MX": "A1AM78C64UM0Y8",
        "US": "ATVPDKIKX0DER",
    },
    "fe": {"AU": "A39IBJ37TRP1C6", "JP": "A1VC38T7YXB528", "SG": "A19VAU5U5O7RUS"},
}  # fmt: skip
COUNTRIES = {
    marketplace: country
    for storefronts in STOREFRONTS.values()
    for country, marketplace in storefronts.items()
}


def host(settings: Mapping[str, Any]) -> str:
    """Give the address of the region's API. Raises `ChannelError` for a region there is none of."""
    if given := str(settings.get("base_url") or "").strip():
        return given
    region = str(settings.get("region") or "eu").lower()
    if region not in HOSTS:
        raise ChannelError("settings_invalid", f"There is no region {region!r}.", permanent=True)
    return HOSTS[region]


def countries(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the storefronts that are asked for. Raises `ChannelError` for one of another region."""
    region = str(settings.get("region") or "eu").lower()
    known = STOREFRONTS.get(region, {})
    typed = re.findall(r"[A-Za-z]{2,}", str(settings.get("countries") or ""))
    wanted = tuple(dict.fromkeys("GB" if one.upper() == "UK" else one.upper() for one in typed))
    strange = [one for one in wanted if one not in known]
    if strange or not wanted:
        words = f"Write countries of this region, such as {', '.join(sorted(known)[:4])}."
        raise ChannelError(
            "settings_invalid", f"{' '.join(strange)} {words}".strip(), permanent=True
        )
    return wanted


def marketplace_ids(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Give Amazon's ids of the storefronts that are asked for."""
    known = STOREFRONTS[str(settings.get("region") or "eu").lower()]
    return tuple(known[one] for one in countries(settings))


def place_of(marketplace_id: object) -> Place:
    """Say on which of the merchant's channels something happened."""
    return Place(marketplace="amazon", country=COUNTRIES.get(str(marketplace_id), ""))
