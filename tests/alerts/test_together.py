"""Being named, following, being given something, what comes back: who hears of it, and how loud."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.alerts.conftest import FRIDAY, HOUR, MINUTE, Desk, desk

from comptoir.alerts import causes, planning
from comptoir.alerts.actions.acknowledge import acknowledge_ticket
from comptoir.alerts.models import Alert, Delivery
from comptoir.alerts.sources.looking import QUICK, look
from comptoir.alerts.standing import standing_of
from comptoir.inbox import presence, snoozes
from comptoir.merchant.rights import rights_of
from comptoir.tickets.actions import assign, draft, follow, note, reply, snooze, taking_back
from comptoir.tickets.actions.writing import How
from comptoir.tickets.models import Mention

__all__ = ["desk"]


def heard(now: datetime) -> list[tuple[str, str, str]]:
    """Look, plan, and give who has something open: name, kind, level."""
    look(QUICK, now=now)
    planning.plan(now=now)
    found = Delivery.objects.filter(
        transport="app", alerts__kind__in=["mention", "followed", "reply_held_back"],
        alerts__over_at=None, alerts__acknowledged_at=None,
    )  # fmt: skip
    rows = found.values_list("person__name", "alerts__kind", "alerts__level")
    return sorted((str(name).split()[0], kind, level) for name, kind, level in rows)


def test_named_colleague_is_interrupted_and_nobody_else(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    note.add(ticket.pk, "@camille can you look?", by=desk.ines, now=FRIDAY + MINUTE)

    assert heard(FRIDAY + 2 * MINUTE) == [("Camille", "mention", "push")]
    alert = Alert.objects.get(kind="mention")
    assert alert.escalate_at is None, "a supervisor need not hear who was named"


def test_mention_is_over_once_its_note_was_seen(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    note.add(ticket.pk, "@camille can you look?", by=desk.ines, now=FRIDAY + MINUTE)
    heard(FRIDAY + 2 * MINUTE)

    at = FRIDAY + 3 * MINUTE
    presence.come(ticket.pk, rights_of(desk.camille), writing=False, now=at)
    causes.sweep(now=at)

    assert Mention.objects.get().seen_at == at
    assert heard(FRIDAY + 4 * MINUTE) == []


def test_follower_hears_of_messages_and_notes_once_until_they_look(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    follow.follow(ticket.pk, by=desk.camille, now=FRIDAY + MINUTE / 2)
    note.add(ticket.pk, "The carrier knows nothing.", by=desk.ines, now=FRIDAY + MINUTE)
    assert heard(FRIDAY + 2 * MINUTE) == [("Camille", "followed", "count")]

    desk.writes("Hello?", at=FRIDAY + 3 * MINUTE)
    assert heard(FRIDAY + 4 * MINUTE) == [("Camille", "followed", "count")], "one line is enough"

    acknowledge_ticket(ticket.pk, by=desk.camille, now=FRIDAY + 5 * MINUTE)
    desk.writes("Anybody?", at=FRIDAY + 6 * MINUTE)
    assert heard(FRIDAY + 7 * MINUTE) == [("Camille", "followed", "count")]


def test_what_one_does_oneself_is_no_news(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    follow.follow(ticket.pk, by=desk.ines, now=FRIDAY + MINUTE / 2)
    note.add(ticket.pk, "I ask the carrier.", by=desk.ines, now=FRIDAY + MINUTE)
    assign.take(ticket.pk, by=desk.ines, now=FRIDAY + MINUTE)

    assert heard(FRIDAY + 2 * MINUTE) == []


def test_assignee_hears_of_the_buyers_answer_and_of_being_given_a_ticket(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    assign.assign(ticket.pk, to=desk.ines.pk, by=desk.camille, now=FRIDAY + MINUTE)
    assert heard(FRIDAY + 2 * MINUTE) == [("Inès", "followed", "count")]

    acknowledge_ticket(ticket.pk, by=desk.ines, now=FRIDAY + 3 * MINUTE)
    desk.writes("Hello?", at=FRIDAY + 4 * MINUTE)
    heard(FRIDAY + 5 * MINUTE)

    whys = Alert.objects.filter(kind="followed").order_by("id").values_list("data__why", flat=True)
    assert list(whys) == ["given", "yours"]


def test_who_looks_at_the_ticket_needs_no_line_about_it(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    follow.follow(ticket.pk, by=desk.camille, now=FRIDAY + MINUTE / 2)
    at = FRIDAY + 2 * MINUTE
    note.add(ticket.pk, "Look.", by=desk.ines, now=FRIDAY + MINUTE)
    presence.come(ticket.pk, rights_of(desk.camille), writing=False, now=at)

    assert heard(FRIDAY + 3 * MINUTE) == []


def test_person_hears_that_what_they_put_off_is_back(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    snooze.snooze(ticket.pk, until=FRIDAY + 2 * HOUR, by=desk.ines, now=FRIDAY + HOUR)
    snoozes.wake_due(now=FRIDAY + 2 * HOUR)

    assert heard(FRIDAY + 2 * HOUR + timedelta(seconds=5)) == [("Inès", "followed", "count")]
    assert Alert.objects.get(kind="followed").data["why"] == "back"


def test_follower_who_left_the_team_hears_nothing_more(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    follow.follow(ticket.pk, by=desk.ines, now=FRIDAY + MINUTE / 2)
    for team in desk.ines.teams.all():
        team.members.remove(desk.ines)
    desk.writes("Hello?", at=FRIDAY + 3 * MINUTE)

    heard(FRIDAY + 4 * MINUTE)

    waiting = [row.pk for row in Delivery.objects.filter(person=desk.ines)]
    assert standing_of(waiting, now=FRIDAY + 4 * MINUTE) == {}
    causes.sweep(now=FRIDAY + 4 * MINUTE)
    assert heard(FRIDAY + 5 * MINUTE) == []


def test_writer_alone_hears_that_a_reply_for_later_was_held_back(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    later = How(send_at=FRIDAY + 2 * HOUR)
    at = FRIDAY + MINUTE
    sent = reply.send(ticket.pk, "Tomorrow.", by=desk.ines, now=at, key="later", how=later)
    desk.writes("It came, thank you.", at=FRIDAY + 10 * MINUTE)
    taking_back.hold_back(sent.pk, now=FRIDAY + 11 * MINUTE)

    # The buyer's message comes back to her as well: she answered it.
    told = [("Inès", "followed", "count"), ("Inès", "reply_held_back", "push")]
    assert heard(FRIDAY + 12 * MINUTE) == told
    alert = Alert.objects.get(kind="reply_held_back")
    assert (alert.data["because"], alert.escalate_at) == ("buyer", None)

    draft.forget_older(ticket, by=desk.ines)  # "Understood"
    causes.sweep(now=FRIDAY + 13 * MINUTE)
    assert heard(FRIDAY + 13 * MINUTE) == told[:1]
