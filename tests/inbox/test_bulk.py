"""One verb for many tickets: refusals told one by one, undone where nobody did anything since."""

from datetime import timedelta

import pytest
from tests.tickets.conftest import FRIDAY, Desk, desk

from comptoir import schedule
from comptoir.inbox import bulk, jobs
from comptoir.inbox.bulk import Wanted
from comptoir.inbox.models import BulkChange
from comptoir.merchant.models import Person
from comptoir.tickets.actions import assign, no_response, solve, tag
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Clock, Ticket

__all__ = ["desk"]

MINUTE = timedelta(minutes=1)
NOW = FRIDAY + MINUTE


def three(desk: Desk) -> list[Ticket]:
    return [desk.writes(f"m{n}", thread=f"t{n}", channel=desk.shop) for n in range(3)]


def now_of(tickets: list[Ticket], *names: str) -> list[tuple[object, ...]]:
    found = Ticket.objects.in_bulk([ticket.pk for ticket in tickets])
    return [tuple(getattr(found[ticket.pk], name) for name in names) for ticket in tickets]


def test_all_are_given_and_given_back(desk: Desk) -> None:
    tickets = three(desk)
    assign.take(tickets[0].pk, by=desk.camille, now=FRIDAY)
    ids = [ticket.pk for ticket in tickets]

    done = bulk.do(ids, Wanted("assign", to=desk.ines.pk), by=desk.camille, now=NOW)
    assert now_of(tickets, "assignee_id") == [(desk.ines.pk,)] * 3

    undone = bulk.undo(done.change_id, by=desk.camille, now=NOW + MINUTE)

    assert now_of(tickets, "assignee_id") == [(desk.camille.pk,), (None,), (None,)]
    assert (undone.done, undone.refused) == (ids, {})


def test_what_cannot_be_solved_is_named_and_the_others_are_solved(desk: Desk) -> None:
    tickets = three(desk)
    for ticket in tickets[:2]:
        no_response.mark(ticket.pk, reason="thanks", by=desk.camille, now=FRIDAY)
        solve.reopen(ticket.pk, by=desk.camille, now=FRIDAY)

    done = bulk.do([t.pk for t in tickets], Wanted("solve"), by=desk.camille, now=NOW)

    assert done.done == [tickets[0].pk, tickets[1].pk]
    assert {id_: refused.code for id_, refused in done.refused.items()} == {
        tickets[2].pk: "unanswered"
    }
    assert now_of(tickets, "status") == [("solved",), ("solved",), ("open",)]


def test_undo_leaves_alone_what_somebody_changed_since(desk: Desk) -> None:
    tickets = three(desk)
    ids = [ticket.pk for ticket in tickets]
    done = bulk.do(ids, Wanted("tag", tag="Fragile"), by=desk.camille, now=NOW)
    tag.add(ids[0], "urgent", by=desk.ines, now=NOW)
    desk.writes("and?", at=NOW + MINUTE, thread="t1", channel=desk.shop)

    undone = bulk.undo(done.change_id, by=desk.camille, now=NOW + 2 * MINUTE)

    assert undone.done == [ids[2]]
    assert {code.code for code in undone.refused.values()} == {"changed_since"}
    assert now_of(tickets, "tags") == [(["fragile", "urgent"],), (["fragile"],), ([],)]


def test_mark_is_taken_back_with_its_clocks(desk: Desk) -> None:
    tickets = three(desk)
    before = now_of(tickets, "status", "queue_tier", "queue_at", "target_at")
    done = bulk.do(
        [t.pk for t in tickets], Wanted("no_response", reason="spam"), by=desk.camille, now=NOW
    )
    assert now_of(tickets, "status", "queue_tier") == [("solved", None)] * 3

    bulk.undo(done.change_id, by=desk.camille, now=NOW + MINUTE)

    assert now_of(tickets, "status", "queue_tier", "queue_at", "target_at") == before
    assert not Clock.objects.filter(ticket=tickets[0], ended_at__isnull=False).exists()


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted("wait", on="marketplace"),
        Wanted("snooze", until=FRIDAY + timedelta(hours=2)),
        Wanted("tier", tier=1),
        Wanted("take"),
    ],
)
def test_every_verb_is_undone(desk: Desk, wanted: Wanted) -> None:
    tickets = three(desk)
    names = (
        "status",
        "assignee_id",
        "tier",
        "tier_set_by_person",
        "snoozed_until_at",
        "queue_tier",
    )
    before = now_of(tickets, *names)
    done = bulk.do([t.pk for t in tickets], wanted, by=desk.camille, now=NOW)
    assert now_of(tickets, *names) != before

    bulk.undo(done.change_id, by=desk.camille, now=NOW + MINUTE)

    assert now_of(tickets, *names) == before


