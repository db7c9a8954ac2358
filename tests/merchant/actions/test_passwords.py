"""Password links: made by an administrator, used once by their person."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from comptoir.merchant.actions import passwords, people
from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.models import Person
from comptoir.merchant.rights import NotAllowed
from comptoir.storage.models import AuditEntry


def test_password_is_chosen_by_a_link_once(camille: Person, ines: Person, now: datetime) -> None:
    token = passwords.make_link(ines.pk, by=camille, now=now)
    passwords.choose(token=token, password="another evening", now=now)

    ines.refresh_from_db()
    assert ines.check_password("another evening")
    with pytest.raises(Refused, match=r"^link_used$"):
        passwords.choose(token=token, password="a third evening", now=now)


def test_new_link_replaces_the_old_one(camille: Person, ines: Person, now: datetime) -> None:
    old = passwords.make_link(ines.pk, by=camille, now=now)
    passwords.make_link(ines.pk, by=camille, now=now)

    with pytest.raises(Refused, match=r"^link_unknown$"):
        passwords.choose(token=old, password="another evening", now=now)


def test_link_expires_after_a_day(camille: Person, ines: Person, now: datetime) -> None:
    token = passwords.make_link(ines.pk, by=camille, now=now)

    with pytest.raises(Refused, match=r"^link_expired$"):
        passwords.choose(token=token, password="another evening", now=now + timedelta(hours=24))


def test_link_of_somebody_put_out_is_refused(camille: Person, ines: Person, now: datetime) -> None:
    token = passwords.make_link(ines.pk, by=camille, now=now)
    people.deactivate(ines.pk, by=camille, now=now)

    with pytest.raises(Refused, match=r"^inactive$"):
        passwords.choose(token=token, password="another evening", now=now)
    with pytest.raises(Refused, match=r"^inactive$"):
        passwords.make_link(ines.pk, by=camille, now=now)


def test_only_administrators_make_links(lukas: Person, ines: Person, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        passwords.make_link(ines.pk, by=lukas, now=now)


def test_trail_names_who_made_and_who_used_it(camille: Person, ines: Person, now: datetime) -> None:
    token = passwords.make_link(ines.pk, by=camille, now=now)
    passwords.choose(token=token, password="another evening", now=now)

    lines = AuditEntry.objects.order_by("id").values_list("action", "person_name", "data")
    assert list(lines) == [
        ("person.make_password_link", "Camille Perrin", {"person": "Inès Moreau"}),
        ("person.choose_password", "Inès Moreau", {"person": "Inès Moreau"}),
    ]
