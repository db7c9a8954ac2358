"""Letting somebody in: an administrator makes a link, the invited person makes the rest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from comptoir.merchant import links
from comptoir.merchant.actions import checks
from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.models import Invitation, Person, Role, Team
from comptoir.storage import audit

LINK_WORKS_FOR = timedelta(days=7)


@transaction.atomic
def invite(
    *, email: str, role: Role, team_ids: Iterable[int], by: Person, now: datetime
) -> tuple[Invitation, str]:
    """Invite somebody, and give the invitation with the token of its link.

    An invitation of the same address that still waits is replaced. Refused: `email_known`.
    """
    checks.administrator(by)
    address = checks.free_address(email)
    Invitation.objects.filter(email=address, used_at=None).delete()
    token = links.fresh()
    invitation = Invitation.objects.create(
        token_sha256=token.sha256,
        email=address,
        role=role,
        invited_by=by,
        created_at=now,
        expires_at=now + LINK_WORKS_FOR,
    )
    invitation.teams.set(Team.objects.filter(pk__in=list(team_ids)))
    _record("create", invitation, by=by, now=now, role=role)
    return invitation, token.text


@transaction.atomic
def renew(invitation_id: int, *, by: Person, now: datetime) -> str:
    """Make a new link for an invitation that was not used; the old link stops working."""
    checks.administrator(by)
    invitation = _waiting(invitation_id)
    token = links.fresh()
    invitation.token_sha256 = token.sha256
    invitation.expires_at = now + LINK_WORKS_FOR
    invitation.save(update_fields=["token_sha256", "expires_at"])
    _record("renew", invitation, by=by, now=now)
    return token.text


@transaction.atomic
def withdraw(invitation_id: int, *, by: Person, now: datetime) -> None:
    """Take an invitation back that was not used."""
    checks.administrator(by)
    invitation = _waiting(invitation_id)
    _record("withdraw", invitation, by=by, now=now)
    invitation.delete()


@transaction.atomic
def accept(
    *, token: str, name: str, password: str, language: str, time_zone: str, now: datetime
) -> Person:
    """Make the invited person. Refused as the link is, and `email_known`, `time_zone_unknown`."""
    invitation = links.invitation(token, now=now, lock=True)
    person = Person.objects.create_user(
        checks.free_address(invitation.email),
        password,
        name=checks.filled(name),
        role=invitation.role,
        language=language,
        time_zone=checks.time_zone(time_zone),
        joined_at=now,
    )
    person.teams.set(invitation.teams.all())
    invitation.used_at, invitation.used_by = now, person
    invitation.save(update_fields=["used_at", "used_by"])
    _record("accept", invitation, by=person, now=now, role=invitation.role)
    return person


def _waiting(invitation_id: int) -> Invitation:
    waiting = Invitation.objects.select_for_update().exclude(email="").filter(used_at=None)
    if (invitation := waiting.filter(pk=invitation_id).first()) is None:
        raise Refused("invitation_unknown")
    return invitation


def _record(verb: str, invitation: Invitation, *, by: Person, now: datetime, **data: str) -> None:
    subject = ("invitation", invitation.pk)
    audit.record(
        f"invitation.{verb}", by=by, now=now, subject=subject, email=invitation.email, **data
    )
