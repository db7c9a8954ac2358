"""Which order and which channel something is about, where its channel tells neither by itself.

An account that serves several sites names them with its orders alone. A conversation stays where it
began. What names an order belongs where the order is. Where only the buyer and the listing are
named, the buyer's latest order of it is meant, placed before they wrote; and where nobody has bought
it, the listing still tells on which of the account's channels it is sold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from comptoir.channels.kernel.told import CaseTold, MessageTold, ThreadTold, Told
from comptoir.inbox.routing import Candidate
from comptoir.inbox.told.stored import thread_key
from comptoir.orders.models import Customer, CustomerAlias, Order, OrderLine
from comptoir.tickets.models import ThreadKey


def with_order(served: Sequence[Candidate], one: Told) -> tuple[Told, Candidate | None]:
    """Give a told thing with its order's number, and the channel that is known; None: unknown."""
    by_channel = {c.channel_id: c for c in served if not c.is_catch_all}
    if not isinstance(one, MessageTold | CaseTold | ThreadTold):
        return one, None
    known = _channel_of_thread(one, by_channel) if len(by_channel) > 1 else None
    if isinstance(one, ThreadTold):
        return one, known
    if one.order_number or not one.item:
        number = one.order_number if len(by_channel) > 1 else ""
        return one, known or by_channel.get(_channel_of_order(number, by_channel) or 0)
    if order := _order_of(one, by_channel):
        told = replace(one, order_number=order.external_id)
        return told, known or by_channel[order.channel_id]
    return one, known or by_channel.get(_channel_of_item(one.item, by_channel) or 0)


def name_of_buyer(channel: Candidate, alias: str, order_number: str) -> str:
    """Give the name of a buyer whom a message tells by alias alone; empty where nothing tells it."""
    known = Customer.objects.filter(
        aliases__marketplace=channel.marketplace, aliases__alias=alias.strip().lower()
    )
    bought = Customer.objects.filter(
        orders__channel_id=channel.channel_id, orders__external_id=order_number.strip()
    )
    for found, is_told in ((known, alias), (bought, order_number)):
        name = found.exclude(name="").values_list("name", flat=True).first() if is_told else None
        if name:
            return str(name)
    return ""


def _channel_of_thread(
    one: MessageTold | CaseTold | ThreadTold, by_channel: Mapping[int, Candidate]
) -> Candidate | None:
    if not one.thread_id:
        return None
    keys = {
        thread_key(candidate.marketplace, one.stream, one.thread_id)
        for candidate in by_channel.values()
    }
    found = ThreadKey.objects.filter(channel_id__in=by_channel.keys(), key__in=keys)
    channel_id = found.order_by("id").values_list("channel_id", flat=True).first()
    return by_channel.get(channel_id or 0)


def _channel_of_order(number: str, by_channel: Mapping[int, Candidate]) -> int | None:
    """Tell on which of several channels an order is; None where none or more than one has it."""
    if not number:
        return None
    orders = Order.objects.filter(channel_id__in=by_channel.keys(), external_id=number.strip())
    found = list(orders.values_list("channel_id", flat=True)[:2])
    return int(found[0]) if len(found) == 1 else None


def _order_of(one: MessageTold | CaseTold, by_channel: Mapping[int, Candidate]) -> Order | None:
    alias = one.buyer.alias.strip().lower()
    if not alias:
        return None
    customers = CustomerAlias.objects.filter(
        marketplace__in={candidate.marketplace for candidate in by_channel.values()}, alias=alias
    )
    found = Order.objects.filter(
        channel_id__in=by_channel.keys(),
        customer_id__in=customers.values("customer_id"),
        lines__item=one.item,
        placed_at__lte=one.occurred_at,
    )
    return found.order_by("-placed_at", "-id").first()


def _channel_of_item(item: str, by_channel: Mapping[int, Candidate]) -> int | None:
    """Tell on which channel a listing was sold last."""
    sold = OrderLine.objects.filter(item=item, order__channel_id__in=by_channel.keys())
    channel_id: int | None = (
        sold.order_by("-order__placed_at").values_list("order__channel_id", flat=True).first()
    )
    return channel_id
