"""What the timelines of tickets say: replies, reviews and typed messages refused or uncertain, and
the default policy used.

Facts are read by number. Numbers become visible out of order, since transactions end out of order,
so each reading begins where the desk stood two minutes before the last one; keys keep what is read
twice from being told twice.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from comptoir.alerts.actions.record import News
from comptoir.alerts.models import Alert
from comptoir.alerts.sources.together import told_since
from comptoir.core.moments import EPOCH
from comptoir.tickets.marks import Mark, marks, remember

CURSOR = "alerts_facts_cursor"
OVERLAP = timedelta(minutes=2)
FIRST_LOOK = timedelta(hours=1)
"""How far back the very first reading looks: what is older was there before alerts were."""
MARK_EVERY = timedelta(seconds=10)

REFUSED = ("reply_failed", "reply_refused")
UNCERTAIN = "reply_uncertain"
POLICY_APPLIED = "policy_applied"
OUTREACH = ("review_asked", "typed_message")

READ_SQL = """
SELECT f.id, f.kind, f.stored_at, f.ticket_id, t.channel_id, f.message_id,
    coalesce(m.person_id, f.person_id), t.limit_at, f.data
FROM tickets_fact f JOIN tickets_ticket t ON t.id = f.ticket_id
LEFT JOIN tickets_message m ON m.id = f.message_id
WHERE f.id > %(after)s AND f.stored_at > %(since)s
    AND (f.kind = ANY(%(kinds)s) OR f.kind = 'policy_applied' AND f.data->>'is_default' = 'true'
        OR f.kind = ANY(%(outreach)s) AND f.data->>'state' IN ('refused', 'uncertain'))
ORDER BY f.id
"""


def facts(*, now: datetime) -> list[News]:
    """Give what the timelines say since the last reading, and remember how far they went."""
    known = marks(CURSOR)
    with connection.cursor() as cursor:
        cursor.execute(
            READ_SQL,
            {
                **_from(known, now=now),
                "kinds": [*REFUSED, UNCERTAIN],
                "outreach": list(OUTREACH),
            },
        )
        rows = cursor.fetchall()
    remember(CURSOR, known, now=now, every=MARK_EVERY, overlap=OVERLAP)
    return [*(_news(*row) for row in rows), *told_since(**_from(known, now=now))]


def _from(known: list[Mark], *, now: datetime) -> dict[str, Any]:
    """Give where a reading begins."""
    if known:
        return {"after": known[0][1], "since": EPOCH}
    return {"after": 0, "since": now - FIRST_LOOK}


def _news(
    fact_id: int,
    kind: str,
    stored_at: datetime,
    ticket_id: int,
    channel_id: int,
    message_id: int | None,
    author: int | None,
    limit_at: datetime | None,
    written: str,
) -> News:
    if kind == POLICY_APPLIED:
        return News(
            Alert.Kind.DEFAULT_POLICY,
            f"default_policy:{channel_id}:{stored_at:%Y-%m-%d}",
            ("admins",),
            stored_at,
            ticket_id=ticket_id,
            channel_id=channel_id,
        )
    data: dict[str, Any] = json.loads(written)
    is_outreach = kind in OUTREACH
    is_refused = kind in REFUSED or data.get("state") == "refused"
    told: dict[str, Any] = {"message": message_id, "code": data.get("code", ""), "fact": fact_id}
    if is_outreach:
        told |= {"outreach": data.get("outreach"), "form": data.get("form", "")}
    if author is not None:
        told["author"] = author
    if limit_at is not None:
        told["limit_at"] = limit_at.isoformat()
    return News(
        Alert.Kind.REPLY_REFUSED if is_refused else Alert.Kind.REPLY_UNCERTAIN,
        f"{'reply_refused' if is_refused else 'reply_uncertain'}:{message_id}:{fact_id}",
        ("author",) if is_outreach else ("author", "assignee"),
        stored_at,
        is_push=True,
        escalates=not is_outreach,
        ticket_id=ticket_id,
        channel_id=channel_id,
        data=told,
    )
