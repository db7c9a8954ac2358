"""Merge, split and undo on tickets with a past: solved, promised, warned of, changed since."""

from __future__ import annotations

import pytest
from tests.tickets.conftest import FRIDAY, Desk
from tests.tickets.test_join import HOUR, LATER, answered, clocks_of, stored_is_computed
from tests.tickets.test_policies import make

from comptoir.alerts import causes, due
from comptoir.alerts.models import Alert
from comptoir.tickets.actions import join, promise, reply, solve, tag
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Clock, Message, Ticket

RESOLUTION = {"inherits": True, "resolution": {"target_minutes": 2880}}


def warn(hours: float) -> None:
    now = FRIDAY + hours * HOUR
    while due.record_due(now=now, escalate_after=HOUR):
        pass
    causes.sweep(now=now)


def standing(ticket: Ticket) -> list[str]:
    found = Alert.objects.filter(ticket=ticket, kind="clock", over_at=None)
    return list(found.values_list("threshold", flat=True))


def test_solved_ticket_is_merged_into_an_open_one_whose_resolution_runs_on(desk: Desk) -> None:
    make(desk, "Resolved in two days", RESOLUTION)
    solved = desk.writes("Where is it?", thread="a")
    opened = desk.writes("And my invoice?", thread="b", at=FRIDAY + HOUR)
    answered(desk, solved, 0.5)
    solve.solve(solved.pk, by=desk.camille, now=FRIDAY + 2 * HOUR)

    joining = join.merge(solved.pk, opened.pk, by=desk.camille, now=LATER)

    opened.refresh_from_db()
    solved.refresh_from_db()
    assert (opened.status, solved.status, solved.solved_at) == ("open", "closed", None)
    assert ("resolution", 0, None, "running") in clocks_of(opened)
    join.undo(joining.pk, by=desk.camille, now=LATER + HOUR / 2)
    solved.refresh_from_db()
    assert (solved.status, solved.solved_at) == ("solved", FRIDAY + 2 * HOUR)
    assert ("resolution", 0, 2, "met") in clocks_of(solved)
    assert ("resolution", 1, None, "running") in clocks_of(opened)
    assert stored_is_computed(solved, opened)


def test_ended_clock_keeps_its_policy_when_a_ticket_of_another_is_merged_in(desk: Desk) -> None:
    urgent = {"inherits": True, "first_reply": {"target_minutes": 30}}
    make(desk, "Urgent", urgent, tags=["vip"])
    target = desk.writes("Where is it?", thread="a")
    answered(desk, target, 1)
    before = target.clocks.get().policy_version_id
    source = desk.writes("And my invoice?", thread="b", at=FRIDAY + HOUR / 4)
    tag.add(source.pk, "vip", by=desk.camille, now=FRIDAY + HOUR / 2)

    join.merge(source.pk, target.pk, by=desk.camille, now=LATER)

    clock = target.clocks.get()
    assert (clock.policy_version_id, clock.state) == (before, "met")


def test_merge_that_went_further_is_not_undone_before_what_came_after_it(desk: Desk) -> None:
    first, second, third = (desk.writes(thread=thread) for thread in "abc")
    earlier = join.merge(first.pk, second.pk, by=desk.camille, now=LATER)
    later = join.merge(second.pk, third.pk, by=desk.camille, now=LATER)

    with pytest.raises(Refused, match="joined_since"):
        join.undo(earlier.pk, by=desk.camille, now=LATER)

    join.undo(later.pk, by=desk.camille, now=LATER)
    join.undo(earlier.pk, by=desk.camille, now=LATER)
    assert [t.message_count for t in Ticket.objects.order_by("id")] == [1, 1, 1]
    assert stored_is_computed(first, second, third)


def test_undone_merge_leaves_what_happened_since(desk: Desk) -> None:
    source = desk.writes("Where is it?", thread="a")
    target = desk.writes("My invoice?", thread="b", at=FRIDAY + HOUR)
    answered(desk, target, 2)
    solve.solve(target.pk, by=desk.camille, now=FRIDAY + 2.2 * HOUR)
    joining = join.merge(source.pk, target.pk, by=desk.camille, now=LATER)
    tag.add(target.pk, "invoice", by=desk.camille, now=LATER)
    desk.writes("I opened a claim", thread="b", at=LATER + HOUR, tier=0)

    join.undo(joining.pk, by=desk.camille, now=LATER + 2 * HOUR)

    target.refresh_from_db()
    assert (target.status, target.tier, target.tags) == ("open", 0, ["invoice"])
    assert target.queue_tier == 0


def test_promises_of_two_tickets_stay_two_when_the_tickets_become_one(desk: Desk) -> None:
    first = desk.writes("Where is it?", thread="a")
    second = desk.writes("My invoice?", thread="b", at=FRIDAY + HOUR)
    promise.make(first.pk, FRIDAY + 50 * HOUR, by=desk.camille, now=FRIDAY + HOUR)
    promise.make(second.pk, FRIDAY + 60 * HOUR, by=desk.camille, now=FRIDAY + 1.5 * HOUR)
    answered(desk, second, 2)

    join.merge(second.pk, first.pk, by=desk.camille, now=LATER)

    promised = Clock.objects.filter(kind="promise").order_by("target_at")
    assert [clock.ended_at for clock in promised] == [None, FRIDAY + 2 * HOUR]


def test_clock_that_takes_the_number_of_an_earlier_one_warns_all_the_same(desk: Desk) -> None:
    ticket = desk.writes("Where is it?", thread="a")
    warn(30)
    answered(desk, ticket, 31)
    desk.writes("And the colour?", thread="a", at=FRIDAY + 32 * HOUR)
    first = Message.objects.get(text="Where is it?")
    join.split(ticket.pk, [first.pk], by=desk.camille, now=FRIDAY + 33 * HOUR)
    warn(33)
    assert "limit_missed" not in standing(ticket)

    warn(32 + 25)
    assert standing(ticket) == ["limit_missed"]
    told = Alert.objects.count()
    warn(32 + 26)
    assert Alert.objects.count() == told


def test_mail_with_a_key_of_both_goes_to_the_ticket_that_stayed(desk: Desk) -> None:
    both = {"known_as": ("order:302-1",)}
    stays = desk.writes("Where is it?", find_by=("alias:a",), **both)
    goes = desk.writes("And my invoice?", find_by=("alias:b",), **both)
    join.merge(goes.pk, stays.pk, by=desk.camille, now=LATER)

    again = desk.writes("Any news?", find_by=("order:302-1",), at=LATER + HOUR)

    assert again.pk == stays.pk
    goes.refresh_from_db()
    assert (goes.status, goes.message_count) == ("closed", 1)


def test_word_on_a_ticket_that_a_colleague_merged_is_refused(desk: Desk) -> None:
    stays = desk.writes("Where is it?", thread="a")
    goes = desk.writes("And my invoice?", thread="b")
    join.merge(goes.pk, stays.pk, by=desk.camille, now=LATER)

    with pytest.raises(Refused, match="merged_away"):
        reply.send(goes.pk, "On its way.", by=desk.ines, now=LATER + HOUR, key="k1")
