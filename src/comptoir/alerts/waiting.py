"""Messages that wait to leave: claimed so that no two workers send one, and settled.

A claim puts the next try off; a worker that dies in between leaves the message to the next one,
which sends it again under the same id.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from comptoir.alerts.models import Delivery, Endpoint
from comptoir.alerts.transports.answers import Answer, Verdict

LEASE = timedelta(minutes=10)
"""Longer than any attempt may take."""
GIVEN_UP_AFTER = timedelta(hours=24)
PAUSES = tuple(timedelta(seconds=s) for s in (10, 30, 60, 120, 300, 600, 900, 1800))
"""Before the second try, the third …; the last one stays."""
DEAD_PART = 4
"""An endpoint that has failed for long is tried again after this part of that time."""

CLAIM_SQL = """
UPDATE alerts_delivery SET next_try_at = %(until)s, attempt_count = attempt_count + 1
WHERE id = (
    SELECT id FROM alerts_delivery
    WHERE state = 'waiting' AND next_try_at <= %(now)s AND transport = ANY(%(transports)s)
      AND (endpoint_id IS NULL OR endpoint_id <> ALL(%(besides)s))
    ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING id
"""


def claim(
    transports: Sequence[str], *, now: datetime, besides: Collection[int] = ()
) -> Delivery | None:
    """Take the next message that is due, of none of the endpoints `besides`."""
    values = {
        "now": now,
        "until": now + LEASE,
        "transports": list(transports),
        "besides": list(besides),
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM_SQL, values)  # type: ignore[arg-type]  # lists are arrays to psycopg
        row = cursor.fetchone()
    if row is None:
        return None
    return Delivery.objects.select_related("endpoint", "person").get(pk=row[0])


@transaction.atomic
def settle(delivery: Delivery, answer: Answer, *, now: datetime) -> bool:
    """Store what became of an attempt, and tell whether its endpoint works.

    While an endpoint fails, all that waits for it is put off with this message.
    """
    values = {"last_code": answer.code, "last_detail": answer.detail}
    mine = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING)
    if answer.verdict is Verdict.SENT:
        mine.update(state=Delivery.State.SENT, next_try_at=None, settled_at=now, **values)
        _works(delivery.endpoint_id, now=now)
        return True
    next_at = now + _pause(delivery, answer, now=now)
    is_over = next_at > delivery.created_at + GIVEN_UP_AFTER
    if answer.verdict is Verdict.REFUSED or is_over:
        reason = "refused" if answer.verdict is Verdict.REFUSED else "gave_up"
        mine.update(
            state=Delivery.State.FAILED, reason=reason, next_try_at=None, settled_at=now, **values
        )
    else:
        mine.update(next_try_at=next_at, **values)
    if delivery.endpoint_id:
        _fails(delivery.endpoint_id, answer, now=now)
        if answer.verdict is Verdict.AGAIN:
            put_off(Delivery.objects.filter(endpoint_id=delivery.endpoint_id), until=next_at)
    return False


@transaction.atomic
def settle_test(delivery: Delivery, answer: Answer, *, now: datetime) -> None:
    """Store what came back of a test: it is over, however it went."""
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.SENT if answer.is_good else Delivery.State.FAILED,
        next_try_at=None,
        settled_at=now,
        last_code=answer.code,
        last_detail=answer.detail,
    )
    if answer.is_good:
        _works(delivery.endpoint_id, now=now)
    elif delivery.endpoint_id:
        _fails(delivery.endpoint_id, answer, now=now)


@transaction.atomic
def drop(delivery_ids: Collection[uuid.UUID], reason: str, *, now: datetime) -> int:
    """Settle messages that are not sent, since there is nothing to say any more."""
    waiting = Delivery.objects.filter(pk__in=list(delivery_ids), state=Delivery.State.WAITING)
    return waiting.update(
        state=Delivery.State.DROPPED, reason=reason, next_try_at=None, settled_at=now
    )


def put_off(deliveries: QuerySet[Delivery], *, until: datetime) -> None:
    """Put what waits off until then; what is put off for longer stays so."""
    waiting = deliveries.filter(state=Delivery.State.WAITING, next_try_at__lt=until)
    waiting.update(next_try_at=until)


def _pause(delivery: Delivery, answer: Answer, *, now: datetime) -> timedelta:
    """Tell how long to wait before the next try."""
    tried = PAUSES[min(max(delivery.attempt_count, 1), len(PAUSES)) - 1]
    since = delivery.endpoint.failing_since if delivery.endpoint else None
    dead = (now - since) / DEAD_PART if since else timedelta(0)
    return max(tried, min(dead, PAUSES[-1]), answer.wait or timedelta(0))


def _works(endpoint_id: int | None, *, now: datetime) -> None:
    """Note that an endpoint answered well; what was put off because of it goes at once."""
    if endpoint_id is None:
        return
    endpoint = Endpoint.objects.select_for_update().filter(pk=endpoint_id).first()
    if endpoint is not None and endpoint.failing_since is not None:
        waiting = Delivery.objects.filter(
            endpoint=endpoint, state=Delivery.State.WAITING, next_try_at__gt=now
        )
        waiting.update(next_try_at=now)
    Endpoint.objects.filter(pk=endpoint_id).update(
        failing_since=None, last_error="", last_ok_at=now
    )


def _fails(endpoint_id: int, answer: Answer, *, now: datetime) -> None:
    """Note that an endpoint does not answer well, and since when."""
    Endpoint.objects.filter(pk=endpoint_id, failing_since=None).update(failing_since=now)
    Endpoint.objects.filter(pk=endpoint_id).update(last_error=answer.code)
