"""Who may hear of which change: the rights of whoever listens, read by SQL and refreshed.

The rule is that of `comptoir.merchant.rights`: administrators and readers see every channel,
everybody else the channels of their teams, and whoever a ticket was given to sees that ticket.
A change addressed to one person (`data.to`) is heard by nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from comptoir.web.events.reader import Reader

REFRESH_SECONDS = 30
SEES_EVERYTHING = ("admin", "reader")

RIGHTS_SQL = """
SELECT p.id, p.role, ARRAY(
    SELECT DISTINCT c.channel_id FROM merchant_team_members m
    JOIN merchant_team_channels c ON c.team_id = m.team_id WHERE m.person_id = p.id
), ARRAY(
    SELECT t.id FROM tickets_ticket t WHERE t.assignee_id = p.id
    AND t.status NOT IN ('solved', 'closed') LIMIT 2000
)
FROM merchant_person p WHERE p.id = ANY(%s) AND p.is_active
"""

Change = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ears:
    """What one person may hear of."""

    hears_everything: bool
    channel_ids: frozenset[int]
    ticket_ids: frozenset[int]

    def hears(self, person_id: int, change: Change) -> bool:
        """Tell whether a change concerns something this person may see."""
        data = change.get("data") or {}
        if data.get("to", person_id) != person_id:
            return False
        channel_id = change.get("channel")
        if self.hears_everything or channel_id is None or channel_id in self.channel_ids:
            return True
        return data.get("assignee") == person_id or change.get("ticket") in self.ticket_ids


class Audience:
    """The rights of everybody who listens; somebody deactivated is no longer in it."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._ears: dict[int, Ears] = {}

    def ears(self, person_id: int) -> Ears | None:
        """Give a person's rights as last read; None for nobody."""
        return self._ears.get(person_id)

    async def admit(self, person_id: int) -> Ears | None:
        """Read a person's rights; None when there is no such active person."""
        if person_id not in self._ears:
            self._ears.update(await self._read([person_id]))
        return self._ears.get(person_id)

    async def refresh(self, person_ids: Iterable[int]) -> None:
        """Read everybody's rights anew, and forget who is gone."""
        wanted = sorted(set(person_ids))
        self._ears = await self._read(wanted) if wanted else {}

    async def _read(self, person_ids: list[int]) -> dict[int, Ears]:
        rows = await self._reader.rows(RIGHTS_SQL, (person_ids,))
        return {
            row[0]: Ears(row[1] in SEES_EVERYTHING, frozenset(row[2]), frozenset(row[3]))
            for row in rows
        }