def test_solved_again_with_its_own_moment_after_reopening_is_undone(desk: Desk) -> None:
    ticket = three(desk)[0]
    no_response.mark(ticket.pk, reason="thanks", by=desk.ines, now=FRIDAY)
    done = bulk.do([ticket.pk], Wanted("reopen"), by=desk.camille, now=NOW)

    bulk.undo(done.change_id, by=desk.camille, now=NOW + MINUTE)

    assert now_of([ticket], "status", "solved_at", "solved_by_id") == [
        ("solved", FRIDAY, desk.ines.pk)
    ]


def test_pieces_make_one_change_and_no_ticket_is_done_twice(desk: Desk) -> None:
    ids = [ticket.pk for ticket in three(desk)]
    first = bulk.do(ids[:2], Wanted("take"), by=desk.camille, now=NOW)
    second = bulk.do(ids, Wanted("take"), change_id=first.change_id, by=desk.camille, now=NOW)

    assert second.done == ids[2:]
    assert len(BulkChange.objects.get().before) == 3


def test_hidden_tickets_are_refused_as_if_they_did_not_exist(desk: Desk) -> None:
    hidden = desk.writes("x", channel=desk.ebay)

    done = bulk.do([hidden.pk, 999_999], Wanted("take"), by=desk.ines, now=NOW)

    assert done.done == []
    assert {refused.code for refused in done.refused.values()} == {"no_such_ticket"}
    assert BulkChange.objects.get().before == []


def test_change_is_undone_by_its_owner_once_and_within_the_hour(desk: Desk) -> None:
    ids = [ticket.pk for ticket in three(desk)]
    change = bulk.do(ids, Wanted("take"), by=desk.camille, now=NOW).change_id

    for by, now in ((desk.ines, NOW), (desk.camille, NOW + timedelta(hours=2))):
        with pytest.raises(Refused, match="no_such_change"):
            bulk.undo(change, by=by, now=now)
    bulk.undo(change, by=desk.camille, now=NOW)
    with pytest.raises(Refused, match="already_undone"):
        bulk.undo(change, by=desk.camille, now=NOW)


def test_change_is_kept_as_long_as_it_can_be_undone_and_no_longer(desk: Desk) -> None:
    ticket = three(desk)[0]
    old = bulk.do_one(ticket.pk, Wanted("take"), by=desk.camille, now=NOW)
    later = NOW + bulk.UNDO_WITHIN
    new = bulk.do_one(ticket.pk, Wanted("untag", tag="x"), by=desk.camille, now=later)

    assert bulk.forget_old(now=later) == 0
    assert bulk.forget_old(now=later + MINUTE) == 1
    assert list(BulkChange.objects.values_list("pk", flat=True)) == [new]
    with pytest.raises(Refused, match="no_such_change"):
        bulk.undo_one(old or 0, ticket.pk, by=desk.camille, now=later + MINUTE)


def test_changes_are_dropped_by_the_nightly_sweep(desk: Desk) -> None:
    bulk.do([three(desk)[0].pk], Wanted("take"), by=desk.camille, now=NOW)

    (sweep,) = set(schedule.RECURRING["43 3 * * *"]) & {jobs.forget_bulk_changes}
    sweep(timestamp=0)

    assert not BulkChange.objects.exists()


def test_undo_goes_on_piece_by_piece(desk: Desk) -> None:
    ids = [ticket.pk for ticket in three(desk)]
    change = bulk.do(ids, Wanted("take"), by=desk.camille, now=NOW).change_id

    first = bulk.undo(change, by=desk.camille, now=NOW, at_most=2)
    second = bulk.undo(change, by=desk.camille, now=NOW, at_most=2)

    assert (first.done, first.is_over) == (ids[:2], False)
    assert (second.done, second.is_over) == (ids[2:], True)


