"""Sending: to whom, when, whether it counts, once and only once, and what is held back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.tickets.conftest import FRIDAY, Desk

from comptoir.channels.kernel.protocol import Outcome, Receipt
from comptoir.inbox import outbox as delivering
from comptoir.storage.models import AuditEntry
from comptoir.tickets.actions import delivery, draft, note, reply, taking_back
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.sendable import ON_ITS_WAY
from comptoir.tickets.actions.writing import How, NewFile
from comptoir.tickets.models import Clock, Draft, Fact, Message, Outbox, Ticket

HOUR = timedelta(hours=1)
LATER = FRIDAY + HOUR


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def send(desk: Desk, ticket: Ticket, text: str = "It is on its way.", **values: object) -> Message:
    given: dict[str, object] = {"by": desk.ines, "now": LATER, "key": "k1", **values}
    return reply.send(ticket.pk, text, **given)  # type: ignore[arg-type]


def leave(message: Message, *, at: timedelta = timedelta(seconds=20)) -> None:
    row = Outbox.objects.get(message=message)
    Outbox.objects.filter(pk=row.pk).update(state="sending")
    delivery.accepted(row.pk, at=LATER + at, now=LATER + at)


def running(ticket: Ticket) -> list[str]:
    kinds = Clock.objects.filter(ticket=ticket, ended_at__isnull=True).order_by("kind")
    return list(kinds.values_list("kind", flat=True))


def test_holding_reply_leaves_the_clock_running_and_the_ticket_ours(desk: Desk) -> None:
    ticket = desk.writes()

    leave(send(desk, ticket, "We are looking into it.", how=How(is_holding=True)))

    assert "first_reply" in running(ticket)
    assert fresh(ticket).status == "open"
    assert fresh(ticket).queue_tier is not None
    assert Fact.objects.get(ticket=ticket, kind="agent_reply").data["holding"] is True


def test_holding_reply_keeps_no_promise(desk: Desk) -> None:
    ticket = desk.writes()
    leave(send(desk, ticket, how=How(promise_at=LATER + 48 * HOUR)))
    assert "promise" in running(ticket)

    second = send(desk, ticket, "Still looking.", key="k2", how=How(is_holding=True))
    leave(second, at=HOUR)

    assert "promise" in running(ticket)


def test_promise_is_made_when_the_reply_that_says_so_is_accepted(desk: Desk) -> None:
    ticket = desk.writes()
    message = send(desk, ticket, "By Monday.", how=How(promise_at=LATER + 48 * HOUR))
    assert "promise" not in running(ticket)

    leave(message)

    assert "promise" in running(ticket)
    assert "first_reply" not in running(ticket)


def test_answer_to_the_operator_alone_does_not_stop_the_buyers_clock(desk: Desk) -> None:
    ticket = desk.writes()

    reply.answered_elsewhere(ticket.pk, "Invoice sent.", by=desk.ines, now=LATER, to="operator")
    assert "first_reply" in running(ticket)

    reply.answered_elsewhere(ticket.pk, "Here you are.", by=desk.ines, now=LATER + HOUR, to="buyer")
    assert "first_reply" not in running(ticket)


def test_answer_recorded_twice_with_one_key_is_one(desk: Desk) -> None:
    ticket = desk.writes()

    made = [
        reply.answered_elsewhere(ticket.pk, "Yes.", by=desk.ines, now=LATER, key="one").pk
        for _ in range(2)
    ]

    assert made[0] == made[1]


def test_answer_that_nobody_took_to_the_portal_is_held_after_its_key_was_looked_at(
    desk: Desk,
) -> None:
    ticket = desk.writes()

    def record(**more: Any) -> Message:
        return reply.answered_elsewhere(
            ticket.pk, "Yes.", by=desk.ines, now=LATER, key="one", is_copied=False, **more
        )

    with pytest.raises(Refused, match="not_copied"):
        record()
    assert "first_reply" in running(ticket)
    made = record(anyway=["there"])

    assert record() == made  # pressed twice, it is recorded and no longer asked about
    assert "first_reply" not in running(ticket)


@pytest.mark.parametrize(
    ("send_at", "code"),
    [
        (FRIDAY, "later_in_past"),
        (LATER + timedelta(days=20), "later_past_target"),
    ],
)
def test_reply_for_later_never_waits_past_the_target(
    desk: Desk, send_at: object, code: str
) -> None:
    ticket = desk.writes()

    with pytest.raises(Refused) as refused:
        send(desk, ticket, how=How(send_at=send_at))  # type: ignore[arg-type]

    assert refused.value.code == code
    if code == "later_past_target":
        target_at = fresh(ticket).target_at
        assert target_at is not None
        assert refused.value.values["latest"] == target_at - ON_ITS_WAY
    assert not Outbox.objects.exists()


def test_reply_for_later_is_refused_once_the_target_has_passed(desk: Desk) -> None:
    ticket = desk.writes()
    past = fresh(ticket).target_at
    assert past is not None

    with pytest.raises(Refused) as refused:
        send(desk, ticket, now=past + HOUR, how=How(send_at=past + 2 * HOUR))

    assert refused.value.code == "later_not_possible"


def test_reply_for_later_waits_and_can_leave_now(desk: Desk) -> None:
    ticket = desk.writes()
    message = send(desk, ticket, how=How(send_at=LATER + HOUR))
    assert delivery.claim(now=LATER + timedelta(minutes=59)) == []
    assert "first_reply" in running(ticket)
    assert fresh(ticket).queue_tier is None

    assert taking_back.send_now(message.pk, by=desk.ines, now=LATER + timedelta(minutes=2))

    assert len(delivery.claim(now=LATER + timedelta(minutes=2))) == 1


def test_buyer_who_writes_holds_back_what_was_to_leave_later(desk: Desk) -> None:
    ticket = desk.writes()
    file = NewFile("label.pdf", "application/pdf", b"%PDF-1.4")
    send(desk, ticket, "Tomorrow.", files=[file], how=How(then="solved", send_at=LATER + HOUR))
    desk.writes("It came, thank you.", at=LATER + timedelta(minutes=5))

    held = delivering.hold_overtaken(clock=lambda: LATER + timedelta(minutes=6))

    assert held == 1
    draft = Draft.objects.get(ticket=ticket, person=desk.ines)
    assert (draft.text, draft.choices["then"]) == ("Tomorrow.", "solved")
    assert draft.choices["held"]["because"] == "buyer"
    assert [row.name for row in draft.files.all()] == ["label.pdf"]
    assert delivery.claim(now=LATER + 2 * HOUR) == []
    assert Fact.objects.filter(ticket=ticket, kind="reply_held_back").count() == 1
    assert fresh(ticket).queue_tier is not None


def test_reply_at_the_very_last_moment_is_refused_since_sending_takes_time(desk: Desk) -> None:
    ticket = desk.writes()

    with pytest.raises(Refused) as refused:
        send(desk, ticket, how=How(send_at=fresh(ticket).target_at))

    assert refused.value.code == "later_past_target"


def test_reply_for_later_leaves_sooner_when_its_target_moves_before_it(desk: Desk) -> None:
    ticket = desk.writes()
    message = send(desk, ticket, how=How(send_at=LATER + 2 * HOUR))
    moved = LATER + HOUR
    Clock.objects.filter(ticket=ticket, kind="first_reply").update(target_at=moved)

    delivery.hurry(now=LATER + timedelta(minutes=1))

    assert Outbox.objects.get(message=message).not_before_at == moved - ON_ITS_WAY


def test_tried_reply_that_is_overtaken_is_not_looked_at_every_second(desk: Desk) -> None:
    """Held back it cannot be any more; the trail must not fill with attempts to."""
    ticket = desk.writes()
    message = send(desk, ticket, how=How(send_at=LATER + HOUR))
    row = delivery.claim(now=LATER + HOUR)[0]
    delivery.deferred(row.pk, "unreachable", now=LATER + HOUR)
    desk.writes("Hello?", at=LATER + HOUR + timedelta(seconds=1))
    before = AuditEntry.objects.count()

    assert taking_back.overtaken() == []
    assert not taking_back.hold_back(message.pk, now=LATER + HOUR + timedelta(seconds=2))
    assert AuditEntry.objects.count() == before


def test_reply_for_later_sent_once_more_is_tried_as_long_as_any_other(desk: Desk) -> None:
    ticket = desk.writes()
    message = send(desk, ticket, how=How(send_at=LATER + HOUR))
    row = delivery.claim(now=LATER + HOUR)[0]
    delivery.refused(row.pk, "mailbox_full", now=LATER + HOUR)
    again = LATER + 48 * HOUR
    reply.retry(message.pk, by=desk.ines, now=again)
    assert delivery.claim(now=again)

    delivery.deferred(row.pk, "unreachable", now=again)

    assert Outbox.objects.get(pk=row.pk).state == "queued"


def test_note_and_machines_hold_nothing_back(desk: Desk) -> None:
    ticket = desk.writes()
    send(desk, ticket, how=How(send_at=LATER + HOUR))
    note.add(ticket.pk, "Check the stock.", by=desk.camille, now=LATER + timedelta(minutes=1))

    assert delivering.hold_overtaken(clock=lambda: LATER + timedelta(minutes=6)) == 0


def test_delivery_holds_back_before_it_sends(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the buyer wrote in the very second in which the reply was to leave."""
    ticket = desk.writes()
    send(desk, ticket, how=How(send_at=LATER + HOUR))
    desk.writes("Wait", at=LATER + HOUR)
    sent = []

    def attempt(*_: object) -> Receipt:
        sent.append(1)
        return Receipt(Outcome.ACCEPTED)

    monkeypatch.setattr(delivering, "_try", attempt)
    delivering.deliver_due(clock=lambda: LATER + 2 * HOUR)

    assert sent == []


