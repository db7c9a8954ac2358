"""Reading how channels stand with their marketplaces. Nothing here changes a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comptoir.alerts.models import BreachState
from comptoir.core.breaches import ORDER, State
from comptoir.merchant.models import Channel
from comptoir.merchant.rights import Rights
from comptoir.storage.sorting import name_key


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
        for row in sorted(
            rows.select_related("channel"), key=lambda row: name_key(row.channel.name)
        )
    ]
    return sorted(found, key=lambda one: -ORDER.index(one.state))
