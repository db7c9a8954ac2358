"""Trying an endpoint out: one message now, and what came back."""

from __future__ import annotations

from datetime import datetime

from comptoir.alerts import waiting
from comptoir.alerts.models import Delivery, Endpoint
from comptoir.alerts.recipients import transport_of
from comptoir.alerts.sending import send
from comptoir.alerts.transports.answers import Answer
from comptoir.merchant.actions import checks
from comptoir.merchant.models import Person
from comptoir.storage import audit

TEST = "test"


def try_out(endpoint: Endpoint, *, by: Person, now: datetime) -> Answer:
    """Send a test and say what came back. It stands in the log; it is never tried a second time."""
    checks.administrator(by)
    delivery = Delivery.objects.create(
        endpoint=endpoint,
        transport=transport_of(endpoint),
        reason=TEST,
        attempt_count=1,
        next_try_at=now + waiting.LEASE,
        created_at=now,
    )
    answer = send(delivery, [], now=now)
    waiting.settle_test(delivery, answer, now=now)
    audit.record(
        "endpoint.test",
        by=by,
        now=now,
        subject=("endpoint", endpoint.pk),
        endpoint=endpoint.name,
        code=answer.code,
    )
    return answer
