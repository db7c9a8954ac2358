"""Time moved forward in the demo reaches the mails of its connector; a real desk's does not move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.channels.demo.conftest import order_of
from tests.shop import small_shop

from comptoir.channels.demo.orders import write_orders
from comptoir.inbox.connections import open_connector
from comptoir.merchant.models import Connection
from comptoir.storage import clock


@pytest.fixture
def connection(db: None, monkeypatch: pytest.MonkeyPatch) -> Connection:
    """The mailbox of Maison Perrin, its buyers writing as fast as they can."""
    monkeypatch.setenv("COMPTOIR_DEMO", "1")
    small_shop(datetime.now(UTC))
    row: Connection = Connection.objects.get(name="service@maison-perrin.example")
    row.settings = {**row.settings, "pace": 50}
    return row


def test_new_mail_carries_the_moved_time(connection: Connection) -> None:
    write_orders(Path(connection.settings["spool"]), [order_of("amazon"), order_of("shopify")])
    clock.move_forward(timedelta(hours=6))
    since = datetime.now(UTC) - timedelta(minutes=5)

    connector = open_connector(connection)
    items = [item for page in connector.pull({"through": since.isoformat()}) for item in page.items]

    assert items
    for item in items:
        assert item.received_at is not None
        assert since + timedelta(hours=6) < item.received_at <= clock.now()
