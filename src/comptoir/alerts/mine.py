"""A person's own alerts: what they were told of and may still see."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When

from comptoir.alerts.models import Alert, Delivery
from comptoir.alerts.subjects import Subject, subjects_of
from comptoir.merchant.rights import Rights
from comptoir.storage import rows

COUNTED_MAX = 1000
PAGE = 50
NOT_A_CLAIM = Case(When(kind=Alert.Kind.CLAIM, then=0), default=1)
LOST_SOONEST = Case(When(level=Alert.Level.PUSH, then=F("ticket__limit_at"))).asc(nulls_last=True)
HAS_OPEN_SQL = """
SELECT EXISTS (SELECT FROM alerts_alert a
    JOIN alerts_delivery_alerts l ON l.alert_id = a.id JOIN alerts_delivery d ON d.id = l.delivery_id
    WHERE a.ticket_id = %(ticket)s AND a.over_at IS NULL AND a.acknowledged_at IS NULL
    AND d.person_id = %(me)s AND d.transport = %(app)s)
"""


@dataclass(frozen=True, slots=True)
class Badge:
    """How many alerts wait for a person, and whether one of them interrupts."""

    count: int
    is_loud: bool


@dataclass(frozen=True, slots=True)
class Rung:
    """A message that has just rung for a person.

    `count` alerts in it still stand; `subjects` holds the first, a loud one if there is any.
    """

    delivery_id: uuid.UUID
    subjects: tuple[Subject, ...]
    count: int


def mine(rights: Rights) -> QuerySet[Alert]:
    """Give the alerts somebody was told of, those of tickets they no longer see left out."""
    told = Delivery.alerts.through.objects.filter(
        alert_id=OuterRef("pk"),
        delivery__person_id=rights.person_id,
        delivery__transport=Delivery.Transport.APP,
    )
    seen = Q(ticket=None) | Q(ticket__channel_id__in=rights.channel_ids)
    return Alert.objects.filter(Exists(told), seen | Q(ticket__assignee_id=rights.person_id))


def still_open(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    """Keep what somebody still has to look at."""
    return alerts.filter(over_at=None, acknowledged_at=None)


def badge(rights: Rights) -> Badge:
    """Count a person's open alerts; counting stops at a thousand."""
    levels = still_open(mine(rights)).values_list("level", flat=True)[:COUNTED_MAX]
    found = list(levels)
    return Badge(len(found), Alert.Level.PUSH in found)


def open_page(rights: Rights, *, before: int | None = None) -> tuple[list[Subject], int | None]:
    """Give open alerts, and where the next page begins.

    The loud ones come first, claims before the others and those before what is lost soonest; then
    the rest, the latest first.
    """
    found = still_open(mine(rights)).order_by("-level", NOT_A_CLAIM, LOST_SOONEST, "-id")
    skipped = before or 0
    ids = list(found.values_list("pk", flat=True)[skipped : skipped + PAGE + 1])
    return _in_order(ids[:PAGE]), skipped + PAGE if len(ids) > PAGE else None


def closed_page(rights: Rights, *, before: int | None = None) -> tuple[list[Subject], int | None]:
    """Give alerts that were acknowledged or are over, the latest first."""
    found = mine(rights).exclude(over_at=None, acknowledged_at=None).order_by("-id")
    if before is not None:
        found = found.filter(pk__lt=before)
    ids = list(found.values_list("pk", flat=True)[: PAGE + 1])
    return _in_order(ids[:PAGE]), ids[PAGE - 1] if len(ids) > PAGE else None


def rung(rights: Rights, delivery_ids: Collection[uuid.UUID]) -> list[Rung]:
    """Give what just rang for a person, without what was settled meanwhile."""
    links = Delivery.alerts.through.objects.filter(
        delivery_id__in=list(delivery_ids),
        delivery__person_id=rights.person_id,
        alert_id__in=still_open(mine(rights)).values("pk"),
    )
    by_delivery: dict[uuid.UUID, list[int]] = {}
    loud_first = links.order_by("-alert__level", "-alert_id")
    for delivery_id, alert_id in loud_first.values_list("delivery_id", "alert_id"):
        by_delivery.setdefault(delivery_id, []).append(alert_id)
    return [
        Rung(delivery_id, tuple(_in_order(ids[:1])), len(ids))
        for delivery_id, ids in by_delivery.items()
    ]


def has_open(rights: Rights, ticket_id: int) -> bool:
    """Tell whether a ticket that they see has open alerts of this person."""
    asked = {"ticket": ticket_id, "me": rights.person_id, "app": Delivery.Transport.APP.value}
    return bool(rows.fetch(HAS_OPEN_SQL, asked)[0][0])


def _in_order(ids: list[int]) -> list[Subject]:
    found = {subject.alert.pk: subject for subject in subjects_of(ids)}
    return [found[pk] for pk in ids if pk in found]
