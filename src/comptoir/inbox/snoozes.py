"""Tickets that were put off come back by themselves: claimed in the database, a hundred at a time.

One whose limit moved before its moment of return comes back half an hour before that limit.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import connection, transaction

from comptoir.storage import audit
from comptoir.tickets import clocks
from comptoir.tickets.actions.changing import tell
from comptoir.tickets.actions.snooze import BEFORE_LIMIT, bring_back
from comptoir.tickets.models import Ticket

log = logging.getLogger(__name__)

CLAIM_COUNT = 100
PAUSE_SECONDS = 2.0

DUE_SQL = """
SELECT id, snoozed_until_at <= %(now)s FROM tickets_ticket
WHERE snoozed_until_at IS NOT NULL AND (snoozed_until_at <= %(now)s
    OR (limit_at < snoozed_until_at AND limit_at > %(now)s AND limit_at <= %(soon)s))
ORDER BY snoozed_until_at LIMIT %(count)s
"""
CLAIM_SQL = """
SELECT id FROM tickets_ticket WHERE id = %(ticket)s AND snoozed_until_at IS NOT NULL
    AND (snoozed_until_at <= %(now)s OR limit_at < snoozed_until_at)
FOR UPDATE SKIP LOCKED
"""


def wake_due(*, now: datetime) -> int:
    """Bring back what is due, and tell how many tickets that were."""
    with connection.cursor() as cursor:
        cursor.execute(DUE_SQL, {"now": now, "soon": now + BEFORE_LIMIT, "count": CLAIM_COUNT})
        due = cursor.fetchall()
    return sum(_wake(number, is_time=is_time, now=now) for number, is_time in due)


def _wake(ticket_id: int, *, is_time: bool, now: datetime) -> int:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(CLAIM_SQL, {"ticket": ticket_id, "now": now})
                if cursor.fetchone() is None:
                    return 0
            ticket = Ticket.objects.get(pk=ticket_id)
            bring_back(ticket, because="time" if is_time else "limit", by=None, now=now)
            clocks.recompute(ticket, now=now)
            audit.record("ticket.wake", by=None, now=now, subject=("ticket", ticket.pk))
            tell(ticket, "wake", now=now)
            return 1
    except Exception:
        log.exception("snoozes: ticket %s could not be brought back", ticket_id)
        return 0
