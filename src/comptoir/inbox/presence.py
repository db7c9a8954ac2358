"""Who has a ticket open, and who writes on it: a row a person and ticket, said anew every 15 s.

Nothing is told while nothing changes: a step of the change feed goes out when somebody comes, goes,
begins or ends to write. It carries numbers; browsers ask for the names. A browser that died is
taken out by the worker. A lease of *Next* lives in the same row, and outlasts the page by minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from comptoir.merchant.models import Person
from comptoir.merchant.rights import Rights
from comptoir.storage import changes
from comptoir.tickets.models import Mention, Presence
from comptoir.tickets.queries import NoSuchTicket

KIND = "presence"
FRESH_FOR = timedelta(seconds=35)
"""Two beats of a browser, and some seconds for the line."""
LEASE = timedelta(minutes=5)
PRUNE_SECONDS = 5.0
AT_ONCE = 500

HERE_SQL = """
WITH ticket AS (
    SELECT id, channel_id, assignee_id FROM tickets_ticket WHERE id = %(ticket)s
    AND (channel_id = ANY(%(channels)s) OR assignee_id = %(person)s)
), before AS (
    SELECT p.seen_at, p.is_writing FROM tickets_presence p
    WHERE p.ticket_id = %(ticket)s AND p.person_id = %(person)s
), now AS (
    INSERT INTO tickets_presence AS p (ticket_id, person_id, seen_at, is_writing)
    SELECT id, %(person)s, %(now)s, %(writing)s FROM ticket
    ON CONFLICT (ticket_id, person_id) DO UPDATE SET seen_at = excluded.seen_at,
        is_writing = excluded.is_writing, dealt_until_at = CASE
            WHEN p.dealt_until_at IS NOT NULL THEN %(until)s END
    RETURNING 1
)
SELECT t.channel_id, t.assignee_id, b.seen_at IS NULL OR b.seen_at <= %(stale)s
    OR b.is_writing <> %(writing)s
FROM ticket t CROSS JOIN now LEFT JOIN before b ON true
"""
LEAVE_SQL = """
WITH gone AS (
    DELETE FROM tickets_presence p USING tickets_ticket t
    WHERE t.id = p.ticket_id AND p.ticket_id = %(ticket)s AND p.person_id = %(person)s
    RETURNING t.id, t.channel_id, t.assignee_id
) SELECT * FROM gone
"""
PRUNE_SQL = """
WITH gone AS (
    SELECT id FROM tickets_presence WHERE seen_at <= %(stale)s
    AND (dealt_until_at IS NULL OR dealt_until_at <= %(now)s)
    ORDER BY seen_at LIMIT 500 FOR UPDATE SKIP LOCKED
)
DELETE FROM tickets_presence p USING gone, tickets_ticket t
WHERE p.id = gone.id AND t.id = p.ticket_id RETURNING t.id, t.channel_id, t.assignee_id
"""


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody who has a ticket open now."""

    person_id: int
    name: str
    is_writing: bool


def come(ticket_id: int, rights: Rights, *, writing: bool, now: datetime) -> None:
    """Say that a person looks at a ticket, or writes; again every 15 seconds.

    What they were mentioned in there is seen by it. Raises `NoSuchTicket`.
    """
    values: dict[str, Any] = {
        "ticket": ticket_id,
        "person": rights.person_id,
        "channels": list(rights.channel_ids),
        "writing": writing,
        "now": now,
        "stale": now - FRESH_FOR,
        "until": now + LEASE,
    }
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(HERE_SQL, values)
            row = cursor.fetchone()
        if row is None:
            raise NoSuchTicket(ticket_id)
        channel_id, assignee_id, is_news = row
        if is_news:
            _see_mentions(ticket_id, rights.person_id, now=now)
            _tell([(ticket_id, channel_id, assignee_id)], now=now)


def leave(ticket_id: int, rights: Rights, *, now: datetime) -> None:
    """Say that a person has closed a ticket; its lease ends too."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LEAVE_SQL, {"ticket": ticket_id, "person": rights.person_id})
        _tell(cursor.fetchall(), now=now)


def prune(*, now: datetime) -> int:
    """Take out those whose browser said nothing any more, and tell how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PRUNE_SQL, {"now": now, "stale": now - FRESH_FOR})
        gone = cursor.fetchall()
        _tell(gone, now=now)
    return len(gone)


def who_is_on(ticket_id: int, *, besides: int, now: datetime) -> list[Here]:
    """Give who else has a ticket open, those who write first. For those who may see the ticket."""
    rows = Presence.objects.filter(ticket_id=ticket_id, seen_at__gt=now - FRESH_FOR)
    found = rows.exclude(person_id=besides).order_by("-is_writing", "person__name")
    return [Here(*row) for row in found.values_list("person_id", "person__name", "is_writing")]


def everywhere(rights: Rights, *, now: datetime) -> dict[int, list[Here]]:
    """Give who else has which tickets open, of those a person may see: one query, for lists."""
    rows = Presence.objects.filter(
        seen_at__gt=now - FRESH_FOR, ticket__channel_id__in=rights.channel_ids
    ).exclude(person_id=rights.person_id)
    found: dict[int, list[Here]] = {}
    names = ("ticket_id", "person_id", "person__name", "is_writing")
    for ticket_id, *here in rows.order_by("-is_writing", "person__name").values_list(*names)[
        :AT_ONCE
    ]:
        found.setdefault(ticket_id, []).append(Here(*here))
    return found


def mentions_of(person: Person, rights: Rights) -> list[Mention]:
    """Give the latest notes that name a person, on tickets they may see: one query."""
    found = Mention.objects.filter(person=person).select_related(
        "message__person", "message__ticket__channel"
    )
    visible = found.filter(message__ticket__channel_id__in=rights.channel_ids)
    return list(visible.order_by("-id")[:100])


def _see_mentions(ticket_id: int, person_id: int, *, now: datetime) -> None:
    named = Mention.objects.filter(message__ticket_id=ticket_id, person_id=person_id)
    named.filter(seen_at=None).update(seen_at=now)


def _tell(rows: Sequence[tuple[int, int, int | None]], *, now: datetime) -> None:
    """Tell browsers; the ticket stands in the data, so that nobody reads its row anew."""
    told = [
        {
            "channel_id": channel_id,
            "ticket_id": None,
            "data": {"ticket": ticket_id, "assignee": assignee_id},
        }
        for ticket_id, channel_id, assignee_id in rows
    ]
    changes.record_many(KIND, told, now=now)
