"""Delivery: each outcome of a connector leads where it should, and nothing leaves twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.tickets.conftest import FRIDAY, Desk, desk

from comptoir.channels.kernel.protocol import Capabilities, ChannelError, Outcome, Outgoing, Receipt
from comptoir.inbox import outbox
from comptoir.tickets.actions import reply
from comptoir.tickets.models import Message, Outbox, Ticket

__all__ = ["desk"]

HOUR = timedelta(hours=1)


class Post:
    """A connector that answers what it was told to, and remembers what it was given."""

    capabilities = Capabilities(name="post")

    def __init__(self, *answers: Receipt | Exception, has: str = "") -> None:
        self.answers = list(answers)
        self.sent: list[Outgoing] = []
        self.has = has

    def send(self, outgoing: Outgoing) -> Receipt:
        self.sent.append(outgoing)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def find_sent(self, message_id: str) -> str | None:
        return message_id if message_id == self.has else None

    def close(self) -> None:
        pass


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Any:
    def use(*answers: Receipt | Exception, has: str = "") -> Post:
        made = Post(*answers, has=has)
        monkeypatch.setattr(outbox, "open_connector", lambda row: made)
        return made

    return use


def replied(desk: Desk) -> Ticket:
    ticket = desk.writes(at=FRIDAY)
    reply.send(ticket.pk, "Morgen.", by=desk.ines, now=FRIDAY + HOUR, key="k1")
    return ticket


def later() -> Any:
    return FRIDAY + HOUR + timedelta(seconds=30)


def test_an_accepted_reply_leaves_once_with_threading_and_sender(desk: Desk, post: Any) -> None:
    ticket = replied(desk)
    connector = post(Receipt(Outcome.ACCEPTED, reply="250 ok"))

    assert outbox.deliver_due(clock=later) == 1
    assert outbox.deliver_due(clock=later) == 0

    (sent,) = connector.sent
    first = ticket.messages.order_by("id")[0].external_id
    assert (sent.sender, sent.sender_name) == ("info@maison-perrin.example", "Maison Perrin")
    assert (sent.recipient, sent.in_reply_to) == ("t1@marketplace.amazon.de", first)
    assert sent.references[-1] == first
    assert sent.subject == "Re: Order 302-1234567-7654321"
    assert Ticket.objects.get().status == "waiting_on_buyer"


@pytest.mark.parametrize(
    ("answer", "state", "queued"),
    [
        (Receipt(Outcome.REFUSED, "sender_not_authorised"), "refused", True),
        (Receipt(Outcome.DEFERRED, "unreachable"), "queued", False),
        (Receipt(Outcome.UNCERTAIN), "uncertain", True),
        (RuntimeError("broken connector"), "uncertain", True),
    ],
)
def test_what_becomes_of_a_reply(
    desk: Desk, post: Any, answer: Any, state: str, queued: bool
) -> None:
    replied(desk)
    post(answer)

    outbox.deliver_due(clock=later)

    assert Outbox.objects.get().state == state
    assert (Ticket.objects.get().queue_tier is not None) is queued
    assert Ticket.objects.get().oldest_unanswered_at == FRIDAY


def test_a_mailbox_that_cannot_be_opened_puts_the_reply_off(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    replied(desk)

    def refuse(row: object) -> None:
        raise ChannelError("auth_failed", permanent=True)

    monkeypatch.setattr(outbox, "open_connector", refuse)
    outbox.deliver_due(clock=later)

    assert (Outbox.objects.get().state, Outbox.objects.get().last_code) == ("queued", "auth_failed")


def test_nothing_leaves_when_the_channel_went_into_watch_mode_meanwhile(
    desk: Desk, post: Any
) -> None:
    replied(desk)
    connector = post(Receipt(Outcome.ACCEPTED))
    desk.amazon.is_watched_only = True
    desk.amazon.save()

    outbox.deliver_due(clock=later)

    assert connector.sent == []
    assert Outbox.objects.get().last_code == "watch_mode"


def test_an_uncertain_reply_is_looked_for_and_settled(desk: Desk, post: Any) -> None:
    replied(desk)
    post(Receipt(Outcome.UNCERTAIN))
    outbox.deliver_due(clock=later)
    message_id = Outbox.objects.get().envelope["message_id"]

    post(has="another@id")
    assert outbox.look_for_uncertain(clock=later) == 0
    post(has=message_id)
    assert outbox.look_for_uncertain(clock=later) == 1

    assert Outbox.objects.get().state == "accepted"
    assert Message.objects.get(author="agent").state == "accepted"


def test_a_reply_whose_sender_died_becomes_uncertain(desk: Desk, post: Any) -> None:
    from comptoir.tickets.actions import delivery

    replied(desk)
    delivery.claim(now=later())
    connector = post()

    outbox.deliver_due(clock=lambda: later() + HOUR)

    assert Outbox.objects.get().state == "uncertain"
    assert connector.sent == []
