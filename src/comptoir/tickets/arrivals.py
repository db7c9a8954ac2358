"""When buyers write: their messages by quarter of an hour of the week."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from comptoir.core.coverage import QUARTERS

LOOKED_BACK = timedelta(weeks=8)
ARRIVALS_SQL = """
SELECT (extract(isodow FROM wall)::int - 1) * 96 + extract(hour FROM wall)::int * 4
       + extract(minute FROM wall)::int / 15 AS quarter, count(*)
FROM (
    SELECT m.occurred_at AT TIME ZONE %(zone)s AS wall FROM tickets_message m
    WHERE m.author = 'buyer' AND m.occurred_at >= %(since)s AND m.occurred_at < %(now)s
    AND (%(channels)s::bigint[] IS NULL OR m.channel_id = ANY(%(channels)s))
) arrived GROUP BY quarter
"""


def by_quarter_of_week(
    zone: str, *, now: datetime, channel_ids: Iterable[int] | None = None
) -> list[int]:
    """Count buyers' messages of the last eight weeks in each of the week's 672 quarters.

    By the wall clock of the zone, Monday 00:00 first; on the given channels, or on all of them.
    """
    asked: dict[str, Any] = {
        "zone": zone,
        "since": now - LOOKED_BACK,
        "now": now,
        "channels": None if channel_ids is None else list(channel_ids),
    }
    counts = [0] * QUARTERS
    with connection.cursor() as cursor:
        cursor.execute(ARRIVALS_SQL, asked)
        for quarter, count in cursor.fetchall():
            counts[quarter] = count
    return counts
