"""What keeps buyers' mail from being seen stands above every page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from comptoir.merchant.models import Connection
from comptoir.web import shell
from tests.web.conftest import LogIn
from tests.web.pages import tree, words
from tests.web.shop import Shop


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    shell._kept.clear()


def test_a_mailbox_that_cannot_be_reached_is_said_on_every_page(shop: Shop, log_in: LogIn) -> None:
    now = datetime.now(UTC)
    Connection.objects.update(last_pull_at=now)
    row = Connection.objects.order_by("id")[0]
    page = log_in(shop.camille)
    assert tree(page.get("/")).css(".trouble") == []

    row.failing_since, row.error_code = now - timedelta(hours=1), "auth_failed"
    row.save()
    shell._kept.clear()

    (said,) = tree(page.get("/")).css(".trouble")
    assert row.name in words(said)
    assert "Deadlines run on." in words(said)
