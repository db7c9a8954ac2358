"""From recorded alerts to deliveries: who hears of what, and what is folded into one summary.

One worker plans at a time. What fell due long before it was recorded (everything was down), and
what would be one delivery too many for somebody at once, becomes a single summary.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from comptoir.alerts.models import Alert, Delivery
from comptoir.alerts.recipients import Target, names_of, read_circle

LATE_AFTER = timedelta(minutes=2)
"""What was recorded so long after it fell due is folded: nobody was there to record it."""
WAITING_MAX = 5
"""So many deliveries may wait for one recipient by one transport; one more, and they are folded."""
PLAN_COUNT = 50_000

LOCK = 0x616C6572
SUMMARY = "summary"
FOLDED = "folded"

ATTACH_SQL = """
INSERT INTO alerts_delivery_alerts (delivery_id, alert_id)
SELECT * FROM unnest(%s::uuid[], %s::bigint[]) ON CONFLICT DO NOTHING
"""
TAKE_OVER_SQL = """
INSERT INTO alerts_delivery_alerts (delivery_id, alert_id)
SELECT %s, alert_id FROM alerts_delivery_alerts WHERE delivery_id = ANY(%s) ON CONFLICT DO NOTHING
"""


@dataclass(slots=True)
class Pile:
    """What one recipient is to hear by one transport."""

    on_time: list[int] = field(default_factory=list)
    late: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Written:
    """Deliveries to be stored, and which alerts they are about."""

    deliveries: list[Delivery] = field(default_factory=list)
    pairs: list[tuple[uuid.UUID, int]] = field(default_factory=list)

    def add(self, target: Target, alert_ids: Sequence[int], *, now: datetime, reason: str) -> None:
        """Add one delivery about those alerts."""
        made = Delivery(
            person_id=target.person_id,
            endpoint_id=target.endpoint_id,
            address=target.address,
            transport=target.transport,
            reason=reason,
            next_try_at=now,
            created_at=now,
        )
        self.deliveries.append(made)
        self.attach(made.pk, alert_ids)

    def attach(self, delivery_id: uuid.UUID, alert_ids: Sequence[int]) -> None:
        """Say that a delivery is about those alerts, too."""
        self.pairs += [(delivery_id, alert_id) for alert_id in alert_ids]


def is_there_work() -> bool:
    """Tell whether an alert has no deliveries yet: one query, asked every half second."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM alerts_alert WHERE NOT is_planned)")
        return bool(cursor.fetchone()[0])


def plan(*, now: datetime, count: int = PLAN_COUNT) -> int:
    """Write the deliveries of alerts that have none yet, and tell how many alerts that were."""
    with transaction.atomic():
        if not _is_alone():
            return 0
        waiting = Alert.objects.filter(is_planned=False).order_by("id")
        alerts = list(waiting.select_related("ticket").select_for_update(of=("self",))[:count])
        if alerts:
            _write(alerts, now=now)
        return len(alerts)


def deliver_to(alert: Alert, names: Sequence[str], *, now: datetime, reason: str = "") -> int:
    """Let those named hear of an alert, too, unless they did; tell how many deliveries that are."""
    circle = read_circle([alert.channel_id] if alert.channel_id else [])
    told = {
        Target(Delivery.Transport(transport), person_id, endpoint_id, address)
        for transport, person_id, endpoint_id, address in alert.deliveries.values_list(
            "transport", "person_id", "endpoint_id", "address"
        )
    }
    new = [target for target in circle.targets(names, alert) if target not in told]
    _store({target: Pile(on_time=[alert.pk]) for target in new}, now=now, reason=reason)
    return len(new)


def _is_alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _write(alerts: Sequence[Alert], *, now: datetime) -> None:
    circle = read_circle(alert.channel_id for alert in alerts if alert.channel_id is not None)
    piles: dict[Target, Pile] = defaultdict(Pile)
    for alert in alerts:
        alert.to, alert.is_planned = list(names_of(alert)), True
        if not alert.is_open:
            continue
        is_late = alert.recorded_at - alert.due_at > LATE_AFTER
        for target in circle.targets(alert.to, alert) or circle.fallback(alert):
            pile = piles[target]
            (pile.late if is_late else pile.on_time).append(alert.pk)
    Alert.objects.bulk_update(alerts, ["to", "is_planned"], batch_size=2000)
    _store(piles, now=now)


def _store(piles: dict[Target, Pile], *, now: datetime, reason: str = "") -> None:
    before = _waiting(piles)
    written = Written()
    for target, pile in piles.items():
        _fold(target, pile, before.get(target, []), written, now=now, reason=reason)
    Delivery.objects.bulk_create(written.deliveries, batch_size=2000)
    ids, alert_ids = [pair[0] for pair in written.pairs], [pair[1] for pair in written.pairs]
    with connection.cursor() as cursor:
        cursor.execute(ATTACH_SQL, [ids, alert_ids])


def _waiting(piles: dict[Target, Pile]) -> dict[Target, list[Delivery]]:
    """Give what waits for those recipients and was never tried, the oldest first.

    What a sender holds at this moment is left alone: it is on its way.
    """
    found: dict[Target, list[Delivery]] = defaultdict(list)
    rows: QuerySet[Delivery] = Delivery.objects.filter(
        state=Delivery.State.WAITING,
        attempt_count=0,
        transport__in={target.transport for target in piles},
    )
    for row in rows.order_by("created_at", "id").select_for_update(skip_locked=True):
        target = Target(
            Delivery.Transport(row.transport), row.person_id, row.endpoint_id, row.address
        )
        if target in piles:
            found[target].append(row)
    return found


def _fold(
    target: Target,
    pile: Pile,
    before: list[Delivery],
    written: Written,
    *,
    now: datetime,
    reason: str,
) -> None:
    """Add what is new to what waits: one by one, or as one summary where it is late or too much.

    A summary that has not left yet takes everything new with it.
    """
    summary = next((row for row in before if row.reason == SUMMARY), None)
    too_many = len(before) + len(pile.on_time) + bool(pile.late) > WAITING_MAX
    is_folded = too_many or summary is not None
    together = [*pile.late, *(pile.on_time if is_folded else ())]
    if summary is None and too_many and before:
        summary = before[0]
        Delivery.objects.filter(pk=summary.pk).update(reason=SUMMARY)
    if summary is not None:
        written.attach(summary.pk, together)
        if too_many:
            _take_over(summary, [row for row in before if row.pk != summary.pk], now=now)
    elif together:
        written.add(target, together, now=now, reason=SUMMARY if len(together) > 1 else reason)
    for alert_id in () if is_folded else pile.on_time:
        written.add(target, [alert_id], now=now, reason=reason)


def _take_over(summary: Delivery, rows: Sequence[Delivery], *, now: datetime) -> None:
    """Let a summary say what others would have said."""
    if not rows:
        return
    ids = [row.pk for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(TAKE_OVER_SQL, [summary.pk, ids])
    Delivery.objects.filter(pk__in=ids).update(
        state=Delivery.State.DROPPED, reason=FOLDED, next_try_at=None, settled_at=now
    )
