"""A vendor on loopback for the template's connector, ours: one key, a few events, answers taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from tests.channels.loopback import Answer, Asked, Vendor, vendor

KEY = "the-right-key"


def events_at(at: datetime) -> list[dict[str, Any]]:
    """One buyer's question and its order."""
    buyer = {"id": "b1", "name": "Anna Berg", "language": "de"}
    return [
        {"kind": "order", "id": "A-1", "at": at.isoformat(), "state": "shipped", "total": "49.90",
         "currency": "EUR", "buyer": buyer},
        {"kind": "message", "id": "m1", "thread": "t1", "author": "buyer", "order": "A-1",
         "text": "Wo bleibt mein Paket?", "at": at.isoformat(), "buyer": buyer},
    ]  # fmt: skip


@contextmanager
def template_shop(events: list[dict[str, Any]]) -> Iterator[Vendor]:
    """Serve events, a page at a time, and take answers."""

    def handle(asked: Asked) -> Answer:
        if asked.headers.get("x-api-key") != KEY:
            return Answer(401, "who are you?")
        if asked.method == "POST":
            return Answer(201, body={"id": "ours-1"})
        after, size = int(asked.query.get("after", "0")), int(asked.query["limit"])
        some = events[after : after + size]
        return Answer(body={"events": some, "next": str(after + len(some))})

    with vendor(handle) as running:
        yield running
