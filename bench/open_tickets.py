"""Filling a desk with open tickets that have real facts, straight in SQL, each with one clock.

The clocks are those that the function answers for the channel's policy: what is measured may
compute them anew and must find the same.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

PART = 100_000

FILL_SQL = """
WITH tickets AS (
    INSERT INTO tickets_ticket (channel_id, status, tier, tier_reasons, tier_set_by_person, intents,
        tags, policy_version_id, gist, buyer_name, reply_address, subject, language, order_number,
        message_count, automatic_count, created_at, last_message_at, oldest_unanswered_at,
        next_kind, next_deadline_at, queue_tier, queue_at)
    SELECT (%(channels)s::bigint[])[1 + n %% array_length(%(channels)s::bigint[], 1)], 'open', 2,
        '[]', false, '[]', '[]',
        (%(policies)s::bigint[])[1 + n %% array_length(%(policies)s::bigint[], 1)],
        'Guten Tag, wo ist mein Paket?', 'Buyer ' || n, 'b' || n || '@marketplace.amazon.de',
        'Order ' || n, 'de', '302-' || lpad(n::text, 7, '0') || '-1234567', 1, 0,
        at, at, at, 'first_reply', at + interval '1 day', 1, at + interval '1 day'
    FROM (SELECT n, %(now)s::timestamptz - (n %% %(spread)s) * interval '1 second' / 10 AS at
          FROM generate_series(%(from)s::int, %(to)s::int) AS n) AS numbers
    RETURNING id, channel_id, created_at, gist
), messages AS (
    INSERT INTO tickets_message (ticket_id, channel_id, external_id, author, kind, state,
        from_name, from_address, subject, text, new_text, has_html, language, tier, tier_reasons,
        intents, needs_reply, evidence, problems, links, occurred_at, stored_at, seen_elsewhere,
        is_holding)
    SELECT id, channel_id, 'open-' || id, 'buyer', 'buyer_message', 'received', '', '', '', gist,
        gist, false, 'de', 2, '[]', '[]', true, '[]', '[]', '{}', created_at, created_at, false,
        false FROM tickets RETURNING id, ticket_id, channel_id, occurred_at
), outcomes AS (
    INSERT INTO tickets_outcome (message_id, ticket_id, channel_id, asked_at, is_taken_out)
    SELECT id, ticket_id, channel_id, occurred_at, false FROM messages
)
INSERT INTO tickets_fact (ticket_id, kind, happened_at, stored_at, message_id, data)
SELECT ticket_id, 'buyer_message', occurred_at, occurred_at, id,
    jsonb_build_object('id', id::text) FROM messages
"""
BASES_SQL = """
SELECT DISTINCT ON (c.id) c.id, v.id FROM merchant_channel c
JOIN sla_policy p ON p.channel_id = c.id JOIN sla_policyversion v ON v.policy_id = p.id
WHERE NOT c.is_catch_all ORDER BY c.id, v.number DESC
"""


def fill_open(count: int, *, now: datetime, spread_seconds: int) -> None:
    """Add `count` open tickets, asked evenly over the last `spread_seconds`, without clocks yet."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(BASES_SQL)
        bases = cursor.fetchall()
        values: dict[str, Any] = {
            "channels": [row[0] for row in bases],
            "policies": [row[1] for row in bases],
            "now": now,
            "spread": max(spread_seconds, 1) * 10,
        }
        for first in range(1, count + 1, PART):
            last = min(first + PART - 1, count)
            cursor.execute(FILL_SQL, {**values, "from": first, "to": last})
    settle()


def settle() -> None:
    """Let PostgreSQL look at its tables, as its autovacuum does on a desk that runs."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("ticket", "message", "fact", "outcome", "clock"):
            cursor.execute(f"VACUUM ANALYZE tickets_{table}")
