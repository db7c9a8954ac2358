"""Carrying a change of policies or calendars to the open tickets: in bulk, with progress.

The tickets concerned are cut into a few ranges. A process takes one range at a time and computes
some hundred tickets in one transaction with the range's own progress, so that several processes
share the work, and one that dies costs nothing but its last, unfinished hundred.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from comptoir.merchant.models import Person
from comptoir.storage import changes
from comptoir.storage.collecting import without_collecting
from comptoir.tickets.bulk import recompute_many
from comptoir.tickets.models import Rollout, RolloutPart

CHUNK_TICKETS = 2000
PARTS = 8
KEPT_FOR = timedelta(days=365)

QUICK_COMMIT_SQL = "SET LOCAL synchronous_commit = off"
"""A crash may take the last pieces back, each with its own progress: they are done again."""

OPEN = "t.status NOT IN ('solved', 'closed')"
CUT_SQL = f"""
SELECT min(id), max(id), count(*) FROM (
    SELECT t.id, ntile(%(parts)s) OVER (ORDER BY t.id) AS part FROM tickets_ticket t
    WHERE {OPEN} AND (%(channels)s::bigint[] IS NULL OR t.channel_id = ANY(%(channels)s))
) cut GROUP BY part ORDER BY part
"""  # noqa: S608 - made of the constant above
NEXT_SQL = f"""
SELECT t.id FROM tickets_ticket t WHERE t.id > %(after)s AND t.id <= %(to)s AND {OPEN}
AND (%(channels)s::bigint[] IS NULL OR t.channel_id = ANY(%(channels)s))
ORDER BY t.id LIMIT %(count)s
"""  # noqa: S608 - made of the constant above
IS_THERE_SQL = """
SELECT EXISTS (SELECT FROM tickets_rollout WHERE finished_at IS NULL AND holds_from <= %(now)s)
    OR EXISTS (SELECT FROM tickets_rolloutpart WHERE NOT is_finished)
"""


def begin(
    reason: str,
    *,
    holds_from: datetime,
    by: Person | None,
    now: datetime,
    channel_ids: list[int] | None = None,
    **data: Any,
) -> Rollout:
    """Ask for the open tickets to be computed anew once the change holds."""
    made: Rollout = Rollout.objects.create(
        reason=reason,
        data=data,
        channel_ids=channel_ids,
        holds_from=holds_from,
        made_by=by,
        created_at=now,
    )
    return made


def step(*, now: datetime) -> bool:
    """Do a piece of what is due, and tell whether there was any."""
    with connection.cursor() as cursor:
        cursor.execute(IS_THERE_SQL, {"now": now})
        if not cursor.fetchone()[0]:
            return False
    return _start_next(now=now) or _work_on_a_part(now=now)


def progress(rollout: Rollout) -> tuple[int, int, int]:
    """Tell how many tickets are done, how many got another promise, and how many there are."""
    done = changed = 0
    for part in rollout.parts.all():
        done += part.done_count
        changed += part.changed_count
    return done, changed, rollout.ticket_count or 0


@transaction.atomic
def _start_next(*, now: datetime) -> bool:
    waiting = Rollout.objects.select_for_update(skip_locked=True).filter(
        started_at__isnull=True, finished_at__isnull=True, holds_from__lte=now
    )
    rollout = waiting.order_by("holds_from", "id").first()
    if rollout is None:
        return False
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"parts": PARTS, "channels": rollout.channel_ids}
        cursor.execute(CUT_SQL, values)
        ranges = cursor.fetchall()
    RolloutPart.objects.bulk_create(
        RolloutPart(rollout=rollout, last_id=first - 1, to_id=last) for first, last, _ in ranges
    )
    rollout.started_at = now
    rollout.ticket_count = sum(count for *_, count in ranges)
    rollout.finished_at = None if ranges else now
    rollout.save()
    _supersede(rollout, now=now)
    return True


def _supersede(rollout: Rollout, *, now: datetime) -> None:
    """End earlier rollouts whose tickets this one computes anyway, by the list as it is now."""
    earlier = Rollout.objects.filter(started_at__isnull=False, finished_at__isnull=True)
    for other in earlier.exclude(pk=rollout.pk):
        mine, theirs = rollout.channel_ids, other.channel_ids
        if mine is not None and (theirs is None or not set(theirs) <= set(mine)):
            continue
        # Parts first, then the rollout: the same order as whoever works on one of them.
        other.parts.filter(is_finished=False).update(is_finished=True)
        data = {**other.data, "superseded_by": rollout.pk}
        Rollout.objects.filter(pk=other.pk).update(finished_at=now, data=data)


@transaction.atomic
def _work_on_a_part(*, now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(QUICK_COMMIT_SQL)
    parts = RolloutPart.objects.select_for_update(skip_locked=True, of=("self",))
    part = (
        parts.select_related("rollout")
        .filter(is_finished=False)
        .order_by("rollout__holds_from", "rollout_id", "id")
        .first()
    )
    if part is None:
        return False
    ids = _next_tickets(part)
    if ids:
        with without_collecting():
            done = recompute_many(ids, now=now, holds_from=part.rollout.holds_from)
        part.last_id = ids[-1]
        part.done_count += len(ids)
        part.changed_count += len(done.changed)
    part.is_finished = len(ids) < CHUNK_TICKETS
    part.save()
    if part.is_finished:
        _finish(part.rollout, now=now)
    return True


def _next_tickets(part: RolloutPart) -> list[int]:
    with connection.cursor() as cursor:
        values: dict[str, Any] = {
            "after": part.last_id,
            "to": part.to_id,
            "channels": part.rollout.channel_ids,
            "count": CHUNK_TICKETS,
        }
        cursor.execute(NEXT_SQL, values)
        return [row[0] for row in cursor.fetchall()]


def _finish(rollout: Rollout, *, now: datetime) -> None:
    """Say that all parts are done; of two that end at once, the later one sees both."""
    Rollout.objects.select_for_update().get(pk=rollout.pk)
    if not rollout.parts.filter(is_finished=False).exists():
        Rollout.objects.filter(pk=rollout.pk, finished_at__isnull=True).update(finished_at=now)
        changes.record("policies", now=now, rollout=rollout.pk)
