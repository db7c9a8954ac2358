"""Public holidays by country and region, from the `holidays` library, to be written into calendars.

A calendar keeps the dates it was given (`merchant.hours`): an upgrade of the library moves nothing
by itself, it is only offered.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import NamedTuple

import holidays
from holidays.registry import COUNTRIES

YEARS_BACK = 1
YEARS_AHEAD = 3
LANGUAGES = {"en": "en_US"}
"""Where the library names a language otherwise than we do."""

Offered = dict[str, str]
"""Holidays by date ("2026-12-25"), each under the name it has in its own country."""


class Region(NamedTuple):
    """A part of a country with holidays of its own."""

    code: str
    name: str


@cache
def countries() -> tuple[str, ...]:
    """Give the countries whose holidays are known, as two letters."""
    return tuple(sorted({codes[1] for codes in COUNTRIES.values() if len(codes[1]) == 2}))


@cache
def regions(country: str) -> tuple[Region, ...]:
    """Give a country's regions by name; none where holidays are the same everywhere."""
    if country not in countries():
        return ()
    found = holidays.country_holidays(country)
    names: dict[str, str] = {}
    for name, code in found.subdivisions_aliases.items():
        if len(name) > len(names.get(code, "")):
            names[code] = name
    listed = [Region(code, names.get(code, code)) for code in found.subdivisions]
    return tuple(sorted(listed, key=lambda region: region.name))


def years_around(day: date) -> range:
    """Give the years that are written down when holidays are taken on that day."""
    return range(day.year - YEARS_BACK, day.year + YEARS_AHEAD + 1)


@cache
def offered(country: str, region: str, years: range, language: str = "") -> Offered:
    """Give the holidays of those years; several on one day are joined with "; ".

    Without a `language` in the country's own; one that the library does not have falls back to
    English or to the country's own. Nothing for a country or region nobody knows.
    """
    known_region = not region or region in {known.code for known in regions(country)}
    if country not in countries() or not known_region:
        return {}
    spoken = _spoken(country, language) if language else None
    own = holidays.country_holidays(country).default_language
    found = holidays.country_holidays(
        country, subdiv=region or None, years=years, language=spoken or own
    )
    return {day.isoformat(): str(name) for day, name in sorted(found.items())}


def labels(country: str, region: str, days: Iterable[str], language: str) -> dict[str, str]:
    """Give the names of holidays, by date, in the reader's language."""
    wanted = sorted(days)
    if not wanted:
        return {}
    years = range(int(wanted[0][:4]), int(wanted[-1][:4]) + 1)
    said = offered(country, region, years, language)
    return {day: said[day] for day in wanted if day in said}


def _spoken(country: str, language: str) -> str | None:
    known = holidays.country_holidays(country).supported_languages
    wanted = LANGUAGES.get(language, language)
    return next((name for name in (wanted, "en_US") if name in known), None)
