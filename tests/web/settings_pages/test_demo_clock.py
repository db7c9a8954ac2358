"""The demo's clock: only the demo has one, and who moves it is written down."""

from __future__ import annotations

import pytest
from tests.web.conftest import LogIn
from tests.web.shop import Shop

from comptoir.storage import clock
from comptoir.storage.models import AuditEntry

ADDRESS = "/settings/clock"


def test_a_real_desk_has_no_clock_to_move(shop: Shop, log_in: LogIn) -> None:
    assert log_in(shop.camille).post(ADDRESS, {"hours": "6"}).status_code == 404
    assert clock.offset().total_seconds() == 0


def test_moving_the_clock_leaves_a_line_in_the_trail(
    shop: Shop, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPTOIR_DEMO", "1")

    assert log_in(shop.camille).post(ADDRESS, {"hours": "6"}).status_code == 302

    assert clock.offset().total_seconds() == 6 * 3600
    line = AuditEntry.objects.get(action="clock.move")
    assert (line.person_name, line.data) == (shop.camille.name, {"hours": 6})
