"""Vendors' rates, counted in the database: all processes on all hosts keep to them together.

The database's clock counts, so that hosts whose clocks differ agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from comptoir.channels.kernel.limits import Headroom, Rate
from comptoir.storage.pool import give_back

BEGIN_SQL = """
INSERT INTO storage_ratebucket (connection_id, name, tokens, burst, filled_at)
VALUES (%(connection)s, %(name)s, %(burst)s, %(burst)s, clock_timestamp())
ON CONFLICT (connection_id, name) DO NOTHING
"""
TAKE_SQL = """
WITH held AS (
    SELECT id, least(%(burst)s, tokens
            + %(rate)s * extract(epoch FROM clock_timestamp() - filled_at)::float) AS tokens,
        greatest(0, coalesce(
            extract(epoch FROM paused_until_at - clock_timestamp())::float, 0)) AS paused
    FROM storage_ratebucket WHERE connection_id = %(connection)s AND name = %(name)s FOR UPDATE
)
UPDATE storage_ratebucket b SET filled_at = clock_timestamp(), burst = %(burst)s,
    tokens = held.tokens - CASE WHEN held.paused = 0 AND held.tokens >= 1 THEN 1 ELSE 0 END
FROM held WHERE b.id = held.id RETURNING held.tokens, held.paused
"""
PAUSE_SQL = """
INSERT INTO storage_ratebucket AS b (connection_id, name, tokens, burst, filled_at, paused_until_at)
VALUES (%(connection)s, %(name)s, 0, 1, clock_timestamp(),
    clock_timestamp() + %(seconds)s * interval '1 second')
ON CONFLICT (connection_id, name) DO UPDATE SET tokens = 0, filled_at = clock_timestamp(),
    paused_until_at = greatest(b.paused_until_at, excluded.paused_until_at)
"""
HEADROOM_SQL = """
SELECT name, tokens, burst, greatest(0, coalesce(
    extract(epoch FROM paused_until_at - clock_timestamp())::float, 0))
FROM storage_ratebucket WHERE connection_id = %s ORDER BY name
"""


class SharedLimiter:
    """Counts the calls of one stored connection."""

    def __init__(self, connection_id: int) -> None:
        self._connection_id = connection_id

    def take(self, name: str, rate: Rate) -> float:
        """Take a token; 0.0 when the call may leave now, else the seconds to wait first."""
        values: dict[str, Any] = {
            "connection": self._connection_id,
            "name": name,
            "burst": rate.burst,
            "rate": rate.a_second,
        }
        with connection.cursor() as cursor:
            cursor.execute(TAKE_SQL, values)
            row = cursor.fetchone()
            if row is None:
                cursor.execute(BEGIN_SQL, values)
                cursor.execute(TAKE_SQL, values)
                row = cursor.fetchone()
        give_back()  # not held while the vendor is waited for
        tokens, paused = row
        if paused:
            return float(paused)
        return 0.0 if tokens >= 1 else (1.0 - float(tokens)) / rate.a_second

    def pause(self, name: str, seconds: float) -> None:
        """Let nobody ask for so long: the vendor said so."""
        values: dict[str, Any] = {
            "connection": self._connection_id,
            "name": name,
            "seconds": seconds,
        }
        with connection.cursor() as cursor:
            cursor.execute(PAUSE_SQL, values)
        give_back()


def headroom(connection_id: int) -> Sequence[Headroom]:
    """Give what is left of each rate, as of the last call."""
    with connection.cursor() as cursor:
        cursor.execute(HEADROOM_SQL, [connection_id])
        return [Headroom(*row) for row in cursor.fetchall()]
