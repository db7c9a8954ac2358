"""The small desk of the ticket tests, with a leader, and what alerts say of it in short lines."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.tickets.conftest import FRIDAY, Desk, desk, person

from comptoir.alerts import due, planning
from comptoir.alerts.models import Alert, Delivery
from comptoir.merchant.models import Person, Role, Team
from comptoir.tickets.models import Ticket

__all__ = ["FRIDAY", "Desk", "desk", "leader"]

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
ESCALATE = timedelta(minutes=15)


@pytest.fixture
def leader(desk: Desk) -> Person:
    return person("Lukas Brandt", Role.LEADER, Team.objects.get(name="Support"))


def record(now: datetime) -> int:
    """Record everything that fell due by then, and tell how many clocks that were."""
    total = 0
    while count := due.record_due(now=now, escalate_after=ESCALATE):
        total += count
    return total


def run(now: datetime) -> None:
    """Record and plan, as the loop does."""
    record(now)
    planning.plan(now=now)


def recorded(ticket: Ticket | None = None) -> list[str]:
    """Give the thresholds recorded, in order of time."""
    alerts = Alert.objects.filter(kind="clock").order_by("due_at", "id")
    if ticket is not None:
        alerts = alerts.filter(ticket=ticket)
    return list(alerts.values_list("threshold", flat=True))


def standing(ticket: Ticket | None = None) -> list[str]:
    """Give the thresholds that are open."""
    alerts = Alert.objects.filter(kind="clock", over_at=None).order_by("due_at", "id")
    if ticket is not None:
        alerts = alerts.filter(ticket=ticket)
    return list(alerts.values_list("threshold", flat=True))


def told(alert: Alert | None = None, state: str = "waiting") -> list[str]:
    """Give the deliveries in that state: "Inès Moreau app 1", the number being its alerts."""
    found = Delivery.objects.filter(state=state).select_related("person", "endpoint")
    if alert is not None:
        found = found.filter(alerts=alert)
    return sorted(
        f"{_name(delivery)} {delivery.transport} {delivery.alerts.count()}" for delivery in found
    )


def _name(delivery: Delivery) -> str:
    if delivery.person is not None:
        return delivery.person.name.split()[0]
    return delivery.endpoint.name if delivery.endpoint is not None else delivery.address
