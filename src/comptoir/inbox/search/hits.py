"""What a result shows of each ticket that was found: one read for any number of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from comptoir.inbox.naming import SHOWN_NAME_SQL
from comptoir.merchant.rights import Rights

HITS_SQL = f"""
SELECT t.id, {SHOWN_NAME_SQL}, t.subject, c.name, c.short_name, t.order_number, t.status, t.tier,
    coalesce(p.name, ''), t.language, t.last_message_at
FROM tickets_ticket t
JOIN merchant_channel c ON c.id = t.channel_id
LEFT JOIN merchant_person p ON p.id = t.assignee_id
WHERE t.id = ANY(%(ids)s) AND (t.channel_id = ANY(%(channels)s) OR t.assignee_id = %(me)s)
"""  # noqa: S608 - made of a constant


@dataclass(frozen=True, slots=True)
class Hit:
    """One ticket among the results."""

    id: int
    buyer_name: str
    subject: str
    channel_name: str
    channel_short: str
    order_number: str
    status: str
    tier: int
    assignee_name: str
    language: str
    last_message_at: datetime


def hits(rights: Rights, ticket_ids: Sequence[int]) -> list[Hit]:
    """Give these tickets in their order; those this person may not see are left out."""
    if not ticket_ids:
        return []
    values: dict[str, Any] = {
        "ids": list(ticket_ids), "channels": list(rights.channel_ids), "me": rights.person_id,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(HITS_SQL, values)
        found = {row[0]: Hit(*row) for row in cursor.fetchall()}
    return [found[id_] for id_ in ticket_ids if id_ in found]
