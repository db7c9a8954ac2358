"""The loop as a worker runs it: quiet when nothing is due, one summary after an outage."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.alerts.conftest import FRIDAY, HOUR, MINUTE, SECOND, Desk, told

from comptoir.alerts import looping
from comptoir.alerts.models import Alert
from comptoir.merchant.models import Connection
from comptoir.tickets.actions import reply


class Watch:
    """A clock that stands until it is set."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture(autouse=True)
def _looks_at_everything_at_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOOK_SECONDS", "SWEEP_SECONDS", "SLOW_SECONDS", "RARE_SECONDS"):
        monkeypatch.setattr(looping, name, 0.0)


def made(at: datetime) -> tuple[Watch, looping.Alerting]:
    watch = Watch(at)
    return watch, looping.Alerting(watch)


def steps(loop: looping.Alerting) -> None:
    """Do what both loops do until they rest."""
    for _ in range(20):
        is_busy = looping.record_step(now=loop.now())
        loop.step()
        if not is_busy:
            return
    raise AssertionError("the loop never comes to rest")


def test_a_day_in_the_life_of_a_message(desk: Desk) -> None:
    """Warned at each threshold, answered, quiet."""
    watch, loop = made(FRIDAY)
    Connection.objects.update(last_pull_at=FRIDAY + 30 * HOUR)
    ticket = desk.writes(at=FRIDAY)
    open_counts = []
    for hours in (0, 12, 18, 22):
        watch.at = FRIDAY + hours * HOUR + SECOND
        steps(loop)
        open_counts.append(Alert.objects.filter(over_at=None).count())
    reply.answered_elsewhere(ticket.pk, "Done.", by=desk.ines, now=FRIDAY + 23 * HOUR)
    watch.at = FRIDAY + 23 * HOUR + MINUTE
    steps(loop)

    assert open_counts == [1, 2, 2, 1]
    assert Alert.objects.filter(over_at=None).count() == 0
    assert told() == []


def test_after_an_outage_everything_is_recorded_before_one_summary_is_planned(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looping, "CLAIM_COUNT", 5)
    Connection.objects.update(last_pull_at=FRIDAY + 30 * HOUR)
    for number in range(12):
        desk.writes(at=FRIDAY, thread=f"t{number}")
    _, loop = made(FRIDAY + 30 * HOUR)
    looping.record_step(now=FRIDAY + 30 * HOUR)
    loop.step()
    assert told() == [], "there is still a backlog"
    steps(loop)

    assert told() == ["Camille app 12", "Inès app 12"]


def test_a_backlog_that_never_ends_does_not_hold_up_alerts_for_ever(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Say, a ticket that something holds locked, or a clock that cannot be recorded."""
    monkeypatch.setattr(looping, "CLAIM_COUNT", 1)
    monkeypatch.setattr(looping, "BACKLOG_SECONDS_MAX", 0.0)
    Connection.objects.update(last_pull_at=FRIDAY + 30 * HOUR)
    for number in range(2):
        desk.writes(at=FRIDAY, thread=f"t{number}")
    _, loop = made(FRIDAY + 30 * HOUR)
    looping.record_step(now=FRIDAY + 30 * HOUR)
    loop.step()

    assert told() == ["Camille app 1", "Inès app 1"]


def test_an_idle_worker_rests(desk: Desk) -> None:
    assert looping.record_step(now=FRIDAY) is False
