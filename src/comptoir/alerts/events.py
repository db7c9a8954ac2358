"""What programs are told by webhook: alerts as data, with the same sentences people read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from comptoir.alerts.links import path_of
from comptoir.alerts.moments import Tells
from comptoir.alerts.subjects import Subject
from comptoir.alerts.words import say

ALERTS_MAX = 50
"""So many alerts a body names; `count` says how many there are."""
RECORDED, TEST = "alert.recorded", "alert.test"


def event_of(subjects: Sequence[Subject], count: int, times: Tells) -> dict[str, Any]:
    """Give the body of a webhook."""
    shown = subjects[:ALERTS_MAX]
    at = max(subject.alert.recorded_at for subject in shown)
    return {
        "type": RECORDED,
        "timestamp": at.isoformat(),
        "data": {"count": count, "alerts": [_alert(subject, times) for subject in shown]},
    }


def test_event(*, now: datetime) -> dict[str, Any]:
    """Give the body that tries an endpoint out."""
    return {"type": TEST, "timestamp": now.isoformat(), "data": {"count": 0, "alerts": []}}


def _alert(subject: Subject, times: Tells) -> dict[str, Any]:
    alert, said = subject.alert, say(subject, times)
    return {
        "id": alert.pk,
        "key": alert.key,
        "kind": alert.kind,
        "level": alert.level,
        "threshold": alert.threshold or None,
        "clock": alert.clock_kind or None,
        "ticket": alert.ticket_id,
        "channel": subject.channel_name or None,
        "connection": subject.connection_name or None,
        "target_at": _written(subject.target_at),
        "limit_at": _written(subject.limit_at),
        "due_at": _written(alert.due_at),
        "recorded_at": _written(alert.recorded_at),
        "text": " ".join(part for part in said if part),
        "url": f"{settings.URL}{path_of(alert)}",
    }


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