def test_undo_in_pieces_ends_though_all_is_refused_and_names_each_once(desk: Desk) -> None:
    ids = [ticket.pk for ticket in three(desk)]
    change = bulk.do(ids, Wanted("take"), by=desk.camille, now=NOW).change_id
    for id_ in ids:
        tag.add(id_, "urgent", by=desk.ines, now=NOW)

    for _press in range(2):
        pieces = [bulk.undo(change, by=desk.camille, now=NOW, at_most=2) for _ in range(2)]
        assert [list(piece.refused) for piece in pieces] == [ids[:2], ids[2:]]
        assert [piece.is_over for piece in pieces] == [False, True]


def test_what_was_refused_is_put_back_once_nothing_stands_in_the_way(desk: Desk) -> None:
    tickets = three(desk)
    ids = [ticket.pk for ticket in tickets]
    assign.assign(ids[0], to=desk.ines.pk, by=desk.camille, now=FRIDAY)
    change = bulk.do(ids, Wanted("take"), by=desk.camille, now=NOW).change_id
    Person.objects.filter(pk=desk.ines.pk).update(is_active=False)
    undone = bulk.undo(change, by=desk.camille, now=NOW)
    assert (undone.done, list(undone.refused)) == (ids[1:], ids[:1])

    Person.objects.filter(pk=desk.ines.pk).update(is_active=True)

    assert bulk.undo(change, by=desk.camille, now=NOW).done == ids[:1]
    assert now_of(tickets, "assignee_id") == [(desk.ines.pk,), (None,), (None,)]
    with pytest.raises(Refused, match="already_undone"):
        bulk.undo(change, by=desk.camille, now=NOW)


def test_refused_undo_of_one_ticket_is_refused_for_the_same_reason_again(desk: Desk) -> None:
    ticket = three(desk)[0]
    change = bulk.do_one(ticket.pk, Wanted("take"), by=desk.camille, now=NOW)
    tag.add(ticket.pk, "urgent", by=desk.ines, now=NOW)

    for _press in range(2):
        with pytest.raises(Refused, match="changed_since"):
            bulk.undo_one(change or 0, ticket.pk, by=desk.camille, now=NOW)


def test_way_back_of_one_ticket_undoes_no_change_of_others(desk: Desk) -> None:
    ids = [ticket.pk for ticket in three(desk)]
    many = bulk.do(ids, Wanted("take"), by=desk.camille, now=NOW).change_id
    other = bulk.do_one(ids[1], Wanted("tag", tag="x"), by=desk.camille, now=NOW)

    for change in (many, other or 0):
        with pytest.raises(Refused, match="no_such_change"):
            bulk.undo_one(change, ids[0], by=desk.camille, now=NOW)

    taken = Ticket.objects.filter(pk__in=ids, assignee=desk.camille)
    assert (taken.count(), Ticket.objects.get(pk=ids[1]).tags) == (3, ["x"])


def test_more_than_one_oversees_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE_MAX", 2)
    ids = [ticket.pk for ticket in three(desk)]

    with pytest.raises(Refused, match="too_many_tickets"):
        bulk.do(ids, Wanted("take"), by=desk.camille, now=NOW)
    with pytest.raises(Refused, match="no_such_verb"):
        bulk.do(ids, Wanted("explode"), by=desk.camille, now=NOW)


@pytest.mark.parametrize("verb", ["team", "wake", "answered_elsewhere", "case_answered"])
def test_verb_for_one_ticket_is_never_done_to_many(desk: Desk, verb: str) -> None:
    tickets = three(desk)
    before = now_of(tickets, "team_id", "snoozed_until_at", "oldest_unanswered_at")

    with pytest.raises(Refused, match="no_such_verb"):
        bulk.do([t.pk for t in tickets], Wanted(verb, text="Yes."), by=desk.camille, now=NOW)

    assert now_of(tickets, "team_id", "snoozed_until_at", "oldest_unanswered_at") == before
    assert not BulkChange.objects.exists()
