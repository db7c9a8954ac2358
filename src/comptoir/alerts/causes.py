"""Whether what an alert is about is still the case; what is over is not sent.

Each kind has one condition in SQL, asked of a single alert right before it is sent and of all open
ones every few seconds. Where a clock runs on but its deadline moved, so that the threshold lies
ahead again, the clock will warn once more when it comes there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from comptoir.alerts.models import Alert
from comptoir.alerts.transports.app import settle

STALE_PULL = "interval '15 minutes'"
BEHIND = "interval '2 minutes'"

CLOCK = """
EXISTS (SELECT FROM tickets_clock c, jsonb_array_elements(c.warnings) AS w
    WHERE c.ticket_id = a.ticket_id AND c.kind = a.clock_kind AND c.number = a.clock_number
    AND c.ended_at IS NULL AND w->>0 = a.threshold AND (w->>1)::timestamptz <= %(now)s)"""

HEARER_SEES = """
EXISTS (SELECT FROM merchant_person p JOIN tickets_ticket t ON t.id = a.ticket_id
    WHERE p.id = (a.data->>'hearer')::bigint AND p.is_active AND (
        p.role IN ('admin', 'reader') OR t.assignee_id = p.id OR EXISTS (
            SELECT FROM merchant_team_members m
            JOIN merchant_team_channels c ON c.team_id = m.team_id
            WHERE m.person_id = p.id AND c.channel_id = t.channel_id)))"""
"""Who follows a ticket, or was named there, may have left its team since: `merchant.rights`."""

CONDITIONS: dict[Alert.Kind, str] = {
    Alert.Kind.CLOCK: CLOCK,
    Alert.Kind.CLAIM: """
EXISTS (SELECT FROM tickets_ticket t WHERE t.id = a.ticket_id AND t.queue_tier = 0)""",
    Alert.Kind.REPLY_REFUSED: """
EXISTS (SELECT FROM tickets_outreach r
    WHERE r.id = (a.data->>'outreach')::bigint AND r.state = 'refused' AND NOT EXISTS (
        SELECT FROM tickets_outreach later WHERE later.order_id = r.order_id
        AND later.form = r.form AND later.id > r.id))
OR EXISTS (SELECT FROM tickets_message m JOIN tickets_ticket t ON t.id = m.ticket_id
    WHERE m.id = (a.data->>'message')::bigint AND m.state = 'refused'
    AND t.status NOT IN ('solved', 'closed') AND NOT EXISTS (
        SELECT FROM tickets_message later WHERE later.ticket_id = m.ticket_id AND later.id > m.id
        AND later.author = 'agent' AND later.state IN ('queued', 'accepted')))""",
    Alert.Kind.REPLY_UNCERTAIN: """
EXISTS (SELECT FROM tickets_outreach r
    WHERE r.id = (a.data->>'outreach')::bigint AND r.state = 'uncertain')
OR EXISTS (SELECT FROM tickets_message m
    WHERE m.id = (a.data->>'message')::bigint AND m.state = 'uncertain')""",
    Alert.Kind.CHANNEL_SILENT: """
EXISTS (SELECT FROM merchant_channel h WHERE h.id = a.channel_id AND h.is_active AND NOT EXISTS (
    SELECT FROM tickets_outcome o WHERE o.channel_id = h.id
    AND o.asked_at > (a.data->>'last_at')::timestamptz))""",
    Alert.Kind.CREDENTIALS_EXPIRING: """
EXISTS (SELECT FROM merchant_connection n WHERE n.id = a.connection_id AND n.state = 'active'
    AND (n.credentials_expire_at = (a.data->>'expires_at')::timestamptz OR EXISTS (
        SELECT FROM jsonb_each_text(n.credential_ends) e
        WHERE e.value::timestamptz = (a.data->>'expires_at')::timestamptz)))""",
    Alert.Kind.CONNECTION_FAILING: f"""
