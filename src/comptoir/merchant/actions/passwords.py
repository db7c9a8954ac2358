"""A forgotten password: an administrator makes a link, since no mail may be set up yet."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from comptoir.merchant import links
from comptoir.merchant.actions import checks
from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.actions.sessions import end_all
from comptoir.merchant.models import PasswordLink, Person
from comptoir.storage import audit

LINK_WORKS_FOR = timedelta(hours=24)


@transaction.atomic
def make_link(person_id: int, *, by: Person | None, now: datetime) -> str:
    """Give the token of a link by which a person chooses a new password; older links stop working.

    Refused: `person_unknown`, `inactive`.
    """
    checks.administrator(by)
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None:
        raise Refused("person_unknown")
    if not person.is_active:
        raise Refused("inactive")
    PasswordLink.objects.filter(person=person, used_at=None).delete()
    token = links.fresh()
    PasswordLink.objects.create(
        person=person,
        token_sha256=token.sha256,
        made_by=by,
        created_at=now,
        expires_at=now + LINK_WORKS_FOR,
    )
    _record("make_password_link", person, by=by, now=now)
    return token.text


@transaction.atomic
def choose(*, token: str, password: str, now: datetime) -> Person:
    """Set the password its owner chose by a link, and end all their log-ins. Refused as the link is."""
    link = links.password(token, now=now, lock=True)
    person = link.person
    person.set_password(password)
    person.save(update_fields=["password"])
    link.used_at = now
    link.save(update_fields=["used_at"])
    end_all(person)
    _record("choose_password", person, by=person, now=now)
    return person


def _record(verb: str, person: Person, *, by: Person | None, now: datetime) -> None:
    audit.record(
        f"person.{verb}", by=by, now=now, subject=("person", person.pk), person=person.name
    )
