"""What people change about themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from comptoir.merchant.actions import checks
from comptoir.merchant.models import Person
from comptoir.storage import audit


@transaction.atomic
def change(
    *,
    name: str,
    language: str,
    time_zone: str,
    theme: str,
    speaks: Iterable[str],
    by: Person,
    now: datetime,
) -> None:
    """Change one's own name, language, time zone, theme, and the languages one answers in."""
    person = Person.objects.select_for_update().get(pk=by.pk)
    wanted: dict[str, Any] = {
        "name": checks.filled(name),
        "language": language,
        "time_zone": checks.time_zone(time_zone),
        "theme": theme,
        "speaks": sorted(set(speaks)),
    }
    changed = {field: value for field, value in wanted.items() if getattr(person, field) != value}
    if not changed:
        return
    for field, value in changed.items():
        setattr(person, field, value)
    person.save(update_fields=list(changed))
    subject = ("person", person.pk)
    audit.record(
        "person.change_profile",
        by=by,
        now=now,
        subject=subject,
        person=person.name,
        changed=sorted(changed),
    )
