"""*Next*: the best ticket for one person now, and nobody else gets it meanwhile.

Claims come first. After them one's own tickets, then those in a language one speaks, among what
stands foremost in the queue; further back nobody looks, so that no preference lets a deadline go.
What a colleague has open, or was just dealt, is left alone; so is what one skipped an hour ago.
What one passed over a moment ago comes after all others: it would else come back after every reply,
being the foremost still; a claim, or what is about to be lost, comes back all the same. A ticket of
a team is dealt to its members, until its limit is near.

A dealt ticket is leased: for five minutes, and on as long as its page is open and used.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from comptoir.inbox.presence import FRESH_FOR, LEASE
from comptoir.inbox.queue import HAS_NOBODY, IN_QUEUE
from comptoir.merchant.rights import Rights
from comptoir.storage import rows
from comptoir.tickets.actions.skip import AGAIN_AFTER

FOREMOST = 30
"""So many of the queue's first tickets are looked at."""
EVERYBODYS = timedelta(hours=2)
"""So long before its limit a ticket of a team is everybody's."""
PASSED_FOR = timedelta(minutes=10)
"""For so long what one went on from, unanswered, comes after the others; then in its own place."""
PRESSING = timedelta(hours=1)
"""So long before its limit a ticket is not put behind others any more."""
LOCK = 0x6465616C

FREE = """NOT EXISTS (SELECT FROM tickets_presence p WHERE p.ticket_id = t.id
    AND p.person_id <> %(me)s AND (p.seen_at > %(stale)s OR p.dealt_until_at > %(now)s))
AND NOT EXISTS (SELECT FROM tickets_fact f WHERE f.ticket_id = t.id AND f.kind = 'skipped'
    AND f.person_id = %(me)s AND f.happened_at > %(skipped)s)"""
OPEN_TO_ME = """(t.team_id IS NULL OR t.limit_at < %(near)s OR EXISTS (
    SELECT FROM merchant_team_members m WHERE m.team_id = t.team_id AND m.person_id = %(me)s))"""
NOT_PASSED = """t.id <> %(besides)s AND (t.id <> ALL(%(passed)s::bigint[]) OR t.queue_tier = 0
    OR (t.queue_tier = 1 AND t.limit_at < %(pressing)s))"""
ORDER = "t.queue_tier, t.queue_at, t.id"

DEAL_SQL = f"""
WITH me AS (SELECT speaks FROM merchant_person WHERE id = %(me)s),
mine AS (
    SELECT t.id, t.queue_tier, t.queue_at, 0 AS rank FROM tickets_ticket t
    WHERE t.assignee_id = %(me)s AND {IN_QUEUE} AND {NOT_PASSED} AND {FREE}
    ORDER BY {ORDER} LIMIT 1
), others AS (
    SELECT t.id, t.queue_tier, t.queue_at,
        CASE WHEN t.language = '' OR me.speaks = '[]' OR me.speaks ? split_part(t.language, '-', 1)
        THEN 1 ELSE 2 END AS rank
    FROM tickets_ticket t, me
    WHERE t.channel_id = ANY(%(channels)s) AND {IN_QUEUE} AND {NOT_PASSED}
        AND t.assignee_id IS DISTINCT FROM %(me)s AND {HAS_NOBODY} AND {OPEN_TO_ME} AND {FREE}
    ORDER BY {ORDER} LIMIT {FOREMOST}
)
SELECT id FROM (SELECT * FROM mine UNION ALL SELECT * FROM others) found
ORDER BY queue_tier <> 0, queue_tier > 1, rank, queue_tier, queue_at, id LIMIT 1
"""  # noqa: S608 - made of the constants above; every value is a parameter
ALONE_SQL = """
SELECT pg_advisory_xact_lock(%(lock)s), set_config('synchronous_commit', 'off', true)
"""
"""One at a time; what is lost in a crash is who was dealt what, and no disk is waited for."""
LEASE_SQL = """
WITH before AS (
    UPDATE tickets_presence SET dealt_until_at = NULL
    WHERE person_id = %(me)s AND dealt_until_at IS NOT NULL AND ticket_id <> %(ticket)s
)
INSERT INTO tickets_presence (ticket_id, person_id, seen_at, is_writing, dealt_until_at)
VALUES (%(ticket)s, %(me)s, %(stale)s, false, %(until)s)
ON CONFLICT (ticket_id, person_id) DO UPDATE SET dealt_until_at = excluded.dealt_until_at
"""


def deal(
    rights: Rights, *, besides: int = 0, passed: Collection[int] = (), now: datetime
) -> int | None:
    """Give the next ticket of a person, and lease it to them; None when nothing waits.

    `besides` is the ticket they come from; of `passed` one that is no claim and not about to be lost
    is given only where nothing else waits. One person is dealt to at a time, so that two who ask in
    the same moment never get the same one.
    """
    values: dict[str, Any] = {
        "me": rights.person_id,
        "channels": list(rights.channel_ids),
        "besides": besides,
        "passed": list(passed),
        "pressing": now + PRESSING,
        "now": now,
        "stale": now - FRESH_FOR,
        "near": now + EVERYBODYS,
        "skipped": now - AGAIN_AFTER,
    }
    with transaction.atomic():
        rows.fetch(ALONE_SQL, {"lock": LOCK})
        found = rows.fetch(DEAL_SQL, values)
        if not found and passed:
            found = rows.fetch(DEAL_SQL, {**values, "passed": []})
        if not found:
            return None
        ticket_id: int = found[0][0]
        if rights.may_answer:
            lease = {name: values[name] for name in ("me", "stale")}
            rows.run(LEASE_SQL, {**lease, "ticket": ticket_id, "until": now + LEASE})
        return ticket_id
