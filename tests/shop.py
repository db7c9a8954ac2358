"""The demo shop for tests: the same people, channels and mails that `comptoir demo` shows.

`small_shop` makes the desk with seven tickets, one of each level; `full_shop` all of it, for
pictures. Both need the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from comptoir.cli.demo.channels import channels_by_key
from comptoir.cli.demo.people import COLLEAGUES
from comptoir.cli.demo.seed import seed, seed_handful
from comptoir.merchant.models import Channel, Person
from comptoir.merchant.rights import Rights, rights_of
from comptoir.tickets.models import Ticket

NOON = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
"""A Wednesday, at noon in Lyon."""


@dataclass(frozen=True, slots=True)
class DemoShop:
    """The shop as made: people by first name (`camille` …), channels by key (`amz-fr` …)."""

    now: datetime
    people: dict[str, Person]
    channels: dict[str, Channel]

    def rights(self, name: str = "camille") -> Rights:
        """Give a person's rights."""
        return rights_of(self.people[name])

    def ticket(self, channel: str) -> Ticket:
        """Give the first ticket of a channel."""
        found: Ticket = Ticket.objects.filter(channel=self.channels[channel]).earliest("id")
        return found


def small_shop(now: datetime = NOON) -> DemoShop:
    """Make the shop with a handful of tickets."""
    seed_handful(now=now)
    return _shop(now)


def full_shop(now: datetime = NOON) -> DemoShop:
    """Make the whole demo."""
    seed(now=now)
    return _shop(now)


def _shop(now: datetime) -> DemoShop:
    people = {person.email.partition("@")[0]: person for person in Person.objects.all()}
    assert set(people) == {colleague.key for colleague in COLLEAGUES}
    return DemoShop(now, people, channels_by_key())
