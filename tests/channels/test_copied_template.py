"""A new channel is a copy of the template's folder under another name, and no other change.

The source tree is laid out anew beside the real one, with one folder more; a process of its own runs
on it against this test's database and a shop on loopback.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo
from tests.channels.loopback import Answer, Asked, Vendor, vendor

import comptoir
from comptoir.merchant.models import Connection, Merchant
from comptoir.storage.models import RawItem
from comptoir.tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)
SOURCE = Path(comptoir.__file__).parent
NAME = "lantern"
AT = datetime.now(UTC) - timedelta(hours=1)

SCRIPT = """
import json, sys
import django
django.setup()
from comptoir.channels.kernel.catalogue import card_of
from comptoir.inbox import arrivals, connecting
from comptoir.inbox.connections import kinds, open_connector
from comptoir.inbox.pulling import pull_by_id
from comptoir.storage import clock

url, start = sys.argv[1], clock.now()
new = connecting.NewChannel("generic_email", "Lantern shop", start.replace(year=2000))
row = connecting.connect(
    "lantern", "Lantern shop", {"base_url": url}, {"key": "k"}, [new], by=None, now=start
)
open_connector(row).check()
count = pull_by_id(row.pk, clock=clock.now)
arrivals.read_waiting(clock=clock.now)
print(json.dumps({
    "kinds": kinds(), "steps": len(card_of("lantern").steps), "pulled": count,
    "from": open_connector(row).__module__,
}))
"""


@pytest.fixture
def shop() -> Iterator[Vendor]:
    event = {
        "kind": "message", "id": "m1", "thread": "t1", "author": "buyer", "at": AT.isoformat(),
        "text": "Does the lantern come with a bulb?", "buyer": {"id": "b1", "name": "Anna Berg"},
    }  # fmt: skip

    def handle(asked: Asked) -> Answer:
        is_first = "after" not in asked.query
        return Answer(body={"events": [event] if is_first else [], "next": "1"})

    with vendor(handle) as running:
        yield running


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The source tree with one folder more: a copy of the template, its own name inside."""
    package, channels = tmp_path / "comptoir", tmp_path / "comptoir" / "channels"
    channels.mkdir(parents=True)
    for entry in SOURCE.iterdir():
        if entry.name not in ("channels", "__pycache__"):
            (package / entry.name).symlink_to(entry)
    for entry in (SOURCE / "channels").iterdir():
        if entry.name != "__pycache__":
            (channels / entry.name).symlink_to(entry)
    copied = channels / NAME
    shutil.copytree(SOURCE / "channels" / "template", copied)
    for file, line in (
        ("card.toml", 'kind = "template"'),
        ("connector.py", 'KIND = "template"'),
    ):
        text = (copied / file).read_text()
        assert text.count(line) == 1, f"{file} names its kind once"
        (copied / file).write_text(text.replace(line, line.replace("template", NAME)))
    return tmp_path


def run(tree: Path, url: str) -> Any:
    values = connection.settings_dict
    conninfo = make_conninfo(
        host=values["HOST"], port=values["PORT"], user=values["USER"],
        password=values["PASSWORD"] or None, dbname=values["NAME"],
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, url],
        env={
            **os.environ,
            "PYTHONPATH": str(tree),
            "DJANGO_SETTINGS_MODULE": "comptoir.settings",
            "COMPTOIR_CONNINFO": conninfo,
            "COMPTOIR_MASTER_KEY": ",".join(settings.MASTER_KEYS),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_copied_folder_is_found_connected_and_read_with_no_other_change(
    tree: Path, shop: Vendor
) -> None:
    Merchant.objects.create(name="Maison Perrin", time_zone="Europe/Paris")

    told = run(tree, shop.url)

    assert NAME in told["kinds"]
    assert (told["steps"], told["pulled"]) == (1, 1)
    assert told["from"] == f"comptoir.channels.{NAME}.connector"
    assert Connection.objects.get(kind=NAME).last_pull_at is not None
    assert not RawItem.objects.exclude(state="done").exists()
    ticket = Ticket.objects.get()
    assert (ticket.buyer_name, ticket.next_kind) == ("Anna Berg", "first_reply")
    assert {asked.headers["x-api-key"] for asked in shop.asked} == {"k"}


def test_without_the_copy_the_channel_is_unknown(tree: Path, shop: Vendor) -> None:
    Merchant.objects.create(name="Maison Perrin", time_zone="Europe/Paris")
    shutil.rmtree(tree / "comptoir" / "channels" / NAME)

    with pytest.raises(AssertionError, match="unknown_kind"):
        run(tree, shop.url)
