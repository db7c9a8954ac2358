"""The nightly proof that stored clocks are what their facts say: a difference is a bug."""

from __future__ import annotations

from datetime import datetime

from comptoir.alerts.actions.record import News
from comptoir.alerts.models import Alert
from comptoir.storage.models import Setting

RESULT = "sla_verify_result"


def differences(*, now: datetime) -> list[News]:
    """Give the last proof if it found something."""
    value = Setting.objects.filter(key=RESULT).values_list("value", flat=True).first() or {}
    if not value.get("differences"):
        return []
    at = str(value.get("at", ""))
    data = {"at": at, "checked": value.get("checked"), "differences": value["differences"]}
    return [News(Alert.Kind.VERIFY_DIFFERS, f"verify_differs:{at}", ("admins",), now, data=data)]
