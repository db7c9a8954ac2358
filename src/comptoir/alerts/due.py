"""Recording what fell due: exactly once a clock and threshold, with any number of workers.

Each running clock has a row with the next moment at which somebody is to be warned. A few hundred
due rows are claimed at a time; the alerts are inserted, the thresholds noted on the clock and its
next moment set, all in one statement: nothing is lost or told twice when a worker dies.

Of several thresholds of one clock only the strongest stays open: whoever reads "limit missed" need
not be told of the half-time, too. A weaker one that comes later stands beside it: others may be named for
it. Once the limit is missed, nothing that falls due of it later
stays open (new hours may find that nobody was there).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

CLAIM_COUNT = 500
PUSH_BEFORE_LIMIT = timedelta(hours=2)

STRENGTH = """
CASE WHEN {threshold} = 'limit_missed' THEN 6
     WHEN {threshold} LIKE 'limit-%%' THEN 5
     WHEN {threshold} IN ('last_shift', 'no_shift') THEN 4
     WHEN {threshold} LIKE 'limit:%%' THEN 3
     WHEN {threshold} = 'target_missed' THEN 2
     ELSE 1 END"""

# Splits and merges number clocks anew. Where an earlier clock of that number used a key, the start
# tells them apart.
#
# The ticket is locked before the clock by every verb. Whoever holds it may be about to write the
# clock, so a ticket that is locked is left for the next round instead of waited for.
RECORD_SQL = f"""
WITH due AS MATERIALIZED (
    SELECT c.id, c.ticket_id, c.channel_id, c.kind, c.number, c.started_at, c.target_at, c.limit_at,
        c.warnings, c.warned, t.tier, h.is_watched_only AS watched
    FROM tickets_clock c
    JOIN tickets_ticket t ON t.id = c.ticket_id
    JOIN merchant_channel h ON h.id = c.channel_id
    WHERE c.warn_at <= %(now)s AND c.ended_at IS NULL
    ORDER BY c.warn_at LIMIT %(count)s
    FOR NO KEY UPDATE OF c SKIP LOCKED FOR KEY SHARE OF t SKIP LOCKED
), passed AS (
    SELECT due.*, w->>0 AS threshold, (w->>1)::timestamptz AS at,
        {STRENGTH.format(threshold="(w->>0)")} AS strength
    FROM due, jsonb_array_elements(due.warnings) AS w
    WHERE (w->>1)::timestamptz <= %(now)s AND NOT due.warned ? (w->>0)
), ranked AS (
    SELECT *, 'clock:' || ticket_id || ':' || kind || ':' || number || ':' || threshold AS key,
        extract(epoch FROM started_at)::text AS started, NOT warned ? 'limit_missed'
            AND row_number() OVER (PARTITION BY id ORDER BY strength DESC, at DESC) = 1 AS leads,
        NOT watched AND (tier = 0
            OR threshold IN ('last_shift', 'no_shift') AND limit_at > %(now)s
            OR threshold LIKE 'limit%%' AND threshold <> 'limit_missed'
                AND limit_at BETWEEN %(now)s AND %(now)s + %(push_before)s) AS pushes
    FROM passed
), standing AS (
    SELECT a.id FROM ranked r JOIN alerts_alert a ON a.ticket_id = r.ticket_id AND a.clock_kind = r.kind
        AND a.clock_number = r.number AND a.over_at IS NULL AND a.kind = 'clock'
    WHERE r.leads AND {STRENGTH.format(threshold="a.threshold")} <= r.strength
    FOR NO KEY UPDATE OF a SKIP LOCKED
), replaced AS (
    UPDATE alerts_alert a SET over_at = %(now)s, escalate_at = NULL, is_planned = true
    FROM standing s WHERE a.id = s.id
), recorded AS (
    INSERT INTO alerts_alert (kind, key, level, ticket_id, channel_id, clock_kind, clock_number,
        threshold, due_at, recorded_at, data, "to", is_planned, over_at, escalate_at,
        escalation_count)
    SELECT 'clock', key || CASE WHEN EXISTS (SELECT FROM alerts_alert o WHERE o.key = ranked.key
            AND o.data->>'started' IS DISTINCT FROM started) THEN '@' || started ELSE '' END,
        CASE WHEN pushes THEN 'push' ELSE 'count' END, ticket_id, channel_id, kind, number,
        threshold, at, %(now)s,
        jsonb_strip_nulls(jsonb_build_object('started', started, 'target_at', target_at,
            'limit_at', limit_at)),
        '[]', NOT leads,
        CASE WHEN leads THEN NULL ELSE %(now)s END,
        CASE WHEN leads AND pushes THEN %(now)s + %(escalate_after)s END, 0
    FROM ranked ON CONFLICT (key) DO NOTHING
)
UPDATE tickets_clock c SET
    warned = c.warned || coalesce((
        SELECT jsonb_agg(p.threshold) FROM passed p WHERE p.id = c.id), '[]'::jsonb),
    warn_at = (
        SELECT min((w->>1)::timestamptz) FROM jsonb_array_elements(c.warnings) AS w
        WHERE NOT c.warned ? (w->>0) AND (w->>1)::timestamptz > %(now)s)
FROM due WHERE c.id = due.id
"""

BACKLOG_SQL = """
SELECT EXISTS (SELECT FROM tickets_clock WHERE warn_at <= %s AND ended_at IS NULL)
"""


def record_due(*, now: datetime, escalate_after: timedelta, count: int = CLAIM_COUNT) -> int:
    """Record what fell due, and tell how many clocks that were."""
    values: dict[str, Any] = {
        "now": now,
        "count": count,
        "push_before": PUSH_BEFORE_LIMIT,
        "escalate_after": escalate_after,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RECORD_SQL, values)
        return int(cursor.rowcount)


def has_backlog(*, since: datetime) -> bool:
    """Tell whether something that was due by then is still not recorded."""
    with connection.cursor() as cursor:
        cursor.execute(BACKLOG_SQL, [since])
        return bool(cursor.fetchone()[0])