def test_undo_gives_files_and_choices_back(desk: Desk) -> None:
    ticket = desk.writes()
    file = NewFile("../../etc/evil\u202egnp.exe", "image/png", b"MZ")
    message = send(desk, ticket, files=[file], how=How(then="open", is_holding=True))

    assert taking_back.undo(message.pk, by=desk.ines, now=LATER + timedelta(seconds=3))

    draft = Draft.objects.get(ticket=ticket, person=desk.ines)
    (kept,) = draft.files.all()
    assert "/" not in kept.name
    assert "\u202e" not in kept.name
    assert kept.content_type == "application/octet-stream"
    assert (draft.choices["then"], draft.choices["holding"]) == ("open", True)


def test_note_begun_meanwhile_never_stands_in_the_reply_that_comes_back(desk: Desk) -> None:
    ticket = desk.writes()
    message = send(desk, ticket, "It is on its way.")
    at = LATER + timedelta(seconds=2)
    draft.save(ticket.pk, "The buyer is lying.", is_note=True, by=desk.ines, now=at)

    assert taking_back.undo(message.pk, by=desk.ines, now=LATER + timedelta(seconds=4))

    rows = Draft.objects.filter(ticket=ticket, person=desk.ines).order_by("is_note")
    assert list(rows.values_list("text", "is_note")) == [
        ("It is on its way.", False),
        ("The buyer is lying.", True),
    ]


