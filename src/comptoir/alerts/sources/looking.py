"""Looking at all sources: the quick ones at every step, the others now and then.

One worker looks at a time, so that two do not tell the same thing in different words. A source
that fails is logged, and holds up neither the others nor what was recorded already.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import connection, transaction

from comptoir.alerts.actions.record import News, record
from comptoir.alerts.escalating import times
from comptoir.alerts.sources.claims import claims
from comptoir.alerts.sources.connections import expiring, failing, quarantined
from comptoir.alerts.sources.facts import facts
from comptoir.alerts.sources.silent import silent
from comptoir.alerts.sources.verification import differences

log = logging.getLogger(__name__)

Source = Callable[..., list[News]]

QUICK: Sequence[Source] = (claims, facts)
SLOW: Sequence[Source] = (failing, quarantined, expiring, differences)
RARE: Sequence[Source] = (silent,)

LOCK = 0x616C6573


def look(sources: Sequence[Source], *, now: datetime) -> int:
    """Record what the sources say, and tell how many alerts that were."""
    with transaction.atomic():
        if not _is_alone():
            return 0
        return sum(_look_at(source, now=now) for source in sources)


def _look_at(source: Source, *, now: datetime) -> int:
    try:
        with transaction.atomic():
            news = source(now=now)
            return record(news, waits=times(), now=now) if news else 0
    except Exception:
        log.exception("alerts: %s could not be looked at", source.__name__)
        return 0


def _is_alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])
