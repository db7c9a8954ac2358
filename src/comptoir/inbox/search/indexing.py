"""Writes what search looks through: after the commit, in batches, by whichever worker comes first.

What changed is read off the change feed from a stored position; what was there before is walked
from the newest ticket down, in the same loop, so that search is of use from the first second. The
feed's numbers are given before their transactions commit, so its last few are always read again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min

from comptoir.inbox.search.documents import counted, lexemes_of
from comptoir.inbox.search.folding import skeleton
from comptoir.inbox.search.gathering import material_of
from comptoir.storage.models import Change, Setting
from comptoir.tickets.models import Ticket

PAUSE_SECONDS = 0.5
BATCH = 200
OVERLAP = 400
SETTING = "search"
VERSION = 1
"""Raised when documents are made in another way: every ticket is then walked again."""

CHANGED_SQL = """
SELECT id, CASE WHEN data->>'what' IS DISTINCT FROM 'deadline' THEN ticket_id END
FROM storage_change WHERE id > %(after)s ORDER BY id LIMIT %(count)s
"""
OLD_SQL = """
SELECT ticket_id, tsvector_to_array(lexemes) FROM inbox_searchdocument
WHERE ticket_id = ANY(%(ids)s) FOR UPDATE
"""
WRITE_SQL = """
INSERT INTO inbox_searchdocument (ticket_id, at, lexemes)
VALUES (%s, %s, array_to_tsvector(%s::text[]))
ON CONFLICT (ticket_id) DO UPDATE SET at = excluded.at, lexemes = excluded.lexemes
"""
COUNT_SQL = """
INSERT INTO inbox_searchword AS w (word, document_count, skeleton)
SELECT * FROM unnest(%(words)s::text[], %(steps)s::int[], %(skeletons)s::text[])
ON CONFLICT (word) DO UPDATE
SET document_count = greatest(0, w.document_count + excluded.document_count)
"""
DROP_WORDS_SQL = "DELETE FROM inbox_searchword WHERE word = ANY(%(words)s) AND document_count <= 0"
LOCK_SQL = "SELECT pg_try_advisory_xact_lock(hashtext('comptoir.search'))"

LATE_SECONDS = 15.0
"""For so long after the last news, numbers given earlier may still become visible."""
NEWS_SQL = """
SELECT coalesce((SELECT max(id) FROM storage_change), 0),
    coalesce((SELECT max(id) FROM tickets_ticket), 0)
"""

_seen: dict[int, None] = {}
_rest: tuple[tuple[int, int], float] | None = None
"""What was newest when there was nothing left to do, and since when (of the monotonic clock)."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far the index came: in the change feed, upwards in new tickets, downwards in old ones.

    Everything is walked when `down` is 0.
    """

    change: int
    up: int
    down: int
    version: int = VERSION


def look() -> bool:
    """Do a step when there may be something to do: at rest that is one query."""
    global _rest
    with connection.cursor() as cursor:
        cursor.execute(NEWS_SQL)
        change, ticket = cursor.fetchone()
    newest, present = (int(change), int(ticket)), time.monotonic()
    if _rest is not None and _rest[0] == newest and present - _rest[1] > LATE_SECONDS:
        return False
    if step():
        _rest = None
        return True
    if _rest is None or _rest[0] != newest:
        _rest = (newest, present)
    return False


def step() -> bool:
    """Index one batch, and tell whether there was anything to do."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK_SQL)
        if not cursor.fetchone()[0]:
            return False
        before = _position()
        change, changed, seen = _changed(before)
        fresh = _ids(before.up, BATCH - len(changed), upwards=True)
        after = replace(before, change=change, up=max((before.up, *fresh)))
        old: list[int] = []
        if before.down and len(changed) + len(fresh) < BATCH:
            old = _ids(before.down, BATCH - len(changed) - len(fresh), upwards=False)
            after = replace(after, down=min(old, default=0))
        todo = sorted({*changed, *fresh, *old})
        if todo:
            write(todo)
        if after != before:
            Setting.objects.update_or_create(key=SETTING, defaults={"value": asdict(after)})
    _remember(seen)
    if 0 < len(todo) < BATCH:
        clean()
    return bool(todo or seen) or after.down != before.down


def catch_up(*, steps_max: int = 100_000) -> int:
    """Index until nothing is left, and tell how many steps that took."""
    for count in range(steps_max):
        if not step():
            return count
    return steps_max


def begin_anew() -> None:
    """Walk every ticket again; search goes on with what it has."""
    Setting.objects.filter(key=SETTING).delete()


def progress() -> float:
    """Tell how much of what was there is walked, 0 to 1."""
    kept = Setting.objects.filter(key=SETTING).first()
    if kept is None or kept.value.get("version") != VERSION:
        return 0.0
    down, up = kept.value["down"], max(kept.value["up"], 1)
    return 1.0 if not down else max(0.0, 1 - down / up)