def test_same_key_with_another_text_says_that_the_first_has_left(desk: Desk) -> None:
    """The answer to the first try was lost, and the writer went on writing."""
    ticket = desk.writes()
    send(desk, ticket, "Tomorrow.")

    with pytest.raises(Refused) as refused:
        send(desk, ticket, "Tomorrow, I promise.")

    assert refused.value.code == "sent_otherwise"
    assert Outbox.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.txt", b"", "file_empty"),
        ("film.mov", b"x", "file_type"),
    ],
)
def test_files_the_channel_would_refuse_are_refused_here(
    desk: Desk, name: str, content: bytes, code: str
) -> None:
    ticket = desk.writes(channel=desk.ebay, reply_address="x@members.ebay.com")

    with pytest.raises(Refused) as refused:
        send(
            desk,
            ticket,
            by=desk.camille,
            files=[NewFile(name, "application/octet-stream", content)],
        )

    assert refused.value.code == code


def test_text_is_counted_in_characters_and_never_cut(desk: Desk) -> None:
    """eBay takes 2,000 characters; an emoji is one, also where a script counts two."""
    ticket = desk.writes(channel=desk.ebay, reply_address="x@members.ebay.com")

    with pytest.raises(Refused) as refused:
        send(desk, ticket, "😀" * 2001, by=desk.camille)

    assert refused.value.values == {"limit": 2000, "length": 2001}
    assert send(desk, ticket, "😀" * 2000, by=desk.camille).new_text == "😀" * 2000


def test_note_whose_answer_got_lost_is_written_once(desk: Desk) -> None:
    ticket = desk.writes()

    first = note.add(ticket.pk, "Parcel in Lyon", by=desk.ines, now=LATER, key="n1")
    again = note.add(ticket.pk, "Parcel in Lyon", by=desk.ines, now=LATER + HOUR, key="n1")

    assert again == first
    with pytest.raises(Refused) as refused:
        note.add(ticket.pk, "Parcel in Paris", by=desk.ines, now=LATER, key="n1")
    assert refused.value.code == "sent_otherwise"


def test_reply_taken_back_twice_is_no_reply_on_its_way(desk: Desk) -> None:
    message = send(desk, desk.writes())
    assert taking_back.undo(message.pk, by=desk.ines, now=LATER)

    assert not taking_back.undo(message.pk, by=desk.ines, now=LATER)
    assert taking_back.is_taken_back(message.pk)


def test_promise_for_a_mistyped_year_is_refused_before_anything_leaves(desk: Desk) -> None:
    """No calendar reaches that far: the reply would leave, and nobody could write down that it did."""
    ticket = desk.writes()

    with pytest.raises(Refused) as refused:
        send(desk, ticket, how=How(promise_at=LATER.replace(year=9999)))

    assert refused.value.code == "promise_too_far"
    assert Message.objects.filter(kind="reply").count() == 0


def test_field_left_open_blocks_however_long_its_question_is(desk: Desk) -> None:
    question = "{{ ask: " + "which of the colours, " * 9 + "}}"

    with pytest.raises(Refused) as refused:
        send(desk, desk.writes(), f"We will send it in {question}.")

    assert refused.value.code == "unresolved_variable"


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("We send it to {{ ask: Town }.", "{{ ask: Town }"),
        ("We send it to { ask: Town }}.", "{ ask: Town }}"),
        ("We send it to {{ ask: To", "{{ ask: To"),
        ("It goes {now}.\nwn }} is where.", "wn }}"),
        ("We send it to }}.", "We send it to }}"),
    ],
)
def test_what_is_left_of_a_field_blocks_and_is_named(desk: Desk, text: str, piece: str) -> None:
    with pytest.raises(Refused) as refused:
        send(desk, desk.writes(), text)

    assert (refused.value.code, refused.value.values) == ("broken_field", {"piece": piece})


def test_braces_that_are_no_field_leave(desk: Desk) -> None:
    text = 'Set {"a":{"b":1}} in {it} :}} and then {save}.'

    assert send(desk, desk.writes(), text).new_text == text
