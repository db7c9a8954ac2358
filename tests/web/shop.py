"""A small desk for the tests of the pages: three channels and tickets in every state.

`NOW` is a Saturday evening, so that a week-end lies between a deadline and the next office hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from comptoir.merchant.models import Brand, Channel, Connection, Merchant, Person, Role, Route, Team
from comptoir.orders.models import Customer, Order, OrderLine
from comptoir.sla.models import Policy, PolicyVersion
from comptoir.storage.models import RawItem
from comptoir.tickets.models import Clock, Fact, Message, Ticket

NOW = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
PASSWORD = "a quiet evening"


@dataclass
class Shop:
    """Maison Perrin, as far as the pages need it."""

    camille: Person
    ines: Person
    jonas: Person
    noah: Person
    amazon_de: Channel
    ebay_fr: Channel
    own_shop: Channel
    mailbox: Connection
    policies: dict[int, PolicyVersion]


def open_shop(now: datetime = NOW) -> Shop:
    """Set the shop up: people, teams, channels with their policies. No ticket yet."""
    Merchant.objects.create(name="Maison Perrin")
    brand = Brand.objects.create(name="Maison Perrin", signature="Maison Perrin, Lyon")
    amazon = _channel("amazon", "Amazon.de – Maison Perrin", "AMZ DE", "DE", brand, now)
    ebay = _channel("ebay", "eBay.fr – Maison Perrin", "EBAY FR", "FR", brand, now)
    own = _channel("shopify", "maisonperrin.example", "SHOP", "FR", brand, now)
    mailbox = Connection.objects.create(
        kind="mail", name="desk@maisonperrin.example", created_at=now, settings={}
    )
    for channel in (amazon, ebay, own):
        Route.objects.create(
            connection=mailbox, channel=channel, sender_address="desk@maisonperrin.example"
        )
    shop = Shop(
        camille=_person("Camille Perrin", Role.ADMIN, now),
        ines=_person("Inès Moreau", Role.AGENT, now, language="fr"),
        jonas=_person("Jonas Weber", Role.AGENT, now, language="de"),
        noah=_person("Noah Kent", Role.READER, now),
        amazon_de=amazon,
        ebay_fr=ebay,
        own_shop=own,
        mailbox=mailbox,
        policies={
            amazon.pk: _policy("Amazon Urgent", amazon, now, target=840, limit=1440),
            ebay.pk: _policy("eBay Standard", ebay, now, target=720, limit=1440, sure=False),
            own.pk: _policy("Shop Standard", own, now, target=240, limit=None),
        },
    )
    team = Team.objects.create(name="Tableware")
    team.members.add(shop.ines, shop.jonas)
    team.channels.add(amazon, ebay)
    return shop


def open_ticket(
    shop: Shop,
    channel: Channel,
    *,
    buyer: str = "Anna Berg",
    text: str = "Where is my parcel?",
    asked_ago: timedelta = timedelta(hours=1),
    now: datetime = NOW,
    tier: int = 2,
    total: str | None = "49.90",
    **fields: Any,
) -> Ticket:
    """Open a ticket with one buyer message, its facts and its running clock."""
    version = shop.policies[channel.pk]
    asked_at = now - asked_ago
    promise = version.spec["first_reply"]
    target = asked_at + timedelta(minutes=promise["target_minutes"])
    minutes = promise.get("limit_minutes")
    limit = asked_at + timedelta(minutes=minutes) if minutes else None
    place = 0 if tier == 0 else 2 if limit and limit < now else 1
    customer = Customer.objects.create(name=buyer, language="de", created_at=asked_at)
    order = _order(channel, customer, total, asked_at) if total else None
    standard: dict[str, Any] = {
        "subject": f"Order of {buyer}",
        "language": "en",
        "reply_address": "alias42@marketplace.amazon.de",
        "queue_tier": place,
        "queue_at": min(target, limit or target),
        "oldest_unanswered_at": asked_at,
        "next_deadline_at": min(target, limit or target),
    }
    ticket: Ticket = Ticket.objects.create(
        channel=channel,
        customer=customer,
        order=order,
        order_number=order.external_id if order else "",
        buyer_name=buyer,
        tier=tier,
        policy_version=version,
        gist=text[:180],
        message_count=1,
        created_at=asked_at,
        last_message_at=asked_at,
        next_kind="first_reply",
        target_at=target,
        limit_at=limit,
        reply_connection_id=shop.mailbox.pk,
        **{**standard, **fields},
    )
    say(ticket, text, at=asked_at)
    Clock.objects.create(
        ticket=ticket,
        channel=channel,
        policy_version=version,
        kind="first_reply",
        number=1,
        state="running",
        started_at=asked_at,
        target_at=target,
        limit_at=limit,
        next_at=target,
    )
    return ticket


def say(
    ticket: Ticket,
    text: str,
    *,
    at: datetime,
    author: str = "buyer",
    kind: str = "buyer_message",
    state: str = "received",
    person: Person | None = None,
    raw: bytes = b"",
    **fields: Any,
) -> Message:
    """Add a message to a ticket, with the fact that the clocks know it by."""
    item = (
        RawItem.objects.create(
            connection_id=1,
            external_id=f"INBOX/1/{RawItem.objects.count()}",
            content=raw,
            stored_at=at,
        )
        if raw
        else None
    )
    message: Message = Message.objects.create(
        ticket=ticket,
        channel=ticket.channel,
        raw_item=item,
        external_id=f"m{Message.objects.count()}@mail.example",
        author=author,
        kind=kind,
        state=state,
        person=person,
        from_name=person.name if person else ticket.buyer_name,
        text=fields.pop("full_text", text),
        new_text=text,
        has_html=bool(raw),
        occurred_at=at,
        stored_at=at,
        **fields,
    )
    fact = {"buyer": "buyer_message", "agent": "agent_reply"}.get(author, "automation_message")
    Fact.objects.create(
        ticket=ticket,
        kind="note" if state == "note" else fact,
        happened_at=at,
        stored_at=at,
        person=person,
        message=message,
        data={"id": str(message.pk)},
    )
    return message


def _person(name: str, role: Role, now: datetime, language: str = "en") -> Person:
    mailbox = name.split()[0].lower().replace("è", "e")
    return Person.objects.create_user(
        f"{mailbox}@maisonperrin.example",
        PASSWORD,
        name=name,
        role=role,
        language=language,
        joined_at=now,
    )


def _channel(
    marketplace: str, name: str, short: str, country: str, brand: Brand, now: datetime
) -> Channel:
    return Channel.objects.create(
        marketplace=marketplace,
        name=name,
        short_name=short,
        brand=brand,
        country=country,
        time_zone="Europe/Paris",
        starts_at=now - timedelta(days=30),
    )


def _policy(
    name: str,
    channel: Channel,
    now: datetime,
    *,
    target: int,
    limit: int | None,
    sure: bool = True,
) -> PolicyVersion:
    policy = Policy.objects.create(name=name, channel=channel)
    promise = {"target_minutes": target} | ({"limit_minutes": limit} if limit else {})
    return PolicyVersion.objects.create(
        policy=policy,
        spec={"name": name, "first_reply": promise, "next_reply": promise},
        preset=channel.marketplace,
        limit_is_confirmed=sure,
        confidence="high" if sure else "low",
        valid_from=now - timedelta(days=30),
    )


def order_to_write_about(shop: Shop, *, now: datetime) -> Order:
    """Give an order of somebody whose address is known, and who has not written yet."""
    order = open_ticket(shop, shop.own_shop, now=now).order
    assert order is not None
    assert order.customer is not None
    order.customer.email = "anna@berg.example"
    order.customer.save()
    Ticket.objects.all().delete()
    return order


def _order(channel: Channel, customer: Customer, total: str, placed_at: datetime) -> Order:
    number = f"302-{1000000 + Order.objects.count():07}-4471983"
    order = Order.objects.create(
        channel=channel,
        external_id=number,
        customer=customer,
        placed_at=placed_at - timedelta(days=6),
        state=Order.State.SHIPPED,
        total=Decimal(total),
        currency="EUR",
        shipped_at=placed_at - timedelta(days=5),
        promised_on=(placed_at - timedelta(days=1)).date(),
        carrier="DHL",
        tracking_number="00340434292135100186",
    )
    OrderLine.objects.create(
        order=order, sku="MP-2104", title="Cast-iron casserole, 24 cm", price=Decimal(total)
    )
    return order
