"""Making the demo shop, once: `seed_if_empty`, and what to tell whoever started it: `welcome`.

The same `now` gives the same shop. Everything is made in one transaction: all of it or nothing.
"""

from __future__ import annotations

import gc
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree

from django.db import connection, transaction

from comptoir.channels.demo.orders import KnownOrder, write_orders
from comptoir.cli.demo import channels, clutter, orders, people
from comptoir.cli.demo.ages import promises_of
from comptoir.cli.demo.casting import Casting
from comptoir.cli.demo.past import answered, history
from comptoir.cli.demo.present import Desk
from comptoir.cli.demo.steps import Conversation
from comptoir.cli.demo.telling import Teller
from comptoir.inbox.deadlines import fire_due
from comptoir.merchant.models import Connection, Merchant, Person
from comptoir.storage.models import Setting
from comptoir.storage.places import data_dir

SEED = 1906
SPOOL_FOLDER = "demo-mail"
SEEDED_AT = "demo_seeded_at"
OPEN_SINCE = timedelta(days=30)
ANSWERED_COUNT = 250
HISTORY_COUNT = 8
EXTRA_ORDERS_COUNT = 90


def seed_if_empty(*, now: datetime) -> bool:
    """Make the demo shop in an empty installation; False when there is a merchant already."""
    if Merchant.objects.exists():
        return False
    seed(now=now)
    return True


def seed(*, now: datetime, answered_count: int = ANSWERED_COUNT) -> None:
    """Make the shop and its last two weeks, as they look at that moment."""
    with transaction.atomic(), _in_haste():
        _seed(now=now, answered_count=answered_count)


@contextmanager
def _in_haste() -> Iterator[None]:
    """Do without savepoints and garbage collection: any error undoes everything anyway."""
    features = connection.features
    gc.disable()
    features.uses_savepoints = False
    try:
        yield
    finally:
        features.uses_savepoints = True
        gc.enable()


def _seed(*, now: datetime, answered_count: int) -> None:
    dice = random.Random(f"{SEED}{now:%Y%m%d%H%M}")  # noqa: S311 - content, not a secret
    spool = data_dir(os.environ) / SPOOL_FOLDER
    rmtree(spool, ignore_errors=True)
    colleagues, connections = _make_desk(spool, now=now)
    casting = Casting(dice)
    talks = _plan(casting, answered_count, now=now, dice=dice)
    extra = orders.extra_orders(
        channels.PLACES, EXTRA_ORDERS_COUNT, now=now, dice=dice, taken=casting.taken_numbers
    )
    told = [(talk.place, replace(talk.order, may_write=False)) for talk in talks]
    _store_orders([*extra, *told], spool, now=now)
    Teller(connections, colleagues).tell(talks, now=now)
    clutter.quarantine(connections["perrin"], now=now)
    while fire_due(now=now):
        pass
    Setting.objects.update_or_create(key=SEEDED_AT, defaults={"value": now.isoformat()})


def _make_desk(spool: Path, *, now: datetime) -> tuple[dict[str, Person], dict[str, Connection]]:
    since = now - OPEN_SINCE
    people.make_merchant()
    colleagues = people.make_people(joined_at=since)
    channels.make_calendar(now=since)
    settings = {"spool": str(spool), "seed": SEED}
    connections = channels.make_connections(settings, by=colleagues["camille"], since=since)
    channels.make_teams(colleagues)
    return colleagues, connections


def _plan(
    casting: Casting, answered_count: int, *, now: datetime, dice: random.Random
) -> list[Conversation]:
    promises = promises_of(channels.channels_by_key())
    talks = Desk(casting, promises, now=now, dice=dice).plan()
    talks += answered(answered_count, casting=casting, now=now, dice=dice)
    talks += history(HISTORY_COUNT, casting=casting, now=now, dice=dice)
    return talks + clutter.plan(now=now)


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

    camille@{people.DOMAIN}   owner, sees and may do everything
    lukas@{people.DOMAIN}     team leader
    ines@{people.DOMAIN}      agent, French channels

  All passwords: {people.PASSWORD}

  Buyers keep writing while it runs. Nothing leaves this machine.
  Stop with Ctrl-C; "comptoir demo --fresh" starts a new day.
"""
