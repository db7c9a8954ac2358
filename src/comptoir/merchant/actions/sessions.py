"""Ending log-ins: all of a person's browsers, at once."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from comptoir.merchant.models import Person


def end_all(person: Person) -> None:
    """End every log-in of a person, within the transaction of whatever calls for it."""
    known = UserSession.objects.filter(user=person)
    Session.objects.filter(
        session_key__in=list(known.values_list("session_key", flat=True))
    ).delete()
    known.delete()
