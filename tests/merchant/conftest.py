"""The people of the demo shop, as the tests of this room need them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests import demo_people

from comptoir.merchant.models import Brand, Channel, Person, Team

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """A Monday morning."""
    return NOW


@pytest.fixture
def camille(db: None) -> Person:
    """The owner, and at first the only administrator."""
    return demo_people.camille()


@pytest.fixture
def lukas(db: None) -> Person:
    """The team leader."""
    return demo_people.lukas()


@pytest.fixture
def ines(db: None) -> Person:
    """An agent."""
    return demo_people.ines()


@pytest.fixture
def noah(db: None) -> Person:
    """The accountant, who only reads."""
    return demo_people.noah()


@pytest.fixture
def tableware(db: None) -> Team:
    """A team without members."""
    return Team.objects.create(name="Tableware")


@pytest.fixture
def amazon_de(db: None) -> Channel:
    """A channel of the shop."""
    return Channel.objects.create(
        marketplace="amazon",
        name="Amazon.de – Maison Perrin",
        short_name="AMZ DE",
        brand=Brand.objects.create(name="Maison Perrin"),
        country="DE",
        time_zone="Europe/Berlin",
        starts_at=NOW,
    )
