"""The statements of `receive`: one reads what is known of a message, one writes what follows.

Of each key the latest twenty tickets are looked at: a key that many share, such as a common name,
must not hide what a stronger one finds.

All values are parameters; lists of facts and clocks travel as JSON. The writing statement comes in
two forms that differ only in how the ticket's row comes about.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from comptoir.tickets.storing import CLOCK_FIELDS, SET_CLOCK


class Statement(NamedTuple):
    """A statement with numbered places and the names of the values that go there.

    Written with names, numbered once: a driver that looks for names in a statement this long each
    time spends as long on it as the server on running it.
    """

    text: str
    names: tuple[str, ...]

    def values(self, by_name: dict[str, Any]) -> list[Any]:
        """Put the values in the order of their places."""
        return [by_name[name] for name in self.names]


def numbered(text: str) -> Statement:
    """Number the names of a statement; the same name is one place."""
    names: dict[str, int] = {}

    def place(found: re.Match[str]) -> str:
        return f"${names.setdefault(found[1], len(names) + 1)}"

    made = re.sub(r"%\((\w+)\)s", place, text).replace("%%", "%")
    return Statement(made, tuple(names))


TICKET_COLUMNS = (
    "status", "solved_at", "solved_by_id", "tier", "tier_reasons", "intents", "gist",
    "message_count", "automatic_count", "last_message_at", "oldest_unanswered_at", "next_kind",
    "target_at", "limit_at", "next_deadline_at", "queue_tier", "queue_at", "risk_at", "buyer_name",
    "reply_address", "reply_connection_id", "subject", "language", "order_number", "order_id",
    "customer_id", "policy_version_id", "base_version_id", "snoozed_until_at", "snoozed_by_id",
    "snooze_reason",
)  # fmt: skip
"""What a message may change of its ticket; the rest of a row is set when it is opened."""

JSON_COLUMNS = frozenset({"tier_reasons", "intents"})

FIND = numbered("""
SELECT
    (SELECT json_build_array(m.id, m.ticket_id, md5(m.text || coalesce(
            (SELECT string_agg(f.file_id, '' ORDER BY f.position) FROM tickets_messagefile f
             WHERE f.message_id = m.id), ''))) FROM tickets_message m
     WHERE m.channel_id = %(channel)s AND m.external_id = %(external_id)s),
    (SELECT json_agg(json_build_array(c.ticket_id, (
            SELECT json_agg(a.key) FROM tickets_threadkey a WHERE a.ticket_id = c.ticket_id
            AND (a.key = ANY(%(keys)s) OR a.key NOT LIKE 'mid:%%'))))
     FROM (SELECT DISTINCT found.ticket_id FROM unnest(%(keys)s::text[]) AS wanted(key)
           CROSS JOIN LATERAL (
               SELECT k.ticket_id FROM tickets_threadkey k
               WHERE k.channel_id = %(channel)s AND k.key = wanted.key
               ORDER BY k.ticket_id DESC LIMIT 20) found
           ORDER BY found.ticket_id DESC) c),
    (SELECT ARRAY[o.id, coalesce(o.customer_id, 0)] FROM orders_order o
     WHERE o.channel_id = %(channel)s AND o.external_id = %(order_number)s
       AND %(order_number)s <> ''),
    (SELECT a.customer_id FROM orders_customeralias a
     WHERE a.marketplace = %(marketplace)s AND a.alias = %(alias)s AND %(alias)s <> ''),
    coalesce((SELECT value::text::bigint FROM storage_setting WHERE key = 'policies_revision'), 0)
""")

LOCK = numbered("""
SELECT to_json(t), EXISTS (
    SELECT 1 FROM tickets_message m WHERE m.ticket_id = t.id AND m.state = 'queued'
), EXISTS (
    SELECT 1 FROM tickets_clock k WHERE k.ticket_id = t.id AND k.next_at < %(now)s
) FROM tickets_ticket t WHERE t.id = %(ticket)s FOR UPDATE OF t
""")

EVENTS = numbered("""
SELECT id, kind, happened_at, data::json, message_id FROM tickets_fact WHERE ticket_id = %(ticket)s
ORDER BY happened_at, id
""")

NEW_CUSTOMER = numbered("""
WITH customer AS (
    INSERT INTO orders_customer (name, email, language, country, created_at)
    VALUES (%(name)s, %(email)s, %(language)s, '', %(now)s) RETURNING id
)
INSERT INTO orders_customeralias (customer_id, marketplace, alias)
SELECT customer.id, %(marketplace)s, %(alias)s FROM customer
ON CONFLICT (marketplace, alias) DO UPDATE SET alias = excluded.alias
RETURNING customer_id
""")

FILE = numbered("""
INSERT INTO storage_file (sha256, content, size_bytes, stored_at)
VALUES (%(sha256)s, %(content)s, %(size)s, %(now)s) ON CONFLICT (sha256) DO NOTHING
""")

MESSAGE_FILE = numbered("""
INSERT INTO tickets_messagefile
    (message_id, file_id, name, content_type, content_id, is_inline, position)
