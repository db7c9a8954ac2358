"""The log of messages: what left for whom, how often it was tried, and what came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from comptoir.alerts import mail_sender
from comptoir.alerts.models import Delivery, Endpoint
from comptoir.alerts.subjects import Subject, subjects_of
from comptoir.storage.sorting import in_order

PAGE = 50
DEAD_AFTER = timedelta(minutes=10)
"""Whoever fails for less is tried again before anybody is bothered."""

OUTSIDE = (Delivery.Transport.EMAIL, Delivery.Transport.WEBHOOK, Delivery.Transport.CHAT)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the log somebody wants to see. Empty: all that leaves the desk."""

    endpoint_id: int | None = None
    state: str = ""
    transport: str = ""
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One message with the alert it is about, or the first of several; None for a test."""

    delivery: Delivery
    alert_count: int
    subject: Subject | None


@dataclass(frozen=True, slots=True)
class Dead:
    """A way out that does not work, and since when. `endpoint` is None for mail."""

    name: str
    since: datetime
    code: str
    endpoint: Endpoint | None


def page(asked: Asked) -> tuple[list[Line], datetime | None]:
    """Give the latest messages, and where the next page begins: three queries."""
    links = Delivery.alerts.through.objects.filter(delivery_id=OuterRef("pk"))
    counted = links.order_by().values("delivery_id").annotate(n=Count("id")).values("n")
    rows = list(
        _found(asked)
        .select_related("endpoint", "person")
        .annotate(
            alert_count=Coalesce(Subquery(counted), 0),
            first_alert=Subquery(
                links.order_by("-alert__level", "-alert_id").values("alert_id")[:1]
            ),
        )
        .order_by("-created_at", "-id")[: PAGE + 1]
    )
    shown = rows[:PAGE]
    firsts = {row.first_alert for row in shown if row.first_alert}
    subjects = {subject.alert.pk: subject for subject in subjects_of(firsts)}
    lines = [Line(row, row.alert_count, subjects.get(row.first_alert or 0)) for row in shown]
    return lines, shown[-1].created_at if len(rows) > PAGE else None


def dead(*, now: datetime) -> list[Dead]:
    """Give the ways out that have not worked for a while."""
    since = now - DEAD_AFTER
    failing = Endpoint.objects.filter(is_active=True, failing_since__lt=since)
    found = [
        Dead(row.name, row.failing_since or now, row.last_error, row) for row in in_order(failing)
    ]
    sender = mail_sender.chosen()
    if sender and sender.failing_since and sender.failing_since < since:
        found.append(Dead(sender.address, sender.failing_since, sender.last_error, None))
    return found


def _found(asked: Asked) -> QuerySet[Delivery]:
    found = Delivery.objects.filter(
        transport__in=[asked.transport] if asked.transport else list(OUTSIDE)
    )
    if asked.endpoint_id is not None:
        found = found.filter(endpoint_id=asked.endpoint_id)
    if asked.state:
        found = found.filter(state=asked.state)
    return found.filter(created_at__lt=asked.before) if asked.before else found
