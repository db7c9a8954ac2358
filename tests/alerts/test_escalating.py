"""What nobody took note of goes to the supervisor, then to the administrators."""

from __future__ import annotations

import pytest
from tests.alerts.conftest import FRIDAY, HOUR, MINUTE, SECOND, Desk, run, told

from comptoir.alerts import causes
from comptoir.alerts.actions import acknowledge
from comptoir.alerts.actions.escalation import set_times
from comptoir.alerts.actions.record import News, record
from comptoir.alerts.escalating import escalate_due, times
from comptoir.alerts.models import Alert, Delivery
from comptoir.alerts.planning import plan
from comptoir.core.refusals import Refusal
from comptoir.merchant.models import Person
from comptoir.storage.models import AuditEntry
from comptoir.tickets.actions import assign, reply

DUE = FRIDAY + 22 * HOUR


@pytest.fixture
def alert(desk: Desk, leader: Person) -> Alert:
    """Give an alert of which only Inès, who has the ticket, was told."""
    ticket = desk.writes(at=FRIDAY)
    assign.assign(ticket.pk, to=desk.ines.pk, by=desk.camille, now=FRIDAY + MINUTE)
    one = News(
        Alert.Kind.CLOCK,
        f"clock:{ticket.pk}:first_reply:1:limit:50",
        ("assignee",),
        DUE,
        is_push=True,
        ticket_id=ticket.pk,
        channel_id=desk.amazon.pk,
    )
    record([one], waits=times(), now=DUE)
    plan(now=DUE)
    return Alert.objects.get()


def test_nothing_escalates_before_its_time(alert: Alert) -> None:
    assert escalate_due(now=DUE + 15 * MINUTE - SECOND) == 0
    assert "Lukas app 1" not in told(alert)


def test_after_a_quarter_of_an_hour_the_supervisor_hears(alert: Alert) -> None:
    assert escalate_due(now=DUE + 15 * MINUTE) == 1
    assert told(alert) == ["Inès app 1", "Lukas app 1", "Lukas email 1"]
    assert set(Delivery.objects.filter(person__name="Lukas Brandt").values_list("reason")) == {
        ("escalated",)
    }


def test_after_half_an_hour_more_the_administrators_hear(alert: Alert) -> None:
    escalate_due(now=DUE + 15 * MINUTE)
    assert escalate_due(now=DUE + 44 * MINUTE) == 0
    assert escalate_due(now=DUE + 45 * MINUTE) == 1
    assert "Camille app 1" in told(alert)
    assert escalate_due(now=DUE + 24 * HOUR) == 0

    alert.refresh_from_db()
    assert alert.to == ["assignee", "supervisor", "admins"]
    assert alert.escalated_at == DUE + 45 * MINUTE


def test_taking_note_ends_it(alert: Alert, desk: Desk) -> None:
    acknowledge.acknowledge([alert.pk], by=desk.ines, now=DUE + MINUTE)

    assert escalate_due(now=DUE + HOUR) == 0


def test_a_cause_that_went_ends_it(alert: Alert, desk: Desk) -> None:
    assert alert.ticket_id is not None
    reply.answered_elsewhere(alert.ticket_id, "Done.", by=desk.ines, now=DUE + MINUTE)
    causes.sweep(now=DUE + 2 * MINUTE)

    assert escalate_due(now=DUE + HOUR) == 0


def test_who_heard_already_is_not_told_again(desk: Desk, leader: Person) -> None:
    desk.writes(at=FRIDAY)
    run(FRIDAY + 22 * HOUR)
    before = Delivery.objects.filter(person=leader).count()
    escalate_due(now=FRIDAY + 22 * HOUR + 15 * MINUTE)

    assert Delivery.objects.filter(person=leader).count() == before


def test_what_only_counts_does_not_escalate(desk: Desk) -> None:
    desk.writes(at=FRIDAY)
    run(FRIDAY + 12 * HOUR)

    assert Alert.objects.get(threshold="limit:50").escalate_at is None


def test_the_desk_sets_the_times(desk: Desk, alert: Alert) -> None:
    set_times(supervisor_minutes=5, admins_minutes=10, by=desk.camille, now=DUE)
    escalate_due(now=DUE + 15 * MINUTE)
    alert.refresh_from_db()

    assert alert.escalate_at == DUE + 25 * MINUTE
    entry = AuditEntry.objects.get(action="alerts.escalation")
    assert entry.data == {"before": [15, 30], "after": [5, 10]}


@pytest.mark.parametrize("minutes", [0, -5, 7 * 24 * 60 + 1])
def test_impossible_times_are_refused(desk: Desk, minutes: int) -> None:
    with pytest.raises(Refusal):
        set_times(supervisor_minutes=minutes, admins_minutes=30, by=desk.camille, now=DUE)
