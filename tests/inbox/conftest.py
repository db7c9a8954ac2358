"""The small desk of the ticket tests, and a mailbox whose mail is stored and read for real."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

import pytest
from tests.tickets.conftest import FRIDAY, Desk, desk

from comptoir.channels.kernel.protocol import Page, RawItem
from comptoir.inbox import arrivals, connecting, pulling
from comptoir.inbox.own_mail import forget_addresses
from comptoir.inbox.routing import forget_routes
from comptoir.merchant.models import Merchant
from comptoir.tickets.models import Message

__all__ = ["Desk", "desk"]

uids = count(1)
Deliver = Callable[..., Message | None]


@pytest.fixture
def deliver(db: None) -> Deliver:
    """Store raw mails of one mailbox and read them; gives the last message stored."""
    Merchant.objects.get_or_create(name="Maison Perrin", defaults={"time_zone": "Europe/Paris"})
    start = FRIDAY - timedelta(days=7)
    row = connecting.connect(
        "mail",
        "info@maison-perrin.example",
        {
            "imap_host": "imap.maison-perrin.example",
            "user": "info@maison-perrin.example",
            "senders": ["info@maison-perrin.example"],
        },
        {"password": "hunter2hunter2"},
        [
            connecting.NewChannel("amazon", "Amazon.de", start, "DE", locale="de"),
            connecting.NewChannel("amazon", "Amazon.fr", start, "FR", locale="fr"),
            connecting.NewChannel("ebay", "eBay.de", start, "DE", locale="de"),
            connecting.NewChannel("shopify", "maison-perrin.example", start, "FR", locale="fr"),
        ],
        by=None,
        now=start,
    )
    forget_routes()
    forget_addresses()

    def put(raw: bytes, *, at: datetime = FRIDAY, external_id: str = "") -> Message | None:
        item = RawItem(external_id or f"INBOX/1/{next(uids)}", raw, received_at=at)
        pulling.store(row, Page((item,), {"INBOX": {"uidvalidity": 1}}), now=at)
        arrivals.read_waiting(clock=lambda: at + timedelta(seconds=2))
        return Message.objects.order_by("-id").first()

    put.connection = row  # type: ignore[attr-defined]  # for tests that ask
    return put
