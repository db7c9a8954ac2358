"""Claims on which it is our move: a ticket came to the first tier, or came back to us there."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from comptoir.alerts.actions.record import News
from comptoir.alerts.models import Alert

TO = ("assignee", "team", "supervisor")

# A claim that was ours, then the marketplace's, then ours again is told again: its number goes up.
CLAIMS_SQL = """
SELECT t.id, t.channel_id, h.is_watched_only, t.limit_at,
    (SELECT count(*) FROM alerts_alert a WHERE a.ticket_id = t.id AND a.kind = 'claim')
FROM tickets_ticket t JOIN merchant_channel h ON h.id = t.channel_id
WHERE t.queue_tier = 0 AND NOT EXISTS (SELECT FROM alerts_alert a
    WHERE a.ticket_id = t.id AND a.kind = 'claim' AND a.over_at IS NULL)
ORDER BY t.queue_at LIMIT 2000
"""


def claims(*, now: datetime) -> list[News]:
    """Give claims nobody was told of since they are ours."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIMS_SQL)
        rows = cursor.fetchall()
    return [
        News(
            Alert.Kind.CLAIM,
            f"claim:{ticket_id}:{number + 1}",
            TO,
            now,
            is_push=not is_watched,
            ticket_id=ticket_id,
            channel_id=channel_id,
            data={"limit_at": limit_at.isoformat()} if limit_at else {},
        )
        for ticket_id, channel_id, is_watched, limit_at, number in rows
    ]
