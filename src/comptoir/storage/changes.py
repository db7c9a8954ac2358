"""The change feed: what browsers are told, in order, and can ask for again.

A change is a row and one small NOTIFY in the same transaction, so that nobody hears of something
that was rolled back. Its data hold numbers and states, never a buyer's words.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from comptoir.storage.models import Change

NOTIFY_CHANNEL = "comptoir_changes"
KEPT_FOR = timedelta(days=2)

RECORD_SQL = """
WITH step AS (
    INSERT INTO storage_change (at, kind, channel_id, ticket_id, data)
    VALUES (%(at)s, %(kind)s, %(channel_id)s, %(ticket_id)s, %(data)s) RETURNING id
)
SELECT pg_notify('comptoir_changes', json_build_object(
    'id', step.id, 'at', %(at)s, 'kind', %(kind)s, 'channel', %(channel_id)s,
    'ticket', %(ticket_id)s, 'data', %(data)s::jsonb)::text) FROM step
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
    with connection.cursor() as cursor:
        cursor.execute(
            RECORD_SQL,
            {
                "at": now,
                "kind": kind,
                "channel_id": channel_id,
                "ticket_id": ticket_id,
                "data": json.dumps(data),
            },
        )


def forget_old(*, now: datetime) -> int:
    """Drop steps nobody can still ask for, and tell how many."""
    count, _ = Change.objects.filter(at__lt=now - KEPT_FOR).delete()
    return count
