"""Who works at Maison Perrin. All have the same password, which `welcome` prints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from comptoir.merchant.models import Merchant, Person, Role

PASSWORD = "comptoir-demo"  # noqa: S105 - printed on purpose, for a shop that does not exist
DOMAIN = "maison-perrin.example"


@dataclass(frozen=True, slots=True)
class Colleague:
    """One person of the demo: `key` is the name before the at sign."""

    key: str
    name: str
    role: Role
    language: str
    speaks: tuple[str, ...]

    @property
    def email(self) -> str:
        """Give the address to log in with."""
        return f"{self.key}@{DOMAIN}"


COLLEAGUES = (
    Colleague("camille", "Camille Perrin", Role.ADMIN, "en", ("fr", "en")),
    Colleague("lukas", "Lukas Brandt", Role.LEADER, "de", ("de", "en", "fr")),
    Colleague("ines", "Inès Moreau", Role.AGENT, "fr", ("fr",)),
    Colleague("jonas", "Jonas Weber", Role.AGENT, "de", ("de", "en")),
    Colleague("sofia", "Sofia Ricci", Role.AGENT, "en", ("it", "es", "fr")),
    Colleague("noah", "Noah Kent", Role.READER, "en", ("en",)),
)
ANSWERS_IN = {
    "fr": ("ines", "ines", "ines", "sofia", "camille"),
    "de": ("jonas", "jonas", "jonas", "lukas"),
    "en": ("jonas", "jonas", "lukas"),
    "it": ("sofia",),
    "es": ("sofia",),
}
"""Who answers in which language, the usual ones more often."""


def answering(language: str, members: tuple[str, ...]) -> tuple[str, ...]:
    """Name who answers in a language among the members of a team; the leader where nobody does."""
    return tuple(key for key in ANSWERS_IN[language] if key in members) or ("lukas",)


def make_merchant() -> Merchant:
    """Make the shop itself."""
    made: Merchant = Merchant.objects.create(
        name="Maison Perrin", time_zone="Europe/Paris", language="en", is_demo=True
    )
    return made


def make_people(*, joined_at: datetime) -> dict[str, Person]:
    """Make everybody, by key. The password is hashed once: that is slow on purpose."""
    hashed = make_password(PASSWORD)
    people = [
        Person(
            email=colleague.email,
            password=hashed,
            name=colleague.name,
            role=colleague.role,
            language=colleague.language,
            speaks=list(colleague.speaks),
            joined_at=joined_at,
        )
        for colleague in COLLEAGUES
    ]
    Person.objects.bulk_create(people)
    return {colleague.key: person for colleague, person in zip(COLLEAGUES, people, strict=True)}
