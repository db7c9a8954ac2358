"""What the software thinks of a message only suggests."""

from __future__ import annotations

from tests.tickets.conftest import FRIDAY, Desk

from comptoir.tickets.models import Clock


def test_rule_02_message_that_seems_to_need_no_answer_starts_a_clock_all_the_same(
    desk: Desk,
) -> None:
    ticket = desk.writes("Thank you, all is well.", needs_reply=False)
    clock = Clock.objects.get(ticket=ticket, kind="first_reply")

    assert (clock.state, clock.started_at) == ("running", FRIDAY)
    assert ticket.queue_tier is not None


def test_rule_04_nothing_is_marked_by_the_software_itself(desk: Desk) -> None:
    ticket = desk.writes("Thank you, all is well.", needs_reply=False, tier=3)

    assert not ticket.facts.filter(kind="no_response_needed").exists()
    assert ticket.oldest_unanswered_at == FRIDAY
