"""Making the demo shop, once: `seed_if_empty`, and what to tell whoever started it: `welcome`.

The same `now` gives the same shop. Everything is made in one transaction: all of it or nothing.
"""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree

from django.db import transaction

from comptoir.channels.demo.orders import KnownOrder, write_orders
from comptoir.cli.demo import channels, clutter, orders, outgoing, people
from comptoir.cli.demo.accounts import make_told
from comptoir.cli.demo.ages import promises_of
from comptoir.cli.demo.casting import Casting
from comptoir.cli.demo.forms import make_form
from comptoir.cli.demo.lists import make_lists
from comptoir.cli.demo.past import answered, history
from comptoir.cli.demo.policies import make_policies
from comptoir.cli.demo.present import HANDFUL, Desk
from comptoir.cli.demo.reaching import make_reached
from comptoir.cli.demo.steps import Conversation
from comptoir.cli.demo.telling import Teller
from comptoir.cli.demo.templates import make_templates, note_uses
from comptoir.cli.demo.together import make_together
from comptoir.inbox.deadlines import fire_due
from comptoir.merchant.models import Connection, Merchant, Person
from comptoir.storage import clock
from comptoir.storage.collecting import without_collecting
from comptoir.storage.models import Setting
from comptoir.storage.places import data_dir

SEED = 1906
SPOOL_FOLDER = "demo-mail"
SEEDED_AT = "demo_seeded_at"
OPEN_SINCE = timedelta(days=30)
ANSWERED_COUNT = 250
HISTORY_COUNT = 8
EXTRA_ORDERS_COUNT = 90
A_DAY_OLD = timedelta(hours=10)


def seed_if_empty(*, now: datetime) -> bool:
    """Make the demo shop in an empty installation; False when there is a merchant already."""
    if Merchant.objects.exists():
        return False
    seed(now=now)
    return True


def seed(*, now: datetime) -> None:
    """Make the shop and its last two weeks, as they look at that moment."""
    with transaction.atomic(), without_collecting():
        shop = Shop(now)
        desk = shop.desk()
        talks = desk.everything()
        talks += answered(ANSWERED_COUNT, casting=shop.casting, now=now, dice=shop.dice)
        talks += history(HISTORY_COUNT, casting=shop.casting, now=now, dice=shop.dice)
        talks += outgoing.plan(desk, now=now)
        shop.fill([*talks, *clutter.plan(now=now)], extra_orders_count=EXTRA_ORDERS_COUNT)
        clutter.quarantine(shop.connections["perrin"], now=now)
        make_policies(by=shop.people["camille"], now=now)
        make_form(shop.people, now=now)
        make_told(now=now)
        make_reached(by=shop.people["camille"], now=now)
        make_lists(shop.people, now=now)
        make_together(shop.people, now=now)
        make_templates(shop.people, now=now)
        note_uses(dice=random.Random(SEED))  # noqa: S311 - content, not a secret


def seed_handful(*, now: datetime) -> None:
    """Make the same shop with a handful of tickets: quick enough for a test."""
    with transaction.atomic():
        shop = Shop(now)
        shop.fill(shop.desk().some(HANDFUL), extra_orders_count=0)
        make_templates(shop.people, now=now)


class Shop:
    """The demo shop while it is made: the desk first, then what happened there."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._spool = data_dir(os.environ) / SPOOL_FOLDER
        rmtree(self._spool, ignore_errors=True)
        self.dice = random.Random(SEED)  # noqa: S311 - content, not a secret
        self.casting = Casting(self.dice)
        self.people, self.connections = _make_desk(self._spool, now=now)

    def desk(self) -> Desk:
        """Give the planner of open tickets."""
        promises = promises_of(channels.channels_by_key())
        return Desk(self.casting, promises, now=self._now, dice=self.dice)

    def fill(self, talks: list[Conversation], *, extra_orders_count: int) -> None:
        """Store the orders of these conversations and some more, then tell the conversations."""
        taken = self.casting.taken_numbers
        extra = orders.extra_orders(
            channels.PLACES, extra_orders_count, now=self._now, dice=self.dice, taken=taken
        )
        told = [(talk.place, replace(talk.order, may_write=False)) for talk in talks]
        _store_orders([*extra, *told], self._spool, now=self._now)
        Teller(self.connections, self.people).tell(talks, now=self._now)
        while fire_due(now=self._now):
            pass
        Setting.objects.update_or_create(key=SEEDED_AT, defaults={"value": self._now.isoformat()})


def _make_desk(spool: Path, *, now: datetime) -> tuple[dict[str, Person], dict[str, Connection]]:
    since = now - OPEN_SINCE
    people.make_merchant()
    colleagues = people.make_people(joined_at=since)
    channels.make_calendar(now=since)
    settings = {"spool": str(spool), "seed": SEED}
    connections = channels.make_connections(settings, by=colleagues["camille"], since=since)
    channels.make_teams(colleagues)
    return colleagues, connections


def _store_orders(
    planned: list[tuple[channels.Place, KnownOrder]], spool: Path, *, now: datetime
) -> None:
    """Store all orders, and leave each mailbox's where its connector finds them."""
    orders.store(planned, channels.channels_by_key(), now=now)
    for box in channels.MAILBOXES:
        known = [order for place, order in planned if place.mailbox == box.key]
        write_orders(spool / box.key, known)


def welcome() -> str:
    """Tell where the desk is, who may log in, and how to stop: one screen."""
    url = os.environ.get("COMPTOIR_URL", "")
    return f"""
  Comptoir is ready: {url}

  Maison Perrin, Lyon, in the middle of its day. Log in as one of

    camille@{people.DOMAIN}   owner, sees and may do everything (in English)
    lukas@{people.DOMAIN}     team leader (in German)
    ines@{people.DOMAIN}      agent, French channels (in French)

  All passwords: {people.PASSWORD}

  Buyers keep writing while it runs. {_leaves()}
  Stop with Ctrl-C. {_freshness()}
"""


OF_THE_DEMO = ("demo", "contact_form")


def _leaves() -> str:
    """Say what leaves this machine: nothing, until somebody connects what is no demo."""
    own = Connection.objects.exclude(kind__in=OF_THE_DEMO).order_by("pk")
    live = own.filter(routes__sends=True, routes__channel__is_watched_only=False).distinct()
    if names := list(live.values_list("name", flat=True)):
        return f"What you send through {', '.join(names)} leaves this machine."
    if own.exists():
        return "Your own accounts are read only: nothing is sent through them."
    return "Nothing leaves this machine unless you connect an account of your own."


def _freshness() -> str:
    """Say how to start over, and that it is time to when the demo's day has passed."""
    row = Setting.objects.filter(key=SEEDED_AT).values_list("value", flat=True).first()
    made_at = datetime.fromisoformat(str(row)) if row else None
    if made_at is not None and clock.now() - made_at > A_DAY_OLD:
        return (
            f"This shop was made on {made_at:%d %B, %H:%M} UTC and its deadlines have passed:"
            ' "comptoir demo --fresh" starts a new day.'
        )
    return '"comptoir demo --fresh" starts a new day.'
