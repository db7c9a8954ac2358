"""Workers that are killed, databases that die under them: what was committed stays, the rest goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from comptoir.inbox import arrivals, intake
from comptoir.storage.models import RawItem
from comptoir.storage.postgres.conninfo import conninfo_of
from comptoir.storage.postgres.places import places_of
from comptoir.tickets.models import Message, Ticket
from tests.inbox import letters
from tests.journeys.mail_desk import (
    account,
    connect,
    kill,
    pull,
    until,
    utc_now,
    worker,
    wrong_clocks,
)
from tests.mailservers.dovecot import Dovecot, MailUser

pytestmark = pytest.mark.mailserver

COUNT = 500


def drop_many(dovecot: Dovecot, user: MailUser, count: int) -> None:
    """Put mails of a hundred buyers into a mailbox, several of each in one conversation."""
    now = utc_now() - timedelta(hours=2)
    for number in range(count):
        buyer = number % 100
        dovecot.drop(
            user,
            letters.amazon(
                f"Wo ist mein Paket? {number}",
                at=now + timedelta(seconds=number),
                message_id=f"m{number}@eu.amazonses.example",
                alias=f"alias{buyer}@marketplace.amazon.de",
                order=f"302-1234567-{buyer:07}",
            ),
        )


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_of_its_reading_leaves_nothing_out_and_nothing_twice(
    dovecot: Dovecot, perrin: MailUser, tmp_path: Path
) -> None:
    drop_many(dovecot, perrin, COUNT)
    connect(dovecot, perrin)
    for turn in (1, 2):
        with worker(tmp_path / str(turn)) as process:
            until(lambda turn=turn: Message.objects.count() >= 100 * turn, 20)
            kill(process)
    assert Message.objects.count() < COUNT

    with worker(tmp_path / "last"):
        until(lambda: Message.objects.count() == COUNT, 20)
        until(lambda: not RawItem.objects.filter(state="new").exists(), 5)

    assert RawItem.objects.filter(state="done").count() == COUNT
    assert Ticket.objects.count() == 100
    assert set(Ticket.objects.values_list("message_count", flat=True)) == {COUNT // 100}
    assert wrong_clocks() == []


@pytest.mark.django_db(transaction=True)
def test_one_worker_serves_more_mailboxes_than_its_pool_has_places(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    users = [dovecot.add_user() for _ in range(12)]
    for user in users:
        connect(dovecot, user, channels=[("shopify", user.name, "FR")])

    with worker(tmp_path / "one"):
        until(lambda: served() == 12, 30)
        for number, user in enumerate(users):
            raw = letters.direct("Bonjour", at=utc_now(), message_id=f"p{number}@c.example")
            dovecot.deliver(user, raw)
        until(lambda: Message.objects.count() == 12, 8)


def served() -> int:
    from comptoir.merchant.models import Connection

    return Connection.objects.filter(last_pull_at__isnull=False).count()


class ReaderDies(BaseException):
    """What no `except Exception` catches, as little as a crash of the interpreter."""


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_ends_its_readers_is_set_aside_and_the_rest_goes_on(
    dovecot: Dovecot, perrin: MailUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop_many(dovecot, perrin, 3)
    row = connect(dovecot, perrin)
    pull(row)
    poison = RawItem.objects.order_by("id")[1].pk
    real = intake.take_in

    def take_in(item: intake.Item, *, now: datetime) -> object:
        if item.id == poison:
            raise ReaderDies
        return real(item, now=now)

    monkeypatch.setattr(intake, "take_in", take_in)
    for _ in range(4):
        with pytest.raises(ReaderDies):
            arrivals.read_waiting(clock=utc_now)

    assert arrivals.read_waiting(clock=utc_now) == 2

    set_aside = RawItem.objects.get(state="quarantined")
    assert (set_aside.pk, set_aside.error_code) == (poison, "reader_died")
    assert set_aside.next_try_at is None
    assert Message.objects.count() == 2
    monkeypatch.undo()
    assert arrivals.retry(poison, now=utc_now()) is True


MAKE = """
import sys, json
from comptoir.cli.environment import hold_database, start_django
with hold_database():
    start_django()
    from comptoir.storage.migrating import migrate
    migrate()
    from datetime import UTC, datetime, timedelta
    from comptoir.inbox import connecting
    from comptoir.merchant.models import Merchant
    now = datetime.now(UTC)
    Merchant.objects.create(name="Maison Perrin", time_zone="Europe/Paris")
    channel = connecting.NewChannel("amazon", "Amazon.de", now - timedelta(days=30), "DE")
    values = json.loads(sys.argv[1])
    connecting.connect("mail", values["user"], values, {"password": sys.argv[2]}, [channel],
                       by=None, now=now)
"""
VERIFY = """
from comptoir.cli.environment import hold_database, start_django
with hold_database():
    start_django()
    from comptoir.storage.clock import now
    from comptoir.tickets.verifying import differences
    print(len(list(differences(now=now()))), "differences")
"""


def test_a_worker_goes_on_after_its_database_was_killed(
    dovecot: Dovecot, perrin: MailUser, tmp_path: Path
) -> None:
    """Postmaster killed with -9 twice, in the middle of reading; the embedded server comes back."""
    count = 300
    drop_many(dovecot, perrin, count)
    folder = tmp_path / "desk"
    unwanted = {"COMPTOIR_DATABASE_URL", "COMPTOIR_CONNINFO", "COMPTOIR_MASTER_KEY"}
    env = {k: v for k, v in os.environ.items() if k not in unwanted}
    env["COMPTOIR_DATA_DIR"] = str(folder)
    made = subprocess.run(
        [sys.executable, "-c", MAKE, json.dumps(account(dovecot, perrin)), perrin.password],
        env=env, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr[-2000:]
    places = places_of(folder)

    with worker(folder, env):
        seen: set[int] = set()
        for at_least in (60, 160):
            seen |= until(lambda at_least=at_least: found(places, at_least), 30)
            os.kill(postmaster(places), signal.SIGKILL)
        all_there = until(lambda: found(places, count), 40)
        assert seen <= all_there
        state = until(lambda: unread(places) == 0, 10)
        assert state
    said = subprocess.run(
        [sys.executable, "-c", VERIFY], env=env, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert said.stdout == "0 differences\n"


def found(places: object, at_least: int) -> set[int]:
    """Give the messages there are, once there are so many."""
    try:
        with psycopg.connect(conninfo_of(places), connect_timeout=2) as db:
            ids = {row[0] for row in db.execute("SELECT id FROM tickets_message")}
    except psycopg.Error:
        return set()
    return ids if len(ids) >= at_least else set()


def unread(places: object) -> int:
    with psycopg.connect(conninfo_of(places), connect_timeout=2) as db:
        row = db.execute("SELECT count(*) FROM storage_rawitem WHERE state <> 'done'").fetchone()
    assert row is not None
    return int(row[0])


def postmaster(places: object) -> int:
    return int((places.cluster / "postmaster.pid").read_text().split()[0])
