"""The first administrator's link: one person, once, within a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from comptoir.merchant import links
from comptoir.merchant.actions import set_up
from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.models import Brand, Invitation, Merchant, Person
from comptoir.storage.models import AuditEntry

pytestmark = pytest.mark.django_db


def _complete(token: str, now: datetime, **changed: Any) -> Person:
    given: dict[str, Any] = {
        "merchant_name": "Maison Perrin",
        "name": "Camille Perrin",
        "email": "Camille@MaisonPerrin.example",
        "password": "a quiet evening",
        "language": "fr",
        "time_zone": "Europe/Paris",
    }
    return set_up.complete(token=token, now=now, **(given | changed))


def _token(now: datetime) -> str:
    token = set_up.first_link(now)
    assert token is not None
    return token


def test_set_up_makes_merchant_brand_and_administrator(now: datetime) -> None:
    person = _complete(_token(now), now)

    assert Merchant.objects.values_list("name", "time_zone", "language").get() == (
        "Maison Perrin",
        "Europe/Paris",
        "fr",
    )
    assert list(Brand.objects.values_list("name", flat=True)) == ["Maison Perrin"]
    assert (person.email, person.role, person.language) == (
        "camille@maisonperrin.example",
        "admin",
        "fr",
    )
    assert person.check_password("a quiet evening")
    assert AuditEntry.objects.values_list("action", "person_name").get() == (
        "merchant.set_up",
        "Camille Perrin",
    )


def test_link_is_stored_as_a_hash_only(now: datetime) -> None:
    token = _token(now)

    assert Invitation.objects.get().token_sha256 != token
    assert len(Invitation.objects.get().token_sha256) == 64


def test_link_works_once(now: datetime) -> None:
    token = _token(now)
    _complete(token, now)

    with pytest.raises(Refused, match=r"^link_used$"):
        _complete(token, now, email="eve@elsewhere.example")
    assert Person.objects.count() == 1


def test_link_expires_after_a_day(now: datetime) -> None:
    token = _token(now)

    with pytest.raises(Refused, match=r"^link_expired$"):
        _complete(token, now + timedelta(hours=24))


def test_new_link_replaces_the_old_one(now: datetime) -> None:
    lost = _token(now)
    found = _token(now + timedelta(minutes=5))

    with pytest.raises(Refused, match=r"^link_unknown$"):
        _complete(lost, now + timedelta(minutes=6))
    assert _complete(found, now + timedelta(minutes=6)).name == "Camille Perrin"


def test_no_link_where_an_administrator_exists(now: datetime, camille: Person) -> None:
    assert set_up.first_link(now) is None


def test_link_made_before_an_administrator_came_is_refused(now: datetime, ines: Person) -> None:
    token = _token(now)
    ines.role = "admin"
    ines.save()

    with pytest.raises(Refused, match=r"^already_set_up$"):
        _complete(token, now)


def test_unknown_time_zone_is_refused_and_the_link_kept(now: datetime) -> None:
    token = _token(now)

    with pytest.raises(Refused, match=r"^time_zone_unknown$"):
        _complete(token, now, time_zone="Europe/Lyon")
    assert _complete(token, now).time_zone == "Europe/Paris"


@pytest.mark.django_db(transaction=True)
def test_two_links_open_at_the_same_moment_make_one_administrator(now: datetime) -> None:
    tokens = [links.fresh(), links.fresh()]
    for token in tokens:  # as two processes that start at once would leave them
        Invitation.objects.create(
            token_sha256=token.sha256,
            role="admin",
            created_at=now,
            expires_at=now + timedelta(hours=1),
        )
    start = Barrier(2)
    outcomes: list[str] = []

    def come_in(number: int) -> None:
        start.wait(10)
        try:
            _complete(tokens[number].text, now, email=f"first{number}@maisonperrin.example")
            outcomes.append("in")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [Thread(target=come_in, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(outcomes) == ["already_set_up", "in"]
    assert Person.objects.count() == 1
