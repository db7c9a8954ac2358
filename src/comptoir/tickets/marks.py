"""How far a room above has read the facts: read with an overlap, since numbers commit out of order.

A mark is a moment and the newest fact's number then. Reading begins at the mark that is at least an
overlap old, so that a fact of a slow transaction is met, too; what was met before is known by its
own effect.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from comptoir.storage.models import Setting
from comptoir.tickets.models import Fact

Mark = tuple[datetime, int]


def marks(cursor: str) -> list[Mark]:
    """Give where the desk stood lately, the oldest first; none before the first reading."""
    value = Setting.objects.filter(key=cursor).values_list("value", flat=True).first() or []
    return [(datetime.fromisoformat(at), number) for at, number in value]


def remember(
    cursor: str, known: list[Mark], *, now: datetime, every: timedelta, overlap: timedelta
) -> None:
    """Note where the desk stands, so often, and drop marks that the overlap does not need."""
    if known and now - known[-1][0] < every:
        return
    newest = Fact.objects.order_by("-id").values_list("id", flat=True).first() or 0
    kept = [*known, (now, newest)]
    while len(kept) > 1 and kept[1][0] <= now - overlap:
        kept.pop(0)
    value = [[at.isoformat(), number] for at, number in kept]
    Setting.objects.update_or_create(key=cursor, defaults={"value": value})
