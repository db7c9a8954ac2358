"""An alert whose cause has gone is closed, and what waits of it is not sent."""

from __future__ import annotations

from tests.alerts.conftest import (
    FRIDAY,
    HOUR,
    MINUTE,
    SECOND,
    Desk,
    record,
    recorded,
    run,
    standing,
    told,
)

from comptoir.alerts import causes, planning
from comptoir.alerts.actions import acknowledge
from comptoir.alerts.models import Alert, Delivery
from comptoir.storage.models import Change
from comptoir.tickets.actions import reply, wait
from comptoir.tickets.models import Clock, Ticket


def only(threshold: str) -> Alert:
    return Alert.objects.get(threshold=threshold)


def moved(ticket: Ticket, **warnings: object) -> None:
    """Move the thresholds of the ticket's clock, as a change of policy does."""
    clock = Clock.objects.get(ticket=ticket)
    clock.warnings = [[key.replace("_", ":"), at.isoformat()] for key, at in warnings.items()]  # type: ignore[attr-defined]
    ahead = [at for key, at in warnings.items() if key.replace("_", ":") not in clock.warned]
    clock.warn_at = min(ahead, default=None)  # type: ignore[type-var]
    clock.save()


def test_an_answer_closes_the_alert_and_drops_what_waits(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    run(FRIDAY + SECOND)
    run(FRIDAY + 12 * HOUR)
    assert not causes.is_over(only("limit:50"), now=FRIDAY + 12 * HOUR)

    reply.answered_elsewhere(ticket.pk, "Done.", by=desk.ines, now=FRIDAY + 13 * HOUR)
    assert causes.is_over(only("limit:50"), now=FRIDAY + 13 * HOUR)
    causes.sweep(now=FRIDAY + 13 * HOUR)

    assert standing(ticket) == []
    assert told() == []
    assert set(Delivery.objects.values_list("state", "reason")) == {("dropped", "over")}


def test_an_open_clock_keeps_its_alert(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    run(FRIDAY + 12 * HOUR)
    before = standing(ticket)

    assert causes.sweep(now=FRIDAY + 13 * HOUR) == 0
    assert standing(ticket) == before


def test_what_is_over_before_it_is_planned_is_told_to_nobody(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    record(FRIDAY + 12 * HOUR)
    reply.answered_elsewhere(ticket.pk, "Done.", by=desk.ines, now=FRIDAY + 12 * HOUR)
    causes.sweep(now=FRIDAY + 12 * HOUR)
    planning.plan(now=FRIDAY + 12 * HOUR)

    assert Delivery.objects.count() == 0


def test_a_deadline_that_moves_away_closes_the_alert_and_warns_again_later(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    run(FRIDAY + 12 * HOUR)
    moved(ticket, limit_50=FRIDAY + 36 * HOUR, limit_75=FRIDAY + 54 * HOUR)
    causes.sweep(now=FRIDAY + 13 * HOUR)
    assert standing(ticket) == []
    assert Clock.objects.get(ticket=ticket).warn_at == FRIDAY + 36 * HOUR

    run(FRIDAY + 36 * HOUR)
    assert recorded(ticket).count("limit:50") == 2
    assert standing(ticket) == ["limit:50"]
    assert only_open(ticket).key == f"clock:{ticket.pk}:first_reply:1:limit:50"


def only_open(ticket: Ticket) -> Alert:
    return Alert.objects.get(ticket=ticket, over_at=None)


def test_a_weaker_threshold_that_lies_ahead_again_warns_again_too(desk: Desk) -> None:
    """At 75 % the limit moves from one day to three: half of it lies ahead again."""
    ticket = desk.writes(at=FRIDAY)
    run(FRIDAY + 12 * HOUR)
    run(FRIDAY + 18 * HOUR)
    moved(ticket, limit_50=FRIDAY + 36 * HOUR, limit_75=FRIDAY + 54 * HOUR)
    causes.sweep(now=FRIDAY + 19 * HOUR)
    run(FRIDAY + 36 * HOUR)

    assert standing(ticket) == ["limit:50"]


def test_a_threshold_that_is_gone_closes_its_alert(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    run(FRIDAY + 12 * HOUR)
    moved(ticket, limit_60=FRIDAY + 14.4 * HOUR)
    causes.sweep(now=FRIDAY + 13 * HOUR)

    assert standing(ticket) == []


def test_a_summary_is_sent_while_one_of_its_alerts_stands(desk: Desk) -> None:
    tickets = [desk.writes(at=FRIDAY, thread=f"t{n}") for n in range(6)]
    run(FRIDAY + 26 * HOUR)
    for ticket in tickets[:5]:
        reply.answered_elsewhere(ticket.pk, "Done.", by=desk.ines, now=FRIDAY + 27 * HOUR)
    causes.sweep(now=FRIDAY + 27 * HOUR)
    assert "Inès app 6" in told()

    reply.answered_elsewhere(tickets[5].pk, "Done.", by=desk.ines, now=FRIDAY + 27 * HOUR)
    causes.sweep(now=FRIDAY + 27 * HOUR)
    assert told() == []


def test_a_paused_ticket_with_a_running_limit_keeps_its_alert(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    run(FRIDAY + SECOND)
    run(FRIDAY + 12 * HOUR)
    wait.wait(ticket.pk, on="internally", by=desk.ines, now=FRIDAY + 13 * HOUR)
    causes.sweep(now=FRIDAY + 13 * HOUR)

    assert "limit:50" in standing(ticket)


def test_browsers_of_those_told_hear_that_it_is_over(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    run(FRIDAY + 12 * HOUR)
    reply.answered_elsewhere(ticket.pk, "Done.", by=desk.ines, now=FRIDAY + 13 * HOUR)
    causes.sweep(now=FRIDAY + 13 * HOUR)

    assert Change.objects.filter(kind="alert", data__to=desk.ines.pk).exists()


# acknowledging


def test_taking_note_stops_what_waits_and_the_escalation(desk: Desk) -> None:
    desk.writes(at=FRIDAY)
    run(FRIDAY + 22 * HOUR)
    alert = only("limit-120")

    assert acknowledge.acknowledge([alert.pk], by=desk.ines, now=FRIDAY + 22 * HOUR + MINUTE) == 1
    alert.refresh_from_db()
    assert alert.acknowledged_by == desk.ines
    assert alert.escalate_at is None
    assert "acknowledged" in Delivery.objects.values_list("reason", flat=True)
    assert acknowledge.acknowledge([alert.pk], by=desk.camille, now=FRIDAY + 23 * HOUR) == 0


def test_opening_a_ticket_takes_note_for_those_who_were_told(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    run(FRIDAY + 12 * HOUR)

    later = FRIDAY + 12 * HOUR + SECOND
    assert acknowledge.acknowledge_ticket(ticket.pk, by=desk.noah, now=later) == 0
    assert acknowledge.acknowledge_ticket(ticket.pk, by=desk.ines, now=later) >= 1


def test_nobody_takes_note_of_what_they_may_not_see(desk: Desk) -> None:
    desk.writes(at=FRIDAY)
    run(FRIDAY + 12 * HOUR)
    ids = Alert.objects.values_list("pk", flat=True)

    assert acknowledge.acknowledge(ids, by=desk.outsider, now=FRIDAY + 13 * HOUR) == 0
    assert acknowledge.acknowledge(ids, by=desk.noah, now=FRIDAY + 13 * HOUR) == 0  # only reads
