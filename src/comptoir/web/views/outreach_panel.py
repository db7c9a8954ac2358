"""Reads what an order's panel shows of things said of our own accord; the marketplace is not asked."""

from __future__ import annotations

from comptoir.inbox import outreach
from comptoir.merchant.models import Channel
from comptoir.orders.models import Order
from comptoir.tickets.actions import reach
from comptoir.web.keeping import keep
from comptoir.web.present.composer import short_name
from comptoir.web.present.outreach import OutreachPanel, make_panel
from comptoir.web.present.times import Times

KEPT_SECONDS = 5.0


def read_panel(order: Order | None, address: str, times: Times) -> OutreachPanel | None:
    """Read what the order panel shows of it; None where the channel has no such thing."""
    if order is None or order.channel.marketplace not in outreach.marketplaces():
        return None
    found = _reach_of(order.channel)
    if found is None:
        return None
    return make_panel(
        reach.said_on(order.pk),
        found.able,
        f"{address}/outreach",
        short_name(order.channel.name),
        times,
        watched=order.channel.is_watched_only,
    )


def _reach_of(channel: Channel) -> outreach.Reach | None:
    found: outreach.Reach | None = keep(
        ("reach", channel.pk), lambda: outreach.reach_of(channel), seconds=KEPT_SECONDS
    )
    return found
