"""Saying how one wants to hear of alerts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from comptoir.alerts.models import Preference
from comptoir.merchant.models import Person
from comptoir.storage import audit


@transaction.atomic
def wish(*, email: str, browser: bool, sound: bool, by: Person, now: datetime) -> None:
    """Set what comes by mail, and what the browser does when an alert interrupts."""
    values = {"email": Preference.Email(email).value, "browser": browser, "sound": sound}
    Preference.objects.update_or_create(person=by, defaults=values)
    audit.record("person.choose_alerts", by=by, now=now, subject=("person", by.pk), **values)
