"""An order as somebody looks for it who wants to write to its buyer."""

from __future__ import annotations

from dataclasses import dataclass

from comptoir.orders.models import Order
from comptoir.web.present.composer import short_name
from comptoir.web.present.money import money
from comptoir.web.present.order import order_states
from comptoir.web.present.times import Times


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """One order."""

    id: int
    number: str
    buyer: str
    channel: str
    articles: str
    total: str
    placed: str
    state: str


def make_found(order: Order, times: Times) -> FoundOrder:
    """Make it; `order` comes with channel, customer and lines."""
    return FoundOrder(
        id=order.pk,
        number=order.external_id,
        buyer=order.customer.name if order.customer else "",
        channel=short_name(order.channel.name),
        articles=", ".join(line.title for line in order.lines.all()),
        total=money(order.total, order.currency, times.language),
        placed=times.day(order.placed_at),
        state=order_states(times.language).get(order.state, order.state),
    )
