"""The change feed over the pages' port."""

from __future__ import annotations

from datetime import datetime, timedelta

from comptoir.storage import changes
from comptoir.storage.models import Change
from tests.web.conftest import LogIn
from tests.web.shop import Shop


def test_changes_are_those_one_may_see(shop: Shop, log_in: LogIn, present: datetime) -> None:
    for number, channel in enumerate((shop.amazon_de, shop.own_shop)):
        changes.record("ticket", now=present, channel_id=channel.pk, ticket_id=number, what="reply")
    since = int(present.timestamp() * 1000)

    ines = log_in(shop.ines).get(f"/changes?since={since}").json()
    camille = log_in(shop.camille).get(f"/changes?since={since}").json()

    assert [change["ticket"] for change in ines["changes"]] == [0]
    assert [change["ticket"] for change in camille["changes"]] == [0, 1]
    assert camille["last"] == Change.objects.latest("id").pk


def test_what_is_addressed_to_one_person_is_given_to_nobody_else(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    changes.record("alert", now=present, to=shop.ines.pk)
    changes.record("alert", now=present)
    since = int(present.timestamp() * 1000)

    given = [
        len(log_in(person).get(f"/changes?since={since}").json()["changes"])
        for person in (shop.ines, shop.camille, shop.noah)
    ]

    assert given == [2, 1, 1]


def test_without_news_the_place_is_told(shop: Shop, log_in: LogIn, present: datetime) -> None:
    changes.record(
        "ticket", now=present - timedelta(days=1), channel_id=shop.amazon_de.pk, ticket_id=1
    )
    last = Change.objects.latest("id").pk
    since = int(present.timestamp() * 1000)

    assert log_in(shop.ines).get(f"/changes?since={since}").json() == {"last": last, "changes": []}