EXISTS (SELECT FROM merchant_connection n WHERE n.id = a.connection_id AND n.state = 'active'
    AND (n.failing_since IS NOT NULL
        OR coalesce(n.last_pull_at, n.created_at) < %(now)s - {STALE_PULL}))""",
    Alert.Kind.INTAKE_BEHIND: f"""
EXISTS (SELECT FROM storage_rawitem r WHERE r.state = 'new'
    AND r.stored_at < %(now)s - {BEHIND})""",
    Alert.Kind.QUARANTINED: """
EXISTS (SELECT FROM storage_rawitem r WHERE r.connection_id = a.connection_id
    AND r.state = 'quarantined')""",
    Alert.Kind.DEFAULT_POLICY: """
EXISTS (SELECT FROM tickets_ticket t JOIN sla_policyversion v ON v.id = t.policy_version_id
    JOIN sla_policy p ON p.id = v.policy_id
    WHERE t.id = a.ticket_id AND p.is_default AND t.status NOT IN ('solved', 'closed'))""",
    Alert.Kind.VERIFY_DIFFERS: """
EXISTS (SELECT FROM storage_setting s WHERE s.key = 'sla_verify_result'
    AND s.value->>'differences' <> '0')""",
    Alert.Kind.MENTION: f"""
EXISTS (SELECT FROM tickets_mention m WHERE m.message_id = (a.data->>'message')::bigint
    AND m.person_id = (a.data->>'hearer')::bigint AND m.seen_at IS NULL) AND {HEARER_SEES}""",
    Alert.Kind.FOLLOWED: f"""
EXISTS (SELECT FROM tickets_ticket t WHERE t.id = a.ticket_id AND t.merged_into_id IS NULL)
AND {HEARER_SEES}""",
    Alert.Kind.REPLY_HELD_BACK: f"""
EXISTS (SELECT FROM tickets_ticket t JOIN tickets_draft d
    ON d.ticket_id = coalesce(t.merged_into_id, t.id)
    WHERE t.id = a.ticket_id AND NOT d.is_note AND d.choices ? 'held'
    AND d.person_id = (a.data->>'hearer')::bigint) AND {HEARER_SEES}""",
    Alert.Kind.BREACH_STATE: """
EXISTS (SELECT FROM alerts_breachstate b WHERE b.channel_id = a.channel_id
    AND b.state = a.data->>'state')""",
}
"""What must be true of an alert `a` while its cause is there."""

STANDS = (
    "CASE a.kind "
    + " ".join(f"WHEN '{kind.value}' THEN {condition}" for kind, condition in CONDITIONS.items())
    + " ELSE true END"
)

STANDS_SQL = f"SELECT {STANDS} FROM alerts_alert a WHERE a.id = %(alert)s"

# Alerts whose clock runs on though the threshold lies ahead again, or is gone. The clock forgets
# every threshold that lies ahead, and what was recorded of those makes room for a new alert. The
# clock is read as it was locked: another process may just have computed it anew.
MOVED_SQL = f"""
WITH moved AS MATERIALIZED (
    SELECT c.id, c.ticket_id, c.kind, c.number, c.warnings, c.warned
    FROM alerts_alert a JOIN tickets_clock c ON c.ticket_id = a.ticket_id AND c.kind = a.clock_kind AND c.number = a.clock_number
    WHERE a.over_at IS NULL AND a.kind = 'clock' AND c.ended_at IS NULL AND NOT {CLOCK}
    ORDER BY a.id LIMIT %(count)s FOR NO KEY UPDATE OF a, c SKIP LOCKED
), passed AS (
    SELECT DISTINCT ON (c.id) c.id, c.ticket_id, c.kind, c.number, c.warnings, coalesce((
        SELECT jsonb_agg(w->0) FROM jsonb_array_elements(c.warnings) AS w
        WHERE (w->>1)::timestamptz <= %(now)s AND c.warned ? (w->>0)), '[]'::jsonb) AS keys
    FROM moved c
), rearmed AS (
    UPDATE tickets_clock c SET warned = p.keys, warn_at = (
        SELECT min((w->>1)::timestamptz) FROM jsonb_array_elements(p.warnings) AS w
        WHERE NOT p.keys ? (w->>0))
    FROM passed p WHERE c.id = p.id
)
UPDATE alerts_alert a SET key = a.key || '#' || a.id, over_at = coalesce(a.over_at, %(now)s),
    escalate_at = NULL, is_planned = true
