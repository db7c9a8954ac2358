"""Mail that comes late, or while something else is under way: what is stored stays true."""

from datetime import timedelta
from typing import Any

import pytest
from tests.tickets.conftest import FRIDAY, Desk

from comptoir.tickets.actions import note, reply, solve
from comptoir.tickets.models import Clock, Fact, Outcome, Ticket
from comptoir.tickets.verifying import differences

HOUR = timedelta(hours=1)


COPY: dict[str, Any] = {
    "author": "agent",
    "kind": "reply_copy",
    "facts": (("agent_reply", {"seen_elsewhere": True}), ("status", {"to": "waiting_on_buyer"})),
    "seen_elsewhere": True,
}


def test_copy_of_an_earlier_reply_leaves_no_clock_of_another_kind_behind(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)

    desk.writes("Yes.", at=FRIDAY - HOUR, now=FRIDAY + HOUR, **COPY)

    kinds = Clock.objects.filter(ticket=ticket).exclude(kind="resolution")
    assert list(kinds.values_list("kind", flat=True)) == ["next_reply"]
    assert list(differences(now=FRIDAY + HOUR)) == []


def test_copy_that_comes_after_the_ticket_was_solved_leaves_it_solved(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    desk.writes("Yes.", at=FRIDAY + HOUR, **COPY)
    solve.solve(ticket.pk, by=desk.ines, now=FRIDAY + 3 * HOUR)

    desk.writes("And this.", at=FRIDAY + 2 * HOUR, now=FRIDAY + 4 * HOUR, **COPY)

    assert Ticket.objects.get(pk=ticket.pk).status == "solved"


def test_message_that_comes_after_its_answer_counts_as_answered(desk: Desk) -> None:
    ticket = desk.writes("Where is it?", at=FRIDAY)
    desk.writes("It is on its way.", at=FRIDAY + 2 * HOUR, **COPY)

    desk.writes("Hello?", at=FRIDAY + HOUR, now=FRIDAY + 3 * HOUR, thread="t1")

    answers = Outcome.objects.filter(ticket=ticket).order_by("asked_at")
    assert [outcome.answered_at for outcome in answers] == [FRIDAY + 2 * HOUR] * 2
    assert Ticket.objects.get(pk=ticket.pk).status == "waiting_on_buyer"


def test_older_message_that_comes_late_is_not_the_gist(desk: Desk) -> None:
    ticket = desk.writes("The second.", at=FRIDAY + HOUR, reply_address="new@relay.example")

    desk.writes("The first.", at=FRIDAY, now=FRIDAY + 2 * HOUR, reply_address="old@relay.example")

    row = Ticket.objects.get(pk=ticket.pk)
    assert (row.gist, row.reply_address) == ("The second.", "new@relay.example")


@pytest.mark.parametrize(
    ("mail", "place"),
    [
        ({"author": "automation", "kind": "auto_reply", "facts": (("auto_reply", {}),)}, None),
        ({"author": "marketplace", "tier": 0, "facts": (("case_opened", {}),)}, 0),
        ({}, 1),
    ],
    ids=["machine", "claim", "question"],
)
def test_mail_while_a_reply_is_on_its_way_queues_only_what_the_reply_does_not_give(
    desk: Desk, mail: dict[str, Any], place: int | None
) -> None:
    ticket = desk.writes(at=FRIDAY)
    reply.send(ticket.pk, "It is on its way.", by=desk.ines, now=FRIDAY + HOUR, key="k1")

    desk.writes("News.", at=FRIDAY + HOUR + timedelta(seconds=3), **mail)

    assert Ticket.objects.get(pk=ticket.pk).queue_tier == place


def test_mail_after_a_deadline_does_not_hide_that_it_was_missed(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)

    desk.writes("Hello?", at=FRIDAY + 15 * HOUR)

    missed = Fact.objects.filter(ticket=ticket, kind="target_missed")
    assert [fact.happened_at for fact in missed] == [FRIDAY + 14 * HOUR]


def test_verb_after_a_deadline_does_not_hide_that_it_was_missed(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)

    note.add(ticket.pk, "I ask the carrier.", by=desk.ines, now=FRIDAY + 15 * HOUR)

    missed = ticket.facts.filter(kind="target_missed")
    assert [fact.happened_at for fact in missed] == [FRIDAY + 14 * HOUR]


def test_message_past_its_limit_on_arrival_is_stored_as_late(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY - 30 * HOUR, now=FRIDAY)

    assert Outcome.objects.get(ticket=ticket).within_limit is False
    assert list(differences(now=FRIDAY + HOUR)) == []
