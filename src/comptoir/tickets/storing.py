"""Writing what a projection says, for one ticket or for hundreds, each in one statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from django.db import connection

from comptoir.tickets.projection import Projection

MISSES = {"past_target": "target_missed", "breached": "limit_missed"}
"""The fact, for people, that a clock came into that state."""

CLOCK_FIELDS = """policy_id bigint, kind text, number int, state text, started_at timestamptz,
    target_at timestamptz, limit_at timestamptz, ended_at timestamptz, target_missed boolean,
    next_at timestamptz, warnings jsonb, first_warning_at timestamptz"""

IS_ANOTHER = """(tickets_clock.ended_at IS NOT NULL AND excluded.ended_at IS NULL
    AND tickets_clock.started_at <> excluded.started_at)"""
"""The number of a clock that ended is now that of one that runs: a split took an earlier one away."""

SET_CLOCK = f"""policy_version_id = excluded.policy_version_id, state = excluded.state,
    started_at = excluded.started_at, target_at = excluded.target_at,
    limit_at = excluded.limit_at, ended_at = excluded.ended_at,
    target_missed = excluded.target_missed, next_at = excluded.next_at,
    warnings = excluded.warnings,
    warned = CASE WHEN {IS_ANOTHER} THEN '[]'::jsonb ELSE tickets_clock.warned END,
    warn_at = CASE
        WHEN {IS_ANOTHER} OR tickets_clock.warned = '[]'::jsonb THEN excluded.warn_at
        ELSE (SELECT min((w->>1)::timestamptz) FROM jsonb_array_elements(excluded.warnings) AS w
              WHERE NOT tickets_clock.warned ? (w->>0)) END"""  # noqa: S608 - a constant of ours
"""What becomes of a clock that is stored already; what was warned of is not warned of again."""

REPLACE_CLOCKS = f"""
WITH fresh AS (
    SELECT * FROM json_to_recordset(%(clocks)s)
        AS c(ticket_id bigint, channel_id bigint, {CLOCK_FIELDS})
), gone AS (
    DELETE FROM tickets_clock k WHERE k.ticket_id = ANY(%(tickets)s::bigint[]) AND NOT EXISTS (
        SELECT 1 FROM fresh WHERE fresh.ticket_id = k.ticket_id AND fresh.kind = k.kind
        AND fresh.number = k.number)
)
INSERT INTO tickets_clock (ticket_id, channel_id, policy_version_id, kind, number, state,
    started_at, target_at, limit_at, ended_at, target_missed, next_at, warnings, warned, warn_at)
SELECT ticket_id, channel_id, policy_id, kind, number, state, started_at, target_at, limit_at,
    ended_at, target_missed, next_at, warnings, '[]', first_warning_at
FROM fresh
ON CONFLICT (ticket_id, kind, number) DO UPDATE SET {SET_CLOCK}
"""  # noqa: S608 - made of the constants above

UPDATE_CLOCKS = f"""
UPDATE tickets_clock SET {SET_CLOCK}
FROM (SELECT *, policy_id AS policy_version_id, first_warning_at AS warn_at
      FROM json_to_recordset(%(clocks)s) AS c(ticket_id bigint, {CLOCK_FIELDS})) AS excluded
WHERE tickets_clock.ticket_id = excluded.ticket_id AND tickets_clock.kind = excluded.kind
    AND tickets_clock.number = excluded.number
"""  # noqa: S608 - made of the constants above
"""The same where every clock is stored already and none is gone: half the work for the database."""

WRITE_OUTCOMES = """
UPDATE tickets_outcome o SET answered_at = f.answered_at, response_seconds = f.response_seconds,
    within_limit = f.within_limit, is_taken_out = f.is_taken_out
FROM json_to_recordset(%(outcomes)s) AS f(message_id bigint, answered_at timestamptz,
    response_seconds bigint, within_limit boolean, is_taken_out boolean)
WHERE o.message_id = f.message_id AND o.ticket_id = ANY(%(tickets)s::bigint[])
    AND (o.answered_at, o.response_seconds, o.within_limit, o.is_taken_out)
    IS DISTINCT FROM (f.answered_at, f.response_seconds, f.within_limit, f.is_taken_out)
