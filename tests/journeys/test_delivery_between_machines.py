"""Bounces, portals, out-of-office and other desks: what machines send back, and that it ends there."""

from __future__ import annotations

from datetime import datetime, timedelta
from email import message_from_bytes

import pytest

from comptoir.inbox import outbox
from comptoir.merchant.models import Connection, Person, Role
from comptoir.tickets.actions import reply
from comptoir.tickets.models import Message, Outbox, Ticket
from tests.inbox import letters
from tests.journeys.mail_desk import connect, pull_and_read, utc_now, wrong_clocks
from tests.mailservers.dovecot import Dovecot, MailUser
from tests.mailservers.smtpsink import SmtpSink
from tests.tickets.conftest import person

pytestmark = [pytest.mark.mailserver, pytest.mark.django_db(transaction=True)]

ANSWER = "Guten Tag, Ihr Paket ist seit gestern unterwegs und kommt morgen an."
AHEAD = timedelta(minutes=1)


def later() -> datetime:
    return utc_now() + timedelta(seconds=11)


@pytest.fixture
def camille(db: None) -> Person:
    return person("Camille Perrin", Role.ADMIN)


@pytest.fixture
def asked(dovecot: Dovecot, perrin: MailUser, smtp_sink: SmtpSink) -> Ticket:
    """A question through Amazon's relay, an hour old."""
    dovecot.deliver(perrin, letters.amazon(at=utc_now() - timedelta(hours=1)))
    pull_and_read(connect(dovecot, perrin, smtp_sink))
    return Ticket.objects.get()


def answer(ticket: Ticket, by: Person, text: str = ANSWER, key: str = "k1") -> Outbox:
    """Answer, and let it leave at once."""
    ago = utc_now() - timedelta(minutes=30)
    reply.send(ticket.pk, text, by=by, now=ago, key=key)
    outbox.deliver_due(clock=utc_now)
    return Outbox.objects.get(idempotency_key=key)


def arrive(dovecot: Dovecot, user: MailUser, raw: bytes) -> None:
    dovecot.deliver(user, raw)
    pull_and_read(Connection.objects.get(name=user.name))


def portal_copy(text: str, message_id: str = "copy1@amazon.example") -> bytes:
    """Give the copy that Amazon mails of an answer: it names the buyer and nothing else."""
    return f"""From: "Amazon.de" <donotreply@amazon.de>
To: info@maison-perrin.example
Subject: Ihre E-Mail an Heike Sommer
Date: {utc_now():%a, %d %b %Y %H:%M:%S +0000}
Message-ID: <{message_id}>
X-Space-Notification-Type: BBC_MESSAGE_CONFIRMATION_TO_MERCHANT
X-Marketplace-ID: A1PA6795UKMFR9
Content-Type: text/plain; charset=utf-8

Guten Tag Maison Perrin,

hier ist eine Kopie der E-Mail, die Sie an Heike Sommer gesendet haben.

------------- Anfang der Nachricht -------------

{text}

------------- Ende der Nachricht -------------
""".encode()


def test_a_bounce_takes_the_stop_back_with_the_old_deadline(
    asked: Ticket, camille: Person, dovecot: Dovecot, perrin: MailUser
) -> None:
    sent = answer(asked, camille)
    assert Ticket.objects.get().queue_tier is None

    arrive(dovecot, perrin, letters.bounce(sent.envelope["message_id"], at=utc_now()))

    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.limit_at) == ("open", asked.limit_at)
    assert ticket.queue_tier is not None
    assert Outbox.objects.get().state == "refused"
    assert Message.objects.filter(kind="bounce").count() == 1
    assert wrong_clocks() == []


def test_a_relays_refusal_without_any_message_id_finds_the_reply_by_its_order(
    asked: Ticket, camille: Person, dovecot: Dovecot, perrin: MailUser
) -> None:
    answer(asked, camille)
    refusal = f"""Return-Path: <>
From: MAILER-DAEMON@mx.maison-perrin.example
To: info@maison-perrin.example
Subject: Undelivered Mail Returned to Sender
Date: {utc_now():%a, %d %b %Y %H:%M:%S +0000}
Message-ID: <refusal@mx.example>
X-Failed-Recipients: {letters.ALIAS}
Content-Type: text/plain

<{letters.ALIAS}>: host inbound-smtp.amazon.example said: 550 5.7.1 Sender not authorised
""".encode()

    arrive(dovecot, perrin, refusal)

    assert Outbox.objects.get().state == "refused"
    assert Ticket.objects.get().status == "open"


def test_a_notice_of_delay_changes_nothing_but_is_shown(
    asked: Ticket, camille: Person, dovecot: Dovecot, perrin: MailUser
) -> None:
    sent = answer(asked, camille)
    raw = letters.bounce(sent.envelope["message_id"], at=utc_now())
    arrive(dovecot, perrin, raw.replace(b"Action: failed", b"Action: delayed"))

    assert Outbox.objects.get().state == "accepted"
    assert Ticket.objects.get().status == "waiting_on_buyer"
    assert Ticket.objects.get().message_count == 3


def test_an_answer_given_in_the_portal_stops_the_clock(
    asked: Ticket, dovecot: Dovecot, perrin: MailUser
) -> None:
    arrive(dovecot, perrin, portal_copy("Ihr Paket kommt morgen."))

    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.oldest_unanswered_at) == ("waiting_on_buyer", None)
    assert Message.objects.get(author="agent").seen_elsewhere is True
    assert wrong_clocks() == []


