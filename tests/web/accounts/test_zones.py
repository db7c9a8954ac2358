"""Finding the zone somebody means."""

from __future__ import annotations

import pytest

from comptoir.web.accounts.zones import find, names


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Paris", "Europe/Paris"),
        ("europe/paris", "Europe/Paris"),
        ("Paris", "Europe/Paris"),
        (" new york ", "America/New_York"),
        ("Argentina/Ushuaia", "America/Argentina/Ushuaia"),
        ("utc", "UTC"),
        ("Lyon", None),
        ("", None),
        ("../../etc/passwd", None),
        ("CET", None),
    ],
)
def test_zone_is_found_by_name_or_city(typed: str, zone: str | None) -> None:
    assert find(typed) == zone


def test_zones_are_places_and_utc() -> None:
    assert "Etc/GMT+5" not in names()
    assert names()[-1] == "UTC"
