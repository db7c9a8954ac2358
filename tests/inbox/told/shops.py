"""What the journeys of channels with an API beside their mail share: accounts, pulls, a post office."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.tickets.conftest import FRIDAY

from comptoir.channels.kernel.protocol import Capabilities, Outcome, Outgoing, Receipt
from comptoir.inbox import arrivals, connections, outbox, serving
from comptoir.inbox.pulling import pull_by_id
from comptoir.inbox.routing import forget_routes
from comptoir.merchant.models import Channel, Connection, Person, Role

START = FRIDAY - timedelta(days=7)


def an_admin() -> Person:
    found = Person.objects.filter(email="c@x.example").first()
    return found or Person.objects.create_user(
        "c@x.example", "x", name="Camille", role=Role.ADMIN, joined_at=FRIDAY
    )


def an_account(
    kind: str, values: dict[str, Any], secrets: dict[str, Any], channels: list[Channel]
) -> Connection:
    """Connect an account that serves channels which mail made."""
    row = serving.connect_account(
        kind, kind, values, secrets, new=(), existing=[one.pk for one in channels], ends={},
        by=an_admin(), now=START,
    )  # fmt: skip
    forget_routes()
    return row


def fetch(row: Connection, at: datetime = FRIDAY + timedelta(hours=1)) -> int:
    count = pull_by_id(row.pk, clock=lambda: at)
    arrivals.read_waiting(clock=lambda: at)
    return count


class PostOffice:
    """A mail connector that takes every reply, and remembers it."""

    capabilities = Capabilities(name="post")

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []

    def send(self, outgoing: Outgoing) -> Receipt:
        self.sent.append(outgoing)
        return Receipt(Outcome.ACCEPTED, reply="250 ok")

    def close(self) -> None:
        pass


@contextmanager
def posting(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """Let mail accounts send into a post office; all others are opened as ever."""
    office = PostOffice()
    real: Callable[..., Any] = connections.open_connector

    def opened(row: Connection) -> Any:
        return office if row.kind == "mail" else real(row)

    monkeypatch.setattr(outbox, "open_connector", opened)
    yield office
