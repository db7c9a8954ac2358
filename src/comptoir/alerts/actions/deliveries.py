"""Having a message tried again that did not arrive."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from comptoir.alerts.models import Delivery
from comptoir.core.refusals import Refusal
from comptoir.merchant.actions import checks
from comptoir.merchant.models import Person
from comptoir.storage import audit


@transaction.atomic
def retry(delivery_id: str, *, by: Person, now: datetime) -> None:
    """Try a message again, now and under the same id. Raises `Refusal` when it was sent."""
    checks.administrator(by)
    delivery = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("endpoint")
        .filter(pk=delivery_id)
        .first()
    )
    if delivery is None:
        raise Refusal("This message is not kept any more.")
    if delivery.state == Delivery.State.SENT:
        raise Refusal("This message has arrived already.")
    if delivery.endpoint is not None and not delivery.endpoint.is_active:
        raise Refusal("The endpoint is switched off. Switch it on first.")
    delivery.state, delivery.reason = Delivery.State.WAITING, ""
    delivery.next_try_at, delivery.settled_at = now, None
    delivery.save(update_fields=["state", "reason", "next_try_at", "settled_at"])
    audit.record(
        "alerts.retry",
        by=by,
        now=now,
        subject=("endpoint", delivery.endpoint_id),
        delivery=str(delivery.pk),
    )
