"""What a message still has to say right before it leaves: its alerts whose cause is there."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import connection

from comptoir.alerts.causes import STANDS

STANDING_SQL = f"""
SELECT l.delivery_id, a.id, a.level = 'push' FROM alerts_delivery_alerts l
JOIN alerts_alert a ON a.id = l.alert_id
WHERE l.delivery_id = ANY(%(deliveries)s) AND a.over_at IS NULL AND a.acknowledged_at IS NULL
    AND {STANDS}
ORDER BY a.level = 'push' DESC, a.id DESC
"""  # noqa: S608 - built of our own constants; every value is a parameter


class Standing(dict[uuid.UUID, list[int]]):
    """Alerts by message, the loud ones first; `loud` holds messages with one that interrupts."""

    loud: set[uuid.UUID]


def standing_of(delivery_ids: Collection[uuid.UUID], *, now: datetime) -> Standing:
    """Give the alerts of messages that nobody took note of and whose cause is still there."""
    found: dict[uuid.UUID, list[int]] = defaultdict(list)
    loud: set[uuid.UUID] = set()
    with connection.cursor() as cursor:
        cursor.execute(STANDING_SQL, {"deliveries": list(delivery_ids), "now": now})
        for delivery_id, alert_id, is_push in cursor.fetchall():
            found[delivery_id].append(alert_id)
            if is_push:
                loud.add(delivery_id)
    standing = Standing(found)
    standing.loud = loud
    return standing
