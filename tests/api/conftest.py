"""Programs that come with tokens of the small desk's people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from comptoir.merchant.actions import api_tokens
from comptoir.merchant.models import ApiToken, Person, Role
from tests.tickets.conftest import Desk, desk

__all__ = ["Desk", "Program", "desk"]

Program = Callable[..., Client]


@pytest.fixture
def program(desk: Desk) -> Program:
    """Give a program with a token: made by Camille, reading and as her unless said otherwise."""

    def with_token(
        *, by: Person | None = None, writes: bool = False, role: Role | None = None
    ) -> Client:
        _, text = api_tokens.make(
            name="Warehouse",
            is_read_only=not writes,
            role=role,
            by=desk.camille,
            now=datetime.now(UTC),
        )
        if by is not None:  # somebody who made it while they were an administrator
            ApiToken.objects.update(made_by=by)
        return Client(headers={"Authorization": f"Bearer {text}"})

    return with_token
