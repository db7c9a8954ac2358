"""Vendors' rates, kept together by everybody who asks."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection

from comptoir.channels.kernel.limits import Rate
from comptoir.inbox.limits import SharedLimiter, headroom

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_that_ask_at_once_never_exceed_the_rate_together() -> None:
    rate = Rate(20, 1, burst=5)
    left: list[float] = []
    ends_at = time.monotonic() + 1.5

    def ask() -> None:
        limiter = SharedLimiter(1)
        while time.monotonic() < ends_at:
            wait = limiter.take("orders", rate)
            if not wait:
                left.append(time.monotonic())
            time.sleep(min(wait, 0.05))
        connection.close()

    began = time.monotonic()
    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    allowed = rate.burst + rate.a_second * (time.monotonic() - began)
    assert len(left) <= allowed
    assert len(left) >= 0.5 * rate.a_second * 1.5


def test_rates_of_accounts_and_operations_are_apart() -> None:
    rate = Rate(1, 60)
    one, other = SharedLimiter(1), SharedLimiter(2)

    assert [one.take("a", rate), one.take("b", rate), other.take("a", rate)] == [0.0, 0.0, 0.0]
    assert 50 < one.take("a", rate) <= 60


def test_pause_holds_for_everybody_and_is_seen_as_headroom() -> None:
    rate = Rate(10, 1, burst=10)
    SharedLimiter(1).pause("orders", 30)

    assert 29 < SharedLimiter(1).take("orders", rate) <= 30
    assert SharedLimiter(1).take("returns", rate) == 0.0
    kept = {one.name: one for one in headroom(1)}
    assert 29 < kept["orders"].paused_seconds <= 30
    assert kept["returns"].left == 9.0
