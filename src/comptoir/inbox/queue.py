"""The queue: what needs an answer of ours, in the order in which it should be answered.

Claims on which it is our move come first, then what can still be answered in time by its next
deadline, then what is past its limit (it has no deadline left to save). Each page reads fifty
index entries, whatever the size of the desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.db import connection
from psycopg import Cursor

from comptoir.merchant.rights import Rights

View = Literal[
    "queue", "claims", "mine", "unassigned", "waiting", "drafts", "solved", "history", "all"
]
VIEWS: tuple[View, ...] = (
    "queue", "claims", "mine", "unassigned", "waiting", "drafts", "solved", "history", "all",
)  # fmt: skip
COUNT_CAP = 1000
"""Counts stop here and show as "999+", so that a page costs the same at any size."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of a list, complete: the template asks nothing more of the database."""

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
    assignee_id: int | None
    assignee_name: str
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


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some rows and the place after them; `next_after` is None at the end."""

    rows: tuple[QueueRow, ...]
    next_after: str | None


COLUMNS = """
    t.id, t.channel_id, c.name, c.short_name, c.marketplace, c.country, c.is_watched_only,
    t.buyer_name, t.gist, t.language, t.order_number, o.total, coalesce(o.currency, ''),
    t.status, t.tier, t.tier_reasons, t.intents, t.assignee_id, coalesce(p.name, ''),
    t.message_count, t.oldest_unanswered_at, t.last_message_at, t.next_kind,
    t.target_at, t.limit_at, coalesce(v.limit_is_confirmed, false), t.next_deadline_at,
    t.queue_tier, t.queue_at
"""
JOINS = """
    JOIN merchant_channel c ON c.id = t.channel_id
    LEFT JOIN orders_order o ON o.id = t.order_id
    LEFT JOIN merchant_person p ON p.id = t.assignee_id
    LEFT JOIN sla_policyversion v ON v.id = coalesce(t.base_version_id, t.policy_version_id)
