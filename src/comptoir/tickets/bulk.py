"""Computing the clocks of many tickets anew: a few statements for hundreds of them.

For the deadline loop, and when a policy or a calendar changes. The same functions as for one
ticket, read and written in bulk.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import connection
from psycopg import Cursor

from comptoir.sla.choosing import PolicyList, policy_list
from comptoir.sla.versions import Held
from comptoir.tickets import promising, storing
from comptoir.tickets.clocks import ANSWERING_SQL, place_of_open
from comptoir.tickets.projection import COUNTED, Recorded, project
from comptoir.tickets.promising import POLICY_APPLIED, Known
from comptoir.tickets.storing import Computed, FactRow

Row = dict[str, Any]
MOMENT = timedelta(microseconds=1)
OVER = frozenset({"solved", "closed"})

READ = (
    "id", "status", "assignee_id", "last_message_at", "queue_tier", "policy_version_id",
    "base_version_id", *promising.ROW,
)  # fmt: skip
AS_TEXT = frozenset({"tags"})

LOCK_SQL = f"""
SELECT {", ".join(f"t.{name}::text" if name in AS_TEXT else f"t.{name}" for name in READ)} FROM tickets_ticket t
WHERE t.id = ANY(%(tickets)s::bigint[]) ORDER BY t.id FOR UPDATE OF t {{skip}}
"""  # noqa: S608 - made of the constants above
FACTS_SQL = """
SELECT ticket_id, id, kind, happened_at, data::text, message_id FROM tickets_fact
WHERE ticket_id = ANY(%(tickets)s::bigint[]) AND kind = ANY(%(kinds)s) ORDER BY ticket_id, happened_at, id
"""
WRITTEN = (
    "id", "oldest_unanswered_at", "next_kind", "target_at", "limit_at", "next_deadline_at",
    "queue_tier", "queue_at", "risk_at", "policy_version_id", "base_version_id",
)  # fmt: skip
WRITE_SQL = """
UPDATE tickets_ticket t SET oldest_unanswered_at = f.oldest_unanswered_at,
    next_kind = f.next_kind, target_at = f.target_at, limit_at = f.limit_at,
    next_deadline_at = f.next_deadline_at,
    queue_tier = CASE WHEN t.snoozed_until_at IS NULL THEN f.queue_tier END,
    queue_at = CASE WHEN t.snoozed_until_at IS NULL THEN f.queue_at END, risk_at = f.risk_at,
    policy_version_id = f.policy_version_id, base_version_id = f.base_version_id
FROM json_to_recordset(%(rows)s) AS f(id bigint, oldest_unanswered_at timestamptz,
    next_kind text, target_at timestamptz, limit_at timestamptz, next_deadline_at timestamptz,
    queue_tier int, queue_at timestamptz, risk_at timestamptz, policy_version_id bigint, base_version_id bigint)
WHERE t.id = f.id
"""


@dataclass(slots=True)
class Done:
    """What a pass did: the tickets' rows as they are now, and which got another promise."""

    rows: list[Row] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)


def recompute_many(
    ticket_ids: Iterable[int],
    *,
    now: datetime,
    holds_from: datetime | None = None,
    skip_locked: bool = False,
) -> Done:
    """Compute tickets anew and store what comes out, in the caller's transaction.

    With `holds_from` each open ticket's policy is chosen anew first, as of that moment. Tickets
    that another transaction holds are waited for, or left aside with `skip_locked`.
    """
    rows = _locked(list(ticket_ids), skip_locked=skip_locked)
    ids = [row["id"] for row in rows]
    if not ids:
        return Done()
    facts = facts_of(ids)
    answering = _answering(ids)
    before = storing.stored_states(ids)
    done = Done(rows)
    listed = policy_list(now=now) if holds_from is not None else None
    fresh: list[FactRow] = []
    computed: list[Computed] = []
    for row in rows:
        own = facts.get(row["id"], [])
        if listed is not None and holds_from is not None:
            fresh += _choose_anew(row, own, listed, done, holds_from=holds_from)
        if row["policy_version_id"] is None:
            continue
        held = Held(row["policy_version_id"], row["base_version_id"])
        projection = project(own, held, now=now)
        if projection is None:
            continue
        row.update(projection.columns(tier=row["tier"], is_answering=row["id"] in answering))
        if row["status"] == "open" and row["queue_tier"] is None and row["id"] not in answering:
            row["queue_tier"], row["queue_at"] = place_of_open(row["last_message_at"])
        fresh += storing.misses(row["id"], projection, before, now=now)
        computed.append(Computed.of(row["id"], row["channel_id"], projection))
    storing.store_facts(fresh, now=now)
    kept = {one.ticket_id for one in computed}
    storing.store_clocks(computed, {key for key in before if key[0] in kept})
    _write([row for row in rows if row["policy_version_id"] is not None])
    return done


def _choose_anew(
    row: Row, facts: list[Recorded], listed: PolicyList, done: Done, *, holds_from: datetime
) -> list[FactRow]:
    """Give a ticket the promise that applies, and the fact of it where it had another.

    It holds from then, or from right after the last turn where the timeline has a later one. A
    ticket that somebody solved meanwhile keeps what it has.
    """
    if row["status"] in OVER:
        return []
    chosen = listed.choose(
        row["channel_id"],
        lambda wanted: promising.finder(Known.of(row, [f.kind for f in facts]))(wanted),
    )
    before = (
        Held(row["policy_version_id"], row["base_version_id"]) if row["policy_version_id"] else None
    )
    if chosen is None or chosen.held == before:
        return []
    row["policy_version_id"], row["base_version_id"] = chosen.held
    done.changed.append(row["id"])
    if before is None:
        return []
    data = promising.applied(before, chosen, facts)
    for fact in facts:
        if fact.kind == POLICY_APPLIED and fact.at >= holds_from:
            holds_from = fact.at + MOMENT
    facts.append(Recorded(0, POLICY_APPLIED, holds_from, data, None))
    return [
        {
            "ticket_id": row["id"],
            "kind": POLICY_APPLIED,
            "at": holds_from,
            "data": data,
        }
    ]


def _locked(ids: list[int], *, skip_locked: bool) -> list[Row]:
    sql = LOCK_SQL.format(skip="SKIP LOCKED" if skip_locked else "")
    found = _read(sql, {"tickets": storing.as_array(ids)})
    rows = [dict(zip(READ, row, strict=True)) for row in found]
    for row in rows:
        row["tags"] = msgspec.json.decode(row["tags"])
    return rows


def facts_of(ids: list[int]) -> dict[int, list[Recorded]]:
    """Give the facts that count of these tickets, in order of time."""
    found: dict[int, list[Recorded]] = {}
    decode = msgspec.json.decode
    values = {"tickets": storing.as_array(ids), "kinds": list(COUNTED)}
    for ticket_id, number, kind, at, data, message_id in _read(FACTS_SQL, values):
        fact = Recorded(number, kind, at, decode(data), message_id)
        found.setdefault(ticket_id, []).append(fact)
    return found


def _read(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Read rows in binary: Django's cursor takes ten times as long for a moment."""
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(sql, values, binary=True)
        return cursor.fetchall()


def _answering(ids: list[int]) -> set[int]:
    """Give the tickets on which a reply to everything unanswered is still on its way out."""
    with connection.cursor() as cursor:
        cursor.execute(ANSWERING_SQL, {"tickets": storing.as_array(ids)})
        return {row[0] for row in cursor.fetchall()}


def _write(rows: list[Row]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        written = [{name: row[name] for name in WRITTEN} for row in rows]
        cursor.execute(WRITE_SQL, {"rows": storing.as_json(written)})
