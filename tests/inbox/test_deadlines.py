"""The deadline loop: what falls due is written down once, by whichever process comes first."""

from datetime import timedelta

from tests.tickets.conftest import FRIDAY, Desk, desk

from comptoir.inbox import deadlines
from comptoir.storage.models import Change
from comptoir.tickets.actions import reply
from comptoir.tickets.models import Clock, Fact, Ticket

__all__ = ["desk"]

HOUR = timedelta(hours=1)


def facts(ticket: Ticket) -> list[str]:
    kinds = ("target_missed", "limit_missed")
    return list(
        Fact.objects.filter(ticket=ticket, kind__in=kinds)
        .order_by("id")
        .values_list("kind", flat=True)
    )


def test_at_exactly_the_deadline_nothing_is_missed(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)

    assert deadlines.fire_due(now=FRIDAY + 14 * HOUR) == 0
    assert facts(ticket) == []


def test_a_missed_target_and_then_the_limit_are_written_once_each(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)

    deadlines.fire_due(now=FRIDAY + 14 * HOUR + timedelta(seconds=1))
    deadlines.fire_due(now=FRIDAY + 14 * HOUR + timedelta(seconds=2))
    assert facts(ticket) == ["target_missed"]
    assert Clock.objects.get(ticket=ticket).state == "past_target"
    assert Ticket.objects.get().next_deadline_at == FRIDAY + 24 * HOUR

    deadlines.fire_due(now=FRIDAY + 25 * HOUR)
    deadlines.fire_due(now=FRIDAY + 26 * HOUR)
    assert facts(ticket) == ["target_missed", "limit_missed"]
    assert Ticket.objects.get().queue_tier == 2
    assert Fact.objects.get(kind="limit_missed").happened_at == FRIDAY + 24 * HOUR


def test_browsers_are_told(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)

    deadlines.fire_due(now=FRIDAY + 25 * HOUR)

    told = Change.objects.filter(ticket_id=ticket.pk).latest("id")
    assert told.data["what"] == "deadline"


def test_an_answered_ticket_falls_due_no_more(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    reply.answered_elsewhere(ticket.pk, "Done.", by=desk.ines, now=FRIDAY + HOUR)

    assert deadlines.fire_due(now=FRIDAY + 48 * HOUR) == 0
    assert facts(ticket) == []


def test_more_than_one_claim_falls_due_at_once(desk: Desk) -> None:
    for number in range(5):
        desk.writes(at=FRIDAY, thread=f"t{number}")

    assert deadlines.fire_due(now=FRIDAY + 25 * HOUR) == 5
    assert Fact.objects.filter(kind="limit_missed").count() == 5
