"""Accounts that do not hand over what buyers wrote: failing, behind, quarantined, about to expire."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max

from comptoir.alerts.actions.record import News
from comptoir.alerts.models import Alert
from comptoir.inbox import endings
from comptoir.inbox.health import troubles
from comptoir.merchant.models import Connection
from comptoir.storage.models import RawItem

ADMINS = ("admins",)
FAILING_AFTER = timedelta(minutes=10)
"""A mail server that is away for a moment is nobody's business."""
AT_ONCE = frozenset({"auth_failed", "consent_revoked", "forbidden", "secrets_unreadable"})
"""Codes that do not mend themselves."""
EXPIRY_DAYS = (30, 7, 1)


def failing(*, now: datetime) -> list[News]:
    """Give connections that fail or fell silent, and intake that is behind."""
    numbers = dict(Connection.objects.values_list("name", "pk"))
    found = []
    for trouble in troubles(now=now):
        if trouble.code == "intake_behind":
            found.append(_news(Alert.Kind.INTAKE_BEHIND, "intake", trouble.since, {}))
        elif now - trouble.since >= FAILING_AFTER or trouble.detail in AT_ONCE:
            data = {"name": trouble.name, "code": trouble.detail or trouble.code}
            number = numbers.get(trouble.name)
            kind = Alert.Kind.CONNECTION_FAILING
            found.append(_news(kind, str(number), trouble.since, data, number))
    return found


def quarantined(*, now: datetime) -> list[News]:
    """Give connections of which something could not be read; once while it stays so."""
    held = RawItem.objects.filter(state=RawItem.State.QUARANTINED)
    counted = held.values_list("connection_id").annotate(Count("id"), Max("id"))
    kind = Alert.Kind.QUARANTINED
    told = set(
        Alert.objects.filter(kind=kind, over_at=None).values_list("connection_id", flat=True)
    )
    names = dict(Connection.objects.values_list("pk", "name"))
    return [
        News(
            kind,
            f"{kind.value}:{number}:{latest}",
            ADMINS,
            now,
            connection_id=number,
            data={"name": names[number], "count": count},
        )
        for number, count, latest in counted
        if number in names and number not in told
    ]


def expiring(*, now: datetime) -> list[News]:
    """Give credentials that end in a month, a week, a day; each of these once."""
    found = []
    active = Connection.objects.filter(state=Connection.State.ACTIVE)
    rows = active.filter(credentials_expire_at__lte=now + timedelta(days=max(EXPIRY_DAYS)))
    ends = [(row, at) for row in rows for at in sorted(set(endings.of(row).values()))]
    for row, expires_at in ends:
        text = expires_at.isoformat()
        passed = [days for days in EXPIRY_DAYS if now >= expires_at - timedelta(days=days)]
        if passed:
            days = min(passed)
            found.append(
                News(
                    Alert.Kind.CREDENTIALS_EXPIRING,
                    f"credentials_expiring:{row.pk}:{text}:{days}",
                    ADMINS,
                    expires_at - timedelta(days=days),
                    connection_id=row.pk,
                    data={"name": row.name, "expires_at": text, "days": days},
                )
            )
    return found


def _news(
    kind: Alert.Kind, what: str, since: datetime, data: dict[str, Any], number: int | None = None
) -> News:
    key = f"{kind.value}:{what}:{since.isoformat()}"
    told = {**data, "since": since.isoformat()}
    return News(kind, key, ADMINS, since, connection_id=number, data=told)
