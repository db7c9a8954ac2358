"""The first administrator: a link printed at the first start lets one person make the merchant."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from comptoir.merchant import links
from comptoir.merchant.actions import checks
from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.models import Brand, Invitation, Merchant, Person, Role
from comptoir.storage import audit

LINK_WORKS_FOR = timedelta(hours=24)


@transaction.atomic
def first_link(now: datetime) -> str | None:
    """Make the token of the first administrator's link; None when there is one already.

    A new token replaces the one before, so a lost link is simply made again.
    """
    if _has_administrator():
        return None
    _unused().delete()
    token = links.fresh()
    Invitation.objects.create(
        token_sha256=token.sha256,
        role=Role.ADMIN,
        created_at=now,
        expires_at=now + LINK_WORKS_FOR,
    )
    return token.text


@transaction.atomic
def complete(
    *,
    token: str,
    merchant_name: str,
    name: str,
    email: str,
    password: str,
    language: str,
    time_zone: str,
    now: datetime,
) -> Person:
    """Make the merchant, the first brand of the same name, and the first administrator.

    Refused: `link_unknown`, `link_used`, `link_expired`, `already_set_up`, `name_missing`,
    `email_known`, `time_zone_unknown`.
    """
    link = links.first_administrator(token, now=now, lock=True)
    shop = checks.filled(merchant_name)
    zone = checks.time_zone(time_zone)
    Merchant.objects.update_or_create(
        only=True, defaults={"name": shop, "time_zone": zone, "language": language}
    )
    # Two links can be open when two processes start at once; the merchant's row, of which there is
    # one, makes the second wait here and then see the first's administrator.
    if _has_administrator():
        raise Refused("already_set_up")
    Brand.objects.get_or_create(name=shop)
    person = Person.objects.create_user(
        checks.free_address(email),
        password,
        name=checks.filled(name),
        role=Role.ADMIN,
        language=language,
        time_zone=zone,
        joined_at=now,
    )
    link.used_at, link.used_by = now, person
    link.save(update_fields=["used_at", "used_by"])
    audit.record("merchant.set_up", by=person, now=now, subject=("merchant", None), name=shop)
    return person


def _has_administrator() -> bool:
    return Person.objects.filter(role=Role.ADMIN, is_active=True).exists()


def _unused() -> QuerySet[Invitation]:
    return Invitation.objects.filter(email="", used_at=None)
