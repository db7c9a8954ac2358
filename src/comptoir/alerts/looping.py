"""The loop of alerts: record what fell due, look around, close what is over, escalate, plan.

Any number of processes may run it. Recording comes first and alone while there is a backlog, so
that what fell due while everything was down is planned together and folded into one summary.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from comptoir.alerts import delivering
from comptoir.alerts.causes import sweep
from comptoir.alerts.due import CLAIM_COUNT, has_backlog, record_due
from comptoir.alerts.escalating import escalate_due, times
from comptoir.alerts.planning import LATE_AFTER, plan
from comptoir.alerts.sources.looking import QUICK, SLOW, look
from comptoir.inbox.worker import Loop
from comptoir.storage import clock

PAUSE_SECONDS = 0.5
LOOK_SECONDS = 2.0
SWEEP_SECONDS = 5.0
SLOW_SECONDS = 60.0


@dataclass(slots=True)
class Alerting:
    """One process's loop; `step` is called again and again."""

    now: Callable[[], datetime]
    looked_at: float = float("-inf")
    looked_slowly_at: float = float("-inf")
    swept_at: float = float("-inf")

    def step(self) -> bool:
        """Do what is due, and tell whether there is more of it right now."""
        waits = times()
        now = self.now()
        recorded = record_due(now=now, escalate_after=waits.supervisor_after, count=CLAIM_COUNT)
        if self._is_time("looked_at", LOOK_SECONDS):
            look(QUICK, now=now)
        if self._is_time("looked_slowly_at", SLOW_SECONDS):
            look(SLOW, now=now)
        if self._is_time("swept_at", SWEEP_SECONDS):
            sweep(now=now)
        escalate_due(now=now)
        if not has_backlog(since=now - LATE_AFTER - timedelta(seconds=1)):
            plan(now=now)
        return recorded >= CLAIM_COUNT

    def _is_time(self, name: str, every: float) -> bool:
        if time.monotonic() - float(getattr(self, name)) < every:
            return False
        setattr(self, name, time.monotonic())
        return True


def loops() -> list[Loop]:
    """Give the loops that a worker runs for this room."""
    return [("alerts", PAUSE_SECONDS, Alerting(clock.now).step), *delivering.loops()]
