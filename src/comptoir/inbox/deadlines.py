"""The deadline loop: what falls due is claimed, checked again, and written down.

Every running clock has one row with the next moment at which its state changes by itself. Some
hundred tickets are claimed at a time, in any number of processes; their clocks are computed anew
(a deadline may have moved), the facts are written, browsers are told: one transaction, so that
nothing is lost and nothing is told twice. A ticket that cannot be computed does not hold up the
others: it is left for a few minutes, and logged.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from comptoir.storage import changes
from comptoir.tickets.bulk import Row, recompute_many
from comptoir.tickets.models import Clock

log = logging.getLogger(__name__)

CLAIM_COUNT = 300
PUT_OFF = timedelta(minutes=5)

DUE_SQL = """
SELECT DISTINCT ticket_id FROM (
    SELECT ticket_id FROM tickets_clock WHERE next_at < %(now)s ORDER BY next_at LIMIT %(count)s
) due
"""
STILL_DUE_SQL = """
SELECT DISTINCT k.ticket_id FROM tickets_clock k
JOIN (SELECT id FROM tickets_ticket WHERE id = ANY(%(tickets)s) ORDER BY id
      FOR UPDATE SKIP LOCKED) t ON t.id = k.ticket_id
WHERE k.next_at < %(now)s
"""


def fire_due(*, now: datetime) -> int:
    """Handle what fell due, and tell how many tickets that were."""
    ids = _ids(DUE_SQL, {"now": now, "count": CLAIM_COUNT})
    if not ids:
        return 0
    try:
        return _fire(ids, now=now)
    except Exception:
        log.exception("deadlines: a batch failed and is tried ticket by ticket")
        return sum(_fire_alone(ticket_id, now=now) for ticket_id in ids)


def _fire(ids: Sequence[int], *, now: datetime) -> int:
    with transaction.atomic():
        claimed = _ids(STILL_DUE_SQL, {"tickets": list(ids), "now": now})
        rows = recompute_many(claimed, now=now).rows
        changes.record_many("ticket", [_told(row) for row in rows], now=now)
        return len(rows)


def _fire_alone(ticket_id: int, *, now: datetime) -> int:
    try:
        return _fire([ticket_id], now=now)
    except Exception:
        log.exception("deadlines: ticket %s cannot be computed", ticket_id)
        late = Clock.objects.filter(ticket_id=ticket_id, next_at__lt=now)
        late.update(next_at=now + PUT_OFF)
        return 0


def _ids(statement: str, values: dict[str, object]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)  # type: ignore[arg-type]  # a list is an array to psycopg
        return [row[0] for row in cursor.fetchall()]


def _told(row: Row) -> dict[str, object]:
    data = {
        "what": "deadline",
        "assignee": row["assignee_id"],
        "tier": row["tier"],
        "queued": row["queue_tier"] is not None,
    }
    return {"channel_id": row["channel_id"], "ticket_id": row["id"], "data": data}
