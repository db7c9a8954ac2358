"""What became of the demo's orders: parcels, returns, refunds, and what their buyers bought before.

Own dice, so that the rest of the shop stays as it is. Buyers of the own shops keep their one order:
how often they bought decides which policy they have.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from comptoir.cli.demo import numbers
from comptoir.cli.demo.channels import PLACES, Place
from comptoir.merchant.models import Channel
from comptoir.orders.models import (
    CustomerAlias,
    Order,
    OrderLine,
    Parcel,
    Refund,
    Return,
    ReturnLine,
)

SEED = 77
OWN_SHOPS = ("shopify", "generic_email")
COMES_BACK = 0.28
BOUGHT_ELSEWHERE = 0.3
SENT_IN_TWO = 0.12
RETURNED = 0.16
CENT = Decimal("0.01")
REASONS = {
    "fr": ("Arrivé abîmé", "Ne correspond pas à la description", "Trop grand"),
    "de": ("Beschädigt angekommen", "Gefällt nicht", "Passt nicht in den Schrank"),
    "it": ("Arrivato danneggiato", "Non piace"),
    "es": ("Llegó dañado", "No es lo que esperaba"),
    "en": ("Arrived damaged", "Not as described", "Changed my mind"),
}
GOODS = (
    ("MP-1102", "Cocotte en fonte émaillée 24 cm", Decimal("89.00")),
    ("MP-3310", "Torchons en lin, lot de 3", Decimal("24.90")),
    ("MP-2207", "Couteau de chef 20 cm", Decimal("54.50")),
    ("FL-BRG-01", "Fjordlys Bergen", Decimal("139.00")),
)


def tell(rows: Sequence[tuple[Place, Order]], *, now: datetime) -> None:
    """Store what became of these orders by now."""
    dice = random.Random(SEED)  # noqa: S311 - content, not a secret
    taken = set(Order.objects.values_list("external_id", flat=True))
    earlier = list(_bought_before(rows, taken, dice, now=now))
    Order.objects.bulk_create(order for _, order in earlier)
    OrderLine.objects.bulk_create(_line_of(order) for _, order in earlier)
    everything = [*rows, *earlier]
    Parcel.objects.bulk_create(p for _, order in everything for p in _parcels(order, dice))
    _send_back(everything, dice, now=now)


def _bought_before(
    rows: Iterable[tuple[Place, Order]], taken: set[str], dice: random.Random, *, now: datetime
) -> Iterator[tuple[Place, Order]]:
    """Give some buyers of marketplaces orders of the months before, a few on another channel.

    Why the desk knows both addresses: a colleague joined them.
    """
    channels = {(c.marketplace, c.country): c for c in Channel.objects.all()}
    shops = {place.country: place for place in PLACES if place.marketplace in OWN_SHOPS}
    aliases = []
    for place, order in rows:
        if place.marketplace in OWN_SHOPS or dice.random() > COMES_BACK:
            continue
        other = shops.get(place.country)
        for count in range(dice.choice((1, 1, 1, 2, 2, 3, 5))):
            is_elsewhere = count == 0 and other is not None and dice.random() < BOUGHT_ELSEWHERE
            at = other if is_elsewhere and other else place
            channel = channels.get((at.marketplace, at.country)) or order.channel
            yield at, _earlier(at, channel, order, taken, dice, now=now)
            if is_elsewhere and order.customer is not None:
                name = f"buyer{order.customer.pk}@mail.example"
                aliases.append(
                    CustomerAlias(customer=order.customer, marketplace=at.marketplace, alias=name)
                )
    CustomerAlias.objects.bulk_create(aliases, ignore_conflicts=True)


def _earlier(
    place: Place,
    channel: Channel,
    order: Order,
    taken: set[str],
    dice: random.Random,
    *,
    now: datetime,
) -> Order:
    placed_at = min(order.placed_at, now) - timedelta(days=dice.uniform(20, 400))
    carrier, tracking = numbers.parcel(place.country, dice)
    return Order(
        channel=channel,
        external_id=numbers.order_number(place, placed_at, dice, taken),
        customer=order.customer,
        placed_at=placed_at,
        state=Order.State.DELIVERED,
        total=dice.choice(GOODS)[2],
        currency=place.currency,
        ship_by_at=placed_at + timedelta(days=2),
        shipped_at=placed_at + timedelta(days=1, hours=3),
        promised_on=(placed_at + timedelta(days=4)).date(),
        delivered_at=placed_at + timedelta(days=dice.choice((2, 3, 3, 4, 6))),
        carrier=carrier,
        tracking_number=tracking,
    )


def _line_of(order: Order) -> OrderLine:
    sku, title, _price = next(one for one in GOODS if one[2] == order.total)
    return OrderLine(order=order, sku=sku, title=title, quantity=1, price=order.total)


def _parcels(order: Order, dice: random.Random) -> Iterator[Parcel]:
    if order.shipped_at is None:
        return
    is_there = order.delivered_at is not None
    yield Parcel(
        order=order,
        carrier=order.carrier,
        tracking_number=order.tracking_number,
        state=Parcel.State.DELIVERED if is_there else Parcel.State.UNDERWAY,
        shipped_at=order.shipped_at,
        promised_on=order.promised_on,
        delivered_at=order.delivered_at,
    )
    if dice.random() < SENT_IN_TWO:
        yield Parcel(
            order=order,
            carrier=order.carrier,
            tracking_number=f"{order.tracking_number[:-2]}{dice.randint(10, 99)}B",
            state=Parcel.State.DELIVERED if is_there else Parcel.State.LOST,
            shipped_at=order.shipped_at,
            promised_on=order.promised_on,
            delivered_at=order.delivered_at,
        )


def _send_back(rows: Sequence[tuple[Place, Order]], dice: random.Random, *, now: datetime) -> None:
    """Let some of what was delivered come back, and give its money back when it is here."""
    returns, lines, refunds = [], [], []
    goods: dict[int, OrderLine] = {}
    for line in OrderLine.objects.filter(order__in=[order.pk for _, order in rows]):
        goods.setdefault(line.order_id, line)
    for place, order in rows:
        if order.delivered_at is None or order.pk not in goods or dice.random() > RETURNED:
            continue
        bought = goods[order.pk]
        asked_at = order.delivered_at + timedelta(days=dice.uniform(0.5, 6))
        if asked_at > now:
            continue
        back = _return(order, asked_at, place, dice, now=now)
        returns.append(back)
        lines.append(ReturnLine(returned=back, sku=bought.sku, title=bought.title, quantity=1))
        if back.received_at is not None:
            share = dice.choice((Decimal(1), Decimal(1), Decimal("0.5")))
            refunds.append(
                Refund(
                    order=order,
                    external_id=f"{order.external_id}-1",
                    amount=(bought.price * share).quantize(CENT),
                    currency=order.currency,
                    reason=back.reason,
                    refunded_at=back.received_at + timedelta(hours=5),
                )
            )
    Return.objects.bulk_create(returns)
    ReturnLine.objects.bulk_create(lines)
    Refund.objects.bulk_create(refunds)


def _return(
    order: Order, asked_at: datetime, place: Place, dice: random.Random, *, now: datetime
) -> Return:
    decided_at, received_at = asked_at + timedelta(hours=9), asked_at + timedelta(days=5)
    state = Return.State.CLOSED
    if received_at + timedelta(hours=5) > now:
        state = Return.State.SENT if decided_at < now else Return.State.REQUESTED
    return Return(
        order=order,
        external_id=f"R{dice.randint(10**6, 10**7 - 1)}",
        state=state,
        reason=dice.choice(REASONS.get(place.language, REASONS["en"])),
        requested_at=asked_at,
        decided_at=decided_at if decided_at < now else None,
        received_at=received_at if state == Return.State.CLOSED else None,
        carrier=order.carrier if decided_at < now else "",
        tracking_number=f"RET{dice.randint(10**8, 10**9 - 1)}" if decided_at < now else "",
    )
