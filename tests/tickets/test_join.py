"""Rule 13 of docs/sla.md on a real desk: merge, split, and both undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.tickets.conftest import FRIDAY, Desk

from comptoir.tickets.actions import join, no_response, reply
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Message, Ticket
from comptoir.tickets.verifying import differences

HOUR = timedelta(hours=1)
LATER = FRIDAY + 3 * HOUR


def clocks_of(ticket: Ticket) -> list[tuple[str, Any, Any, str]]:
    """Give kind, start and end in hours after Friday, and state of each clock."""
    return [
        (
            c.kind,
            (c.started_at - FRIDAY) / HOUR,
            c.ended_at and (c.ended_at - FRIDAY) / HOUR,
            c.state,
        )
        for c in ticket.clocks.order_by("started_at", "id")
    ]


def answered(desk: Desk, ticket: Ticket, hours: float) -> None:
    """Let a reply given in the portal stop the clock at that moment."""
    now = FRIDAY + hours * HOUR
    reply.answered_elsewhere(ticket.pk, "It is on its way.", by=desk.camille, now=now)


def stored_is_computed(*tickets: Ticket) -> bool:
    ids = [ticket.pk for ticket in tickets]
    return not list(differences(now=LATER + HOUR, ticket_ids=ids))


def test_rule_13_merge_makes_the_clocks_of_one_ticket(desk: Desk) -> None:
    first = desk.writes("Where is it?", thread="a")
    second = desk.writes("And my invoice?", thread="b", at=FRIDAY + HOUR)
    answered(desk, first, 2)
    asked_again = desk.writes("Hello?", thread="b", at=FRIDAY + 2.5 * HOUR)
    assert asked_again.pk == second.pk

    join.merge(second.pk, first.pk, by=desk.camille, now=LATER)

    first.refresh_from_db()
    second.refresh_from_db()
    assert clocks_of(first) == [("first_reply", 0, 2, "met"), ("next_reply", 2.5, None, "running")]
    assert (first.status, first.oldest_unanswered_at) == ("open", FRIDAY + 2.5 * HOUR)
    assert (second.status, second.merged_into_id, second.queue_tier) == ("closed", first.pk, None)
    assert clocks_of(second) == []
    assert stored_is_computed(first, second)


def test_later_mail_of_a_merged_ticket_comes_to_the_one_that_stayed(desk: Desk) -> None:
    first = desk.writes("Where is it?", thread="a")
    second = desk.writes("And my invoice?", thread="b", at=FRIDAY + HOUR)
    join.merge(second.pk, first.pk, by=desk.camille, now=LATER)

    again = desk.writes("Any news?", thread="b", at=LATER + HOUR)

    assert again.pk == first.pk


def test_undone_merge_gives_both_tickets_back(desk: Desk) -> None:
    first = desk.writes("Where is it?", thread="a")
    second = desk.writes("And my invoice?", thread="b", at=FRIDAY + HOUR)
    answered(desk, second, 2)
    before = (clocks_of(first), clocks_of(second))
    joining = join.merge(second.pk, first.pk, by=desk.camille, now=LATER)

    join.undo(joining.pk, by=desk.camille, now=LATER + HOUR / 2)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (clocks_of(first), clocks_of(second)) == before
    assert (second.status, second.merged_into_id) == ("waiting_on_buyer", None)
    assert first.message_count == 1
    assert stored_is_computed(first, second)
    assert desk.writes("Any news?", thread="b", at=LATER + HOUR).pk == second.pk


def test_rule_13_split_moves_a_message_and_the_reply_that_answered_it(desk: Desk) -> None:
    ticket = desk.writes("Where is it?", thread="a")
    answered(desk, ticket, 1)
    desk.writes("Another thing: the invoice?", thread="a", at=FRIDAY + 1.5 * HOUR)
    answered(desk, ticket, 2)
    desk.writes("And the colour?", thread="a", at=FRIDAY + 2.5 * HOUR)
    invoice = Message.objects.get(text__startswith="Another thing")

    joining = join.split(ticket.pk, [invoice.pk], by=desk.camille, now=LATER)

    parted = joining.target
    assert clocks_of(parted) == [("first_reply", 1.5, 2, "met")]
    assert clocks_of(ticket) == [("first_reply", 0, 1, "met"), ("next_reply", 2.5, None, "running")]
    assert [m.author for m in parted.messages.order_by("id")] == ["buyer", "agent"]
    assert (parted.status, parted.queue_tier) == ("waiting_on_buyer", None)
    assert stored_is_computed(ticket, parted)


def test_undone_split_gives_the_ticket_back(desk: Desk) -> None:
    ticket = desk.writes("Where is it?", thread="a")
    desk.writes("And the invoice?", thread="a", at=FRIDAY + HOUR)
    answered(desk, ticket, 2)
    before = clocks_of(ticket)
    invoice = Message.objects.get(text="And the invoice?")
    joining = join.split(ticket.pk, [invoice.pk], by=desk.camille, now=LATER)
    assert clocks_of(joining.target) == [("first_reply", 1, 2, "met")]

    join.undo(joining.pk, by=desk.camille, now=LATER + HOUR / 2)

    ticket.refresh_from_db()
    assert clocks_of(ticket) == before
    assert ticket.message_count == 3
    assert stored_is_computed(ticket, joining.target)


def test_mark_follows_the_message_it_was_set_on(desk: Desk) -> None:
    ticket = desk.writes("Where is it?", thread="a", channel=desk.shop)
    desk.writes("Thanks", thread="a", channel=desk.shop, at=FRIDAY + HOUR)
    no_response.mark(ticket.pk, reason="thanks", by=desk.camille, now=FRIDAY + 2 * HOUR)
    thanks = Message.objects.get(text="Thanks")

    joining = join.split(ticket.pk, [thanks.pk], by=desk.camille, now=LATER)

    ticket.refresh_from_db()
    joining.target.refresh_from_db()
    assert ticket.oldest_unanswered_at is None
    assert joining.target.oldest_unanswered_at is None
    assert stored_is_computed(ticket, joining.target)


@pytest.mark.parametrize("case", ["same", "other_channel", "twice", "nothing", "everything"])
def test_what_cannot_be_joined_is_refused(desk: Desk, case: str) -> None:
    ticket = desk.writes("Where is it?", thread="a")
    other = desk.writes("Hello", thread="b")
    foreign = desk.writes("Hello", thread="c", channel=desk.shop)
    message = Message.objects.get(ticket=ticket)

    def refused() -> None:
        if case == "same":
            join.merge(ticket.pk, ticket.pk, by=desk.camille, now=LATER)
        elif case == "other_channel":
            join.merge(ticket.pk, foreign.pk, by=desk.camille, now=LATER)
        elif case == "twice":
            join.merge(ticket.pk, other.pk, by=desk.camille, now=LATER)
            join.merge(ticket.pk, other.pk, by=desk.camille, now=LATER)
        else:
            ids = [] if case == "nothing" else [message.pk]
            join.split(ticket.pk, ids, by=desk.camille, now=LATER)

    with pytest.raises(Refused) as refusal:
        refused()

    codes = {
        "same": "same_ticket",
        "other_channel": "other_channel",
        "twice": "already_merged",
        "nothing": "nothing_to_split",
        "everything": "nothing_to_split",
    }
    assert refusal.value.code == codes[case]
