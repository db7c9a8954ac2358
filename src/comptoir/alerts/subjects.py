"""What alerts are about, read for showing: ticket, channel, connection, and the clock as it is now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comptoir.alerts.models import Alert
from comptoir.tickets.models import Clock, Ticket


@dataclass(frozen=True, slots=True)
class Subject:
    """One alert with what it is about. Deadlines are the clock's, else those of the ticket."""

    alert: Alert
    ticket: Ticket | None
    channel_name: str
    connection_name: str
    target_at: datetime | None
    limit_at: datetime | None

    @property
    def data(self) -> dict[str, Any]:
        """Give what the source said of it."""
        return dict(self.alert.data)


def subjects_of(alert_ids: Iterable[int]) -> list[Subject]:
    """Read alerts with what they are about, the latest first: two queries."""
    alerts = list(
        Alert.objects.filter(pk__in=list(alert_ids))
        .select_related("ticket", "ticket__channel", "channel", "connection")
        .order_by("-id")
    )
    tickets = {alert.ticket_id for alert in alerts if alert.clock_kind and alert.ticket_id}
    clocks = {
        (clock.ticket_id, clock.kind, clock.number): clock
        for clock in (Clock.objects.filter(ticket_id__in=tickets) if tickets else ())
    }
    return [
        _subject(
            alert, clocks.get((alert.ticket_id or 0, alert.clock_kind, alert.clock_number or 0))
        )
        for alert in alerts
    ]


def _subject(alert: Alert, clock: Clock | None) -> Subject:
    ticket = alert.ticket
    channel = alert.channel or (ticket.channel if ticket else None)
    dated = clock or ticket
    return Subject(
        alert=alert,
        ticket=ticket,
        channel_name=channel.name if channel else "",
        connection_name=alert.connection.name if alert.connection else "",
        target_at=dated.target_at if dated else None,
        limit_at=dated.limit_at if dated else None,
    )
