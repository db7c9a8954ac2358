"""The people of the demo shop, whom every test knows by their first names."""

from __future__ import annotations

from datetime import UTC, datetime

from comptoir.merchant.models import Person, Role

PASSWORD = "a quiet evening"
JOINED_AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def camille() -> Person:
    """The owner, and at first the only administrator."""
    return _person("camille", "Camille Perrin", Role.ADMIN)


def lukas() -> Person:
    """The team leader."""
    return _person("lukas", "Lukas Brandt", Role.LEADER)


def ines() -> Person:
    """An agent, French."""
    return _person("ines", "Inès Moreau", Role.AGENT)


def noah() -> Person:
    """The accountant, who only reads."""
    return _person("noah", "Noah Kent", Role.READER)


def _person(mailbox: str, name: str, role: Role) -> Person:
    return Person.objects.create_user(
        f"{mailbox}@maisonperrin.example", PASSWORD, name=name, role=role, joined_at=JOINED_AT
    )
