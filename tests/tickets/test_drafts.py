"""Drafts: two devices, merges, files. Whatever was typed is somewhere."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import close_old_connections, transaction
from tests.tickets.conftest import FRIDAY, Desk

from comptoir.tickets.actions import draft, draft_files, join, note, reply, taking_back
from comptoir.tickets.actions.draft_versions import milliseconds
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.writing import NewFile
from comptoir.tickets.models import Draft, Message, Ticket

MINUTE = timedelta(minutes=1)
NOON = FRIDAY + 60 * MINUTE


def save(
    desk: Desk,
    ticket: Ticket,
    text: str,
    at: datetime,
    *,
    knows: draft.Saved | None = None,
    typed_at: datetime | None = None,
) -> draft.Saved:
    knows_ms = milliseconds(knows.saved_at) if knows and knows.saved_at else 0
    return draft.save(
        ticket.pk,
        text,
        is_note=False,
        by=desk.ines,
        now=at,
        choices={"then": "open"},
        knows_ms=knows_ms,
        typed_at=typed_at,
    )


def say(
    desk: Desk, ticket: Ticket, text: str, at: datetime, *, knows: draft.Saved | None = None
) -> None:
    known = milliseconds(knows.saved_at) if knows and knows.saved_at else 0
    reply.send(ticket.pk, text, by=desk.ines, now=at, key="k1", knows_draft_ms=known)


def the_draft() -> Draft:
    return Draft.objects.get()


def test_typing_on_replaces_what_the_page_knows(desk: Desk) -> None:
    ticket = desk.writes()
    first = save(desk, ticket, "Dear", NOON)
    save(desk, ticket, "Good morning", NOON + MINUTE, knows=first)

    assert (the_draft().text, the_draft().choices) == ("Good morning", {"then": "open"})


def test_newer_version_wins_and_the_other_one_is_set_aside(desk: Desk) -> None:
    ticket = desk.writes()
    save(desk, ticket, "From the desk", NOON)

    saved = save(desk, ticket, "From the phone", NOON + MINUTE)

    assert the_draft().text == "From the phone"
    assert [one["text"] for one in saved.older] == ["From the desk"]


def test_older_version_that_arrives_late_replaces_nothing(desk: Desk) -> None:
    """A laptop wakes up in the afternoon with what was typed at noon."""
    ticket = desk.writes()
    save(desk, ticket, "In the afternoon", NOON + 60 * MINUTE)

    saved = save(desk, ticket, "At noon", NOON + 90 * MINUTE, typed_at=NOON)

    assert saved.is_newest is False
    assert the_draft().text == "In the afternoon"
    assert [one["text"] for one in saved.older] == ["At noon"]


def test_beginning_of_the_same_text_is_no_other_version(desk: Desk) -> None:
    ticket = desk.writes()
    save(desk, ticket, "Dear An", NOON)

    assert save(desk, ticket, "Dear Anna", NOON + MINUTE).older == ()


def test_version_set_aside_can_change_places_with_the_text(desk: Desk) -> None:
    ticket = desk.writes()
    save(desk, ticket, "From the desk", NOON)
    saved = save(desk, ticket, "From the phone", NOON + MINUTE)

    draft.choose_older(ticket, saved.older[0]["at_ms"], by=desk.ines, now=NOON + 2 * MINUTE)

    assert the_draft().text == "From the desk"
    assert [one["text"] for one in the_draft().choices["older"]] == ["From the phone"]


def test_draft_follows_a_merge_and_says_so(desk: Desk) -> None:
    source, target = desk.writes(thread="a"), desk.writes(thread="b")
    save(desk, source, "On the first", NOON)

    join.merge(source.pk, target.pk, by=desk.camille, now=NOON + MINUTE)

    assert the_draft().ticket_id == target.pk
    assert the_draft().choices["moved_from"] == source.pk


def test_draft_on_both_tickets_of_a_merge_keeps_both_texts(desk: Desk) -> None:
    source, target = desk.writes(thread="a"), desk.writes(thread="b")
    save(desk, source, "On the first", NOON)
    save(desk, target, "On the second", NOON)

    join.merge(source.pk, target.pk, by=desk.camille, now=NOON + MINUTE)

    assert the_draft().text == "On the second"
    assert [one["text"] for one in the_draft().choices["older"]] == ["On the first"]


def test_save_after_a_merge_lands_on_the_ticket_that_stays(desk: Desk) -> None:
    source, target = desk.writes(thread="a"), desk.writes(thread="b")
    join.merge(source.pk, target.pk, by=desk.camille, now=NOON)

    saved = save(desk, source, "Typed while it was merged", NOON + MINUTE)

    assert saved.ticket_id == target.pk
    assert the_draft().ticket_id == target.pk


def test_files_stay_when_the_text_is_emptied(desk: Desk) -> None:
    ticket = desk.writes()
    file = draft_files.add(ticket.pk, NewFile("a.png", "image/png", b"x"), by=desk.ines, now=NOON)

    save(desk, ticket, "", NOON + MINUTE)
    assert [one.name for one in the_draft().files.all()] == ["a.png"]

    draft_files.remove(file.pk, by=desk.camille)
    assert the_draft().files.count() == 1

    draft_files.remove(file.pk, by=desk.ines)
    assert not Draft.objects.exists()


def test_limits_of_the_channel_hold_for_all_files_together(desk: Desk) -> None:
    ticket = desk.writes()
    ten = NewFile("a.pdf", "application/pdf", b"x" * 10 * 1024 * 1024)
    draft_files.add(ticket.pk, ten, by=desk.ines, now=NOON)

    with pytest.raises(Refused) as refused:
        draft_files.add(
            ticket.pk, NewFile("b.pdf", "application/pdf", b"y"), by=desk.ines, now=NOON
        )

    assert refused.value.code == "files_too_large"


def test_text_typed_while_a_file_arrives_stays_the_draft(desk: Desk) -> None:
    """The file makes a draft of its own, later than the words; no words of anybody stand in it."""
    ticket = desk.writes()
    draft_files.add(ticket.pk, NewFile("a.png", "image/png", b"x"), by=desk.ines, now=NOON + MINUTE)

    saved = save(desk, ticket, "See the guide", NOON + MINUTE, typed_at=NOON)

    assert saved.is_newest
    assert the_draft().text == "See the guide"
    assert saved.older == ()


def test_save_that_comes_behind_its_reply_keeps_nothing_and_says_so(desk: Desk) -> None:
    ticket = desk.writes()
    say(desk, ticket, "Dear Anna, tomorrow.", NOON + MINUTE)

    whole = save(desk, ticket, "Dear Anna, tomorrow.", NOON + 9 * MINUTE, typed_at=NOON)
    part = save(desk, ticket, "Dear Anna,", NOON + 9 * MINUTE, typed_at=NOON)

    assert (whole.is_said, part.is_said) == (True, False)
    assert Draft.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_save_in_the_moment_of_its_sending_waits_and_brings_no_draft_back(desk: Desk) -> None:
    """The page keeps what was typed 0.8 s after the last key; somebody sends just then."""
    ticket = desk.writes()
    saved: list[draft.Saved] = []

    def keep() -> None:
        try:
            saved.append(save(desk, ticket, "Dear Anna, tomorrow.", NOON, typed_at=NOON))
        finally:
            close_old_connections()

    thread = threading.Thread(target=keep)
    with transaction.atomic():
        say(desk, ticket, "Dear Anna, tomorrow.", NOON)
        thread.start()
        thread.join(timeout=0.5)
        assert saved == []
    thread.join(timeout=10)

    assert [one.is_said for one in saved] == [True]
    assert Draft.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_save_waits_for_no_plain_update_of_its_ticket(desk: Desk) -> None:
    ticket = desk.writes()
    saved: list[draft.Saved] = []

    def keep() -> None:
        try:
            saved.append(save(desk, ticket, "Dear Anna", NOON))
        finally:
            close_old_connections()

    thread = threading.Thread(target=keep)
    with transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(gist="Where is it?")
        thread.start()
        thread.join(timeout=10)
        assert len(saved) == 1

    assert the_draft().text == "Dear Anna"


def test_same_words_typed_after_the_reply_are_a_draft(desk: Desk) -> None:
    ticket = desk.writes()
    say(desk, ticket, "Dear Anna, tomorrow.", NOON)

    save(desk, ticket, "Dear Anna,", NOON + MINUTE)

    assert the_draft().text == "Dear Anna,"


def test_reply_from_one_tab_keeps_what_another_tab_wrote(desk: Desk) -> None:
    ticket = desk.writes()
    mine = save(desk, ticket, "It arrives tomorrow.", NOON)
    save(desk, ticket, "A voucher, perhaps?", NOON + MINUTE)

    say(desk, ticket, "It arrives tomorrow.", NOON + 2 * MINUTE, knows=mine)

    assert [one["text"] for one in the_draft().choices["older"]] == ["A voucher, perhaps?"]


def test_reply_takes_its_own_draft_along_however_it_began(desk: Desk) -> None:
    ticket = desk.writes()
    mine = save(desk, ticket, "Dear An", NOON)

    say(desk, ticket, "Good morning", NOON + MINUTE, knows=mine)

    assert Draft.objects.count() == 0


def begin_note(desk: Desk, ticket: Ticket, text: str, at: datetime) -> draft.Saved:
    return draft.save(ticket.pk, text, is_note=True, by=desk.ines, now=at, knows_ms=0)


def texts() -> dict[bool, str]:
    return dict(Draft.objects.values_list("is_note", "text"))


def test_reply_and_note_are_two_texts_that_never_replace_each_other(desk: Desk) -> None:
    ticket = desk.writes()
    save(desk, ticket, "Dear Anna", NOON)
    saved = begin_note(desk, ticket, "She has called twice", NOON + MINUTE)

    assert saved.older == ()
    assert texts() == {False: "Dear Anna", True: "She has called twice"}


def test_reply_that_leaves_takes_no_note_along_and_the_other_way_round(desk: Desk) -> None:
    ticket = desk.writes()
    save(desk, ticket, "Dear Anna", NOON)
    begin_note(desk, ticket, "She has called twice", NOON)

    say(desk, ticket, "Dear Anna, tomorrow.", NOON + MINUTE)
    assert texts() == {True: "She has called twice"}

    save(desk, ticket, "And the voucher", NOON + 2 * MINUTE)
    note.add(ticket.pk, "She has called twice", by=desk.ines, now=NOON + 3 * MINUTE)
    assert texts() == {False: "And the voucher"}


def test_same_words_kept_as_a_note_leave_the_reply_a_draft(desk: Desk) -> None:
    ticket = desk.writes()
    note.add(ticket.pk, "It arrives tomorrow.", by=desk.ines, now=NOON + MINUTE)

    saved = save(desk, ticket, "It arrives tomorrow.", NOON + MINUTE, typed_at=NOON)

    assert saved.is_said is False
    assert texts() == {False: "It arrives tomorrow."}


def test_file_of_a_note_stays_away_from_the_reply(desk: Desk) -> None:
    ticket = desk.writes()
    draft_files.add(
        ticket.pk, NewFile("inside.png", "image/png", b"x"), by=desk.ines, now=NOON, is_note=True
    )
    save(desk, ticket, "Dear Anna", NOON)

    of_reply, of_note = (Draft.objects.get(is_note=kind) for kind in (False, True))
    assert draft_files.files_of(of_reply) == []
    assert [one.name for one in draft_files.files_of(of_note)] == ["inside.png"]


def test_reply_taken_back_leaves_the_note_begun_since_alone(desk: Desk) -> None:
    ticket = desk.writes()
    say(desk, ticket, "It arrives tomorrow.", NOON)
    begin_note(desk, ticket, "She has called twice", NOON)

    message = Message.objects.get(new_text="It arrives tomorrow.")
    taking_back.undo(message.pk, by=desk.ines, now=NOON)

    assert texts() == {False: "It arrives tomorrow.", True: "She has called twice"}


def test_merge_takes_reply_and_note_along_each_as_what_it_was(desk: Desk) -> None:
    source, target = desk.writes(thread="a"), desk.writes(thread="b")
    save(desk, source, "On the first", NOON)
    begin_note(desk, source, "A note on the first", NOON)
    save(desk, target, "On the second", NOON)

    join.merge(source.pk, target.pk, by=desk.camille, now=NOON + MINUTE)

    assert texts() == {False: "On the second", True: "A note on the first"}
