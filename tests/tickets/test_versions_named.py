"""A version of a policy can go only when no ticket and no clock names it any more."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from tests.tickets.conftest import Desk

from comptoir.tickets.models import Clock, Ticket

pytestmark = pytest.mark.django_db


def delete(version_id: int) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM sla_policyversion WHERE id = %s", [version_id])
        gone: int = cursor.rowcount
    return gone


def test_a_version_that_a_ticket_names_cannot_be_deleted(desk: Desk) -> None:
    version_id = desk.writes().policy_version_id
    assert version_id is not None
    Clock.objects.all().delete()
    with pytest.raises(IntegrityError, match="is named by tickets"):
        delete(version_id)


def test_a_version_that_only_an_ended_clock_names_cannot_be_deleted(desk: Desk) -> None:
    version_id = desk.writes().policy_version_id
    assert version_id is not None
    Ticket.objects.update(policy_version_id=None, base_version_id=None)
    with pytest.raises(IntegrityError, match="is named by tickets"):
        delete(version_id)


def test_a_version_that_nothing_names_can_be_deleted(desk: Desk) -> None:
    version_id = desk.writes().policy_version_id
    assert version_id is not None
    Clock.objects.all().delete()
    Ticket.objects.update(policy_version_id=None, base_version_id=None)
    assert delete(version_id) == 1
