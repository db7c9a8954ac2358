"""The lists: the queue in the order in which it should be answered, and its sisters.

Claims on which it is our move come first, then what can still be answered in time by its next
deadline, then what is past its limit (it has no deadline left to save). Each page reads fifty
index entries, whatever the size of the desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db import connection

from comptoir.inbox import sorting
from comptoir.inbox.filter_sql import Moment, condition
from comptoir.inbox.filters import NONE, Filters
from comptoir.inbox.listing import COLUMNS, JOINS, VISIBLE, QueueRow, fetch, row_of, values_for
from comptoir.inbox.sorting import Sort
from comptoir.merchant.rights import Rights

View = Literal[
    "queue", "risk", "claims", "mine", "unassigned", "waiting", "snoozed", "drafts", "solved",
    "all", "history",
]  # fmt: skip
VIEWS: tuple[View, ...] = (
    "queue", "risk", "claims", "mine", "unassigned", "waiting", "snoozed", "drafts", "solved",
    "all", "history",
)  # fmt: skip
COUNT_CAP = 1000
"""Counts stop here and show as "999+", so that a page costs the same at any size."""

ORDER_JOIN = "LEFT JOIN orders_order o ON o.id = t.order_id"
HAS_NOBODY = """NOT EXISTS (SELECT 1 FROM merchant_person h
    WHERE h.id = t.assignee_id AND h.is_active AND h.role <> 'reader')"""
"""Nobody has it, or somebody who left: else what was theirs would never be dealt again."""
IN_QUEUE = "t.queue_tier IS NOT NULL"
UNSOLVED = "t.status NOT IN ('solved', 'closed')"
WHERE: Mapping[View, str] = {
    "queue": IN_QUEUE,
    "risk": "t.queue_tier <= 1 AND t.risk_at <= %(now)s"
    " AND (t.limit_at IS NULL OR t.limit_at >= %(now)s)",
    "claims": f"{IN_QUEUE} AND t.tier <= 1",
    "mine": f"t.assignee_id = %(me)s AND {UNSOLVED}",
    "unassigned": f"{IN_QUEUE} AND t.assignee_id IS NULL",
    "waiting": "t.status IN ('waiting_on_buyer', 'waiting_on_marketplace', 'waiting_internally')",
    "snoozed": "t.snoozed_until_at IS NOT NULL",
    "drafts": "EXISTS (SELECT 1 FROM tickets_draft d WHERE d.ticket_id = t.id"
    " AND d.person_id = %(me)s AND d.text <> '')",
    "solved": "t.status = 'solved'",
    "all": "TRUE",
    "history": "t.status = 'closed'",
}
IS_QUEUE: frozenset[View] = frozenset({"queue", "risk", "claims", "unassigned"})
"""Views in which every ticket has a place in the queue."""
ENDLESS: frozenset[View] = frozenset({"solved", "all", "history"})
"""Views that grow with the years: not counted, and sorted only as an index stands."""
SORTS: Mapping[View, tuple[Sort, ...]] = {
    view: ("newest",)
    if view in ENDLESS
    else ("wake", "newest", "value")
    if view == "snoozed"
    else ("deadline", "age", "newest", "value")
    if view in IS_QUEUE or view == "mine"
    else ("newest", "deadline", "value")
    for view in VIEWS
}
"""The ways to sort each view; the first is how it stands when nobody chose."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which list somebody asks for."""

    view: View = "queue"
    filters: Filters = NONE
    sort: Sort = "deadline"


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some rows and the place after them; `next_after` is None at the end."""

    rows: tuple[QueueRow, ...]
    next_after: str | None


def ask(view: View = "queue", filters: Filters = NONE, sort: str = "") -> Asked:
    """Ask for a view; a sort that it does not have becomes its own."""
    chosen = next((known for known in SORTS[view] if known == sort), SORTS[view][0])
    return Asked(view, filters, chosen)


def page(
    rights: Rights,
    asked: Asked | None = None,
    *,
    moment: Moment,
    after: str | None = None,
    size: int = 50,
) -> QueuePage:
    """Give one page of a list: one query. `after` is the `next_after` of the page before."""
    asked = asked or ask()
    values = values_for(rights, now=moment.now)
    where = _where(asked, moment, values)
    is_queue = asked.view in IS_QUEUE
    if after:
        where += sorting.after(after, asked.sort, values, is_queue=is_queue)
    order = sorting.order_by(asked.sort, is_queue=is_queue)
    by_value = ORDER_JOIN if asked.sort == "value" else ""
    sql = f"""
        WITH shown AS MATERIALIZED (
            SELECT t.id FROM tickets_ticket t {by_value} WHERE {where}
            ORDER BY {order} LIMIT {int(size) + 1}
        )
        SELECT {COLUMNS} FROM shown s JOIN tickets_ticket t ON t.id = s.id {JOINS} ORDER BY {order}
    """  # a number in the text, so that the server can keep one plan for all asks
    found = [row_of(row) for row in fetch(sql, values, is_kept=not asked.filters)]
    shown = tuple(found[:size])
    place = sorting.place_of(asked.sort, shown[-1]) if len(found) > size else None
    return QueuePage(shown, place)


def rows(
    rights: Rights, ticket_ids: Sequence[int], asked: Asked, *, moment: Moment
) -> dict[int, tuple[QueueRow, bool]]:
    """Give tickets as lines by number, each with whether it stands in that list now.

    For lists that are already on a screen; tickets this person may not see are left out.
    """
    values = {**values_for(rights, now=moment.now), "ids": list(ticket_ids)}
    belongs = _where(asked, moment, values)
    sql = f"""
        SELECT {COLUMNS}, ({belongs}) FROM tickets_ticket t {JOINS}
        WHERE t.id = ANY(%(ids)s) AND {VISIBLE}
    """
    found = fetch(sql, values, is_kept=not asked.filters)
    return {int(row[0]): (row_of(row[:-1]), bool(row[-1])) for row in found}


def ids(rights: Rights, asked: Asked, *, moment: Moment, at_most: int) -> list[int]:
    """Give the numbers of a list's tickets in its order: what a bulk action takes."""
    values = values_for(rights, now=moment.now)
    where = _where(asked, moment, values)
    joins = ORDER_JOIN if asked.sort == "value" else ""
    order = sorting.order_by(asked.sort, is_queue=asked.view in IS_QUEUE)
    sql = f"""SELECT t.id FROM tickets_ticket t {joins} WHERE {where}
        ORDER BY {order} LIMIT {int(at_most)}"""
    return [int(row[0]) for row in fetch(sql, values, is_kept=False)]


