"""Who may see what: rights are by channel and team, and every list goes through them.

An administrator and a read-only person see every channel; everybody else the channels of their
teams. A ticket can also be opened by the person it was given to, whatever its channel.
"""

from __future__ import annotations

from dataclasses import dataclass

from comptoir.merchant.models import Person, Role
from comptoir.storage import rows

EVERY_CHANNEL = "SELECT id FROM merchant_channel ORDER BY id"
OWN_CHANNELS = """
SELECT DISTINCT c.channel_id FROM merchant_team_channels c
JOIN merchant_team_members m ON m.team_id = c.team_id
WHERE m.person_id = %(person)s ORDER BY c.channel_id
"""


class NotAllowed(Exception):  # noqa: N818 - reads as what happened
    """Say that this person may not do this."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What one person may do at this moment, small enough to travel with a request."""

    person_id: int
    role: Role
    channel_ids: tuple[int, ...]

    @property
    def may_answer(self) -> bool:
        """Tell whether tickets may be changed."""
        return self.role != Role.READER

    @property
    def may_lead(self) -> bool:
        """Tell whether other people's work may be changed."""
        return self.role in (Role.LEADER, Role.ADMIN)

    @property
    def may_administer(self) -> bool:
        """Tell whether channels, people and policies may be changed."""
        return self.role == Role.ADMIN

    def sees(self, channel_id: int | None, assignee_id: int | None = None) -> bool:
        """Tell whether something on that channel, given to that person, may be seen."""
        if assignee_id is not None and assignee_id == self.person_id:
            return True
        return channel_id in self.channel_ids


def rights_of(person: Person) -> Rights:
    """Look up a person's rights: one query."""
    sees_all = person.role in (Role.ADMIN, Role.READER)
    found = rows.fetch(EVERY_CHANNEL if sees_all else OWN_CHANNELS, {"person": person.pk})
    return Rights(
        person_id=person.pk, role=Role(person.role), channel_ids=tuple(row[0] for row in found)
    )
