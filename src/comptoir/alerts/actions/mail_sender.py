"""Choosing from where alerts leave as mail."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from comptoir.alerts import mail_sender
from comptoir.alerts.models import Delivery
from comptoir.core.refusals import Refusal
from comptoir.merchant.actions import checks
from comptoir.merchant.models import Person
from comptoir.storage import audit
from comptoir.storage.models import Setting


@transaction.atomic
def choose(*, connection_id: int | None, address: str, by: Person, now: datetime) -> None:
    """Choose mailbox and address; None: no alert leaves as mail. Raises `Refusal`."""
    checks.administrator(by)
    value: dict[str, object] = {}
    if connection_id is not None:
        allowed = {row.pk: addresses for row, addresses in mail_sender.possible()}
        if address not in allowed.get(connection_id, ()):
            raise Refusal("Choose one of the addresses that a mailbox of this desk may send from.")
        value = {"connection": connection_id, "address": address}
    Setting.objects.update_or_create(key=mail_sender.KEY, defaults={"value": value})
    waiting = Delivery.objects.filter(
        transport=Delivery.Transport.EMAIL, state=Delivery.State.WAITING, next_try_at__gt=now
    )
    waiting.update(next_try_at=now)
    audit.record("alerts.choose_sender", by=by, now=now, subject=("alerts", None), address=address)
