"""Figures beside a clock and beside a person."""

from __future__ import annotations

from datetime import timedelta

from tests.tickets.conftest import FRIDAY, Desk

from comptoir.tickets import figures
from comptoir.tickets.actions import no_response, reply
from comptoir.tickets.models import Message

HOUR = timedelta(hours=1)


def test_mean_of_a_channel_and_what_answering_now_makes_of_it(desk: Desk) -> None:
    for number, delay in enumerate((2, 4)):
        ticket = desk.writes(thread=f"t{number}")
        reply.answered_elsewhere(ticket.pk, "Here.", by=desk.camille, now=FRIDAY + delay * HOUR)
    waiting = desk.writes(thread="late")
    desk.writes("Elsewhere", thread="shop", channel=desk.shop)

    before, after = figures.mean_if_answered(waiting, now=FRIDAY + 9 * HOUR)

    assert (before.count, before.value) == (2, 3 * HOUR)
    assert after.value == 5 * HOUR


def test_old_answers_leave_the_mean(desk: Desk) -> None:
    ticket = desk.writes()
    reply.answered_elsewhere(ticket.pk, "Here.", by=desk.camille, now=FRIDAY + HOUR)

    assert figures.mean_of(desk.amazon.pk, now=FRIDAY + timedelta(days=30)).count == 1
    assert figures.mean_of(desk.amazon.pk, now=FRIDAY + timedelta(days=31)).count == 0


def test_rule_4_each_agents_share_of_marks_is_counted(desk: Desk) -> None:
    answered = desk.writes(thread="a")
    thanks = desk.writes("Thanks", thread="b")
    reply.answered_elsewhere(answered.pk, "Here.", by=desk.ines, now=FRIDAY + HOUR)
    no_response.mark(thanks.pk, reason="thanks", by=desk.ines, now=FRIDAY + HOUR)
    no_response.confirm_outside(thanks.pk, by=desk.ines, now=FRIDAY + 2 * HOUR)
    assert Message.objects.filter(person=desk.ines).count() == 1

    assert figures.marks_by_person(now=FRIDAY + 3 * HOUR) == {desk.ines.pk: (1, 1)}
