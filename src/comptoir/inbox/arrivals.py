"""Reading what was stored: each raw item becomes a message on a ticket, or goes into quarantine.

Every item is committed on its own, so that one that cannot be read holds nobody up, not even one
that ends the process. A failure of
the database (a full disk) is nobody's fault: the item stays as it is, and is read again later.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from comptoir.inbox import intake, refetching
from comptoir.merchant.models import Person
from comptoir.storage import audit, changes
from comptoir.storage.models import RawItem, Setting

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.25
BATCH_COUNT = 50
BATCH_BYTES = 16_000_000
"""Read into memory at once; a larger mail stands alone."""
RETRY_AFTER = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=12))
LOCK_SPACE = 7_312
BEGUN_KEY = "arrivals_begun"
DEATHS_MAX_COUNT = 3

Clock = Callable[[], datetime]

WAITING_SQL = """
SELECT id, connection_id, external_id, content, content_type, meta::json, received_at, stored_at FROM (
    SELECT *, sum(octet_length(content)) OVER (ORDER BY id) - octet_length(content) AS before_bytes
    FROM (SELECT * FROM storage_rawitem WHERE state = 'new' AND id > %s ORDER BY id LIMIT %s) few
) counted WHERE before_bytes < %s ORDER BY id
"""
BEGIN_SQL = """
INSERT INTO storage_setting AS s (key, value)
VALUES (%(key)s, jsonb_build_object('id', %(id)s::bigint, 'count', 1))
ON CONFLICT (key) DO UPDATE SET value = jsonb_build_object('id', %(id)s::bigint, 'count',
    CASE WHEN (s.value->>'id')::bigint = %(id)s THEN (s.value->>'count')::int + 1 ELSE 1 END)
RETURNING (value->>'count')::int
"""
QUARANTINED_SQL = """
SELECT id, connection_id, external_id, content, content_type, meta::json, received_at, stored_at
FROM storage_rawitem WHERE id = %s AND state = 'quarantined' FOR UPDATE
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A stored item that nobody read yet."""

    id: int
    connection_id: int
    external_id: str
    content: bytes
    content_type: str
    meta: dict[str, object]
    received_at: datetime | None
    stored_at: datetime


def read_waiting(*, clock: Clock) -> int:
    """Read everything that waits, and tell how many items that were.

    One process reads at a time: the order in which a conversation arrived is kept, and a thread is
    never opened twice.
    """
    count = 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, 0)", [LOCK_SPACE])
        if not cursor.fetchone()[0]:
            return 0
        try:
            last_id = 0
            while batch := _waiting(last_id):
                for item in batch:
                    if count or not _killed_its_readers(item, now=clock()):
                        read(item, clock=clock)
                    last_id = item.id
                    count += 1
        except DatabaseError:
            _nobody_died()
            raise
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [LOCK_SPACE])
    return count


def read(item: Waiting, *, clock: Clock) -> bool:
    """Read one item in a transaction of its own; False when it went into quarantine."""
    try:
        with transaction.atomic():
            intake.take_in(item, now=clock())
    except DatabaseError as error:
        if _is_the_servers_fault(error):
            raise  # the database, not the mail: it stays and is read again
        return _quarantine(item, "not_storable", error, now=clock())
    except intake.NotTaken as error:
        return _quarantine(item, error.code, error, now=clock())
    except Exception as error:
        return _quarantine(item, "not_readable", error, now=clock())
    return True


def retry(raw_item_id: int, *, now: datetime, by: Person | None = None) -> bool:
    """Read an item again that is in quarantine; True when it came out."""
    if by is not None:
        audit.record("quarantine.retry", by=by, now=now, subject=("raw_item", raw_item_id))
    refetching.fetch_again(raw_item_id)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(QUARANTINED_SQL, [raw_item_id])  # locked: nobody else reads it meanwhile
        row = cursor.fetchone()
        if row is None:
            return False
        done = read(Waiting(*row), clock=lambda: now)
        changes.record("quarantine", now=now, raw_item=raw_item_id)
    return done


def retry_due(*, now: datetime) -> int:
    """Read again what is in quarantine and whose pause is over; tell how many came out."""
    due = RawItem.objects.filter(state=RawItem.State.QUARANTINED, next_try_at__lte=now)
    return sum(retry(pk, now=now) for pk in list(due.values_list("id", flat=True)[:BATCH_COUNT]))


def _waiting(after_id: int, count: int = BATCH_COUNT) -> list[Waiting]:
    with connection.cursor() as cursor:
        cursor.execute(WAITING_SQL, [after_id, count, BATCH_BYTES])
        return [Waiting(*row) for row in cursor.fetchall()]


def _killed_its_readers(item: Waiting, *, now: datetime) -> bool:
    """Set the first item of a run aside when several processes died while it was the first.

    Items are read in their order, each with its own commit: what a dead process left is the first
    one of the next run. One that takes the process with it would hold up all mail for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute(BEGIN_SQL, {"key": BEGUN_KEY, "id": item.id})
        begun_count = cursor.fetchone()[0]
    if begun_count <= DEATHS_MAX_COUNT:
        return False
    died = RuntimeError(f"{DEATHS_MAX_COUNT} processes ended while they read it")
    _quarantine(item, "reader_died", died, now=now)
    return True


def _nobody_died() -> None:
    """Begin to count anew: it was the database that failed, and this process lives."""
    with suppress(DatabaseError), transaction.atomic():
        Setting.objects.filter(key=BEGUN_KEY).delete()


def _is_the_servers_fault(error: DatabaseError) -> bool:
    """Tell a full disk or a lost connection from a mail that no database would take.

    Class 54 says that a value is larger than the server can index, which waiting does not cure.
    """
    state = str(getattr(error.__cause__, "sqlstate", "") or "")
    return isinstance(error, OperationalError | InterfaceError) and not state.startswith("54")


def _quarantine(item: Waiting, code: str, error: Exception, *, now: datetime) -> bool:
    """Put an item aside, where an administrator sees it, to be read again after a fix."""
    log.exception("raw item %s could not be read", item.id)
    row = RawItem.objects.get(pk=item.id)
    row.attempt_count += 1
    pauses = RETRY_AFTER[row.attempt_count - 1 : row.attempt_count]
    if code == "reader_died":
        pauses = ()  # it would end the next process too: only a person tries it again
    row.state = RawItem.State.QUARANTINED
    row.error_code, row.error_detail = code, _told(error)
    row.next_try_at = now + pauses[0] if pauses else None
    row.save()
    changes.record("quarantine", now=now, raw_item=item.id)
    return False


def _told(error: Exception) -> str:
    """Give an error's words in a form that can be stored, whatever they quote."""
    text = f"{type(error).__name__}: {error}"[:500].replace("\0", "")
    return text.encode(errors="replace").decode()


def age_of_oldest_seconds(*, now: datetime) -> float:
    """Tell how long the oldest unread item has waited: the lag of intake."""
    oldest = RawItem.objects.filter(state=RawItem.State.NEW).order_by("id").first()
    return max(0.0, (now - oldest.stored_at).total_seconds()) if oldest else 0.0


def wait_until_read(seconds: float) -> bool:
    """Wait until nothing is left to read; for commands and tests."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not RawItem.objects.filter(state=RawItem.State.NEW).exists():
            return True
        time.sleep(0.05)
    return False
