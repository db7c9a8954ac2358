"""How far the reading of an account has come: vendors tell no total, so what is in is said instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from comptoir.merchant.models import Connection, Route
from comptoir.orders.models import Order
from comptoir.storage.models import RawItem
from comptoir.tickets.models import Message


@dataclass(frozen=True, slots=True)
class Taken:
    """What came in so far. `reached_at` is when the item stored last is of, None before any."""

    message_count: int
    order_count: int
    reached_at: datetime | None


def taken_of(row: Connection) -> Taken:
    """Count the messages and orders of an account's channels: four small queries.

    Windows are read from the oldest on; whichever way a vendor pages, the item stored last says
    where reading stands.
    """
    channels = list(
        Route.objects.filter(connection=row, receives=True).values_list("channel_id", flat=True)
    )
    items = RawItem.objects.filter(connection_id=row.pk, received_at__isnull=False)
    return Taken(
        message_count=Message.objects.filter(channel_id__in=channels).count(),
        order_count=Order.objects.filter(channel_id__in=channels).count(),
        reached_at=items.order_by("-id").values_list("received_at", flat=True).first(),
    )
