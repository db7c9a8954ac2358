"""Replies over real SMTP: each outcome where a person sees it, and nothing leaves twice."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from django.db import connections

from comptoir.inbox import outbox
from comptoir.merchant.models import Connection, Person, Role
from comptoir.tickets.actions import reply
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Message, Outbox, Ticket
from tests.inbox import letters
from tests.journeys.mail_desk import (
    TAKES_ALL_SAYS_NOTHING,
    account,
    connect,
    kill,
    pull_and_read,
    until,
    utc_now,
    worker,
    wrong_clocks,
)
from tests.mailservers.dovecot import Dovecot, MailUser
from tests.mailservers.scripted import running_script
from tests.mailservers.smtpsink import SmtpSink
from tests.tickets.conftest import person

pytestmark = [pytest.mark.mailserver, pytest.mark.django_db(transaction=True)]

BUYER = "paul.martin@courrier.example"


def later() -> datetime:
    return utc_now() + timedelta(seconds=11)


def ask(dovecot: Dovecot, user: MailUser, number: int = 1) -> None:
    """Let a customer write; another number is another customer."""
    now = utc_now() - timedelta(minutes=5)
    sender = f"Paul Martin <paul.martin{number if number > 1 else ''}@courrier.example>"
    dovecot.drop(
        user,
        letters.direct(
            f"Livrez-vous en Corse ? {number}",
            at=now,
            message_id=f"q{number}@courrier.example",
            sender=sender,
            to=user.name,
        ),
    )


@pytest.fixture
def camille(db: None) -> Person:
    return person("Camille Perrin", Role.ADMIN)


@pytest.fixture
def asked(dovecot: Dovecot, perrin: MailUser, smtp_sink: SmtpSink) -> Ticket:
    """A question of one customer, read from the mailbox."""
    ask(dovecot, perrin)
    pull_and_read(connect(dovecot, perrin, smtp_sink))
    return Ticket.objects.get()


def test_a_reply_arrives_in_the_buyers_mailbox_in_his_thread(
    asked: Ticket, camille: Person, dovecot: Dovecot, smtp_sink: SmtpSink
) -> None:
    buyer = dovecot.add_user()
    smtp_sink.deliver_to(dovecot, {BUYER: buyer})
    reply.send(asked.pk, "Oui, en 5 jours.", by=camille, now=utc_now(), key="k1")

    assert outbox.deliver_due(clock=utc_now) == 0
    assert outbox.deliver_due(clock=later) == 1
    assert outbox.deliver_due(clock=later) == 0

    (raw,) = dovecot.fetch_all(buyer)
    got = message_from_bytes(raw)
    assert got["In-Reply-To"] == "<q1@courrier.example>"
    assert got["Subject"] == "Re: Question"
    assert Ticket.objects.get().status == "waiting_on_buyer"
    assert wrong_clocks(timedelta(minutes=1)) == []


@pytest.mark.parametrize(
    ("stage", "said", "code"),
    [
        ("sender", "550 5.7.60 SMTP; Client does not have permissions to send as", "sender_not_authorised"),
        ("recipient", "550 5.1.1 No such user", "recipient_refused"),
        ("data", "554 5.7.1 Message rejected as spam", "message_refused"),
        ("data", "552 5.3.4 Message too big", "too_large"),
    ],
)  # fmt: skip
def test_a_refusal_for_good_puts_the_ticket_back_with_the_servers_words(
    asked: Ticket, camille: Person, smtp_sink: SmtpSink, stage: str, said: str, code: str
) -> None:
    setattr(smtp_sink.script, stage, said)
    message = reply.send(asked.pk, "Oui.", by=camille, now=utc_now(), key="k1")

    outbox.deliver_due(clock=later)
    outbox.deliver_due(clock=lambda: later() + timedelta(hours=1))

    row = Outbox.objects.get()
    assert (row.state, row.last_code, row.attempt_count) == ("refused", code, 1)
    assert row.last_reply == said
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.oldest_unanswered_at) == ("open", asked.oldest_unanswered_at)
    assert ticket.queue_tier is not None
    setattr(smtp_sink.script, stage, "")
    reply.retry(message.pk, by=camille, now=utc_now())
    outbox.deliver_due(clock=later)
    assert (Outbox.objects.get().state, len(smtp_sink.mails)) == ("accepted", 1)


def test_a_refusal_for_now_is_tried_again_and_given_up_in_the_open(
    asked: Ticket, camille: Person, smtp_sink: SmtpSink
) -> None:
    smtp_sink.script.data = "451 4.3.0 Come back later"
    reply.send(asked.pk, "Oui.", by=camille, now=utc_now(), key="k1")

    outbox.deliver_due(clock=later)
    row = Outbox.objects.get()
    assert (row.state, row.last_code) == ("queued", "try_later")
    assert row.not_before_at > later() - timedelta(seconds=7)
    for hours in range(1, 14):
        outbox.deliver_due(clock=lambda hours=hours: later() + timedelta(hours=hours))

    row.refresh_from_db()
    assert (row.state, row.last_code) == ("refused", "gave_up")
    assert row.last_reply == "451 4.3.0 Come back later"
    assert Ticket.objects.get().status == "open"
    assert Message.objects.get(author="agent").state == "refused"


def lose_the_answer(asked: Ticket, camille: Person, sink: SmtpSink) -> Outbox:
    """Let the server take a reply and hang up before it says so."""
    sink.script.hang_up_after_data = True
    reply.send(asked.pk, "Oui, en 5 jours.", by=camille, now=utc_now(), key="k1")
    outbox.deliver_due(clock=later)
    return Outbox.objects.get()


def test_a_lost_answer_is_uncertain_and_never_sent_again_by_itself(
    asked: Ticket, camille: Person, smtp_sink: SmtpSink
) -> None:
    row = lose_the_answer(asked, camille, smtp_sink)

    for hours in range(3):
        outbox.deliver_due(clock=lambda hours=hours: later() + timedelta(hours=hours))
        outbox.look_for_uncertain(clock=later)

    row.refresh_from_db()
    assert (row.state, len(smtp_sink.mails)) == ("uncertain", 1)
    assert Ticket.objects.get().queue_tier is not None


def test_an_uncertain_reply_is_found_in_the_folder_of_sent_mail(
    asked: Ticket, camille: Person, dovecot: Dovecot, perrin: MailUser, smtp_sink: SmtpSink
) -> None:
    lose_the_answer(asked, camille, smtp_sink)
    dovecot.deliver(perrin, smtp_sink.mails[0].raw, "Sent")

    assert outbox.look_for_uncertain(clock=later) == 1

    assert Outbox.objects.get().state == "accepted"
    assert Ticket.objects.get().status == "waiting_on_buyer"
    assert wrong_clocks(timedelta(minutes=1)) == []


def test_an_uncertain_reply_is_settled_by_a_blind_copy_in_the_inbox(
    asked: Ticket, camille: Person, dovecot: Dovecot, perrin: MailUser, smtp_sink: SmtpSink
) -> None:
    lose_the_answer(asked, camille, smtp_sink)
    dovecot.deliver(perrin, smtp_sink.mails[0].raw)

    pull_and_read(Connection.objects.get())

    assert Outbox.objects.get().state == "accepted"
    assert Message.objects.count() == 2


def test_a_known_refusal_after_a_lost_claim_is_sent_again(
    asked: Ticket, camille: Person, smtp_sink: SmtpSink
) -> None:
    """A slow sender was taken for dead; what it learns in the end still counts."""
    from comptoir.tickets.actions import delivery

    reply.send(asked.pk, "Oui.", by=camille, now=utc_now(), key="k1")
    (row,) = delivery.claim(now=later())
    outbox.settle_lost(clock=lambda: later() + timedelta(minutes=4))
    assert Outbox.objects.get().state == "uncertain"

    delivery.deferred(row.pk, "connection_lost", now=later())

    assert Outbox.objects.get().state == "queued"
    assert Message.objects.get(author="agent").state == "queued"
    outbox.deliver_due(clock=lambda: later() + timedelta(minutes=1))
    assert (Outbox.objects.get().state, len(smtp_sink.mails)) == ("accepted", 1)


def test_a_worker_killed_while_sending_leaves_an_uncertain_reply_that_is_not_sent_again(
    asked: Ticket,
    camille: Person,
    dovecot: Dovecot,
    perrin: MailUser,
    smtp_sink: SmtpSink,
    tmp_path: Path,
) -> None:
    row = Connection.objects.get()
    reply.send(asked.pk, "Oui.", by=camille, now=utc_now() - timedelta(minutes=1), key="k1")
    with running_script(TAKES_ALL_SAYS_NOTHING) as silent:
        row.settings |= {"smtp_port": silent.port}
        row.save()
        with worker(tmp_path / "first") as process:
            until(lambda: any(b"\r\n.\r\n" in heard for heard in silent.heard), 20)
            kill(process)
    assert Outbox.objects.get().state == "sending"

    Outbox.objects.update(claimed_until_at=utc_now() - timedelta(seconds=1))
    row.settings = account(dovecot, perrin, smtp_sink)
    row.save()
    with worker(tmp_path / "second"):
        until(lambda: Outbox.objects.get().state == "uncertain", 20)

    assert smtp_sink.mails == []
    assert Ticket.objects.get().queue_tier is not None
    with pytest.raises(Refused):
        reply.retry(Message.objects.get(author="buyer").pk, by=camille, now=utc_now())


def test_two_workers_deliver_fifty_replies_once_each(
    dovecot: Dovecot, perrin: MailUser, smtp_sink: SmtpSink, camille: Person, tmp_path: Path
) -> None:
    for number in range(1, 51):
        ask(dovecot, perrin, number)
    pull_and_read(connect(dovecot, perrin, smtp_sink))
    with worker(tmp_path / "one"), worker(tmp_path / "two"):
        ago = utc_now() - timedelta(minutes=1)
        for ticket_id in Ticket.objects.values_list("id", flat=True):
            reply.send(ticket_id, "Oui.", by=camille, now=ago, key=f"k{ticket_id}")

        until(lambda: Outbox.objects.filter(state="accepted").count() == 50, 30)

    ids = [message_from_bytes(mail.raw)["Message-ID"] for mail in smtp_sink.mails]
    assert (len(ids), len(set(ids))) == (50, 50)
    assert wrong_clocks() == []


def test_a_server_that_hangs_holds_up_only_its_own_replies(
    dovecot: Dovecot, perrin: MailUser, smtp_sink: SmtpSink, camille: Person, tmp_path: Path
) -> None:
    other = dovecot.add_user()
    for number in (1, 2, 3):
        ask(dovecot, perrin, number)
    slow = connect(dovecot, perrin, smtp_sink)
    pull_and_read(slow)
    ask(dovecot, other, 4)
    pull_and_read(connect(dovecot, other, smtp_sink))
    ago = utc_now() - timedelta(minutes=1)
    with running_script(TAKES_ALL_SAYS_NOTHING) as silent:
        slow.settings |= {"smtp_port": silent.port}
        slow.save()
        for ticket_id in Ticket.objects.order_by("id").values_list("id", flat=True):
            reply.send(ticket_id, "Oui.", by=camille, now=ago, key=f"k{ticket_id}")
        with worker(tmp_path / "one"):
            until(lambda: Outbox.objects.filter(state="accepted").count() == 1, 15)
            assert Outbox.objects.filter(state="sending").count() == 1
            assert Outbox.objects.filter(state="queued").count() == 2


def test_one_key_is_one_reply_however_often_its_form_is_sent(
    asked: Ticket, camille: Person, smtp_sink: SmtpSink
) -> None:
    def press() -> None:
        reply.send(asked.pk, "Oui.", by=camille, now=utc_now(), key="k1")
        connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    outbox.deliver_due(clock=later)
    assert (Outbox.objects.count(), len(smtp_sink.mails)) == (1, 1)
