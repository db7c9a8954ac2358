"""Taking in one message: its ticket found or opened, message, facts, clocks, place in the queue.

This is the busiest path of the product, so it speaks SQL: one statement reads what is known, one
writes all that follows. The caller holds the transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import md5
from typing import Any

from django.db import connection
from psycopg import RawCursor

from comptoir.sla.versions import Held
from comptoir.tickets import clocks, promising, storing
from comptoir.tickets.actions import receive_sql as sql
from comptoir.tickets.actions.receive_sql import Statement
from comptoir.tickets.incoming import Incoming, Received
from comptoir.tickets.models import Ticket
from comptoir.tickets.projection import Projection, Recorded, project
from comptoir.tickets.promising import Known
from comptoir.tickets.taking_in import (
    Row,
    awake,
    is_overtaken,
    is_woken,
    opened,
    with_clocks,
    with_message,
)

BUYER = "buyer"


class Prepared(RawCursor[tuple[Any, ...]]):
    """A cursor whose statements the server plans once: planning them costs more than running."""

    def run(self, statement: Statement, values: dict[str, Any]) -> None:
        """Run a statement, prepared on the server where the connection allows that."""
        self.execute(statement.text, statement.values(values), prepare=True)


Candidate = tuple[int, frozenset[str]]
"""A ticket that shares a key with a message, and its keys."""

Choose = Callable[[Sequence[str], Sequence[Candidate]], int | None]


def first_by_key(keys: Sequence[str], candidates: Sequence[Candidate]) -> int | None:
    """Give the latest ticket that has the strongest key."""
    for key in keys:
        for ticket_id, known_as in candidates:
            if key in known_as:
                return ticket_id
    return None


def receive(incoming: Incoming, *, now: datetime, choose: Choose = first_by_key) -> Received:
    """Store one message and everything that follows from it.

    The same message again (by channel and external id) changes nothing. `choose` picks the
    conversation among those that share a key.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, Prepared(connection.connection) as cursor:
        cursor.run(sql.FIND, _find_values(incoming))
        known, candidates, order, customer_id, revision = _row(cursor)
        if known and known[2] == _digest(incoming):
            return Received(known[1], known[0], opened_ticket=False, was_known=True)
        if known:
            return receive(_under_another_id(incoming), now=now, choose=choose)
        found = incoming.ticket_id or choose(
            incoming.find_by, [(ticket, frozenset(keys)) for ticket, keys in candidates or ()]
        )
        row, events, has_reply = _ticket(cursor, found, incoming, order, customer_id, now=now)
        ticket_id = row.get("id")
        woken = [_woken(row, incoming)] if is_woken(row, incoming) else []
        row = with_message(awake(row) if woken else row, incoming, events)
        row, fresh = _promised(row, events, incoming, revision, now=now)
        projection = _projection(row, [*events, *fresh], incoming, now=now)
        row = with_clocks(row, incoming, projection, events)
        values = _write_values(incoming, row, [*fresh, *woken], projection, now=now)
        cursor.run(sql.WRITE_KNOWN if ticket_id else sql.WRITE_NEW, values)
        ticket_id, message_id, _ = _row(cursor)
        _keep_files(cursor, incoming, message_id, now=now)
    if projection is not None and (
        has_reply or is_overtaken(incoming, events) or projection.came_too_late("new")
    ):
        clocks.recompute(Ticket.objects.get(pk=ticket_id), now=now)
    elif projection is not None and incoming.author != BUYER:
        storing.store_outcomes([storing.Computed.of(ticket_id, incoming.channel_id, projection)])
    return Received(ticket_id, message_id, opened_ticket=found is None)


def _row(cursor: Prepared) -> tuple[Any, ...]:
    """Give the one row that a statement of ours always answers with."""
    row = cursor.fetchone()
    assert row is not None
    return row


def _under_another_id(incoming: Incoming) -> Incoming:
    """Keep a different message that came under a known Message-ID: some mailers repeat theirs."""
    own_id = f"{incoming.external_id}#{_digest(incoming)[:12]}"
    return replace(incoming, external_id=own_id)


def _digest(incoming: Incoming) -> str:
    """Tell one content from another: text and files, as the statement `FIND` computes it."""
    said = incoming.text + "".join(file.sha256 for file in incoming.files)
    return md5(said.encode(), usedforsecurity=False).hexdigest()


def _find_values(incoming: Incoming) -> dict[str, Any]:
    return {
        "channel": incoming.channel_id,
        "external_id": incoming.external_id,
        "keys": list(incoming.find_by),
        "order_number": incoming.order_number,
        "marketplace": incoming.marketplace,
        "alias": incoming.alias,
    }


def _ticket(
    cursor: Any,
    found: int | None,
    incoming: Incoming,
    order: list[int] | None,
    customer_id: int | None,
    *,
    now: datetime,
) -> tuple[Row, list[Recorded], bool]:
    """Give the ticket's row, locked, with what happened on it; or a new row.

    The third tells whether a reply is on its way out.
    """
    if found is None:
        if customer_id is None and incoming.alias:
            customer_id = (order and order[1]) or _new_customer(cursor, incoming, now=now)
        return opened(incoming, order[0] if order else None, customer_id, now=now), [], False
    cursor.run(sql.LOCK, {"now": now, "ticket": found})
    row, has_reply, is_due = _row(cursor)
    while row["merged_into_id"]:  # perhaps this very moment, or it kept a key that both had
        found = row["merged_into_id"]
        cursor.run(sql.LOCK, {"now": now, "ticket": found})
        row, has_reply, is_due = _row(cursor)
    if is_due:  # what was missed before this message came is written down first
        clocks.recompute(Ticket.objects.get(pk=found), now=now)
        cursor.run(sql.LOCK, {"now": now, "ticket": found})
        row, has_reply, _ = _row(cursor)
    if order and not row["order_id"]:
        row["order_id"] = order[0]
    cursor.run(sql.EVENTS, {"ticket": row["id"]})
    return row, [Recorded(*fact) for fact in cursor.fetchall()], has_reply


