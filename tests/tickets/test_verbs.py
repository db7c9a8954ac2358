"""The verbs of a ticket: what each does to clocks, queue and trail, and when it refuses."""

from datetime import timedelta

import pytest
from tests.tickets.conftest import FRIDAY, Desk

from comptoir.merchant.rights import NotAllowed
from comptoir.storage.models import AuditEntry
from comptoir.tickets.actions import (
    assign,
    case,
    delivery,
    draft,
    no_response,
    note,
    reply,
    solve,
    taking_back,
    tier,
    wait,
)
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.writing import How, NewFile
from comptoir.tickets.models import Clock, Draft, Message, Outbox, Ticket
from comptoir.tickets.queries import NoSuchTicket

HOUR = timedelta(hours=1)
LATER = FRIDAY + 2 * HOUR


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def send(desk: Desk, ticket: Ticket, text: str = "It is on its way.", **values: object) -> Message:
    given: dict[str, object] = {"by": desk.ines, "now": LATER, "key": "k1", **values}
    return reply.send(ticket.pk, text, **given)  # type: ignore[arg-type]


def deliver(desk: Desk, ticket: Ticket) -> Outbox:
    send(desk, ticket)
    (claimed,) = delivery.claim(now=LATER + timedelta(seconds=11))
    return claimed


def test_reply_waits_for_the_undo_window_and_stops_no_clock(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)

    message = send(desk, ticket)

    assert message.state == "queued"
    assert delivery.claim(now=LATER + timedelta(seconds=9)) == []
    assert fresh(ticket).oldest_unanswered_at == FRIDAY
    assert fresh(ticket).queue_tier is None, "somebody has answered: nobody else needs to"
    assert fresh(ticket).assignee == desk.ines