def test_the_portals_copy_of_our_own_reply_is_not_doubled(
    asked: Ticket, camille: Person, dovecot: Dovecot, perrin: MailUser
) -> None:
    answer(asked, camille, f"{ANSWER}\n\nFreundliche Grüße\nCamille Perrin")

    arrive(dovecot, perrin, portal_copy(f"{ANSWER}\n\nFreundliche Grüße\nCamille Perrin"))

    assert Message.objects.filter(author="agent").count() == 1


@pytest.mark.parametrize("ours", ["Guten Tag", "👍", "Ja."])
def test_another_answer_in_the_portal_is_kept_though_it_holds_our_short_one(
    asked: Ticket, camille: Person, dovecot: Dovecot, perrin: MailUser, ours: str
) -> None:
    answer(asked, camille, ours)

    arrive(dovecot, perrin, portal_copy("Guten Tag, ja. Ihr Paket kommt morgen mit DHL."))

    assert Message.objects.filter(author="agent").count() == 2


def test_the_portals_copy_settles_a_reply_whose_answer_was_lost(
    asked: Ticket, camille: Person, dovecot: Dovecot, perrin: MailUser, smtp_sink: SmtpSink
) -> None:
    smtp_sink.script.hang_up_after_data = True
    assert answer(asked, camille).state == "uncertain"

    arrive(dovecot, perrin, portal_copy(ANSWER))

    assert Outbox.objects.get().state == "accepted"
    assert Message.objects.filter(author="agent").count() == 1
    assert Ticket.objects.get().status == "waiting_on_buyer"


def out_of_office(of: bytes, to: str, number: int) -> bytes:
    """Give what a mailbox on holiday answers by itself."""
    got = message_from_bytes(of)
    return f"""Return-Path: <>
From: {got["To"]}
To: {to}
Subject: Automatische Antwort: {got["Subject"]}
Date: {utc_now():%a, %d %b %Y %H:%M:%S +0000}
Message-ID: <holiday-{number}@courrier.example>
In-Reply-To: {got["Message-ID"]}
References: {got["Message-ID"]}
Auto-Submitted: auto-replied
Content-Type: text/plain; charset=utf-8

Ich bin bis Montag nicht im Büro.
""".encode()


def test_an_out_of_office_is_marked_and_counted_and_never_answered(
    dovecot: Dovecot, perrin: MailUser, smtp_sink: SmtpSink, camille: Person
) -> None:
    at = utc_now() - timedelta(hours=1)
    dovecot.deliver(
        perrin, letters.direct("Livrez-vous en Corse ?", at=at, message_id="q@c.example")
    )
    pull_and_read(connect(dovecot, perrin, smtp_sink))
    answer(Ticket.objects.get(), camille)

    for number in range(5):
        arrive(dovecot, perrin, out_of_office(smtp_sink.mails[0].raw, perrin.name, number))
        outbox.deliver_due(clock=later)

    ticket = Ticket.objects.get()
    assert (ticket.automatic_count, ticket.message_count) == (5, 7)
    assert (ticket.status, ticket.queue_tier) == ("waiting_on_buyer", None)
    assert (Outbox.objects.count(), len(smtp_sink.mails)) == (1, 1)
    assert wrong_clocks() == []


def test_two_desks_that_write_to_each_other_stop_when_no_person_writes(
    dovecot: Dovecot, smtp_sink: SmtpSink, camille: Person
) -> None:
    """Maison Perrin asks a supplier who works with the same desk and is on holiday."""
    ours, theirs = dovecot.add_user(), dovecot.add_user()
    users = {ours.name: ours, theirs.name: theirs}
    smtp_sink.deliver_to(dovecot, users)
    shop = [("shopify", "Shop", "FR")]
    rows = [
        connect(dovecot, user, smtp_sink, channels=[(m, f"{n} {user.name}", c)])
        for user in (ours, theirs)
        for m, n, c in shop
    ]
    first = letters.direct(
        "Liefern Sie auch Lampenschirme?", at=utc_now() - timedelta(hours=1),
        message_id="first@c.example", sender=theirs.name, to=ours.name,
    )  # fmt: skip
    dovecot.deliver(ours, first)
    pull_and_read(rows[0])
    asked = Ticket.objects.get()
    answer(asked, camille)

    for number in range(3):
        for row in rows:
            pull_and_read(row)
        for user, other in ((theirs, ours), (ours, theirs)):
            last = dovecot.fetch_all(user)[-1]
            if b"Auto-Submitted" not in last:
                holiday = out_of_office(last, other.name, number * 10 + len(user.name))
                dovecot.deliver(other, holiday)
        outbox.deliver_due(clock=later)
    for row in rows:
        pull_and_read(row)

    assert (Outbox.objects.count(), len(smtp_sink.mails)) == (1, 1)
    assert message_from_bytes(smtp_sink.mails[0].raw)["X-Comptoir-Desk"] == "comptoir"
    asked.refresh_from_db()
    assert asked.automatic_count >= 1
    assert asked.status == "waiting_on_buyer"
    theirs_ticket = Ticket.objects.exclude(pk=asked.pk).get(messages__author="buyer")
    assert theirs_ticket.channel.name == f"Shop {theirs.name}"
    assert wrong_clocks() == []
