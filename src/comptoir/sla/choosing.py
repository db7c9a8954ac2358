"""Which policy holds on a channel: the first in order of position, else the default one."""

from __future__ import annotations

import time

from django.db import connection

KEPT_SECONDS = 5.0

CHOOSE_SQL = """
SELECT v.id FROM sla_policy p JOIN sla_policyversion v ON v.policy_id = p.id
WHERE p.is_active AND (p.channel_id = %s OR p.channel_id IS NULL)
ORDER BY p.channel_id IS NULL, p.position, p.id, v.number DESC LIMIT 1
"""

_chosen: dict[int, tuple[float, int | None]] = {}


def policy_version_for(channel_id: int) -> int | None:
    """Give the version that new tickets of a channel get, None when no policy exists at all.

    Kept for a few seconds in each process; an edit recomputes open tickets anyway.
    """
    found = _chosen.get(channel_id)
    if found and time.monotonic() - found[0] < KEPT_SECONDS:
        return found[1]
    with connection.cursor() as cursor:
        cursor.execute(CHOOSE_SQL, [channel_id])
        row = cursor.fetchone()
    version = int(row[0]) if row else None
    _chosen[channel_id] = (time.monotonic(), version)
    return version


def forget_choices() -> None:
    """Choose anew from now on: a policy was added or edited."""
    _chosen.clear()