"""
VISIBLE = "(t.channel_id = ANY(%(channels)s) OR t.assignee_id = %(me)s)"
HAS_NOBODY = """NOT EXISTS (SELECT 1 FROM merchant_person h
    WHERE h.id = t.assignee_id AND h.is_active AND h.role <> 'reader')"""
"""Nobody has it, or somebody who left: else what was theirs would never be dealt again."""
IN_QUEUE = "t.queue_tier IS NOT NULL"
UNSOLVED = "t.status NOT IN ('solved', 'closed')"
WHERE: dict[View, str] = {
    "queue": IN_QUEUE,
    "claims": f"{IN_QUEUE} AND t.tier <= 1",
    "mine": f"t.assignee_id = %(me)s AND {UNSOLVED}",
    "unassigned": f"{IN_QUEUE} AND t.assignee_id IS NULL",
    "waiting": "t.status IN ('waiting_on_buyer', 'waiting_on_marketplace', 'waiting_internally')",
    "drafts": "EXISTS (SELECT 1 FROM tickets_draft d WHERE d.ticket_id = t.id"
    " AND d.person_id = %(me)s AND d.text <> '')",
    "solved": "t.status = 'solved'",
    "history": "t.status = 'closed'",
    "all": "TRUE",
}
BY_DEADLINE: frozenset[View] = frozenset({"queue", "claims", "unassigned"})


def page(
    rights: Rights,
    view: View = "queue",
    *,
    channel_id: int | None = None,
    after: str | None = None,
    size: int = 50,
) -> QueuePage:
    """Give one page of a view: one query. `after` is the `next_after` of the page before."""
    by_deadline = view in BY_DEADLINE
    values = _values(rights, channel_id, 0)
    where = _where(view, channel_id)
    if after:
        where += _past(after, values, by_deadline=by_deadline)
    order = "t.queue_tier, t.queue_at, t.id" if by_deadline else "t.last_message_at DESC, t.id DESC"
    sql = f"""
        SELECT {COLUMNS} FROM tickets_ticket t {JOINS}
        WHERE {where} ORDER BY {order} LIMIT {int(size) + 1}
    """  # a number in the text, so that the server can keep one plan for all asks
    found = [_row(values) for values in _fetch(sql, values)]
    shown = tuple(found[:size])
    more = len(found) > size
    return QueuePage(shown, _place(shown[-1], by_deadline=by_deadline) if more else None)


def row(rights: Rights, ticket_id: int) -> QueueRow | None:
    """Give one ticket as a line, for a list that is already on a screen."""
    sql = f"SELECT {COLUMNS} FROM tickets_ticket t {JOINS} WHERE t.id = %(id)s AND {VISIBLE}"
    found = _fetch(sql, {**_values(rights, None, 1), "id": ticket_id})
    return _row(found[0]) if found else None


def rows(rights: Rights, ticket_ids: Sequence[int]) -> tuple[QueueRow, ...]:
    """Give several tickets as lines, in no order; those this person may not see are left out."""
    sql = f"SELECT {COLUMNS} FROM tickets_ticket t {JOINS} WHERE t.id = ANY(%(ids)s) AND {VISIBLE}"
    found = _fetch(sql, {**_values(rights, None, 1), "ids": list(ticket_ids)})
    return tuple(_row(values) for values in found)


def counts(rights: Rights) -> dict[str, int]:
    """Count each view up to `COUNT_CAP`, and the queue by channel (`channel:7`): one query."""
    parts = [
        f"SELECT '{view}', (SELECT count(*) FROM (SELECT 1 FROM tickets_ticket t "
        f"WHERE {_where(view, None)} LIMIT %(size)s) x)"
        for view in VIEWS
        if view not in ("all", "history", "solved")
    ]
    parts.append(
        "SELECT 'channel:' || c.id, (SELECT count(*) FROM (SELECT 1 FROM tickets_ticket t "
        f"WHERE t.channel_id = c.id AND {IN_QUEUE} LIMIT %(size)s) x) "
        "FROM merchant_channel c WHERE c.id = ANY(%(channels)s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), _values(rights, None, COUNT_CAP))
        return {str(name): int(count) for name, count in cursor.fetchall()}


def following(rights: Rights, ticket_id: int) -> int | None:
    """Give the ticket after this one in the queue, else the first; None when nothing waits."""
    sql = f"""
        SELECT t.id FROM tickets_ticket t
        WHERE {VISIBLE} AND {IN_QUEUE} AND t.id <> %(id)s
        AND (t.assignee_id = %(me)s OR {HAS_NOBODY})
        ORDER BY t.queue_tier, t.queue_at, t.id LIMIT 1
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, {**_values(rights, None, 1), "id": ticket_id})
        found = cursor.fetchone()
    return int(found[0]) if found else None


def _values(rights: Rights, channel_id: int | None, size: int) -> dict[str, Any]:
    return {
        "channels": list(rights.channel_ids),
        "me": rights.person_id,
        "channel": channel_id,
        "size": size,
    }


def _where(view: View, channel_id: int | None) -> str:
    where = f"{VISIBLE} AND {WHERE[view]}"
    return f"{where} AND t.channel_id = %(channel)s" if channel_id else where


def _place(last: QueueRow, *, by_deadline: bool) -> str:
    if by_deadline:
        return f"{last.queue_tier}_{last.queue_at.isoformat() if last.queue_at else ''}_{last.id}"
    return f"{last.last_message_at.isoformat()}_{last.id}"


def _past(after: str, values: dict[str, Any], *, by_deadline: bool) -> str:
    """Go on after a place; a place that cannot be read is the beginning."""
    parts = after.split("_")
    try:
        if by_deadline:
            values["a_tier"], values["a_id"] = int(parts[0]), int(parts[2])
        else:
            values["a_id"] = int(parts[1])
        values["a_at"] = datetime.fromisoformat(parts[-2])
    except (IndexError, ValueError):
        return ""
    if by_deadline:
        return " AND (t.queue_tier, t.queue_at, t.id) > (%(a_tier)s, %(a_at)s, %(a_id)s)"
    return " AND (t.last_message_at, t.id) < (%(a_at)s, %(a_id)s)"


def _row(values: tuple[Any, ...]) -> QueueRow:
    """Make a row a value throughout: values can be compared and remembered."""
    plain: Any = (tuple(value) if type(value) is list else value for value in values)
    return QueueRow(*plain)


def _fetch(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Run one query prepared and in binary: a list's wide rows cost a third of Django's cursor."""
    connection.ensure_connection()
    with Cursor(connection.connection) as cursor:
        cursor.execute(sql, values, prepare=True, binary=True)
        return cursor.fetchall()
