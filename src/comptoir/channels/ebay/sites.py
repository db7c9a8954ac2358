"""eBay's sites: one account sells on several, each told by its marketplace id (`EBAY_GB`)."""

from __future__ import annotations

import re

from comptoir.channels.kernel.told import Place

MARKETPLACE = "ebay"
PROGRAMS = {"PROGRAM_DE": "DE", "PROGRAM_UK": "GB", "PROGRAM_US": "US"}
"""Seller standards are kept by these programs; the fourth is `PROGRAM_GLOBAL`."""
_SITE = re.compile(r"EBAY_(?:MOTORS_|ENCA_|FRCA_)?([A-Z]{2})(?:_[A-Z]{2})?")


def country_of(site: object) -> str:
    """Give the country of a marketplace id (`EBAY_DE`, `EBAY_MOTORS_US`); empty where unknown."""
    found = _SITE.fullmatch(str(site or "").strip().upper().removesuffix("_MOTORS"))
    return {"UK": "GB"}.get(found[1], found[1]) if found else ""


def place_of(site: object) -> Place:
    """Give the place of a marketplace id."""
    return Place(marketplace=MARKETPLACE, country=country_of(site))
