"""Setting how long an alert may go without notice."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from comptoir.alerts.escalating import SETTING, times
from comptoir.core.refusals import Refusal
from comptoir.merchant.models import Person
from comptoir.storage import audit
from comptoir.storage.models import Setting

MINUTES_MAX = 7 * 24 * 60


def set_times(
    *, supervisor_minutes: int, admins_minutes: int, by: Person | None, now: datetime
) -> None:
    """Say after how many minutes the supervisor hears, and after how many more the administrators.

    Raises `Refusal` for less than a minute or more than a week. Alerts already open keep the
    moment they were given.
    """
    for minutes in (supervisor_minutes, admins_minutes):
        if not 1 <= minutes <= MINUTES_MAX:
            raise Refusal("the time must be from 1 minute to 7 days")
    before = times()
    value = {"supervisor_minutes": supervisor_minutes, "admins_minutes": admins_minutes}
    with transaction.atomic():
        Setting.objects.update_or_create(key=SETTING, defaults={"value": value})
        audit.record(
            "alerts.escalation",
            by=by,
            now=now,
            subject=("merchant", None),
            before=[
                round(t.total_seconds() / 60)
                for t in (before.supervisor_after, before.admins_after)
            ],
            after=[supervisor_minutes, admins_minutes],
        )
