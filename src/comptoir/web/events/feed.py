"""Changes that a listener missed, read from the change feed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from comptoir.web.events.reader import Reader

AT_ONCE = 500
OVERLAP_IDS = 50
"""Numbers are given before a transaction ends: a smaller one can appear after a larger one.
Browsers leave out what they have seen."""

OVERLAP = timedelta(seconds=3)
AFTER_SQL = """
SELECT id, at, kind, channel_id, ticket_id, data FROM storage_change
WHERE id > %s ORDER BY id LIMIT %s
"""
SINCE_SQL = """
SELECT id, at, kind, channel_id, ticket_id, data FROM storage_change
WHERE at >= %s ORDER BY id LIMIT %s
"""


async def after(reader: Reader, last_id: int) -> list[dict[str, Any]] | None:
    """Give what came after a change; None when it is too much to replay."""
    return _changes(await reader.rows(AFTER_SQL, (last_id - OVERLAP_IDS, AT_ONCE + 1)))


async def since(reader: Reader, moment_ms: int) -> list[dict[str, Any]] | None:
    """Give what came since a page was made; None when it is too much to replay."""
    moment = datetime.fromtimestamp(moment_ms / 1000, UTC) - OVERLAP
    return _changes(await reader.rows(SINCE_SQL, (moment, AT_ONCE + 1)))


def _changes(rows: list[tuple[Any, ...]]) -> list[dict[str, Any]] | None:
    if len(rows) > AT_ONCE:
        return None
    return [
        {
            "id": row[0],
            "at": row[1].isoformat(),
            "kind": row[2],
            "channel": row[3],
            "ticket": row[4],
            "data": row[5],
        }
        for row in rows
    ]