def _new_customer(cursor: Any, incoming: Incoming, *, now: datetime) -> int:
    cursor.run(
        sql.NEW_CUSTOMER,
        {
            "name": incoming.buyer_name,
            "email": incoming.reply_address,
            "language": incoming.language,
            "marketplace": incoming.marketplace,
            "alias": incoming.alias,
            "now": now,
        },
    )
    return int(_row(cursor)[0])


def _promised(
    row: Row, events: list[Recorded], incoming: Incoming, revision: int, *, now: datetime
) -> tuple[Row, list[Recorded]]:
    """Give the row with the promise that applies after the message, and the facts it makes.

    History makes none that the clocks know.
    """
    if incoming.is_history:
        return row, [
            Recorded(0, f"history_{kind}", incoming.occurred_at, data, None)
            for kind, data in incoming.facts
        ]
    fresh = [
        Recorded(0, kind, incoming.occurred_at, {"id": "new", **data}, None)
        for kind, data in incoming.facts
    ]
    before = Held(row["policy_version_id"], row["base_version_id"])
    kinds = [event.kind for event in (*events, *fresh)]
    chosen = promising.choose_for(Known.of(row, kinds), now=now, revision=revision)
    if chosen is None or chosen.held == before:
        return row, fresh
    changed = {
        **row,
        "policy_version_id": chosen.held.version_id,
        "base_version_id": chosen.held.base_id,
    }
    is_first = row["policy_version_id"] is None
    if not is_first or chosen.is_default:
        data = promising.applied(None if is_first else before, chosen, events)
        fresh.append(Recorded(0, promising.POLICY_APPLIED, now, data, None))
    return changed, fresh


def _woken(row: Row, incoming: Incoming) -> Recorded:
    """Give the fact that the message brought the ticket back."""
    data = {"because": incoming.author, "of": row["snoozed_by_id"]}
    return Recorded(0, "woken", incoming.occurred_at, data, None)


def _projection(
    row: Row, events: list[Recorded], incoming: Incoming, *, now: datetime
) -> Projection | None:
    """Compute the clocks with the new message; history has none."""
    if incoming.is_history or row["policy_version_id"] is None:
        return None
    held = Held(row["policy_version_id"], row["base_version_id"])
    return project(events, held, now=now)


def _write_values(
    incoming: Incoming,
    row: Row,
    fresh: Sequence[Recorded],
    projection: Projection | None,
    *,
    now: datetime,
) -> dict[str, Any]:
    values: dict[str, Any] = {
        f"t_{name}": json.dumps(row[name]) if name in sql.JSON_COLUMNS else row[name]
        for name in sql.TICKET_COLUMNS
    }
    told = {
        "what": "message",
        "author": incoming.author,
        "assignee": row.get("assignee_id"),
        "tier": row["tier"],
        "queued": row["queue_tier"] is not None,
        "opened": "id" not in row,
    }
    return {
        **values,
        "ticket": row.get("id"),
        "channel": incoming.channel_id,
        "now": now,
        "raw_item": incoming.raw_item_id,
        "external_id": incoming.external_id,
        "author": incoming.author,
        "kind": incoming.kind,
        "state": "accepted" if incoming.author == "agent" else "received",
        "from_name": incoming.from_name,
        "from_address": incoming.from_address,
        "subject": incoming.subject,
        "text": incoming.text,
        "new_text": incoming.new_text,
        "has_html": incoming.has_html,
        "language": incoming.language,
        "tier": incoming.tier,
        "tier_reasons": json.dumps(incoming.tier_reasons),
        "intents": json.dumps(incoming.intents),
        "needs_reply": incoming.needs_reply,
        "evidence": json.dumps(incoming.evidence),
        "problems": json.dumps(incoming.problems),
        "links": json.dumps(incoming.links),
        "occurred_at": incoming.occurred_at,
        "seen_elsewhere": incoming.seen_elsewhere,
        "facts": json.dumps([_fact(fact) for fact in fresh]),
        "keys": list(dict.fromkeys(incoming.known_as)),
        "clocks": storing.as_json(projection.clock_rows if projection else []),
        "told": json.dumps(told),
        "asks": incoming.author == BUYER and not incoming.is_history and bool(incoming.facts),
    }


def _fact(fact: Recorded) -> dict[str, Any]:
    """Write a fact down; the one of the message itself gets its number when that is known."""
    data = {name: value for name, value in fact.data.items() if (name, value) != ("id", "new")}
    return {"kind": fact.kind, "at": fact.at.isoformat(), "data": data}


def _keep_files(cursor: Any, incoming: Incoming, message_id: int, *, now: datetime) -> None:
    for position, file in enumerate(incoming.files):
        cursor.run(
            sql.FILE,
            {
                "sha256": file.sha256,
                "content": file.content,
                "size": len(file.content),
                "now": now,
            },
        )
        cursor.run(
            sql.MESSAGE_FILE,
            {
                "message": message_id,
                "sha256": file.sha256,
                "name": file.name,
                "content_type": file.content_type,
                "content_id": file.content_id,
                "inline": file.inline,
                "position": position,
            },
        )
