"""Alerts on the small desk of the page tests, as the engine and the loops would leave them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.alerts.receiver import Receiver, running_receiver
from tests.web.shop import Shop, open_ticket

from comptoir.alerts.models import Alert, Delivery
from comptoir.merchant.models import Person
from comptoir.tickets.models import Clock, Ticket

Tell = Callable[..., Alert]


@pytest.fixture
def tell(shop: Shop, present: datetime) -> Tell:
    """Give a function that tells people of a ticket whose limit comes near."""

    def _tell(
        *people: Person,
        ticket: Ticket | None = None,
        level: str = "push",
        state: str = "sent",
        threshold: str = "limit-120",
        **fields: Any,
    ) -> Alert:
        ticket = ticket or open_ticket(
            shop, shop.amazon_de, now=present, asked_ago=timedelta(hours=22, minutes=30)
        )
        passed = (present - timedelta(minutes=1)).isoformat()
        Clock.objects.filter(ticket=ticket).update(warnings=[[threshold, passed]])
        alert = Alert.objects.create(
            kind="clock",
            key=f"clock:{ticket.pk}:{threshold}:{Alert.objects.count()}",
            level=level,
            ticket=ticket,
            channel=ticket.channel,
            clock_kind="first_reply",
            clock_number=1,
            threshold=threshold,
            due_at=present,
            recorded_at=present,
            is_planned=True,
            **fields,
        )
        for person in people:
            delivery = Delivery.objects.create(
                person=person,
                transport="app",
                state=state,
                next_try_at=present if state == "waiting" else None,
                settled_at=None if state == "waiting" else present,
                created_at=present,
            )
            delivery.alerts.add(alert)
        return alert

    return _tell


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """A real server that takes webhooks, which the operator allowed."""
    with running_receiver() as made:
        settings.PRIVATE_HOSTS = frozenset({made.host})
        yield made
