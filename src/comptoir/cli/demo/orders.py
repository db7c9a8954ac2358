"""The demo's orders: made to fit what their buyers will write, then stored with their customers."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from comptoir.channels.demo.goods import Article, articles
from comptoir.channels.demo.letters.buyers import digest
from comptoir.channels.demo.orders import Buyer, KnownOrder
from comptoir.channels.demo.rhythm import ZONE
from comptoir.cli.demo import afterwards, names, numbers
from comptoir.cli.demo.channels import Place, recipient
from comptoir.merchant.models import Channel
from comptoir.orders.models import Customer, CustomerAlias, Order, OrderLine

RATES = {"EUR": Decimal(1), "GBP": Decimal("0.86"), "USD": Decimal("1.12")}
DAYS_SINCE_PLACED = {
    "pending": (0.1, 1.5),
    "shipped": (1.5, 4.0),
    "late": (8.0, 15.0),
    "delivered": (5.0, 24.0),
    "cancelled": (8.0, 12.0),
}
"""How many days before the buyer's message the order was placed, by what it was then."""

EXTRA_STATES = ("delivered",) * 9 + ("shipped",) * 5 + ("late",) * 4 + ("pending",) * 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an order must be to fit a conversation: seen at `at`, when its buyer first writes."""

    place: Place
    state: str
    article: Article
    language: str
    gender: str
    at: datetime


def make_buyer(place: Place, language: str, gender: str, dice: random.Random) -> Buyer:
    """Make up a buyer whose name goes with the language they write in."""
    country = _home(place, language)
    first, last, drawn = names.person(country, dice)
    while gender and drawn != gender:
        first, last, drawn = names.person(country, dice)
    return Buyer(
        first=first,
        last=last,
        gender=drawn,
        language=language,
        country=place.country,
        address=numbers.address(place, first, last, dice),
        user=names.user_name(first, dice) if place.marketplace == "ebay" else "",
    )


def make_order(wanted: Wanted, dice: random.Random, taken: set[str]) -> KnownOrder:
    """Make up the order of a conversation; without a number when nobody has ordered yet.

    `taken` are the numbers in use.
    """
    place, article = wanted.place, wanted.article
    buyer = make_buyer(place, wanted.language, wanted.gender, dice)
    first, last = DAYS_SINCE_PLACED.get(wanted.state, (0.0, 0.0))
    placed_at = _awake(wanted.at - timedelta(days=dice.uniform(first, last)), wanted.at)
    quantity = dice.choice([1, 1, 1, 1, 1, 2, 4]) if article.price < 100 else 1
    has_order = wanted.state != "none"
    is_sent = wanted.state in ("shipped", "late", "delivered")
    carrier, tracking = numbers.parcel(place.country, dice)
    return KnownOrder(
        number=numbers.order_number(place, placed_at, dice, taken) if has_order else "",
        marketplace=place.marketplace,
        country=place.country,
        recipient=recipient(place),
        buyer=buyer,
        sku=article.sku,
        quantity=quantity,
        title=article.titles[place.language],
        total=_price(article, place) * quantity,
        currency=place.currency,
        state=wanted.state,
        placed_at=placed_at,
        promised_on=_promised(wanted, placed_at, dice),
        carrier=carrier,
        tracking=tracking if is_sent else "",
    )


def extra_orders(
    places: Iterable[Place],
    count: int,
    *,
    now: datetime,
    dice: random.Random,
    taken: set[str],
) -> list[tuple[Place, KnownOrder]]:
    """Make orders nobody wrote about yet: they will, while the demo runs."""
    everywhere = list(places)
    shares = [place.share for place in everywhere]
    drawn = dice.choices(everywhere, shares, k=count)
    return [(place, make_order(_any(place, now, dice), dice, taken)) for place in drawn]


def store(
    planned: Iterable[tuple[Place, KnownOrder]], channels: Mapping[str, Channel], *, now: datetime
) -> None:
    """Store orders, their lines, their customers, and what became of them."""
    known = [(place, order) for place, order in planned if order.number]
    pairs = [(channels[place.key], order) for place, order in known]
    customers = _store_customers(pairs, now=now)
    rows = [_row(channel, order, customers[order.buyer], now=now) for channel, order in pairs]
    Order.objects.bulk_create(rows)
    OrderLine.objects.bulk_create(
        OrderLine(
            order=row,
            sku=order.sku,
            title=order.title,
            quantity=order.quantity,
            price=(order.total / order.quantity),
        )
        for row, (_, order) in zip(rows, pairs, strict=True)
    )
    places = [place for place, _ in known]
    afterwards.tell(list(zip(places, rows, strict=True)), now=now)


def articles_of(place: Place) -> list[Article]:
    """Give what a channel sells: lamps on the lamp brand's, everything on the others."""
    everything = list(articles().values())
    if place.mailbox == "fjordlys":
        return [article for article in everything if article.sku.startswith("FL-")]
    return everything


