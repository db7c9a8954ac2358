"""Which of several open clocks the lists show, and the ticket's page first."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from tests.tickets.conftest import FRIDAY

from comptoir.core.clocks import Kind, State
from comptoir.tickets.projection import Projection
from comptoir.web.present.clocks import in_order

HOUR = timedelta(hours=1)


def clock(kind: Kind, state: State, target: float, limit: float) -> Any:
    """Stand in for an open clock; target and limit in hours from now."""
    target_at, limit_at = FRIDAY + target * HOUR, FRIDAY + limit * HOUR
    ahead = [at for at in (target_at, limit_at) if at >= FRIDAY]
    return SimpleNamespace(
        kind=kind, state=state, is_open=True, target_at=target_at, limit_at=limit_at,
        target_missed=target < 0, next_at=min(ahead, default=None),
    )  # fmt: skip


def shown(*clocks: Any) -> Kind:
    evaluation: Any = SimpleNamespace(clocks=clocks)
    promised: Any = None
    leading = Projection(evaluation, promised, FRIDAY, ()).leading
    assert leading is not None
    assert in_order(clocks)[0] is leading, "the page begins with the clock that lists show"
    return leading.kind


def test_one_past_its_target_is_due_now_whatever_comes_later() -> None:
    reply = clock(Kind.FIRST_REPLY, State.RUNNING, 5, 15)
    case = clock(Kind.CASE, State.PAST_TARGET, -3, 70)

    assert shown(reply, case) is Kind.CASE
    assert shown(reply, clock(Kind.CASE, State.RUNNING, 6, 70)) is Kind.FIRST_REPLY


def test_what_is_lost_comes_after_what_can_still_be_saved() -> None:
    lost = clock(Kind.FIRST_REPLY, State.BREACHED, -20, -4)

    assert shown(lost, clock(Kind.CASE, State.RUNNING, 5, 70)) is Kind.CASE
    assert shown(lost) is Kind.FIRST_REPLY
