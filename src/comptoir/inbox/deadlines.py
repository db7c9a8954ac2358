"""The deadline loop: what falls due is claimed, checked again, and written down.

Every running clock has one row with the next moment at which its state changes by itself. A
hundred due rows are claimed at a time, in any number of processes; the ticket's clocks are
computed anew (the deadline may have moved), the fact is written, browsers are told: one
transaction each ticket, so that nothing is lost and nothing is told twice.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from comptoir.tickets import clocks
from comptoir.tickets.actions.changing import tell
from comptoir.tickets.models import Clock, Ticket

CLAIM_COUNT = 100

DUE_SQL = """
SELECT DISTINCT ticket_id FROM (
    SELECT ticket_id FROM tickets_clock WHERE next_at < %(now)s ORDER BY next_at LIMIT %(count)s
) due
"""


def fire_due(*, now: datetime) -> int:
    """Handle what fell due, and tell how many tickets that were."""
    with connection.cursor() as cursor:
        cursor.execute(DUE_SQL, {"now": now, "count": CLAIM_COUNT})
        ids = [row[0] for row in cursor.fetchall()]
    return sum(_fire(ticket_id, now=now) for ticket_id in ids)


def _fire(ticket_id: int, *, now: datetime) -> bool:
    with transaction.atomic():
        tickets = Ticket.objects.select_for_update(skip_locked=True, of=("self",))
        ticket: Ticket | None = tickets.select_related("channel").filter(pk=ticket_id).first()
        if ticket is None:
            return False
        if not Clock.objects.filter(ticket=ticket, next_at__lt=now).exists():
            return False
        clocks.recompute(ticket, now=now)
        tell(ticket, "deadline", now=now)
        return True