def _any(place: Place, now: datetime, dice: random.Random) -> Wanted:
    state = dice.choice(EXTRA_STATES)
    return Wanted(place, state, dice.choice(articles_of(place)), place.language, "", now)


def _store_customers(
    pairs: list[tuple[Channel, KnownOrder]], *, now: datetime
) -> dict[Buyer, Customer]:
    marketplaces = {order.buyer: order.marketplace for _, order in pairs}
    rows = {
        buyer: Customer(
            name=buyer.user or buyer.full,
            email=buyer.address,
            language=buyer.language,
            country=buyer.country,
            created_at=now,
        )
        for buyer in marketplaces
    }
    Customer.objects.bulk_create(rows.values())
    CustomerAlias.objects.bulk_create(
        (
            CustomerAlias(customer=row, marketplace=marketplaces[buyer], alias=buyer.address)
            for buyer, row in rows.items()
        ),
        ignore_conflicts=True,
    )
    return rows


def _row(channel: Channel, order: KnownOrder, customer: Customer, *, now: datetime) -> Order:
    state, shipped_at, delivered_at = _progress(order, now)
    return Order(
        channel=channel,
        external_id=order.number,
        customer=customer,
        placed_at=order.placed_at,
        state=state,
        total=order.total,
        currency=order.currency,
        ship_by_at=order.placed_at + timedelta(days=2),
        shipped_at=shipped_at,
        promised_on=order.promised_on,
        delivered_at=delivered_at,
        carrier=order.carrier if shipped_at else "",
        tracking_number=order.tracking,
    )


def _progress(order: KnownOrder, now: datetime) -> tuple[str, datetime | None, datetime | None]:
    """Tell how far an order has got by now, when its buyer may have written days ago."""
    shipped_at = _on(order.placed_at.date() + timedelta(days=1), 15, order)
    delivered_at = _on(order.promised_on, 9, order)
    match order.state:
        case "cancelled":
            return Order.State.CANCELLED, None, None
        case "pending":
            return Order.State.PENDING, None, None
        case "delivered":
            return Order.State.DELIVERED, shipped_at, min(delivered_at, now)
        case "shipped" if delivered_at < now:
            return Order.State.DELIVERED, shipped_at, delivered_at
        case "late" if now - delivered_at > timedelta(days=8):
            return Order.State.DELIVERED, shipped_at, delivered_at + timedelta(days=6)
        case _:
            return Order.State.SHIPPED, min(shipped_at, now), None


def _on(day: date, from_hour: int, order: KnownOrder) -> datetime:
    """Give a moment of a day within four hours, always the same for an order."""
    minutes = int(digest(order.number)[:4], 16) % 240
    return datetime.combine(day, time(from_hour), tzinfo=ZONE) + timedelta(minutes=minutes)


def _awake(moment: datetime, latest: datetime) -> datetime:
    """Move what people would have done at night into the morning."""
    hour = moment.astimezone(ZONE).hour
    return min(moment + timedelta(hours=8), latest) if hour < 7 else moment


def _promised(wanted: Wanted, placed_at: datetime, dice: random.Random) -> date:
    match wanted.state:
        case "late":
            moment = wanted.at - timedelta(days=dice.randint(2, 6))
        case "delivered":
            moment = min(placed_at + timedelta(days=dice.randint(3, 5)), wanted.at)
        case _:
            moment = wanted.at + timedelta(days=dice.randint(2, 4))
    return moment.date()


def _price(article: Article, place: Place) -> Decimal:
    raw = article.price * RATES[place.currency]
    if place.currency == "EUR":
        return raw
    return raw.quantize(Decimal(1), ROUND_HALF_UP) - Decimal("0.01")


def _home(place: Place, language: str) -> str:
    """Give the country whose names a writer of that language bears on that channel."""
    if language == place.language:
        return place.country
    return {"fr": "FR", "de": "DE", "it": "IT", "es": "ES", "en": "GB"}[language]