def write(ticket_ids: Sequence[int]) -> int:
    """Write the documents of these tickets, remove those of tickets that are gone.

    Tells how many documents changed. Runs inside the caller's transaction.
    """
    material = material_of(ticket_ids)
    fresh = {id_: lexemes_of(one) for id_, one in material.items()}
    with connection.cursor() as cursor:
        cursor.execute(OLD_SQL, {"ids": list(ticket_ids)})
        old: dict[int, list[str]] = dict(cursor.fetchall())
        changed = [id_ for id_, made in fresh.items() if set(made) != set(old.get(id_, ()))]
        if changed:
            cursor.executemany(WRITE_SQL, [(id_, material[id_].at, fresh[id_]) for id_ in changed])
        gone = [id_ for id_ in old if id_ not in fresh]
        if gone:
            cursor.execute("DELETE FROM inbox_searchdocument WHERE ticket_id = ANY(%s)", [gone])
    steps: Counter[str] = Counter()
    for id_ in (*changed, *gone):
        steps.update(counted(fresh.get(id_, ())))
        steps.subtract(counted(old.get(id_, ())))
    tally(steps)
    return len(changed) + len(gone)


def forget(ticket_ids: Sequence[int]) -> None:
    """Remove tickets from search, and words that stood in them alone; before they are erased."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(OLD_SQL, {"ids": list(ticket_ids)})
        steps: Counter[str] = Counter()
        for _id, lexemes in cursor.fetchall():
            steps.subtract(counted(lexemes))
        sql = "DELETE FROM inbox_searchdocument WHERE ticket_id = ANY(%s)"
        cursor.execute(sql, [list(ticket_ids)])
        tally(steps)


def clean() -> None:
    """Move what the index holds back into its place; each search would read all of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('search_lexemes'::regclass)")


def _position() -> Position:
    kept = Setting.objects.filter(key=SETTING).first()
    if kept is not None and kept.value.get("version") == VERSION:
        before = Position(**kept.value)
        oldest = Change.objects.aggregate(first=Min("id"))["first"] or 0
        if oldest <= before.change + 1:
            return before  # else the feed forgot steps while no worker ran
    last = Ticket.objects.aggregate(last=Max("id"))["last"] or 0
    change = Change.objects.aggregate(last=Max("id"))["last"] or 0
    return Position(change=change, up=last, down=last + 1)


def _changed(before: Position) -> tuple[int, list[int], list[int]]:
    """Give the feed's new position, the tickets that changed since, and the steps that say so."""
    values = {"after": max(0, before.change - OVERLAP), "count": BATCH + OVERLAP}
    with connection.cursor() as cursor:
        cursor.execute(CHANGED_SQL, values)
        rows = [row for row in cursor.fetchall() if row[0] not in _seen]
    rows = rows[:BATCH]
    steps = [row[0] for row in rows]
    return max((before.change, *steps)), [row[1] for row in rows if row[1]], steps


def _remember(steps: list[int]) -> None:
    """Keep which of the last steps of the feed this process has handled."""
    _seen.update(dict.fromkeys(steps))
    for id_ in list(_seen)[: max(0, len(_seen) - 4 * OVERLAP)]:
        del _seen[id_]


def _ids(limit: int, count: int, *, upwards: bool) -> list[int]:
    if count <= 0:
        return []
    tickets = (
        Ticket.objects.filter(id__gt=limit).order_by("id")
        if upwards
        else Ticket.objects.filter(id__lt=limit).order_by("-id")
    )
    return list(tickets.values_list("id", flat=True)[:count])


def tally(steps: Counter[str]) -> None:
    """Add to each word the number of documents that came to hold it, or do no more (negative)."""
    moved = sorted((word, by) for word, by in steps.items() if by)
    if not moved:
        return
    values: dict[str, list[Any]] = {
        "words": [word for word, _by in moved],
        "steps": [by for _word, by in moved],
        "skeletons": [skeleton(word) if _has_skeleton(word) else "" for word, _by in moved],
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, values)
        fewer = [word for word, by in moved if by < 0]
        if fewer:
            cursor.execute(DROP_WORDS_SQL, {"words": fewer})


def _has_skeleton(word: str) -> bool:
    return word[0] != "=" and len(word) >= 5


def missing(*, count: int = 1000) -> list[int]:
    """Give tickets that have no document though they should: what no feed told of."""
    sql = """
        SELECT t.id FROM tickets_ticket t
        WHERE t.merged_into_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM inbox_searchdocument d WHERE d.ticket_id = t.id)
        ORDER BY t.id DESC LIMIT %s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [count])
        return [row[0] for row in cursor.fetchall()]


def make_up() -> int:
    """Index what is missing once everything was walked; tells how many tickets that were."""
    if progress() < 1:
        return 0
    with transaction.atomic():
        return write(missing())
