"""What colleagues hear of each other's work: being named, what they follow, what comes back to them.

Told person by person, so that whoever opens the ticket takes note for themselves alone. Only being
named interrupts, and a reply of one's own that did not leave. While somebody has not looked at what was told of a ticket, nothing more is added:
one line a ticket is enough to open it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from comptoir.alerts.actions.record import News
from comptoir.alerts.models import Alert
from comptoir.alerts.recipients import PERSON

HEARD = ("buyer_message", "note", "status", "woken", "assigned")

HEARD_SQL = """
WITH fresh AS (
    SELECT f.id, f.kind, f.stored_at, f.ticket_id, f.person_id, f.data, f.message_id
    FROM tickets_fact f WHERE f.id > %(after)s AND f.stored_at > %(since)s
    AND f.kind = ANY(%(kinds)s)
), heard AS (
    SELECT f.*, w.person_id AS hearer, 'followed' AS why FROM fresh f
    JOIN tickets_follow w ON w.ticket_id = f.ticket_id AND w.since_at < f.stored_at
    WHERE f.kind IN ('buyer_message', 'note') OR f.kind = 'status' AND f.data->>'to' = 'solved'
    UNION ALL
    SELECT f.*, t.assignee_id, 'yours' FROM fresh f JOIN tickets_ticket t ON t.id = f.ticket_id
    WHERE f.kind = 'buyer_message' AND t.assignee_id IS NOT NULL AND EXISTS (
        SELECT FROM tickets_fact g WHERE g.ticket_id = f.ticket_id AND g.id < f.id AND (
            g.person_id = t.assignee_id
            OR g.kind = 'assigned' AND (g.data->>'to')::bigint = t.assignee_id))
    UNION ALL
    SELECT f.*, (f.data->>'to')::bigint, 'given' FROM fresh f
    WHERE f.kind = 'assigned' AND f.data->>'to' IS NOT NULL
    UNION ALL
    SELECT f.*, (f.data->>'of')::bigint, 'back' FROM fresh f
    WHERE f.kind = 'woken' AND f.data->>'because' IN ('time', 'limit')
)
SELECT DISTINCT ON (h.ticket_id, h.hearer) h.id, h.kind, h.why, h.stored_at, h.ticket_id,
    t.channel_id, h.hearer, h.person_id, p.name
FROM heard h JOIN tickets_ticket t ON t.id = h.ticket_id
LEFT JOIN merchant_person p ON p.id = h.person_id
WHERE h.hearer IS NOT NULL AND h.hearer IS DISTINCT FROM h.person_id
AND NOT EXISTS (SELECT FROM tickets_mention m
    WHERE m.message_id = h.message_id AND m.person_id = h.hearer)
AND NOT EXISTS (SELECT FROM alerts_alert a WHERE a.ticket_id = h.ticket_id AND a.kind = 'followed'
    AND a.over_at IS NULL AND a.acknowledged_at IS NULL
    AND (a.data->>'hearer')::bigint = h.hearer)
AND NOT EXISTS (SELECT FROM tickets_presence s WHERE s.ticket_id = h.ticket_id
    AND s.person_id = h.hearer AND s.seen_at >= h.stored_at)
ORDER BY h.ticket_id, h.hearer, h.id
"""
MENTIONS_SQL = """
SELECT m.id, m.person_id, f.stored_at, f.ticket_id, t.channel_id, f.person_id, m.message_id, p.name
FROM tickets_fact f JOIN tickets_mention m ON m.message_id = f.message_id
LEFT JOIN merchant_person p ON p.id = f.person_id
JOIN tickets_ticket t ON t.id = f.ticket_id
WHERE f.id > %(after)s AND f.stored_at > %(since)s AND f.kind = 'note' AND m.seen_at IS NULL
"""
HELD_BACK_SQL = """
SELECT f.id, f.stored_at, f.ticket_id, t.channel_id, (f.data->>'of')::bigint, f.data->>'because'
FROM tickets_fact f JOIN tickets_ticket t ON t.id = f.ticket_id
WHERE f.id > %(after)s AND f.stored_at > %(since)s AND f.kind = 'reply_held_back'
"""


def told_since(*, after: int, since: datetime) -> list[News]:
    """Give what colleagues are to hear of facts later than these."""
    values: dict[str, Any] = {"after": after, "since": since, "kinds": list(HEARD)}
    with connection.cursor() as cursor:
        cursor.execute(MENTIONS_SQL, values)
        mentions = [_mention(*row) for row in cursor.fetchall()]
        cursor.execute(HEARD_SQL, values)
        heard = [_heard(*row) for row in cursor.fetchall()]
        cursor.execute(HELD_BACK_SQL, values)
        return [*mentions, *heard, *(_held_back(*row) for row in cursor.fetchall())]


def _mention(
    number: int,
    person_id: int,
    stored_at: datetime,
    ticket_id: int,
    channel_id: int,
    author: int | None,
    message_id: int,
    who: str | None,
) -> News:
    return News(
        Alert.Kind.MENTION,
        f"mention:{number}",
        (f"{PERSON}{person_id}",),
        stored_at,
        is_push=True,
        escalates=False,
        ticket_id=ticket_id,
        channel_id=channel_id,
        data={"by": author, "who": who, "message": message_id, "hearer": person_id},
    )


def _heard(
    fact_id: int,
    kind: str,
    why: str,
    stored_at: datetime,
    ticket_id: int,
    channel_id: int,
    hearer: int,
    by: int | None,
    who: str | None,
) -> News:
    return News(
        Alert.Kind.FOLLOWED,
        f"followed:{fact_id}:{hearer}",
        (f"{PERSON}{hearer}",),
        stored_at,
        ticket_id=ticket_id,
        channel_id=channel_id,
        data={"what": kind, "why": why, "by": by, "who": who, "hearer": hearer},
    )


def _held_back(
    fact_id: int, stored_at: datetime, ticket_id: int, channel_id: int, writer: int, because: str
) -> News:
    """Tell the writer alone: they believe it is on its way."""
    return News(
        Alert.Kind.REPLY_HELD_BACK,
        f"reply_held_back:{fact_id}",
        (f"{PERSON}{writer}",),
        stored_at,
        is_push=True,
        escalates=False,
        ticket_id=ticket_id,
        channel_id=channel_id,
        data={"because": because, "hearer": writer},
    )
