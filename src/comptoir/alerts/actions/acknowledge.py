"""Taking note of alerts: nobody else is troubled with them any more.

Who took note, and when, stands on the alert itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from comptoir.alerts.causes import drop_waiting, tell_people
from comptoir.alerts.models import Alert
from comptoir.merchant.models import Person
from comptoir.merchant.rights import rights_of


def acknowledge(alert_ids: Iterable[int], *, by: Person, now: datetime) -> int:
    """Take note of alerts that this person may see, and tell how many were still open."""
    return _acknowledge(Alert.objects.filter(pk__in=list(alert_ids)), by=by, now=now)


def acknowledge_ticket(ticket_id: int, *, by: Person, now: datetime) -> int:
    """Take note of a ticket's alerts that this person was told of: they opened it."""
    told = Alert.objects.filter(ticket_id=ticket_id, deliveries__person_id=by.pk)
    return _acknowledge(told, by=by, now=now)


def acknowledge_all(*, by: Person, now: datetime) -> int:
    """Take note of everything this person was told of."""
    return _acknowledge(Alert.objects.filter(deliveries__person_id=by.pk), by=by, now=now)


def _acknowledge(alerts: QuerySet[Alert], *, by: Person, now: datetime) -> int:
    rights = rights_of(by)
    seen = Q(deliveries__person_id=by.pk)
    if rights.may_answer:  # who only reads must not quieten what others are to hear of
        seen |= Q(channel_id__in=rights.channel_ids) | Q(ticket__assignee_id=by.pk)
    found = alerts.filter(seen, acknowledged_at=None, over_at=None).values_list("pk", flat=True)
    with transaction.atomic():
        ids = list(
            Alert.objects.filter(pk__in=list(found.distinct()), acknowledged_at=None)
            .order_by("pk")
            .select_for_update()
            .values_list("pk", flat=True)
        )
        if ids:
            Alert.objects.filter(pk__in=ids).update(
                acknowledged_at=now, acknowledged_by=by, escalate_at=None
            )
            drop_waiting(now=now)
            tell_people(ids, now=now)
    return len(ids)
