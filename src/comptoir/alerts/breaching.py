"""Judging each channel by its messages past their limit (R4); a change of state is told once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from comptoir.alerts.actions.record import News, record
from comptoir.alerts.escalating import Times, times
from comptoir.alerts.models import Alert, BreachState
from comptoir.core.breaches import ORDER, WINDOWS_DAYS, State, Window, allowed_share, judge
from comptoir.merchant.models import Channel
from comptoir.rulebook.catalogue import UnknownMarketplaceError, marketplace

TO = ("supervisor", "admins")

# Only limits that are confirmed count, those of the channel itself where a policy inherits them.
COUNT_SQL = """
SELECT o.channel_id, o.asked_at > %(now)s - interval '7 days',
    o.asked_at > %(now)s - interval '30 days', count(*), count(*) FILTER (WHERE NOT within_limit),
    count(*) FILTER (WHERE NOT within_limit AND answered_at IS NULL)
FROM tickets_outcome o JOIN tickets_ticket t ON t.id = o.ticket_id
JOIN sla_policyversion v ON v.id = coalesce(t.base_version_id, t.policy_version_id)
WHERE o.asked_at > %(now)s - interval '90 days' AND o.asked_at <= %(now)s
    AND o.within_limit IS NOT NULL AND NOT o.is_taken_out AND v.limit_is_confirmed
GROUP BY 1, 2, 3
"""


def judge_channels(*, now: datetime) -> int:
    """Judge every channel anew, and tell how many changed."""
    figures = _figures(now=now)
    waits = times()
    changed = 0
    for channel in Channel.objects.order_by("pk"):
        windows = figures.get(channel.pk, [Window(days, 0, 0) for days in WINDOWS_DAYS])
        changed += _judge(channel, windows, waits, now=now)
    return changed


def target_percent(marketplace_id: str) -> float | None:
    """Give the share that a marketplace wants in time, in percent; None where it names none."""
    try:
        named = marketplace(marketplace_id).response_sla
    except UnknownMarketplaceError:
        return None
    fact = named.target_share_percent if named is not None else None
    return float(fact.value) if fact is not None else None


@transaction.atomic
def _judge(channel: Channel, windows: list[Window], waits: Times, *, now: datetime) -> bool:
    empty = {"since": now, "computed_at": now}
    BreachState.objects.get_or_create(channel=channel, defaults=empty)
    row = BreachState.objects.select_for_update().get(channel=channel)
    allowed = allowed_share(target_percent(channel.marketplace))
    before = State(row.state)
    state = judge(windows, allowed=allowed, before=before)
    row.data = {"allowed": allowed, "windows": [_shown(window) for window in windows]}
    row.computed_at = now
    if state is not before:
        row.state, row.since, row.change_count = state.value, now, row.change_count + 1
    row.save()
    if state is before:
        return False
    record([_news(channel, row, before)], waits=waits, now=now)
    return True


def _news(channel: Channel, row: BreachState, before: State) -> News:
    state = State(row.state)
    is_worse = ORDER.index(state) > ORDER.index(before)
    return News(
        Alert.Kind.BREACH_STATE,
        f"breach_state:{channel.pk}:{row.change_count}",
        TO,
        row.since,
        channel_id=channel.pk,
        data={**row.data, "state": state.value, "before": before.value, "is_worse": is_worse},
    )


def _figures(*, now: datetime) -> dict[int, list[Window]]:
    """Add up the messages of each channel by window."""
    sums: dict[int, dict[int, list[int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, {"now": now})
        for channel_id, in_week, in_month, total, late, unanswered in cursor.fetchall():
            windows = sums.setdefault(channel_id, {days: [0, 0, 0] for days in WINDOWS_DAYS})
            for days, counts in zip(WINDOWS_DAYS, (in_week, in_month, True), strict=True):
                if counts:
                    for i, number in enumerate((total, late, unanswered)):
                        windows[days][i] += number
    return {
        channel_id: [Window(days, *numbers) for days, numbers in windows.items()]
        for channel_id, windows in sums.items()
    }


def _shown(window: Window) -> dict[str, Any]:
    return {
        "days": window.days,
        "total": window.total,
        "late": window.late,
        "unanswered": window.unanswered,
    }
