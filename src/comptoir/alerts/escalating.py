"""Alerts that nobody took note of: after a while the supervisor hears, then the administrators.

Only what interrupts (`push`) escalates. Whoever heard already is not told again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from comptoir.alerts.models import Alert
from comptoir.alerts.planning import deliver_to
from comptoir.alerts.recipients import ADMINS, SUPERVISOR
from comptoir.storage.models import Setting

SETTING = "alerts_escalation"
STEPS = (SUPERVISOR, ADMINS)
CLAIM_COUNT = 100
ESCALATED = "escalated"


@dataclass(frozen=True, slots=True)
class Times:
    """How long an alert may go without notice before the next circle hears of it."""

    supervisor_after: timedelta = timedelta(minutes=15)
    admins_after: timedelta = timedelta(minutes=30)

    def after(self, step: int) -> timedelta | None:
        """Give the time until the step of that number (0 is the supervisor); None after the last."""
        waits = (self.supervisor_after, self.admins_after)
        return waits[step] if step < len(waits) else None


def times() -> Times:
    """Read the desk's times."""
    value = Setting.objects.filter(key=SETTING).values_list("value", flat=True).first() or {}
    usual = Times()
    return Times(
        _minutes(value.get("supervisor_minutes"), usual.supervisor_after),
        _minutes(value.get("admins_minutes"), usual.admins_after),
    )


def escalate_due(*, now: datetime) -> int:
    """Let the next circle hear of what nobody took note of, and tell how many alerts that were."""
    waits = times()
    with transaction.atomic():
        due = Alert.objects.filter(escalate_at__lte=now).select_for_update(
            skip_locked=True, of=("self",)
        )
        alerts = list(due.select_related("ticket").order_by("escalate_at")[:CLAIM_COUNT])
        for alert in alerts:
            _escalate(alert, waits, now=now)
    return len(alerts)


def _escalate(alert: Alert, waits: Times, *, now: datetime) -> None:
    step = alert.escalation_count
    alert.escalate_at = None
    if alert.is_open and step < len(STEPS):
        name = STEPS[step]
        deliver_to(alert, [name], now=now, reason=ESCALATED)
        alert.to = list(dict.fromkeys([*alert.to, name]))
        alert.escalated_at, alert.escalation_count = now, step + 1
        wait = waits.after(step + 1)
        alert.escalate_at = now + wait if wait is not None else None
    alert.save(update_fields=["to", "escalate_at", "escalated_at", "escalation_count"])


def _minutes(value: object, usual: timedelta) -> timedelta:
    return timedelta(minutes=value) if isinstance(value, int | float) else usual
