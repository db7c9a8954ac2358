"""Where Maison Perrin sells: sixteen channels behind two mailboxes, three teams, office hours.

A connection is not a channel: all mail of a brand comes through one mailbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comptoir.cli.demo.people import answering
from comptoir.inbox.connecting import ZONES, NewChannel, connect
from comptoir.merchant.models import Brand, Calendar, Channel, Connection, Person, Route, Team
from comptoir.sla.versions import OFFICE

OFFICE_SPEC = {
    "timezone": "Europe/Paris",
    "hours": {
        **{day: [["08:00", "19:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "sat": [["09:00", "18:00"]],
        "sun": [["10:00", "16:00"]],
    },
}
"""The desk answers every day, as sellers on Amazon must."""


@dataclass(frozen=True, slots=True)
class Place:
    """One channel of the demo. `share` is its part of the mail, `tag` the plus tag of its address."""

    key: str
    marketplace: str
    country: str
    name: str
    short: str
    language: str
    mailbox: str
    team: str
    share: float
    currency: str = "EUR"
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One of the two connections: a brand's mailbox."""

    key: str
    brand: str
    address: str
    arrivals_per_hour: float
    signature: str


MAILBOXES = (
    Mailbox(
        "perrin", "Maison Perrin", "service@maison-perrin.example", 84.0, "Maison Perrin, Lyon"
    ),
    Mailbox("fjordlys", "Fjordlys", "hej@fjordlys.example", 36.0, "Fjordlys"),
)

PLACES = (
    Place("amz-fr", "amazon", "FR", "Amazon.fr", "AMZ FR", "fr", "perrin", "France", 18),
    Place("amz-de", "amazon", "DE", "Amazon.de", "AMZ DE", "de", "perrin", "Deutschland", 15),
    Place("amz-it", "amazon", "IT", "Amazon.it", "AMZ IT", "it", "perrin", "Sud", 8),
    Place("amz-es", "amazon", "ES", "Amazon.es", "AMZ ES", "es", "perrin", "Sud", 7),
    Place("amz-uk", "amazon", "GB", "Amazon.co.uk", "AMZ UK", "en", "perrin", "Deutschland", 7, "GBP"),
    Place("cdisc", "cdiscount", "FR", "Cdiscount", "CDISC", "fr", "perrin", "France", 7),
    Place("fnac", "fnac", "FR", "Fnac", "FNAC", "fr", "perrin", "France", 4, tag="fnac"),
    Place("darty", "darty", "FR", "Darty", "DARTY", "fr", "perrin", "France", 4),
    Place("confo", "conforama", "FR", "Conforama", "CONFO", "fr", "perrin", "France", 3),
    Place("raku", "rakuten_fr", "FR", "Rakuten", "RAKU", "fr", "perrin", "France", 2, tag="rakuten"),
    Place("kauf", "kaufland", "DE", "Kaufland.de", "KAUF DE", "de", "perrin", "Deutschland", 5),
    Place("shop-fr", "shopify", "FR", "maison-perrin.example", "SHOP FR", "fr", "perrin", "France", 7),
    Place("ebay-de", "ebay", "DE", "eBay.de", "EBAY DE", "de", "fjordlys", "Deutschland", 7),
    Place("leroy", "leroy_merlin", "FR", "Leroy Merlin", "LEROY", "fr", "fjordlys", "France", 4),
    Place("wmt-us", "walmart", "US", "Walmart", "WMT US", "en", "fjordlys", "Deutschland", 3, "USD"),
    Place("shop-de", "shopify", "DE", "fjordlys.example", "SHOP DE", "de", "fjordlys", "Deutschland", 6),
)  # fmt: skip

MEMBERS = {
    "France": ("ines", "sofia", "lukas", "camille"),
    "Deutschland": ("jonas", "lukas", "camille"),
    "Sud": ("sofia", "lukas", "camille"),
}


def agents(place: Place, language: str) -> tuple[str, ...]:
    """Name who answers in that language on a channel."""
    return answering(language, MEMBERS[place.team])


def mailbox(key: str) -> Mailbox:
    """Find a mailbox by its key."""
    return next(box for box in MAILBOXES if box.key == key)


def recipient(place: Place) -> str:
    """Give the address of ours that mail of a channel reaches."""
    local, _, domain = mailbox(place.mailbox).address.partition("@")
    return f"{local}+{place.tag}@{domain}" if place.tag else f"{local}@{domain}"


def make_calendar(*, now: datetime) -> None:
    """Make the desk's hours, before any policy asks for them."""
    Calendar.objects.create(name=OFFICE, spec=OFFICE_SPEC, valid_from=now)


def make_connections(
    settings: Mapping[str, Any], *, by: Person, since: datetime
) -> dict[str, Connection]:
    """Make both mailboxes with the channels they serve; policies come from the rulebook.

    `settings` are those of the demo connector that both share.
    """
    made = {}
    for box in MAILBOXES:
        Brand.objects.create(name=box.brand, signature=box.signature)
        values = {
            **settings,
            "user": box.address,
            "senders": [box.address],
            "spool": f"{settings['spool']}/{box.key}",
            "rate_per_hour": box.arrivals_per_hour,
        }
        places = [place for place in PLACES if place.mailbox == box.key]
        new = [_new_channel(place, box, since) for place in places]
        made[box.key] = connect("demo", box.address, values, {}, new, by=by, now=since)
    return made


def make_teams(people: Mapping[str, Person]) -> None:
    """Make three teams; who is in no team of a channel does not see it."""
    channels = channels_by_key()
    catch_alls = list(Channel.objects.filter(is_catch_all=True))
    for name, members in MEMBERS.items():
        team = Team.objects.create(name=name)
        team.members.set([people[key] for key in members])
        served = [channels[place.key] for place in PLACES if place.team == name]
        team.channels.set(served + (catch_alls if name != "Sud" else []))


def channels_by_key() -> dict[str, Channel]:
    """Give the stored channels by the keys of this file."""
    found = {channel.short_name: channel for channel in Channel.objects.select_related("brand")}
    return {place.key: found[place.short] for place in PLACES if place.short in found}


def connection_of(channel: Channel) -> Connection:
    """Give the mailbox a channel's mail comes through."""
    route = Route.objects.select_related("connection").get(channel=channel)
    return route.connection


def _new_channel(place: Place, box: Mailbox, since: datetime) -> NewChannel:
    return NewChannel(
        marketplace=place.marketplace,
        name=place.name,
        starts_at=since,
        country=place.country,
        short_name=place.short,
        brand=box.brand,
        time_zone=ZONES[place.country],
        locale=place.language,
        sender_address=box.address,
        matches={"recipient": recipient(place)} if place.tag else {},
    )