VALUES (%(message)s, %(sha256)s, %(name)s, %(content_type)s, %(content_id)s, %(inline)s,
    %(position)s)
""")

_OPEN = f"""
WITH ticket AS (
    INSERT INTO tickets_ticket (channel_id, created_at, tier_set_by_person, tags,
        {", ".join(TICKET_COLUMNS)})
    VALUES (%(channel)s, %(now)s, false, '[]',
        {", ".join(f"%(t_{name})s" for name in TICKET_COLUMNS)})
    RETURNING id
)"""

_CHANGE = f"""
WITH ticket AS (
    UPDATE tickets_ticket SET {", ".join(f"{name} = %(t_{name})s" for name in TICKET_COLUMNS)}
    WHERE id = %(ticket)s RETURNING id
)"""

_REST = (
    """,
message AS (
    INSERT INTO tickets_message (ticket_id, channel_id, raw_item_id, external_id, author, kind,
        state, from_name, from_address, subject, text, new_text, has_html, language, tier,
        tier_reasons, intents, needs_reply, evidence, problems, links, occurred_at, stored_at,
        seen_elsewhere, is_holding)
    SELECT ticket.id, %(channel)s, %(raw_item)s, %(external_id)s, %(author)s, %(kind)s,
        %(state)s, %(from_name)s, %(from_address)s, %(subject)s, %(text)s, %(new_text)s,
        %(has_html)s, %(language)s, %(tier)s, %(tier_reasons)s, %(intents)s, %(needs_reply)s,
        %(evidence)s, %(problems)s, %(links)s, %(occurred_at)s, %(now)s, %(seen_elsewhere)s, false
    FROM ticket RETURNING id
),
facts AS (
    INSERT INTO tickets_fact (ticket_id, kind, happened_at, stored_at, message_id, data)
    SELECT ticket.id, f.kind, f.at, %(now)s, message.id,
        CASE WHEN f.data ? 'id' OR f.kind = 'policy_applied' THEN f.data
             ELSE f.data || jsonb_build_object('id', message.id::text) END
    FROM ticket, message, jsonb_to_recordset(%(facts)s) AS f(kind text, at timestamptz, data jsonb)
),
keys AS (
    INSERT INTO tickets_threadkey (channel_id, key, ticket_id)
    SELECT %(channel)s, k, ticket.id FROM ticket, unnest(%(keys)s::text[]) AS k
    ON CONFLICT (channel_id, key, ticket_id) DO NOTHING
),
clocks AS (
    INSERT INTO tickets_clock (ticket_id, channel_id, policy_version_id, kind, number, state,
        started_at, target_at, limit_at, ended_at, target_missed, next_at, warnings, warned, warn_at)
    SELECT ticket.id, %(channel)s, c.policy_id, c.kind, c.number, c.state,
        c.started_at, c.target_at, c.limit_at, c.ended_at, c.target_missed, c.next_at, c.warnings,
        '[]', c.first_warning_at
    FROM ticket, jsonb_to_recordset(%(clocks)s) AS c("""
    + CLOCK_FIELDS
    + """)
    ON CONFLICT (ticket_id, kind, number) DO UPDATE SET """
    + SET_CLOCK
    + """
),
outcome AS (
    INSERT INTO tickets_outcome (message_id, ticket_id, channel_id, asked_at, is_taken_out)
    SELECT message.id, ticket.id, %(channel)s, %(occurred_at)s, false FROM ticket, message
    WHERE %(asks)s
),
raw AS (
    UPDATE storage_rawitem SET state = 'done' WHERE id = %(raw_item)s
),
step AS (
    INSERT INTO storage_change (at, kind, channel_id, ticket_id, data)
    SELECT %(now)s, 'ticket', %(channel)s, ticket.id, %(told)s FROM ticket RETURNING id
)
SELECT ticket.id, message.id, pg_notify('comptoir_changes', json_build_object(
    'id', step.id, 'at', %(now)s, 'kind', 'ticket', 'channel', %(channel)s,
    'ticket', ticket.id, 'data', %(told)s::jsonb)::text)
FROM ticket, message, step
"""
)

WRITE_NEW = numbered(_OPEN + _REST)
WRITE_KNOWN = numbered(_CHANGE + _REST)
