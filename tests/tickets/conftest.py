"""A small desk for tests of tickets: one brand, two channels, four people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from comptoir.merchant.models import Brand, Channel, Connection, Merchant, Person, Role, Route, Team
from comptoir.sla.actions.presets import apply_preset
from comptoir.tickets.actions.receive import receive
from comptoir.tickets.incoming import Incoming
from comptoir.tickets.models import Ticket

FRIDAY = datetime(2026, 3, 6, 16, 40, tzinfo=UTC)
"""Friday, 17:40 in Lyon."""

numbers = count(1)


@dataclass
class Desk:
    amazon: Channel
    shop: Channel
    ebay: Channel
    mailbox: Connection
    camille: Person
    ines: Person
    noah: Person
    outsider: Person

    def writes(
        self,
        text: str = "Where is my parcel?",
        *,
        at: datetime = FRIDAY,
        now: datetime | None = None,
        channel: Channel | None = None,
        thread: str = "t1",
        **values: object,
    ) -> Ticket:
        """Let a buyer write, and give the ticket."""
        number = next(numbers)
        channel = channel or self.amazon
        given: dict[str, object] = {
            "channel_id": channel.pk,
            "connection_id": self.mailbox.pk,
            "raw_item_id": None,
            "external_id": f"mail-{number}@buyers.example",
            "author": "buyer",
            "kind": "buyer_message",
            "occurred_at": at,
            "find_by": (f"alias:{thread}",),
            "known_as": (f"mid:mail-{number}@buyers.example", f"alias:{thread}"),
            "facts": (("buyer_message", {}),),
            "buyer_name": "Heike Sommer",
            "reply_address": f"{thread}@marketplace.amazon.de",
            "alias": f"{thread}@marketplace.amazon.de",
            "marketplace": channel.marketplace,
            "subject": "Order 302-1234567-7654321",
            "text": text,
            "new_text": text,
            **values,
        }
        got = receive(Incoming(**given), now=now or at + timedelta(seconds=5))  # type: ignore[arg-type]
        return Ticket.objects.select_related("channel").get(pk=got.ticket_id)


def person(name: str, role: Role, team: Team | None = None) -> Person:
    made = Person.objects.create_user(
        f"{name.split()[0].lower()}@maison-perrin.example",
        "correct horse battery",
        name=name,
        role=role,
        joined_at=FRIDAY - timedelta(days=30),
    )
    if team:
        team.members.add(made)
    return made


@pytest.fixture
def desk(db: None) -> Desk:
    Merchant.objects.create(name="Maison Perrin", time_zone="Europe/Paris")
    brand = Brand.objects.create(name="Maison Perrin")
    start = FRIDAY - timedelta(days=7)
    mailbox = Connection.objects.create(
        kind="mail",
        name="info@maison-perrin.example",
        created_at=start,
        settings={"user": "info", "senders": ["info@maison-perrin.example"]},
    )
    channels = {}
    for marketplace, name, short, country in (
        ("amazon", "Amazon.de", "AMZ DE", "DE"),
        ("shopify", "maison-perrin.example", "SHOP FR", "FR"),
        ("ebay", "eBay.de", "EBAY DE", "DE"),
    ):
        channel = Channel.objects.create(
            marketplace=marketplace,
            name=name,
            short_name=short,
            brand=brand,
            country=country,
            time_zone="Europe/Paris",
            starts_at=start,
        )
        Route.objects.create(connection=mailbox, channel=channel)
        apply_preset(channel, by=None, now=start)
        channels[marketplace] = channel
    team = Team.objects.create(name="Support")
    team.channels.set([channels["amazon"], channels["shopify"]])
    return Desk(
        amazon=channels["amazon"],
        shop=channels["shopify"],
        ebay=channels["ebay"],
        mailbox=mailbox,
        camille=person("Camille Perrin", Role.ADMIN),
        ines=person("Inès Moreau", Role.AGENT, team),
        noah=person("Noah Kent", Role.READER),
        outsider=person("Jonas Weber", Role.AGENT),
    )
