"""Taking what a channel has: raw items and the moved cursor, stored together before any parsing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from comptoir.channels.kernel.protocol import Connector, Page, RawItem
from comptoir.inbox.connections import open_connector
from comptoir.merchant.models import Connection
from comptoir.storage import changes, models
from comptoir.storage.pool import give_back

Clock = Callable[[], datetime]
NEWS = "comptoir_arrivals"

STORE_SQL = """
INSERT INTO storage_rawitem (connection_id, external_id, content, content_type, meta, received_at,
    stored_at, state, error_code, error_detail, attempt_count)
VALUES (%s, %s, %s, %s, %s, %s, %s, 'new', '', '', 0)
ON CONFLICT (connection_id, external_id) DO NOTHING
"""


def pull(row: Connection, connector: Connector, *, clock: Clock) -> int:
    """Fetch everything that came since the cursor, and tell how many items were new.

    Raises `ChannelError`; the pages stored until then stay, and the next pull goes on after them.
    """
    count = 0
    for page in connector.pull(row.cursor):
        count += store(row, page, now=clock())
        give_back()  # the next page may be long in coming
    _note_success(row, now=clock())
    return count


def store(row: Connection, page: Page, *, now: datetime) -> int:
    """Store one page and the cursor after it: both or neither. The same page twice adds nothing."""
    with transaction.atomic():
        count = keep(row, page.items, now=now)
        Connection.objects.filter(pk=row.pk).update(
            cursor=dict(page.cursor),
            last_pull_at=now,
            **({"last_item_at": now} if page.items else {}),
        )
    row.cursor = dict(page.cursor)
    return count


@transaction.atomic
def keep(row: Connection, items: Sequence[RawItem], *, now: datetime) -> int:
    """Store items whatever way they came, and tell how many were new; no cursor moves."""
    if not items:
        return 0
    before = _stored_count(row, items)
    with connection.cursor() as cursor:
        cursor.executemany(STORE_SQL, [_values(row, item, now) for item in items])
        cursor.execute(f"NOTIFY {NEWS}")
    return len(items) - before


def _note_success(row: Connection, *, now: datetime) -> None:
    """Write down that the connection works; browsers hear of it when it did not before."""
    recovered = row.failing_since is not None
    Connection.objects.filter(pk=row.pk).update(
        last_pull_at=now, failing_since=None, error_code="", error_detail=""
    )
    if recovered:
        changes.record("connection", now=now, connection=row.pk, state="works")


def _stored_count(row: Connection, items: Sequence[RawItem]) -> int:
    ids = [item.external_id for item in items]
    return models.RawItem.objects.filter(connection_id=row.pk, external_id__in=ids).count()


def _values(row: Connection, item: RawItem, now: datetime) -> tuple[Any, ...]:
    return (
        row.pk,
        item.external_id,
        item.content,
        item.content_type,
        Jsonb(dict(item.meta)),
        item.received_at,
        now,
    )


def pull_by_id(connection_id: int, *, clock: Clock) -> int:
    """Open a stored connection, fetch what it has, close it. Raises `ChannelError`."""
    row = Connection.objects.get(pk=connection_id)
    with closing(open_connector(row)) as connector:
        return pull(row, connector, clock=clock)
