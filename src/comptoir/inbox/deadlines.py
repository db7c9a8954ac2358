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
from comptoir.tickets.actions.changing import tell, write_fact
from comptoir.tickets.models import Clock, Ticket

CLAIM_COUNT = 100

DUE_SQL = """
SELECT DISTINCT ticket_id FROM (
    SELECT ticket_id FROM tickets_clock WHERE next_at < %(now)s ORDER BY next_at LIMIT %(count)s
) due
"""
FACT_OF = {"past_target": "target_missed", "breached": "limit_missed"}


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
        due = Clock.objects.filter(ticket=ticket, next_at__lt=now)
        before = {clock.pk: clock for clock in due}
        if not before:
            return False
        clocks.recompute(ticket, now=now)
        for clock in Clock.objects.filter(pk__in=before):
            _write(ticket, before[clock.pk], clock, now=now)
        tell(ticket, "deadline", now=now)
        return True


def _write(ticket: Ticket, before: Clock, after: Clock, *, now: datetime) -> None:
    """Write the fact for a change of state that time alone brought."""
    if after.state == before.state or after.state not in FACT_OF:
        return
    at = after.limit_at if after.state == "breached" else after.target_at
    write_fact(ticket, FACT_OF[after.state], at=at or now, now=now, clock=after.kind)