def counts(rights: Rights, *, now: datetime) -> dict[str, int]:
    """Count each view up to `COUNT_CAP`, and the queue by channel (`channel:7`): one query."""
    values = {**values_for(rights, now=now), "size": COUNT_CAP}
    parts = [
        f"SELECT '{view}', {_count(f'{VISIBLE} AND {WHERE[view]}')}"
        for view in VIEWS
        if view not in ENDLESS
    ]
    parts.append(
        f"SELECT 'channel:' || c.id, {_count(f't.channel_id = c.id AND {IN_QUEUE}')} "
        "FROM merchant_channel c WHERE c.id = ANY(%(channels)s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        return {str(name): int(count) for name, count in cursor.fetchall()}


def counts_of(
    rights: Rights, lists: Iterable[tuple[str, Asked]], *, moment: Moment
) -> dict[str, int]:
    """Count several lists by name up to `COUNT_CAP`: one query; endless ones are left out."""
    values = {**values_for(rights, now=moment.now), "size": COUNT_CAP}
    parts = []
    for number, (name, asked) in enumerate(lists):
        if asked.view in ENDLESS:
            continue
        values[f"name{number}"] = name
        where = _where(asked, moment, values, prefix=f"c{number}")
        parts.append(f"SELECT %(name{number})s::text, {_count(where)}")
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        return {str(name): int(count) for name, count in cursor.fetchall()}


def following(rights: Rights, ticket_id: int) -> int | None:
    """Give the ticket after this one in the queue, else the first; None when nothing waits."""
    sql = f"""
        SELECT t.id FROM tickets_ticket t
        WHERE {VISIBLE} AND {IN_QUEUE} AND t.id <> %(id)s
        AND (t.assignee_id = %(me)s OR {HAS_NOBODY})
        ORDER BY t.queue_tier, t.queue_at, t.id LIMIT 1
    """
    values: dict[str, Any] = {"channels": list(rights.channel_ids), "me": rights.person_id}
    values["id"] = ticket_id
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchone()
    return int(found[0]) if found else None


def _where(asked: Asked, moment: Moment, values: dict[str, Any], *, prefix: str = "f") -> str:
    narrowed = condition(asked.filters, moment, values, prefix=prefix)
    return f"{VISIBLE} AND {WHERE[asked.view]}{narrowed}"


def _count(where: str) -> str:
    return f"(SELECT count(*) FROM (SELECT 1 FROM tickets_ticket t WHERE {where} LIMIT %(size)s) x)"