def test_reply_accepted_stops_the_clock_at_that_moment(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    outbox = deliver(desk, ticket)
    accepted_at = LATER + timedelta(seconds=12)

    delivery.accepted(outbox.pk, at=accepted_at, now=accepted_at)

    after = fresh(ticket)
    assert (after.status, after.oldest_unanswered_at) == ("waiting_on_buyer", None)
    assert Clock.objects.get(ticket=ticket).ended_at == accepted_at
    assert ticket.outcomes.get().response_seconds == 2 * 3600 + 12


def test_reply_refused_leaves_the_old_deadline(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    outbox = deliver(desk, ticket)

    delivery.refused(outbox.pk, "sender_not_authorised", now=LATER, reply="550 no")

    after = fresh(ticket)
    assert (after.status, after.limit_at) == ("open", FRIDAY + 24 * HOUR)
    assert after.queue_tier == 1
    assert Message.objects.get(pk=outbox.message_id).state == "refused"


def test_reply_that_bounces_later_takes_its_stop_back(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    outbox = deliver(desk, ticket)
    delivery.accepted(outbox.pk, at=LATER, now=LATER)

    delivery.bounced(
        Message.objects.get(pk=outbox.message_id), "failed", at=LATER + HOUR, now=LATER + HOUR
    )

    after = fresh(ticket)
    assert (after.status, after.oldest_unanswered_at) == ("open", FRIDAY)
    assert after.limit_at == FRIDAY + 24 * HOUR
    assert ticket.outcomes.get().answered_at is None


def test_reply_with_the_same_key_is_one_reply(desk: Desk) -> None:
    ticket = desk.writes()

    assert send(desk, ticket).pk == send(desk, ticket).pk
    assert Outbox.objects.count() == 1


def test_reply_is_held_when_the_buyer_wrote_meanwhile(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    seen = reply.latest_message_id(ticket)
    desk.writes("Hello?", at=FRIDAY + HOUR)

    with pytest.raises(Refused, match="buyer_wrote_meanwhile"):
        send(desk, ticket, knows_message_id=seen)

    read = reply.latest_message_id(ticket)
    assert send(desk, ticket, knows_message_id=read).state == "queued"


def test_reply_that_speaks_of_a_file_is_held_until_there_is_one(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    later = How(send_at=LATER + timedelta(minutes=30))
    label = NewFile("label.pdf", "application/pdf", b"%PDF-1.4")

    for how in (How(), later):
        with pytest.raises(Refused, match="file_missing"):
            send(desk, ticket, "The label is attached.", how=how)
    assert not Outbox.objects.exists()

    assert send(desk, ticket, "The label is attached.", key="a", files=[label]).state == "queued"
    assert send(desk, ticket, "The label is attached.", key="b", anyway=("file",)).state == "queued"


def test_waving_a_missing_file_through_does_not_wave_an_answer_through(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    seen = reply.latest_message_id(ticket)
    desk.writes("Hello?", at=FRIDAY + HOUR)

    with pytest.raises(Refused, match="buyer_wrote_meanwhile"):
        send(desk, ticket, "Siehe Anhang, anbei.", knows_message_id=seen, anyway=("file",))
    with pytest.raises(Refused, match="file_missing"):
        send(desk, ticket, "Anbei.", knows_message_id=reply.latest_message_id(ticket))
    assert not Outbox.objects.exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [("  ", "empty"), ("Dear {{buyer.name}},", "unresolved_variable")],
)
def test_reply_is_refused_with_a_reason(desk: Desk, text: str, code: str) -> None:
    ticket = desk.writes()

    with pytest.raises(Refused) as refused:
        send(desk, ticket, text)

    assert refused.value.code == code
    assert not Outbox.objects.exists()


def test_reply_is_locked_in_watch_mode(desk: Desk) -> None:
    desk.amazon.is_watched_only = True
    desk.amazon.save()
    ticket = desk.writes()

    with pytest.raises(Refused, match="watch_mode"):
        send(desk, ticket)


def test_undo_takes_a_reply_back_into_the_draft(desk: Desk) -> None:
    ticket = desk.writes()
    message = send(desk, ticket, "Half a thought")

    assert taking_back.undo(message.pk, by=desk.ines, now=LATER + timedelta(seconds=5)) is True

    assert Outbox.objects.get().state == "cancelled"
    assert Draft.objects.get(ticket=ticket, person=desk.ines).text == "Half a thought"
    assert fresh(ticket).queue_tier == 1
    assert delivery.claim(now=LATER + HOUR) == []


def test_undo_is_too_late_once_the_window_is_over(desk: Desk) -> None:
    message = send(desk, desk.writes())

    assert taking_back.undo(message.pk, by=desk.ines, now=LATER + timedelta(seconds=11)) is False


def test_undo_window_is_nothing_shortly_before_the_limit(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    close = FRIDAY + 24 * HOUR - timedelta(minutes=1)

    send(desk, ticket, now=close)

    assert len(delivery.claim(now=close)) == 1


def test_reply_behind_its_limit_can_be_taken_back_as_any_other(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    late = FRIDAY + 25 * HOUR

    send(desk, ticket, now=late)

    assert delivery.claim(now=late) == []
    assert len(delivery.claim(now=late + reply.UNDO_WINDOW)) == 1


def test_delivery_claims_each_reply_once(desk: Desk) -> None:
    deliver(desk, desk.writes())

    assert delivery.claim(now=LATER + HOUR) == []


def test_delivery_lost_in_the_middle_becomes_uncertain_and_is_not_sent_again(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    outbox = deliver(desk, ticket)
    much_later = LATER + HOUR

    (lost,) = delivery.lost_claims(now=much_later)
    delivery.uncertain(lost.pk, now=much_later)

    assert delivery.claim(now=much_later + HOUR) == []
    assert fresh(ticket).queue_tier == 1
    assert Message.objects.get(pk=outbox.message_id).state == "uncertain"


def test_uncertain_reply_is_settled_by_what_is_found_in_the_channel(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    outbox = deliver(desk, ticket)
    delivery.uncertain(outbox.pk, now=LATER)

    delivery.confirm_sent(outbox.message_id, by=None, at=LATER, now=LATER + HOUR)

    assert fresh(ticket).status == "waiting_on_buyer"
    assert Outbox.objects.get().state == "accepted"


def test_deferred_reply_is_tried_again_and_given_up_in_the_open(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    outbox = deliver(desk, ticket)

    delivery.deferred(outbox.pk, "unreachable", now=LATER)
    assert Outbox.objects.get().state == "queued"

    (again,) = delivery.claim(now=LATER + 13 * HOUR)
    delivery.deferred(again.pk, "unreachable", now=LATER + 13 * HOUR)

    assert (Outbox.objects.get().state, Outbox.objects.get().last_code) == ("refused", "gave_up")
    assert fresh(ticket).status == "open"


def test_solve_is_refused_while_a_message_waits(desk: Desk) -> None:
    ticket = desk.writes()

    with pytest.raises(Refused, match="unanswered"):
        solve.solve(ticket.pk, by=desk.ines, now=LATER)


def test_solve_and_reopen(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    outbox = deliver(desk, ticket)
    delivery.accepted(outbox.pk, at=LATER, now=LATER)

    solve.solve(ticket.pk, by=desk.ines, now=LATER + HOUR)
    assert (fresh(ticket).status, fresh(ticket).solved_by) == ("solved", desk.ines)

    solve.reopen(ticket.pk, by=desk.ines, now=LATER + 2 * HOUR)
    assert (fresh(ticket).status, fresh(ticket).solved_at) == ("open", None)


def test_no_response_needed_on_amazon_runs_on_until_it_is_set_there(desk: Desk) -> None:
    ticket = desk.writes("Thank you!", at=FRIDAY)

    no_response.mark(ticket.pk, reason="only thanks", by=desk.ines, now=LATER)

    marked = fresh(ticket)
    assert (marked.target_at, marked.limit_at) == (None, FRIDAY + 24 * HOUR)
    assert marked.queue_tier == 1

    no_response.confirm_outside(ticket.pk, by=desk.ines, now=LATER + HOUR)
    assert (fresh(ticket).status, fresh(ticket).queue_tier) == ("solved", None)
    assert ticket.outcomes.get().is_taken_out is True


def test_no_response_needed_on_the_own_shop_ends_it_and_can_be_undone(desk: Desk) -> None:
    ticket = desk.writes("Thank you!", at=FRIDAY, channel=desk.shop)

    no_response.mark(ticket.pk, reason="only thanks", by=desk.ines, now=LATER)
    assert fresh(ticket).status == "solved"

    no_response.undo(ticket.pk, by=desk.ines, now=LATER + HOUR)
    assert (fresh(ticket).status, fresh(ticket).oldest_unanswered_at) == ("open", FRIDAY)


def test_no_response_needed_wants_a_reason(desk: Desk) -> None:
    with pytest.raises(Refused, match="reason_missing"):
        no_response.mark(desk.writes().pk, reason=" ", by=desk.ines, now=LATER)


def test_a_later_message_starts_a_new_clock_after_the_mark(desk: Desk) -> None:
    desk.writes("Thank you!", at=FRIDAY, channel=desk.shop)
    ticket = Ticket.objects.get()
    no_response.mark(ticket.pk, reason="only thanks", by=desk.ines, now=LATER)

    desk.writes("One more thing", at=LATER + HOUR, channel=desk.shop)

    assert fresh(ticket).status == "open"
    assert fresh(ticket).oldest_unanswered_at == LATER + HOUR


def test_note_stops_nothing(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)

    note.add(ticket.pk, "Carrier says tomorrow.", by=desk.ines, now=LATER)

    assert fresh(ticket).oldest_unanswered_at == FRIDAY
    assert fresh(ticket).queue_tier == 1


def test_case_is_answered_on_the_claim_page_only(desk: Desk) -> None:
    ticket = desk.writes(
        "Claim", author="marketplace", kind="claim", tier=0, facts=(("case_opened", {}),)
    )

    case.answered(ticket.pk, by=desk.ines, now=LATER)

    assert Clock.objects.get(ticket=ticket, kind="case").ended_at == LATER
    assert (fresh(ticket).queue_tier, fresh(ticket).status) == (None, "waiting_on_marketplace")


def test_answered_elsewhere_stops_the_clock(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)

    reply.answered_elsewhere(ticket.pk, "Told them so.", by=desk.ines, now=LATER)

    assert fresh(ticket).oldest_unanswered_at is None
    assert Message.objects.filter(ticket=ticket, seen_elsewhere=True).count() == 1


def test_wait_assign_and_tier_are_kept_on_the_ticket(desk: Desk) -> None:
    ticket = desk.writes()

    wait.wait(ticket.pk, on="internally", by=desk.ines, now=LATER)
    assign.assign(ticket.pk, to=desk.camille.pk, by=desk.ines, now=LATER)
    tier.correct(ticket.pk, 0, by=desk.ines, now=LATER)

    after = fresh(ticket)
    assert (after.status, after.assignee, after.tier) == ("waiting_internally", desk.camille, 0)
    assert after.snoozed_until_at is None, "a claim brings it back"
    assert after.queue_tier == 0


def test_assign_refuses_who_may_only_read(desk: Desk) -> None:
    with pytest.raises(Refused, match="not_allowed_to_answer"):
        assign.assign(desk.writes().pk, to=desk.noah.pk, by=desk.ines, now=LATER)


def test_draft_is_one_for_each_person(desk: Desk) -> None:
    ticket = desk.writes()
    draft.save(ticket.pk, "Dear", is_note=False, by=desk.ines, now=LATER)
    draft.save(ticket.pk, "Dear Heike", is_note=False, by=desk.ines, now=LATER)
    draft.save(ticket.pk, "Mine", is_note=True, by=desk.camille, now=LATER)

    texts = dict(Draft.objects.values_list("person__name", "text"))
    assert texts == {"Inès Moreau": "Dear Heike", "Camille Perrin": "Mine"}


def test_every_verb_leaves_a_line_in_the_trail(desk: Desk) -> None:
    ticket = desk.writes()
    note.add(ticket.pk, "Look", by=desk.ines, now=LATER)
    assign.take(ticket.pk, by=desk.ines, now=LATER)

    trail = AuditEntry.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("id")
    assert [(line.action, line.person_name) for line in trail] == [
        ("ticket.note", "Inès Moreau"),
        ("ticket.assign", "Inès Moreau"),
    ]


def test_readers_change_nothing(desk: Desk) -> None:
    ticket = desk.writes()

    for verb in (
        lambda: note.add(ticket.pk, "x", by=desk.noah, now=LATER),
        lambda: send(desk, ticket, by=desk.noah),
        lambda: solve.solve(ticket.pk, by=desk.noah, now=LATER),
        lambda: draft.save(ticket.pk, "x", is_note=False, by=desk.noah, now=LATER),
    ):
        with pytest.raises(NotAllowed):
            verb()


def test_who_does_not_see_the_channel_does_not_find_the_ticket(desk: Desk) -> None:
    ticket = desk.writes(channel=desk.ebay)

    with pytest.raises(NoSuchTicket):
        note.add(ticket.pk, "x", by=desk.ines, now=LATER)

    assign.assign(ticket.pk, to=desk.ines.pk, by=desk.camille, now=LATER)
    assert note.add(ticket.pk, "x", by=desk.ines, now=LATER).state == "note"


def test_confirming_a_mark_never_marks_what_came_after_it(desk: Desk) -> None:
    ticket = desk.writes("Thank you!", at=FRIDAY)
    no_response.mark(ticket.pk, reason="only thanks", by=desk.ines, now=LATER)
    desk.writes("But where is the invoice?", at=LATER + HOUR)

    no_response.confirm_outside(ticket.pk, by=desk.ines, now=LATER + 2 * HOUR)

    assert fresh(ticket).status == "open"
    assert fresh(ticket).oldest_unanswered_at == LATER + HOUR
    assert fresh(ticket).limit_at == LATER + 25 * HOUR


def test_an_open_claim_is_not_solved_away(desk: Desk) -> None:
    """By solving, by a mark, or by a reply that shall solve: the marketplace still waits."""
    claim = {"author": "marketplace", "kind": "claim", "tier": 0, "facts": (("case_opened", {}),)}
    for number, thread in enumerate(("a", "b", "c")):
        desk.writes("Where is it?", at=FRIDAY, thread=thread, channel=desk.shop)
        ticket = desk.writes("Claim", at=FRIDAY, thread=thread, channel=desk.shop, **claim)
        if thread == "a":
            reply.answered_elsewhere(ticket.pk, "Done.", by=desk.ines, now=LATER)
            with pytest.raises(Refused, match="case_open"):
                solve.solve(ticket.pk, by=desk.ines, now=LATER)
        elif thread == "b":
            no_response.mark(ticket.pk, reason="thanks", by=desk.ines, now=LATER)
        else:
            send(desk, ticket, then="solved", key=f"k{number}")
            (claimed,) = delivery.claim(now=LATER + HOUR)
            delivery.accepted(claimed.pk, at=LATER + HOUR, now=LATER + HOUR)

        assert fresh(ticket).status != "solved"
        assert fresh(ticket).queue_tier == 0


def test_a_save_that_was_overtaken_by_sending_brings_no_draft_back(desk: Desk) -> None:
    ticket = desk.writes()
    send(desk, ticket, "It is on its way.")

    draft.save(ticket.pk, "It is on its way.", is_note=False, by=desk.ines, now=LATER)
    assert not Draft.objects.exists()

    draft.save(ticket.pk, "And one more thing", is_note=False, by=desk.ines, now=LATER)
    assert Draft.objects.get().text == "And one more thing"


def test_an_open_ticket_stands_in_the_queue_even_without_a_clock(desk: Desk) -> None:
    """Opened again by hand, or answered without the buyer's last word: somebody must look."""
    ticket = desk.writes(at=FRIDAY)
    outbox = deliver(desk, ticket)
    desk.writes("One more thing", at=LATER + timedelta(seconds=11))
    delivery.accepted(outbox.pk, at=LATER + timedelta(seconds=20), now=LATER + HOUR)

    flagged = fresh(ticket)
    assert (flagged.status, flagged.oldest_unanswered_at) == ("open", None)
    assert (flagged.queue_tier, flagged.queue_at) == (1, flagged.last_message_at + 24 * HOUR)

    solve.solve(ticket.pk, by=desk.ines, now=LATER + 2 * HOUR)
    assert fresh(ticket).queue_tier is None
    solve.reopen(ticket.pk, by=desk.ines, now=LATER + 3 * HOUR)
    assert fresh(ticket).queue_tier == 1
