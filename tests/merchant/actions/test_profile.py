"""What people change about themselves."""

from __future__ import annotations

from datetime import datetime

import pytest

from comptoir.merchant.actions import profile
from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.models import Person
from comptoir.storage.models import AuditEntry


def _change(person: Person, now: datetime, **changed: object) -> None:
    given = {
        "name": person.name,
        "language": person.language,
        "time_zone": person.time_zone,
        "theme": person.theme,
        "speaks": person.speaks,
    } | changed
    profile.change(by=person, now=now, **given)  # type: ignore[arg-type]


def test_changed_fields_are_stored_and_named(ines: Person, now: datetime) -> None:
    _change(ines, now, language="fr", speaks=["it", "fr", "fr"])

    ines.refresh_from_db()
    assert (ines.language, ines.speaks) == ("fr", ["fr", "it"])
    assert AuditEntry.objects.get().data == {
        "person": "Inès Moreau",
        "changed": ["language", "speaks"],
    }


def test_nothing_changed_leaves_no_trace(ines: Person, now: datetime) -> None:
    _change(ines, now)

    assert AuditEntry.objects.count() == 0


def test_zone_that_does_not_exist_is_refused(ines: Person, now: datetime) -> None:
    with pytest.raises(Refused, match=r"^time_zone_unknown$"):
        _change(ines, now, time_zone="Mars/Olympus")
