"""Replies at awkward moments: pressed twice, taken back, tried again, found later, returned."""

import threading
from datetime import timedelta

import pytest
from django.db import close_old_connections, transaction
from tests.tickets.conftest import FRIDAY, Desk

from comptoir.tickets.actions import delivery, draft, reply, taking_back
from comptoir.tickets.actions.changing import locked
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Draft, Message, Outbox, Ticket
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


def test_same_key_again_gives_the_same_reply_though_it_counts_as_a_later_message(
    desk: Desk,
) -> None:
    """Pressed twice: the second request must not take the first for a colleague's answer."""
    ticket = desk.writes(at=FRIDAY)
    seen = reply.latest_message_id(ticket)

    first = send(desk, ticket, knows_message_id=seen)
    second = send(desk, ticket, knows_message_id=seen)

    assert second == first


def test_key_of_another_ticket_tells_nothing_to_who_may_not_see_it(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    send(desk, ticket)

    with pytest.raises(NoSuchTicket):
        send(desk, ticket, by=desk.outsider)


def test_undo_keeps_what_was_typed_since(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    message = send(desk, ticket, "The first.")
    draft.save(ticket.pk, "The second.", is_note=False, by=desk.ines, now=LATER)

    taking_back.undo(message.pk, by=desk.ines, now=LATER + timedelta(seconds=5))

    assert Draft.objects.get(ticket=ticket).text == "The first.\n\nThe second."


def test_reply_that_did_not_know_a_message_leaves_the_ticket_open(desk: Desk) -> None:
    """The buyer wrote in the undo window: answered by the clock, and still flagged open."""
    ticket = desk.writes(at=FRIDAY)
    send(desk, ticket, then="solved")
    desk.writes("Please cancel it!", at=LATER + timedelta(seconds=3))
    (outbox,) = delivery.claim(now=LATER + timedelta(seconds=11))

    delivery.accepted(outbox.pk, at=LATER + timedelta(seconds=12), now=LATER)

    assert fresh(ticket).status == "open"


def test_uncertain_reply_that_did_arrive_counts_from_its_last_try(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    outbox = deliver(desk, ticket)
    delivery.deferred(outbox.pk, "busy", now=LATER + HOUR)
    tried_at = LATER + 2 * HOUR
    delivery.claim(now=tried_at)

    delivery.uncertain(outbox.pk, now=tried_at + timedelta(minutes=1))

    assert Message.objects.get(pk=outbox.message_id).occurred_at == tried_at


def test_bounce_of_the_first_try_leaves_the_second_alone(desk: Desk) -> None:
    ticket = desk.writes(at=FRIDAY)
    outbox = deliver(desk, ticket)
    delivery.accepted(outbox.pk, at=LATER, now=LATER)
    message = Message.objects.get(pk=outbox.message_id)
    delivery.bounced(message, "no_such_user", at=LATER, now=LATER + HOUR)
    reply.retry(message.pk, by=desk.ines, now=LATER + 2 * HOUR)

    delivery.bounced(message, "no_such_user", at=LATER, now=LATER + 2 * HOUR)

    assert Outbox.objects.get(pk=outbox.pk).state == "queued"
    assert fresh(ticket).queue_tier is None


@pytest.mark.django_db(transaction=True)
def test_retry_by_two_people_at_once_sends_once(desk: Desk) -> None:
    """The second waits for the ticket while the first one's reply leaves, and then is too late."""
    ticket = desk.writes(at=FRIDAY)
    outbox = deliver(desk, ticket)
    delivery.refused(outbox.pk, "no", now=LATER)
    refusals: list[str] = []

    def second() -> None:
        try:
            reply.retry(outbox.message_id, by=desk.camille, now=LATER + HOUR)
        except Refused as refused:
            refusals.append(refused.code)
        finally:
            close_old_connections()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        locked(ticket.pk, None)
        thread.start()
        thread.join(timeout=0.5)
        reply.retry(outbox.message_id, by=desk.ines, now=LATER + HOUR)
        delivery.claim(now=LATER + HOUR)
        delivery.accepted(outbox.pk, at=LATER + HOUR, now=LATER + HOUR)
    thread.join(timeout=10)

    assert refusals == ["too_late"]
    assert Outbox.objects.get(pk=outbox.pk).state == "accepted"


def test_answer_given_in_the_portal_answers_the_operator_too(desk: Desk) -> None:
    asks = (("marketplace_message", {"asks_us": True}),)
    ticket = desk.writes(at=FRIDAY, author="marketplace", kind="cancellation", facts=asks)

    reply.answered_elsewhere(ticket.pk, "Cancelled.", by=desk.ines, now=LATER)

    assert fresh(ticket).oldest_unanswered_at is None
    assert fresh(ticket).status == "waiting_on_buyer"
