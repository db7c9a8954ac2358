"""Recording an alert that is not a clock's: once a key."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from comptoir.alerts.escalating import Times
from comptoir.alerts.models import Alert


@dataclass(frozen=True, slots=True)
class News:
    """Something to be told. `key` is unique for all time; `to` names who hears of it. One that
    interrupts goes to more people while nobody takes note, unless it does not `escalates`.

    `data` holds what the sentence speaks of: numbers, moments, names; no buyer's words.
    """

    kind: Alert.Kind
    key: str
    to: tuple[str, ...]
    due_at: datetime
    is_push: bool = False
    escalates: bool = True
    ticket_id: int | None = None
    channel_id: int | None = None
    connection_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


def record(news: list[News], *, waits: Times, now: datetime) -> int:
    """Record what was not told before, and tell how many of them there were."""
    known = set(Alert.objects.filter(key__in=[n.key for n in news]).values_list("key", flat=True))
    new = [one for one in news if one.key not in known]
    made = [_alert(one, waits, now=now) for one in new]
    Alert.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def _alert(news: News, waits: Times, *, now: datetime) -> Alert:
    return Alert(
        kind=news.kind,
        key=news.key,
        level=Alert.Level.PUSH if news.is_push else Alert.Level.COUNT,
        ticket_id=news.ticket_id,
        channel_id=news.channel_id,
        connection_id=news.connection_id,
        due_at=news.due_at,
        recorded_at=now,
        data=news.data,
        to=list(news.to),
        escalate_at=now + waits.supervisor_after if news.is_push and news.escalates else None,
    )
