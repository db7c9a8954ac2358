"""The rows of lists, complete: one query a page, and nothing more for the template to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from psycopg import Cursor

from comptoir.core.priority import Lane
from comptoir.inbox.naming import SHOWN_NAME_SQL
from comptoir.merchant.rights import Rights

PRESENT_WITHIN = timedelta(seconds=30)
"""How long a colleague counts as being on a ticket after the page was last heard of."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of a list. `viewers` are colleagues who have it open now, by name.

    `undelivered` is the state of our last reply where it did not arrive: `refused`, `uncertain`.
    `limit_at` is that of the clock shown; `limit_is_planning` where the marketplace judges a mean.
    `overdue_at` and `lost_at` look at all open clocks: from then on a target of ours is past and
    no limit lies ahead, and from then on every limit is missed; None for what cannot come.
    """

    id: int
    channel_id: int
    channel_name: str
    channel_short: str
    marketplace: str
    country: str
    is_watched_only: bool
    buyer_name: str
    gist: str
    language: str
    order_number: str
    order_total: Decimal | None
    order_currency: str
    status: str
    tier: int
    tier_reasons: tuple[str, ...]
    intents: tuple[str, ...]
    tags: tuple[str, ...]
    assignee_id: int | None
    assignee_name: str
    team_name: str
    message_count: int
    oldest_unanswered_at: datetime | None
    last_message_at: datetime
    next_kind: str
    target_at: datetime | None
    limit_at: datetime | None
    limit_is_confirmed: bool
    next_deadline_at: datetime | None
    queue_tier: int | None
    queue_at: datetime | None
    snoozed_until_at: datetime | None
    viewers: tuple[str, ...]
    is_being_answered: bool
    is_mentioned: bool
    undelivered: str
    limit_is_planning: bool
    overdue_at: datetime | None
    lost_at: datetime | None


UNDELIVERED_SQL = """coalesce((SELECT u.state FROM tickets_message u
    WHERE u.ticket_id = t.id AND u.state IN ('refused', 'uncertain')
    AND t.status NOT IN ('solved', 'closed') AND NOT EXISTS (SELECT FROM tickets_message l
        WHERE l.ticket_id = t.id AND l.id > u.id AND l.author = 'agent'
        AND l.state IN ('queued', 'accepted', 'received'))
    AND NOT EXISTS (SELECT FROM tickets_outbox x WHERE x.message_id = u.id
        AND x.state = 'uncertain' AND x.last_code = 'pending')
    ORDER BY u.id DESC LIMIT 1), '')"""
"""How our last reply fared; read from a small index of replies that did not arrive. A channel that has
it and decides later keeps nobody busy."""


def _is_planning(kind: str) -> str:
    """Tell whether a clock of that kind has its limit by a mean, as `sla.versions.inherited` says:
    a policy that states a limit of its own has that one, any other the channel's."""
    own, base = f"held.spec->{kind}->>", f"v.spec->{kind}->>"
    stated = ", ".join(f"{own}'limit_{part}'" for part in ("minutes", "days", "model"))
    return f"""(CASE WHEN coalesce({stated}) IS NOT NULL THEN {own}'limit_model'
        ELSE {base}'limit_model' END IS NOT DISTINCT FROM 'mean')"""


