"""Small figures that pages show beside a clock or a person, each from one query."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from comptoir.core.means import Mean
from comptoir.tickets.models import Ticket

WINDOW = timedelta(days=30)
"""Mirakl operators judge the last 30 days or 3 months; the shorter one moves first."""

MEAN_SQL = """
SELECT count(*), coalesce(sum(response_seconds), 0) FROM tickets_outcome
WHERE channel_id = %s AND asked_at >= %s AND answered_at IS NOT NULL AND NOT is_taken_out
"""
UNANSWERED_SQL = """
SELECT asked_at FROM tickets_outcome
WHERE ticket_id = %s AND answered_at IS NULL AND NOT is_taken_out AND asked_at >= %s
"""
MARKS_SQL = """
SELECT person_id, count(*) FILTER (WHERE kind = 'no_response_needed'),
    count(*) FILTER (WHERE kind = 'agent_reply')
FROM tickets_fact
WHERE kind IN ('no_response_needed', 'agent_reply') AND stored_at >= %s
    AND person_id IS NOT NULL AND NOT data ? 'confirms'
GROUP BY person_id
"""


def mean_of(channel_id: int, *, now: datetime) -> Mean:
    """Give the mean response time of a channel's answered messages of the last 30 days."""
    with connection.cursor() as cursor:
        cursor.execute(MEAN_SQL, [channel_id, now - WINDOW])
        count, seconds = cursor.fetchone()
    return Mean(count, timedelta(seconds=float(seconds)))


def mean_if_answered(ticket: Ticket, *, now: datetime) -> tuple[Mean, Mean]:
    """Give the channel's mean as it is, and as it becomes if this ticket is answered now."""
    before = mean_of(ticket.channel_id, now=now)
    with connection.cursor() as cursor:
        cursor.execute(UNANSWERED_SQL, [ticket.pk, now - WINDOW])
        delays = [now - row[0] for row in cursor.fetchall()]
    return before, before.after(*delays)


def marks_by_person(*, now: datetime) -> dict[int, tuple[int, int]]:
    """Give, by person, how often "no response needed" was set in 30 days, and how often answered."""
    with connection.cursor() as cursor:
        cursor.execute(MARKS_SQL, [now - WINDOW])
        return {row[0]: (row[1], row[2]) for row in cursor.fetchall()}
