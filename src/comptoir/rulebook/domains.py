"""Which company a mail domain belongs to, and which domains only pretend (`data/domains.json`).

Domains are compared by whole labels from the right: `members.ebay.de` is eBay's, and
`members.ebay.de.example.com` is not. A domain that looks like a marketplace and is none is called
a look-alike: never a channel, never a customer.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import msgspec

from comptoir.rulebook.catalogue import DATA

COUNTRY_OF_ENDING = {
    "com": "US",
    "co.uk": "GB",
    "co.jp": "JP",
    "co.za": "ZA",
    "com.mx": "MX",
    "com.br": "BR",
    "com.be": "BE",
    "com.tr": "TR",
    "com.au": "AU",
    "com.sg": "SG",
    "com.my": "MY",
    "com.hk": "HK",
}
"""Endings that are not simply the country's two letters."""

LABEL_WORDS = re.compile(r"[^a-z0-9]+")


@cache
def _data() -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode((DATA / "domains.json").read_bytes())
    return decoded


@cache
def _owners() -> dict[str, str]:
    owners: dict[str, list[str]] = _data()["owners"]
    return {domain: owner for owner, domains in owners.items() for domain in domains}


def owned_domain(domain: str) -> str:
    """Give the marketplace's domain that `domain` is or lies under; empty when there is none."""
    owners, rest = _owners(), domain
    while rest:
        if rest in owners:
            return rest
        rest = rest.partition(".")[2]
    return ""


def owner(domain: str) -> str:
    """Give the id of the marketplace whose domain this is; empty for all others."""
    return _owners().get(owned_domain(domain), "")


def speaks_for_owner(domain: str) -> bool:
    """Say whether any mail of that domain comes from its marketplace's platform."""
    return owned_domain(domain) in _data()["whole_domain"]


def look_alike(domain: str) -> str:
    """Give the marketplace that a foreign domain pretends to be; empty when it does not."""
    if not domain or owner(domain) or domain in _data()["not_look_alikes"]:
        return ""
    labels = domain.split(".")
    for start in range(len(labels)):
        for end in range(start + 2, len(labels)):
            if found := _owners().get(".".join(labels[start:end])):
                return found
    words = set(LABEL_WORDS.split(domain))
    return next((word for word in _data()["look_alike_words"] if word in words), "")


def country_of(domain: str) -> str:
    """Give the country of a marketplace's domain as two letters; empty when it has none."""
    ending = owned_domain(domain).partition(".")[2]
    if ending in COUNTRY_OF_ENDING:
        return COUNTRY_OF_ENDING[ending]
    return ending.upper() if len(ending) == 2 else ""


def country_of_store(store_id: str) -> str:
    """Give the country of an Amazon store id (`X-Marketplace-ID`); empty when unknown."""
    countries: dict[str, str] = _data()["store_ids"]["countries"]
    return countries.get(store_id.strip(), "")
