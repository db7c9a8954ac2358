"""The change feed: what browsers are told, in order, and can ask for again.

A change is a row and one small NOTIFY in the same transaction, so that nobody hears of something
that was rolled back. Its data hold numbers and states, never a buyer's words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from comptoir.storage.models import Change
from comptoir.storage.rows import run

NOTIFY_CHANNEL = "comptoir_changes"
KEPT_FOR = timedelta(days=2)

RECORD_SQL = """
WITH step AS (
    INSERT INTO storage_change (at, kind, channel_id, ticket_id, data)
    VALUES (%(at)s, %(kind)s, %(channel_id)s, %(ticket_id)s, %(data)s) RETURNING *
)
SELECT pg_notify('comptoir_changes', json_build_object('id', id, 'at', at, 'kind', kind,
    'channel', channel_id, 'ticket', ticket_id, 'data', data)::text) FROM step
"""


def record(
    kind: str,
    *,
    now: datetime,
    channel_id: int | None = None,
    ticket_id: int | None = None,
    **data: Any,
) -> None:
    """Tell the browsers, once the surrounding transaction is committed."""
    values = {"at": now, "kind": kind, "channel_id": channel_id, "ticket_id": ticket_id}
    run(RECORD_SQL, {**values, "data": json.dumps(data)})


RECORD_MANY_SQL = """
WITH step AS (
    INSERT INTO storage_change (at, kind, channel_id, ticket_id, data)
    SELECT %(at)s, %(kind)s, f.channel_id, f.ticket_id, f.data
    FROM jsonb_to_recordset(%(rows)s) AS f(channel_id bigint, ticket_id bigint, data jsonb)
    RETURNING id, channel_id, ticket_id, data
)
SELECT pg_notify('comptoir_changes', json_build_object(
    'id', step.id, 'at', %(at)s, 'kind', %(kind)s, 'channel', step.channel_id,
    'ticket', step.ticket_id, 'data', step.data)::text) FROM step
"""


def record_many(kind: str, rows: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """Tell the browsers of several things of one kind: `channel_id`, `ticket_id`, `data` of each."""
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(RECORD_MANY_SQL, {"at": now, "kind": kind, "rows": json.dumps(rows)})


def forget_old(*, now: datetime) -> int:
    """Drop steps nobody can still ask for, and tell how many."""
    count, _ = Change.objects.filter(at__lt=now - KEPT_FOR).delete()
    return count