"""

WRITE_FACTS = """
INSERT INTO tickets_fact (ticket_id, kind, happened_at, stored_at, data)
SELECT f.ticket_id, f.kind, f.at, %(now)s, f.data
FROM json_to_recordset(%(facts)s) AS f(ticket_id bigint, kind text, at timestamptz, data jsonb)
"""

STATES = """
SELECT ticket_id, kind, number, state FROM tickets_clock WHERE ticket_id = ANY(%s::bigint[])
"""


class Computed(NamedTuple):
    """What was computed of a ticket and is to be stored; the rest of a computation can go."""

    ticket_id: int
    channel_id: int
    clock_rows: Sequence[dict[str, Any]]
    outcome_rows: Sequence[dict[str, Any]]

    @classmethod
    def of(cls, ticket_id: int, channel_id: int, projection: Projection) -> Computed:
        """Take the rows out of a projection."""
        return cls(ticket_id, channel_id, projection.clock_rows, projection.outcome_rows)


FactRow = dict[str, Any]
ClockKey = tuple[int, str, int]
"""Ticket, kind and number of a clock."""


def as_json(rows: object) -> str:
    """Write rows for a statement; moments become ISO 8601."""
    return msgspec.json.encode(rows).decode()


def as_array(numbers: Iterable[int]) -> str:
    """Write numbers as an array for a statement: the driver takes ten times as long for a list."""
    return "{" + ",".join(map(str, numbers)) + "}"


def store_clocks(computed: Sequence[Computed], stored: Collection[ClockKey] | None = None) -> None:
    """Replace the stored clocks of these tickets, and what became of their messages.

    `stored` are the clocks these tickets have stored now, where the caller knows them.
    """
    rows = [
        {"ticket_id": one.ticket_id, "channel_id": one.channel_id, **row}
        for one in computed
        for row in one.clock_rows
    ]
    values: dict[str, Any] = {
        "clocks": as_json(rows),
        "tickets": as_array(one.ticket_id for one in computed),
    }
    is_known = stored is not None and stored == {
        (row["ticket_id"], row["kind"], row["number"]) for row in rows
    }
    with connection.cursor() as cursor:
        cursor.execute(UPDATE_CLOCKS if is_known else REPLACE_CLOCKS, values)
    store_outcomes(computed)


def store_outcomes(computed: Sequence[Computed]) -> None:
    """Store what became of each buyer message of these tickets."""
    outcomes = [row for one in computed for row in one.outcome_rows]
    if outcomes:
        values: dict[str, Any] = {
            "outcomes": as_json(outcomes),
            "tickets": as_array(one.ticket_id for one in computed),
        }
        with connection.cursor() as cursor:
            cursor.execute(WRITE_OUTCOMES, values)


def store_facts(facts: Sequence[FactRow], *, now: datetime) -> None:
    """Add facts to timelines: `ticket_id`, `kind`, `at` and `data` of each."""
    if facts:
        with connection.cursor() as cursor:
            cursor.execute(WRITE_FACTS, {"facts": as_json(facts), "now": now})


def stored_states(ticket_ids: Iterable[int]) -> dict[tuple[int, str, int], str]:
    """Give the stored state of each clock, by ticket, kind and number."""
    with connection.cursor() as cursor:
        cursor.execute(STATES, [as_array(ticket_ids)])
        return {(row[0], row[1], row[2]): row[3] for row in cursor.fetchall()}


def misses(
    ticket_id: int,
    projection: Projection,
    before: Mapping[tuple[int, str, int], str],
    *,
    now: datetime,
) -> list[FactRow]:
    """Give the fact of each deadline found missed, whoever looked first: the loop or a verb."""
    found = []
    for row in projection.clock_rows:
        kind = MISSES.get(row["state"])
        if kind is None or before.get((ticket_id, row["kind"], row["number"])) == row["state"]:
            continue
        at = row["limit_at"] if kind == "limit_missed" else row["target_at"]
        data = {"clock": row["kind"]}
        found.append({"ticket_id": ticket_id, "kind": kind, "at": at or now, "data": data})
    return found
