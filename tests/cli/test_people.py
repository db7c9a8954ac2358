"""The way back in for an administrator who has nobody to ask."""

from __future__ import annotations

from datetime import UTC, datetime

import click
import pytest
from allauth.mfa.models import Authenticator
from tests import demo_people

from comptoir.cli.people import path_for
from comptoir.merchant import links
from comptoir.storage.models import AuditEntry

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_link_opens_for_its_person_and_the_trail_has_no_name() -> None:
    camille = demo_people.camille()
    path = path_for("Camille@maisonperrin.example", without_second_step=False, now=NOW)

    assert links.password(path.removeprefix("/password/"), now=NOW).person == camille
    assert AuditEntry.objects.values_list("action", "person_id").get() == (
        "person.make_password_link",
        None,
    )


def test_lost_second_step_is_removed_when_asked_for() -> None:
    camille = demo_people.camille()
    Authenticator.objects.create(user=camille, type="totp", data={})
    path_for(camille.email, without_second_step=False, now=NOW)
    kept = Authenticator.objects.count()
    path_for(camille.email, without_second_step=True, now=NOW)

    assert (kept, Authenticator.objects.count()) == (1, 0)


def test_unknown_address_and_deactivated_person_get_a_clear_answer() -> None:
    ines = demo_people.ines()
    ines.is_active = False
    ines.save()

    with pytest.raises(click.ClickException, match="Nobody here has the address"):
        path_for("eve@elsewhere.example", without_second_step=False, now=NOW)
    with pytest.raises(click.ClickException, match="Inès Moreau is deactivated"):
        path_for(ines.email, without_second_step=False, now=NOW)