COLUMNS = f"""
    t.id, t.channel_id, c.name, c.short_name, c.marketplace, c.country, c.is_watched_only,
    {SHOWN_NAME_SQL}, t.gist, t.language, t.order_number, o.total, coalesce(o.currency, ''),
    t.status, t.tier, t.tier_reasons, t.intents, t.tags, t.assignee_id, coalesce(p.name, ''),
    coalesce(g.name, ''), t.message_count, t.oldest_unanswered_at, t.last_message_at, t.next_kind,
    t.target_at, t.limit_at, coalesce(v.limit_is_confirmed, false), t.next_deadline_at,
    t.queue_tier, t.queue_at, t.snoozed_until_at, coalesce(here.names, '{{}}'),
    coalesce(here.is_writing, false), t.id IN (SELECT m.ticket_id FROM tickets_mention n
        JOIN tickets_message m ON m.id = n.message_id
        WHERE n.person_id = %(me)s AND n.seen_at IS NULL), {UNDELIVERED_SQL},
    t.limit_at IS NOT NULL AND {_is_planning("t.next_kind")}, owed.overdue_at, owed.lost_at
"""  # noqa: S608 - made of constants
OWED_SQL = f"""
    SELECT greatest(min(k.due_at) FILTER (WHERE k.is_ours AND NOT k.has_limit),
            max(k.limit_at) FILTER (WHERE k.has_limit)) AS either_at,
        bool_or(k.due_at IS NOT NULL) FILTER (WHERE k.is_ours AND NOT k.has_limit) AS can_be_overdue,
        CASE WHEN bool_and(k.has_limit) FILTER (WHERE k.is_ours) THEN max(k.due_at) END AS lost_at
    FROM (SELECT c.limit_at, greatest(c.target_at, c.limit_at) AS due_at,
            c.kind <> 'resolution' AS is_ours,
            c.limit_at IS NOT NULL AND NOT {_is_planning("c.kind")} AS has_limit
        FROM tickets_clock c
        WHERE c.ticket_id = t.id AND c.ended_at IS NULL AND t.queue_tier = {int(Lane.IN_TIME)}) k
"""  # noqa: S608 - made of constants
"""When a ticket that can be saved no longer can, by the rules of `core.priority.queue_place`: a clock
without a limit (or with one to plan by) leaves it past our target, one with a limit leaves it lost."""
JOINS = f"""
    JOIN merchant_channel c ON c.id = t.channel_id
    LEFT JOIN orders_order o ON o.id = t.order_id
    LEFT JOIN merchant_person p ON p.id = t.assignee_id
    LEFT JOIN merchant_team g ON g.id = t.team_id
    LEFT JOIN sla_policyversion held ON held.id = t.policy_version_id
    LEFT JOIN sla_policyversion v ON v.id = coalesce(t.base_version_id, t.policy_version_id)
    LEFT JOIN LATERAL (
        SELECT CASE WHEN x.can_be_overdue THEN x.either_at END AS overdue_at, x.lost_at
        FROM ({OWED_SQL}) x
    ) owed ON true
    LEFT JOIN LATERAL (
        SELECT array_agg(w.name ORDER BY w.name) AS names, bool_or(q.is_writing) AS is_writing
        FROM tickets_presence q JOIN merchant_person w ON w.id = q.person_id
        WHERE q.ticket_id = t.id AND q.person_id <> %(me)s AND q.seen_at > %(present_since)s
    ) here ON true
"""  # noqa: S608 - made of constants
VISIBLE = "(t.channel_id = ANY(%(channels)s) OR t.assignee_id = %(me)s)"


def values_for(rights: Rights, *, now: datetime) -> dict[str, Any]:
    """Give the values that `COLUMNS`, `JOINS` and `VISIBLE` ask for."""
    return {
        "channels": list(rights.channel_ids),
        "me": rights.person_id,
        "present_since": now - PRESENT_WITHIN,
        "now": now,
    }


def fetch(sql: str, values: dict[str, Any], *, is_kept: bool = True) -> list[tuple[Any, ...]]:
    """Run one query in binary: a list's wide rows cost a third of Django's cursor.

    It is prepared and kept by the server, unless its text differs from ask to ask.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(sql, values, prepare=is_kept, binary=True)
        return cursor.fetchall()


def row_of(values: Sequence[Any]) -> QueueRow:
    """Make a row a value throughout: values can be compared and remembered."""
    plain: Any = (tuple(value) if type(value) is list else value for value in values)
    return QueueRow(*plain)
