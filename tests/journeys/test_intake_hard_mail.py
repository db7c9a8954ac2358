"""A real mailbox full of hard mail: nothing lost, each shown or set aside, and the rest goes on."""

from __future__ import annotations

import base64
import gzip
import json
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import OperationalError, connection

from comptoir.channels.mail.message import Mail
from comptoir.channels.mail.parse import parse
from comptoir.inbox import arrivals, pulling
from comptoir.inbox.connections import open_connector
from comptoir.inbox.routing import forget_routes
from comptoir.merchant.models import Channel
from comptoir.storage.models import RawItem
from comptoir.tickets.models import Message
from tests.journeys.hard_mail import hard_mails, large, mail
from tests.journeys.mail_desk import connect, pull, pull_and_read, utc_now, wrong_clocks
from tests.mailservers.dovecot import Dovecot, MailUser
from tests.shared_material import shared

pytestmark = [pytest.mark.mailserver, pytest.mark.django_db(transaction=True)]

HOUR = timedelta(hours=1)


def states() -> dict[str, int]:
    return dict(Counter(RawItem.objects.values_list("state", flat=True)))


def corpus(name: str, count: int) -> list[bytes]:
    """Give mails of one collection, spread over all of it."""
    lines = gzip.decompress(shared("data", name, "mails.jsonl.gz").read_bytes()).splitlines()
    step = max(1, len(lines) // count)
    return [base64.b64decode(json.loads(line)["raw_b64"]) for line in lines[::step]][:count]


def test_each_hard_mail_is_a_message_and_none_stands_in_the_way(
    dovecot: Dovecot, perrin: MailUser
) -> None:
    mails = hard_mails(utc_now())
    for raw in mails.values():
        dovecot.drop(perrin, raw)
    row = connect(dovecot, perrin)

    assert pull_and_read(row) == len(mails)

    assert states() == {"done": len(mails)}
    assert Message.objects.count() == len(mails)
    assert pull_and_read(row) == 0
    assert Message.objects.filter(occurred_at__gt=utc_now()).count() == 0
    assert Message.objects.filter(occurred_at__year__lt=2020).count() == 0
    assert wrong_clocks() == []


def test_what_is_wrong_with_a_mail_is_said_on_its_message(
    dovecot: Dovecot, perrin: MailUser
) -> None:
    names = {"wrong_charset": "h1", "bad_base64": "h4", "date_1970": "h7"}
    made = hard_mails(utc_now())
    for name in names:
        dovecot.drop(perrin, made[name])

    pull_and_read(connect(dovecot, perrin))

    told = dict(Message.objects.values_list("external_id", "problems"))
    assert {name: told[f"{key}@x.example"] for name, key in names.items()} == {
        "wrong_charset": ["bad_charset"],
        "bad_base64": ["bad_encoding"],
        "date_1970": ["implausible_date"],
    }


def test_a_mail_of_60_mb_is_cut_in_the_open_and_holds_nobody_up(
    dovecot: Dovecot, perrin: MailUser
) -> None:
    dovecot.drop(perrin, large(60_000_000))
    dovecot.drop(perrin, mail(b"Message-ID: <after@x.example>\r\n"))
    row = connect(dovecot, perrin)

    assert pull_and_read(row) == 2

    assert states() == {"done": 2}
    cut = Message.objects.get(external_id="large@x.example")
    assert "truncated" in cut.problems
    assert cut.new_text == "Photos jointes."
    assert Message.objects.filter(external_id="after@x.example").count() == 1


def test_the_same_mail_twice_is_one_message_with_and_without_a_message_id(
    dovecot: Dovecot, perrin: MailUser
) -> None:
    """In two folders, and again when a folder was made anew (UIDVALIDITY)."""
    with_id = mail(b"Message-ID: <twice@x.example>\r\n")
    without = mail(b"Date: Fri, 06 Mar 2026 16:40:00 +0000\r\nSubject: no id\r\n")
    for folder in ("INBOX", "Archiv"):
        dovecot.deliver(perrin, with_id, folder)
        dovecot.deliver(perrin, without, folder)
    row = connect(dovecot, perrin, folders=["INBOX", "Archiv"])
    pull_and_read(row)

    dovecot.delete_folder(perrin, "Archiv")
    dovecot.deliver(perrin, with_id, "Archiv")
    dovecot.deliver(perrin, without, "Archiv")
    pull_and_read(row)

    assert states() == {"done": 6}
    assert Message.objects.count() == 2


def test_equal_mails_without_any_date_are_two_when_they_came_at_two_times(
    dovecot: Dovecot, perrin: MailUser
) -> None:
    """A shop's form writes neither Message-ID nor Date."""
    now = utc_now()
    for hours in (3, 2):
        dovecot.deliver(perrin, mail(b"Subject: Form\r\n"), received_at=now - hours * HOUR)

    pull_and_read(connect(dovecot, perrin))

    assert Message.objects.count() == 2


def test_other_content_under_a_known_message_id_is_kept(dovecot: Dovecot, perrin: MailUser) -> None:
    """Other words, or the same words with another file: some mailers repeat their ids."""
    same_id = b"Message-ID: <again@x.example>\r\n"
    parts = same_id + b"Content-Type: multipart/mixed; boundary=b\r\n"
    for raw in (
        mail(same_id, b"One."),
        mail(same_id, b"Two."),
        mail(parts, with_file(b"photo of the front")),
        mail(parts, with_file(b"photo of the back")),
        mail(parts, with_file(b"photo of the back")),
    ):
        dovecot.deliver(perrin, raw)

    pull_and_read(connect(dovecot, perrin))

    assert states() == {"done": 5}
    files = [[bytes(f.file.content) for f in m.files.all()] for m in Message.objects.order_by("id")]
    assert files == [[], [], [b"photo of the front"], [b"photo of the back"]]


def with_file(content: bytes) -> bytes:
    return (
        b"--b\r\nContent-Type: text/plain\r\n\r\nSee the photo.\r\n"
        b"--b\r\nContent-Type: image/jpeg\r\nContent-Disposition: attachment; filename=p.jpg\r\n"
        b"\r\n" + content + b"\r\n--b--\r\n"
    )


@pytest.mark.parametrize(
    ("name", "count"),
    [("emails-mime", 200), ("emails-spamassassin", 150), ("emails-bounces-sisimai", 150)],
)
def test_mail_of_the_wild_is_all_kept_and_all_read(
    dovecot: Dovecot, perrin: MailUser, name: str, count: int
) -> None:
    mails = corpus(name, count)
    for raw in mails:
        dovecot.drop(perrin, raw)
    row = connect(dovecot, perrin, starts_at=utc_now().replace(year=2000))

    assert pull_and_read(row) == len(mails)

    assert states() == {"done": len(mails)}
    distinct = {
        (m.message_id or sha256(raw).hexdigest(), m.text, files_of(m)) for m, raw in parsed(mails)
    }
    assert Message.objects.count() == len(distinct)
    assert pull_and_read(row) == 0
    assert wrong_clocks() == []


def parsed(mails: list[bytes]) -> list[tuple[Mail, bytes]]:
    return [(parse(raw.replace(b"\r\n", b"\n")), raw.replace(b"\r\n", b"\n")) for raw in mails]


def files_of(mail: Mail) -> tuple[str, ...]:
    return tuple(file.sha256 for file in mail.attachments)


def test_watch_mode_leaves_every_flag_as_it_was(dovecot: Dovecot, perrin: MailUser) -> None:
    dovecot.deliver(perrin, mail(b"Message-ID: <f1@x.example>\r\n"))
    dovecot.deliver(perrin, mail(b"Message-ID: <f2@x.example>\r\n"), flags=r"(\Seen \Flagged)")
    before = dovecot.flags(perrin)
    row = connect(dovecot, perrin, is_watched_only=True, watch=True)

    assert pull_and_read(row) == 2

    assert dovecot.flags(perrin) == before


def test_mail_of_a_mailbox_without_channels_waits_in_quarantine_until_there_is_one(
    dovecot: Dovecot, perrin: MailUser
) -> None:
    dovecot.deliver(perrin, mail(b"Message-ID: <w@x.example>\r\n"))
    row = connect(dovecot, perrin)
    Channel.objects.update(is_active=False)
    forget_routes()

    pull_and_read(row)

    item = RawItem.objects.get()
    assert (item.state, item.error_code) == ("quarantined", "no_channel")
    assert item.next_try_at is not None
    Channel.objects.update(is_active=True)
    forget_routes()
    assert arrivals.retry_due(now=item.next_try_at) == 1
    assert (RawItem.objects.get().state, Message.objects.count()) == ("done", 1)
    assert arrivals.retry(item.pk, now=utc_now()) is False


def test_a_mail_that_the_server_would_not_give_is_set_aside_and_fetched_again(
    dovecot: Dovecot, perrin: MailUser
) -> None:
    dovecot.deliver(perrin, mail(b"Message-ID: <later@x.example>\r\n"))
    row = connect(dovecot, perrin)
    with closing(open_connector(row)) as connector:
        (page,) = connector.pull({})
    (item,) = page.items
    nothing = replace(item, content=b"", meta={**item.meta, "problem": "mail_unreadable"})
    pulling.store(row, replace(page, items=(nothing,)), now=utc_now())

    arrivals.read_waiting(clock=utc_now)

    stored = RawItem.objects.get()
    assert (stored.state, stored.error_code) == ("quarantined", "mail_unreadable")
    assert arrivals.retry(stored.pk, now=utc_now()) is True
    stored.refresh_from_db()
    assert (stored.state, bytes(stored.content)) == ("done", item.content)
    assert Message.objects.get().external_id == "later@x.example"


def test_a_value_no_database_can_index_is_set_aside_and_the_rest_goes_on(
    dovecot: Dovecot, perrin: MailUser
) -> None:
    for number in (1, 2):
        dovecot.deliver(perrin, mail(b"Message-ID: <i%d@x.example>\r\n" % number))
    row = connect(dovecot, perrin)
    pull(row)
    refuse("tickets_message", "54000", "NEW.external_id = 'i1@x.example'")
    try:
        arrivals.read_waiting(clock=utc_now)
    finally:
        allow("tickets_message")

    found = list(RawItem.objects.order_by("id").values_list("state", "error_code"))
    assert found == [("quarantined", "not_storable"), ("done", "")]


def test_a_full_disk_while_a_page_is_stored_moves_no_cursor(
    dovecot: Dovecot, perrin: MailUser
) -> None:
    for number in range(3):
        dovecot.deliver(perrin, mail(b"Message-ID: <d%d@x.example>\r\n" % number))
    row = connect(dovecot, perrin)
    refuse("storage_rawitem", "53100", "NEW.external_id LIKE '%%/3'")
    try:
        with pytest.raises(OperationalError):
            pull(row)
    finally:
        allow("storage_rawitem")

    row.refresh_from_db()
    assert (row.cursor, RawItem.objects.count()) == ({}, 0)
    assert pull_and_read(row) == 3
    assert Message.objects.count() == 3


def refuse(table: str, sqlstate: str, when: str) -> None:
    """Let the database refuse some rows, as a full disk or an index would."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION refuse_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {when.replace('%%', '%')} THEN RAISE EXCEPTION 'refused' USING ERRCODE = "
            f"'{sqlstate}'; END IF; RETURN NEW; END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER refuse_row BEFORE INSERT ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_row()"
        )


def allow(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER refuse_row ON {table}")