FROM passed p
WHERE a.kind = 'clock' AND a.ticket_id = p.ticket_id AND a.clock_kind = p.kind
    AND a.clock_number = p.number AND NOT p.keys ? a.threshold AND position('#' IN a.key) = 0
RETURNING a.id
"""

GONE_SQL = f"""
WITH gone AS (
    SELECT a.id FROM alerts_alert a WHERE a.over_at IS NULL AND NOT {STANDS}
        AND NOT (a.kind = 'clock' AND EXISTS (SELECT FROM tickets_clock c
            WHERE c.ticket_id = a.ticket_id AND c.kind = a.clock_kind
            AND c.number = a.clock_number AND c.ended_at IS NULL))
    ORDER BY a.id LIMIT %(count)s FOR NO KEY UPDATE OF a SKIP LOCKED
)
UPDATE alerts_alert a SET over_at = %(now)s, escalate_at = NULL, is_planned = true
FROM gone WHERE a.id = gone.id RETURNING a.id
"""

DROP_SQL = """
WITH idle AS (
    SELECT d.id, EXISTS (
        SELECT FROM alerts_delivery_alerts l JOIN alerts_alert a ON a.id = l.alert_id
        WHERE l.delivery_id = d.id AND a.over_at IS NULL) AS is_acknowledged
    FROM alerts_delivery d
    WHERE d.state = 'waiting' AND NOT EXISTS (
        SELECT FROM alerts_delivery_alerts l JOIN alerts_alert a ON a.id = l.alert_id
        WHERE l.delivery_id = d.id AND a.over_at IS NULL AND a.acknowledged_at IS NULL)
    AND EXISTS (SELECT FROM alerts_delivery_alerts l WHERE l.delivery_id = d.id)
    FOR UPDATE OF d SKIP LOCKED
)
UPDATE alerts_delivery d SET state = 'dropped', next_try_at = NULL, settled_at = %(now)s,
    reason = CASE WHEN idle.is_acknowledged THEN 'acknowledged' ELSE 'over' END
FROM idle WHERE d.id = idle.id
"""

PEOPLE_SQL = """
SELECT DISTINCT d.person_id FROM alerts_delivery d
JOIN alerts_delivery_alerts l ON l.delivery_id = d.id
WHERE l.alert_id = ANY(%s) AND d.person_id IS NOT NULL AND d.transport = 'app'
"""

SWEEP_COUNT = 2000


def is_over(alert: Alert, *, now: datetime) -> bool:
    """Tell whether an alert's cause has gone, looking again at what it is about."""
    with connection.cursor() as cursor:
        cursor.execute(STANDS_SQL, {"alert": alert.pk, "now": now})
        row = cursor.fetchone()
    return alert.over_at is not None or row is None or not row[0]


def sweep(*, now: datetime) -> int:
    """Close alerts whose cause has gone, and tell how many; what waits of them is not sent."""
    values: dict[str, Any] = {"now": now, "count": SWEEP_COUNT}
    ids: list[int] = []
    for statement in (MOVED_SQL, GONE_SQL):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            closed = [row[0] for row in cursor.fetchall()]
            tell_people(closed, now=now)
            ids += closed
    drop_waiting(now=now)
    return len(ids)


def drop_waiting(*, now: datetime) -> int:
    """Settle deliveries that have nothing to say any more, and tell how many."""
    with connection.cursor() as cursor:
        cursor.execute(DROP_SQL, {"now": now})
        return int(cursor.rowcount)


def tell_people(alert_ids: Sequence[int], *, now: datetime) -> None:
    """Let the browsers of those who were told of alerts know that these closed."""
    if not alert_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE_SQL, [list(alert_ids)])
        settle([row[0] for row in cursor.fetchall()], now=now)
