"""What falls due is recorded exactly once a clock and threshold.

Amazon, a message on Friday 17:40 in Lyon (FRIDAY): limit on Saturday 17:40, target 14 h.
"""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
from django.db import connection
from tests.alerts.conftest import (
    ESCALATE,
    FRIDAY,
    HOUR,
    MINUTE,
    SECOND,
    Desk,
    record,
    recorded,
    standing,
)

from comptoir.alerts import due
from comptoir.alerts.models import Alert
from comptoir.inbox import health
from comptoir.merchant.models import Channel
from comptoir.tickets.actions import reply, tier
from comptoir.tickets.models import Clock, Ticket


def test_each_threshold_is_recorded_when_it_falls_due(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    seen = []
    for hours in range(26):
        record(FRIDAY + hours * HOUR)
        seen.append(len(recorded(ticket)))

    assert [key for key in recorded(ticket) if "shift" not in key] == [
        "limit:50",
        "target_missed",
        "limit:75",
        "limit:90",
        "limit-120",
        "limit_missed",
    ]
    assert seen[11] < seen[12] < seen[14] < seen[18] < seen[22] < seen[24] == seen[25]


def test_nothing_is_recorded_before_its_moment(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    record(FRIDAY + SECOND)
    before = recorded(ticket)

    record(FRIDAY + 12 * HOUR - SECOND)
    assert recorded(ticket) == before
    record(FRIDAY + 12 * HOUR)
    assert recorded(ticket) == [*before, "limit:50"]


def test_an_alert_says_what_fell_due_and_when(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    record(FRIDAY + SECOND)
    record(FRIDAY + 12 * HOUR + 3 * SECOND)

    alert = Alert.objects.get(threshold="limit:50")
    assert alert.key == f"clock:{ticket.pk}:first_reply:1:limit:50"
    assert alert.due_at == FRIDAY + 12 * HOUR
    assert alert.recorded_at == FRIDAY + 12 * HOUR + 3 * SECOND
    assert datetime.fromisoformat(alert.data["limit_at"]) == FRIDAY + 24 * HOUR
    assert alert.channel_id == desk.amazon.pk


def test_several_thresholds_passed_at_once_are_all_recorded_and_the_strongest_stays(
    desk: Desk,
) -> None:
    ticket = desk.writes(at=FRIDAY)

    assert record(FRIDAY + 25 * HOUR) == 1
    assert set(recorded(ticket)) >= {"limit:50", "limit:75", "limit:90", "limit_missed"}
    assert standing(ticket) == ["limit_missed"]


def test_a_stronger_alert_takes_the_place_of_the_weaker(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    record(FRIDAY + 18 * HOUR)
    record(FRIDAY + 22 * HOUR)

    assert standing(ticket) == ["limit-120"]


def test_once_the_limit_is_missed_no_weaker_alert_of_it_stays_open(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    record(FRIDAY + 25 * HOUR)
    clock = Clock.objects.get(ticket=ticket)
    # Hours that were changed meanwhile find that nobody was on duty before the limit.
    clock.warnings = [*clock.warnings, ["no_shift", (FRIDAY + HOUR).isoformat()]]
    clock.warn_at = FRIDAY + HOUR
    clock.save()

    record(FRIDAY + 26 * HOUR)

    assert "no_shift" in recorded(ticket)
    assert standing(ticket) == ["limit_missed"]


def test_limit_within_two_hours_interrupts_and_half_time_does_not(desk: Desk) -> None:
    desk.writes(at=FRIDAY)
    record(FRIDAY + 12 * HOUR)
    record(FRIDAY + 22 * HOUR)
    assert Alert.objects.get(threshold="limit-120").escalate_at == FRIDAY + 22 * HOUR + ESCALATE
    record(FRIDAY + 24 * HOUR + SECOND)

    levels = dict(Alert.objects.values_list("threshold", "level"))
    assert levels["limit:50"] == "count"
    assert levels["limit-120"] == "push"
    assert levels["limit_missed"] == "count"


def test_everything_about_a_claim_interrupts(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    tier.correct(ticket.pk, 0, by=desk.camille, now=FRIDAY + HOUR)
    record(FRIDAY + 12 * HOUR)

    assert Alert.objects.get(threshold="limit:50").level == "push"


def test_in_watch_mode_nothing_interrupts(desk: Desk) -> None:
    Channel.objects.filter(pk=desk.amazon.pk).update(is_watched_only=True)
    desk.writes(at=FRIDAY)
    record(FRIDAY + 22 * HOUR)

    assert set(Alert.objects.values_list("level", flat=True)) == {"count"}


def test_an_answered_ticket_warns_of_nothing(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    record(FRIDAY + SECOND)
    before = recorded(ticket)
    reply.answered_elsewhere(ticket.pk, "Done.", by=desk.ines, now=FRIDAY + HOUR)

    assert record(FRIDAY + 25 * HOUR) == 0
    assert recorded(ticket) == before


def test_recording_again_records_nothing(desk: Desk) -> None:
    desk.writes(at=FRIDAY)
    record(FRIDAY + 25 * HOUR)
    before = Alert.objects.count()

    Clock.objects.update(warned=[], warn_at=FRIDAY)  # as if the clock had forgotten
    record(FRIDAY + 26 * HOUR)
    assert Alert.objects.count() == before


def test_more_than_one_claim_falls_due_at_once(desk: Desk) -> None:
    for number in range(7):
        desk.writes(at=FRIDAY, thread=f"t{number}")

    counts = []
    while count := due.record_due(now=FRIDAY + 12 * HOUR, escalate_after=ESCALATE, count=3):
        counts.append(count)
    assert counts == [3, 3, 1]
    assert Alert.objects.filter(threshold="limit:50").count() == 7


def test_the_next_moment_is_set_past_what_was_recorded(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    record(FRIDAY + 12 * HOUR)

    clock = Clock.objects.get(ticket=ticket)
    assert clock.warn_at == FRIDAY + 14 * HOUR
    assert "limit:50" in clock.warned


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_record_each_alert_once(desk: Desk) -> None:
    for number in range(40):
        desk.writes(at=FRIDAY, thread=f"t{number}")
    barrier = threading.Barrier(4)
    counts: list[int] = []

    def work() -> None:
        barrier.wait()
        while count := due.record_due(now=FRIDAY + 12 * HOUR, escalate_after=ESCALATE, count=5):
            counts.append(count)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    record(FRIDAY + 12 * HOUR)  # what was locked at the last look
    assert sum(counts) <= 40
    assert Alert.objects.filter(threshold="limit:50").count() == 40
    assert Alert.objects.values("key").distinct().count() == Alert.objects.count()


@pytest.mark.django_db(transaction=True)
def test_a_ticket_somebody_works_on_is_left_for_the_next_round(desk: Desk) -> None:
    """A verb holds the ticket and will write the clock: waiting for it would be a deadlock."""
    ticket = desk.writes(at=FRIDAY)
    other = desk.writes(at=FRIDAY, thread="t2")
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        from django.db import transaction

        with transaction.atomic():
            Ticket.objects.select_for_update().get(pk=ticket.pk)
            held.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    assert record(FRIDAY + 12 * HOUR) == 1
    assert recorded(ticket) == []
    done.set()
    thread.join()
    assert record(FRIDAY + 12 * HOUR + MINUTE) == 1
    assert "limit:50" in recorded(ticket)
    assert "limit:50" in recorded(other)


def test_what_is_due_and_not_recorded_is_a_figure_and_a_finding(desk: Desk) -> None:
    desk.writes(at=FRIDAY)
    assert health.figures(now=FRIDAY)["comptoir_alert_lag_seconds"] == 0
    late = {f.name: f for f in health.findings(now=FRIDAY + HOUR)}
    assert health.figures(now=FRIDAY + HOUR)["comptoir_alert_lag_seconds"] == 3600
    assert late["alerts"].is_well is False

    record(FRIDAY + HOUR)
    assert health.figures(now=FRIDAY + HOUR)["comptoir_alert_lag_seconds"] == 0
