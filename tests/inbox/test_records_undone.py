"""What was said to be given at the marketplace, taken back: as if nobody had said so."""

from datetime import timedelta

import pytest
from tests.tickets.conftest import FRIDAY, Desk, desk

from comptoir.inbox import bulk
from comptoir.inbox.bulk import Wanted
from comptoir.inbox.models import BulkChange
from comptoir.tickets import figures
from comptoir.tickets.actions import case, draft, note, promise
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Clock, Message, Outcome, Ticket

__all__ = ["desk"]

MINUTE = timedelta(minutes=1)
NOW, SOON = FRIDAY + MINUTE, FRIDAY + 2 * MINUTE
STATE = ("status", "queue_tier", "queue_at", "oldest_unanswered_at", "assignee_id")
CLOCK = ("kind", "state", "started_at", "target_at", "limit_at", "ended_at")
GIVEN = Wanted("answered_elsewhere", text="It comes on Monday.", key="k1")
CLAIM = {"author": "marketplace", "kind": "claim", "tier": 0, "facts": (("case_opened", {}),)}
RETURN = {"kind": "return", "facts": (("return_requested", {}),)}


def state_of(ticket: Ticket) -> list[object]:
    rows = Ticket.objects.filter(pk=ticket.pk).values_list(*STATE)
    clocks = Clock.objects.filter(ticket=ticket).order_by("kind", "number").values_list(*CLOCK)
    outcomes = Outcome.objects.filter(message__ticket=ticket).values_list("answered_at")
    return [*rows, *clocks, *outcomes]


def give(desk: Desk, ticket: Ticket, wanted: Wanted = GIVEN) -> int:
    change = bulk.do_one(ticket.pk, wanted, by=desk.ines, now=NOW)
    assert change is not None
    return change


def test_recorded_answer_is_a_draft_again_and_its_clock_runs_on(desk: Desk) -> None:
    ticket = desk.writes()
    before = state_of(ticket)
    change = give(desk, ticket)
    assert state_of(ticket) != before

    undone = bulk.undo_one(change, ticket.pk, by=desk.ines, now=SOON)

    assert (undone, state_of(ticket)) == ("answered_elsewhere", before)
    written = draft.of(ticket.pk, desk.ines)
    assert written is not None
    assert written.text == GIVEN.text
    assert figures.marks_by_person(now=SOON) == {}


def test_taken_back_it_can_be_recorded_again_with_the_same_key(desk: Desk) -> None:
    ticket = desk.writes()
    bulk.undo_one(give(desk, ticket), ticket.pk, by=desk.ines, now=SOON)

    assert bulk.do_one(ticket.pk, GIVEN, by=desk.ines, now=SOON)

    assert Message.objects.filter(ticket=ticket, state="accepted").count() == 1
    assert Ticket.objects.get(pk=ticket.pk).oldest_unanswered_at is None


def test_recorded_twice_with_one_key_there_is_one_change_to_undo(desk: Desk) -> None:
    ticket = desk.writes()
    change = give(desk, ticket)

    assert bulk.do_one(ticket.pk, GIVEN, by=desk.ines, now=SOON) is None

    assert list(BulkChange.objects.values_list("id", flat=True)) == [change]


def test_promise_that_the_answer_kept_is_owed_again(desk: Desk) -> None:
    ticket = desk.writes()
    promise.make(ticket.pk, FRIDAY + timedelta(hours=3), by=desk.ines, now=FRIDAY)
    before = state_of(ticket)
    change = give(desk, ticket)
    assert not promise.is_open(ticket)

    bulk.undo_one(change, ticket.pk, by=desk.ines, now=SOON)

    assert promise.is_open(ticket)
    assert state_of(ticket) == before


@pytest.mark.parametrize(
    ("mail", "verb"),
    [(CLAIM, "case_answered"), (RETURN, "return_decided")],
    ids=["claim", "return"],
)
def test_case_and_return_wait_for_us_again(desk: Desk, mail: dict[str, object], verb: str) -> None:
    ticket = desk.writes(**mail)  # type: ignore[arg-type]  # the words of a mail
    before = state_of(ticket)
    change = give(desk, ticket, Wanted(verb))
    assert state_of(ticket) != before

    bulk.undo_one(change, ticket.pk, by=desk.ines, now=SOON)

    assert state_of(ticket) == before


def test_what_a_colleague_answered_before_stays_answered(desk: Desk) -> None:
    ticket = desk.writes(**CLAIM)  # type: ignore[arg-type]  # the words of a mail
    case.answered(ticket.pk, by=desk.camille, now=FRIDAY)
    desk.writes("Another", thread="t1", at=FRIDAY, **CLAIM)  # type: ignore[arg-type]
    kinds = ticket.facts.filter(kind="case_answered", person=desk.camille)
    change = give(desk, ticket, Wanted("case_answered"))

    bulk.undo_one(change, ticket.pk, by=desk.ines, now=SOON)

    assert kinds.count() == 1
    assert not ticket.facts.filter(kind="case_answered", person=desk.ines).exists()


def test_undo_is_refused_after_a_note_and_a_second_time(desk: Desk) -> None:
    noted, twice = desk.writes(thread="a"), desk.writes(thread="b")
    change = give(desk, noted)
    note.add(noted.pk, "He called.", by=desk.camille, now=SOON)
    with pytest.raises(Refused, match="changed_since"):
        bulk.undo_one(change, noted.pk, by=desk.ines, now=SOON)
    assert Ticket.objects.get(pk=noted.pk).oldest_unanswered_at is None

    change = give(desk, twice, Wanted("answered_elsewhere", text="Yes.", key="k2"))
    bulk.undo_one(change, twice.pk, by=desk.ines, now=SOON)
    with pytest.raises(Refused, match="already_undone"):
        bulk.undo_one(change, twice.pk, by=desk.ines, now=SOON)


def test_held_answer_leaves_no_change_to_undo(desk: Desk) -> None:
    ticket = desk.writes()
    held = Wanted("answered_elsewhere", text="Yes.", key="k1", is_copied=False)

    with pytest.raises(Refused, match="not_copied"):
        bulk.do_one(ticket.pk, held, by=desk.ines, now=NOW)

    assert not BulkChange.objects.exists()
    assert Ticket.objects.get(pk=ticket.pk).oldest_unanswered_at is not None
