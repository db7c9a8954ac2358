"""Filling a desk with tickets straight in SQL: the size is measured, not the filling."""

from __future__ import annotations

FILL_SQL = """
WITH numbers AS (SELECT generate_series(1, %(count)s) AS n),
tickets AS (
    INSERT INTO tickets_ticket (channel_id, status, tier, tier_reasons, tier_set_by_person, intents,
        policy_version_id, gist, buyer_name, reply_address, subject, language, order_number,
        message_count, automatic_count, created_at, last_message_at, oldest_unanswered_at,
        next_kind, target_at, limit_at, next_deadline_at, queue_tier, queue_at, solved_at)
    SELECT (%(channels)s::bigint[])[1 + n %% array_length(%(channels)s::bigint[], 1)],
        CASE WHEN n %% 10 = 0 THEN 'open' ELSE 'solved' END,
        CASE WHEN n %% 500 = 0 THEN 0 ELSE 2 END, '[]', false, '["where_is_my_order"]',
        %(policy)s, 'Guten Tag, wo ist mein Paket mit der Nummer ' || n || '?',
        'Buyer ' || n, 'b' || n || '@marketplace.amazon.de', 'Order ' || n, 'de',
        '302-' || lpad(n::text, 7, '0') || '-1234567', 1 + n %% 4, 0,
        now() - (%(start)s + n) * interval '90 seconds',
        now() - (%(start)s + n) * interval '90 seconds',
        CASE WHEN n %% 10 = 0 THEN now() - (n %% 80000) * interval '1 second' END,
        CASE WHEN n %% 10 = 0 THEN 'first_reply' ELSE '' END,
        CASE WHEN n %% 10 = 0 THEN now() + (50400 - n %% 80000) * interval '1 second' END,
        CASE WHEN n %% 10 = 0 THEN now() + (86400 - n %% 80000) * interval '1 second' END,
        CASE WHEN n %% 10 = 0 THEN now() + (50400 - n %% 80000) * interval '1 second' END,
        CASE WHEN n %% 10 = 0 THEN CASE WHEN n %% 500 = 0 THEN 0 ELSE 1 END END,
        CASE WHEN n %% 10 = 0 THEN now() + (50400 - n %% 80000) * interval '1 second' END,
        CASE WHEN n %% 10 = 0 THEN NULL ELSE now() END
    FROM numbers RETURNING id, channel_id, created_at, gist, queue_tier, oldest_unanswered_at
), facts AS (
    INSERT INTO tickets_fact (ticket_id, kind, happened_at, stored_at, data)
    SELECT id, 'buyer_message', created_at, created_at, jsonb_build_object('id', 'f' || id)
    FROM tickets WHERE queue_tier IS NOT NULL
)
INSERT INTO tickets_message (ticket_id, channel_id, external_id, author, kind, state, from_name,
    from_address, subject, text, new_text, has_html, language, tier, tier_reasons, intents,
    needs_reply, evidence, problems, links, occurred_at, stored_at, seen_elsewhere, is_holding)
SELECT id, channel_id, 'fill-' || id || '-' || random(),
    CASE WHEN m %% 2 = 1 THEN 'buyer' ELSE 'agent' END,
    CASE WHEN m %% 2 = 1 THEN 'buyer_message' ELSE 'reply' END,
    CASE WHEN m %% 2 = 1 THEN 'received' ELSE 'accepted' END, '', '', '', said, said,
    false, 'de', 2, '[]', '[]', true, '[]', '[]', '{}', created_at - m * interval '1 hour',
    created_at, false, false
FROM (SELECT t.*, m, t.gist || ' Es ist Nachricht ' || m || ' zu rare' || lpad(t.id::text, 7, '0')
          || ', bitte mit Lieferung von Artikel' || t.id %% 5000 || '. Mit freundlichen Grüßen'
          AS said
      FROM tickets t, generate_series(1, %(messages)s) AS m) AS spoken
"""

LONGER_SQL = """
WITH chosen AS (
    SELECT id, channel_id, gist, created_at FROM tickets_ticket
    WHERE status = 'open' AND tier = 2 AND message_count < %(messages)s ORDER BY id DESC LIMIT %(count)s
), counted AS (
    UPDATE tickets_ticket t SET message_count = %(messages)s FROM chosen WHERE t.id = chosen.id
)
INSERT INTO tickets_message (ticket_id, channel_id, external_id, author, kind, state, from_name,
    from_address, subject, text, new_text, has_html, language, tier, tier_reasons, intents,
    needs_reply, evidence, problems, links, occurred_at, stored_at, seen_elsewhere, is_holding)
SELECT id, channel_id, 'long-' || id || '-' || m, CASE WHEN m %% 2 = 1 THEN 'buyer' ELSE 'agent' END,
    CASE WHEN m %% 2 = 1 THEN 'buyer_message' ELSE 'reply' END,
    CASE WHEN m %% 2 = 1 THEN 'received' ELSE 'accepted' END, '', '', '', said, said, false, 'de', 2,
    '[]', '[]', true, '[]', '[]', '{}', created_at - m * interval '3 hours', created_at, false, false
FROM (SELECT *, repeat(gist || ' ', 8) AS said FROM chosen, generate_series(1, %(more)s) AS m) AS long
RETURNING ticket_id
"""


def fill(count: int, *, messages: int = 1) -> None:
    """Add `count` tickets, 960 a day, a tenth of them waiting for an answer, and let PostgreSQL settle.

    Each call goes on into the past where those before it ended.
    """
    from django.db import connection

    from comptoir.merchant.models import Channel
    from comptoir.sla.models import PolicyVersion
    from comptoir.tickets.models import Ticket

    had = Ticket.objects.count()
    channels = list(Channel.objects.filter(is_catch_all=False).values_list("id", flat=True))
    policy = PolicyVersion.objects.order_by("id").values_list("id", flat=True).first()
    with connection.cursor() as cursor:
        for start in range(0, count, 100_000):
            part = min(100_000, count - start)
            cursor.execute(
                FILL_SQL,
                {
                    "count": part,
                    "start": had + start,
                    "channels": channels,
                    "policy": policy,
                    "messages": messages,
                },
            )
    settle()


def fill_conversation(count: int, *, messages: int, had: int = 5) -> list[int]:
    """Lengthen the conversations of some open tickets to that many messages; give the tickets."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(LONGER_SQL, {"count": count, "messages": messages, "more": messages - had})
        found = sorted({row[0] for row in cursor.fetchall()})
    settle()
    return found


def settle() -> None:
    """Let PostgreSQL look at its tables, as its autovacuum does on a desk that runs."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("ticket", "message", "fact"):
            cursor.execute(f"VACUUM ANALYZE tickets_{table}")
