"""Which order something is about, where its channel names the buyer and the listing and no more.

The buyer's latest order of that listing, placed before they wrote, is meant. Where nobody has
bought it yet, the listing still tells on which of the account's channels it is sold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from comptoir.channels.kernel.told import CaseTold, MessageTold, Told
from comptoir.inbox.routing import Candidate
from comptoir.orders.models import CustomerAlias, Order, OrderLine


def with_order(served: Sequence[Candidate], one: Told) -> tuple[Told, Candidate | None]:
    """Give a told thing with its order's number, and the channel that this shows; None: unknown."""
    if not isinstance(one, MessageTold | CaseTold) or one.order_number or not one.item:
        return one, None
    by_channel = {candidate.channel_id: candidate for candidate in served}
    order = _order_of(one, list(by_channel.values()))
    if order is not None:
        return replace(one, order_number=order.external_id), by_channel[order.channel_id]
    return one, by_channel.get(_channel_of(one.item, list(by_channel)) or 0)


def _order_of(one: MessageTold | CaseTold, served: Sequence[Candidate]) -> Order | None:
    alias = one.buyer.alias.strip().lower()
    if not alias:
        return None
    customers = CustomerAlias.objects.filter(
        marketplace__in={candidate.marketplace for candidate in served}, alias=alias
    )
    found = Order.objects.filter(
        channel_id__in=[candidate.channel_id for candidate in served],
        customer_id__in=customers.values("customer_id"),
        lines__item=one.item,
        placed_at__lte=one.occurred_at,
    )
    return found.order_by("-placed_at", "-id").first()


def _channel_of(item: str, channel_ids: Sequence[int]) -> int | None:
    """Tell on which channel a listing was sold last."""
    sold = OrderLine.objects.filter(item=item, order__channel_id__in=channel_ids)
    channel_id: int | None = (
        sold.order_by("-order__placed_at").values_list("order__channel_id", flat=True).first()
    )
    return channel_id
