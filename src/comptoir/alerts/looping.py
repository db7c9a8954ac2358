"""The loops of alerts: one records what fell due; one looks around, closes, escalates and plans.

Any number of processes may run them. While there is a backlog nothing is planned, so that what
fell due while everything was down is planned together and folded into one summary.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from comptoir.alerts import delivering
from comptoir.alerts.causes import sweep
from comptoir.alerts.due import CLAIM_COUNT, has_backlog, record_due
from comptoir.alerts.escalating import escalate_due, times
from comptoir.alerts.planning import LATE_AFTER, is_there_work, plan
from comptoir.alerts.sources.looking import QUICK, RARE, SLOW, look
from comptoir.inbox.worker import Loop
from comptoir.storage import clock

PAUSE_SECONDS = 0.5
LOOK_SECONDS = 2.0
SWEEP_SECONDS = 5.0
ESCALATE_SECONDS = 2.0
SLOW_SECONDS = 60.0
RARE_SECONDS = 300.0
"""What counts weeks of messages is not asked every minute."""
BACKLOG_SECONDS_MAX = 30.0
"""So long a backlog holds up planning; then what is there goes out."""


def record_step(*, now: datetime) -> bool:
    """Record what fell due, and tell whether there is more of it right now."""
    after = times().supervisor_after
    return record_due(now=now, escalate_after=after, count=CLAIM_COUNT) >= CLAIM_COUNT


@dataclass(slots=True)
class Alerting:
    """One process's loop for all but recording; `step` is called again and again."""

    now: Callable[[], datetime]
    looked_at: float = float("-inf")
    looked_slowly_at: float = float("-inf")
    looked_rarely_at: float = float("-inf")
    swept_at: float = float("-inf")
    escalated_at: float = float("-inf")
    planned_at: float = field(default_factory=time.monotonic)

    def step(self) -> None:
        """Do what is due."""
        now = self.now()
        if self._is_time("looked_at", LOOK_SECONDS):
            look(QUICK, now=now)
        if self._is_time("looked_slowly_at", SLOW_SECONDS):
            look(SLOW, now=now)
        if self._is_time("looked_rarely_at", RARE_SECONDS):
            look(RARE, now=now)
        if self._is_time("swept_at", SWEEP_SECONDS):
            sweep(now=now)
        if self._is_time("escalated_at", ESCALATE_SECONDS):
            escalate_due(now=now)
        if not is_there_work():
            self.planned_at = time.monotonic()
            return
        is_behind = has_backlog(since=now - LATE_AFTER - timedelta(seconds=1))
        if not is_behind or time.monotonic() - self.planned_at > BACKLOG_SECONDS_MAX:
            plan(now=now)
            self.planned_at = time.monotonic()

    def _is_time(self, name: str, every: float) -> bool:
        if time.monotonic() - float(getattr(self, name)) < every:
            return False
        setattr(self, name, time.monotonic())
        return True


def loops() -> list[Loop]:
    """Give the loops that a worker runs for this room."""
    return [
        ("alerts-record", PAUSE_SECONDS, lambda: record_step(now=clock.now())),
        ("alerts", PAUSE_SECONDS, Alerting(clock.now).step),
        *delivering.loops(),
    ]
