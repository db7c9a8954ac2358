"""Reading alerts: what concerns one person, and how channels stand. Nothing here changes a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from comptoir.alerts.models import Alert, BreachState, Delivery
from comptoir.core.breaches import ORDER, State
from comptoir.merchant.models import Channel
from comptoir.merchant.rights import Rights


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How a channel stands with its marketplace; `data` as in `BreachState`."""

    channel: Channel
    state: State
    since: datetime
    computed_at: datetime
    data: dict[str, Any]


def breach_states(rights: Rights) -> list[ChannelState]:
    """Give the states of the channels somebody may see, the worst first."""
    rows = BreachState.objects.filter(channel_id__in=rights.channel_ids, channel__is_active=True)
    found = [
        ChannelState(row.channel, State(row.state), row.since, row.computed_at, row.data)
        for row in rows.select_related("channel").order_by("channel__name")
    ]
    return sorted(found, key=lambda one: -ORDER.index(one.state))


def told(person_id: int) -> QuerySet[Alert]:
    """Give the alerts a person was told of, each once."""
    theirs = Delivery.alerts.through.objects.filter(
        delivery__person_id=person_id, delivery__transport=Delivery.Transport.APP
    )
    return Alert.objects.filter(pk__in=theirs.values("alert_id"))


def open_count(person_id: int) -> int:
    """Count what a person was told of and nobody took note of yet."""
    return told(person_id).filter(over_at=None, acknowledged_at=None).count()
