"""What others see of our work: nothing when we read, a flag when we mark, never one in watch mode."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from tests.mailservers.dovecot import Dovecot, MailUser
from tests.mailservers.fixtures import Connectors
from tests.mailservers.letters import letter, reading, reply, sending
from tests.mailservers.smtpsink import SmtpSink

from comptoir.channels.kernel.protocol import Outcome
from comptoir.channels.mail.connector import Mark

pytestmark = pytest.mark.mailserver


def test_reading_surveying_and_listening_leave_every_flag_untouched(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    dovecot.deliver(perrin, letter(1))
    dovecot.deliver(perrin, letter(2), flags=r"\Seen \Flagged")
    before = dovecot.flags(perrin)
    connector = connectors(reading(dovecot, perrin, watch=True))

    items = [item for page in connector.pull({}) for item in page.items]
    list(connector.survey())
    connector.listen(threading.Event(), 0.2)
    connector.fetch(items[0].external_id)
    connector.find_sent("lettre-1@acheteurs.example")
    connector.check()
    marked = [connector.mark(item.external_id, mark) for item in items for mark in Mark]

    assert dovecot.flags(perrin) == before
    assert marked == [False] * 4


@pytest.mark.parametrize(("mark", "flag"), [("seen", r"\Seen"), ("answered", r"\Answered")])
def test_mark_sets_a_flag_on_one_mail(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors, mark: str, flag: str
) -> None:
    dovecot.deliver(perrin, letter(1), "Büro")
    dovecot.deliver(perrin, letter(2), "Büro")
    connector = connectors(reading(dovecot, perrin, folders=("Büro",)))
    [page] = connector.pull({})

    marked = connector.mark(page.items[1].external_id, mark)

    assert marked is True
    assert [flag in flags for flags in dovecot.flags(perrin, "Büro")] == [False, True]
    assert list(connector.pull(page.cursor)) == []


def test_mark_is_false_for_a_folder_made_anew_or_missing(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    dovecot.deliver(perrin, letter(1))
    connector = connectors(reading(dovecot, perrin))

    assert connector.mark("INBOX/17/1", Mark.SEEN) is False
    assert connector.mark("Ebay/17/1", Mark.SEEN) is False
    assert [r"\Seen" in flags for flags in dovecot.flags(perrin)] == [False]


def test_watch_mode_sends_nothing(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors, smtp_sink: SmtpSink
) -> None:
    settings = reading(dovecot, perrin, **sending(smtp_sink, smtp_auth="none"), watch=True)

    receipt = connectors(settings).send(reply())

    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "watch_mode")
    assert smtp_sink.mails == []


def test_survey_gives_the_beginnings_of_the_newest_mails_over_all_folders(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    folders = ("INBOX", "Amazon", "Ebay")
    for day in range(1, 31):
        received_at = datetime(2026, 3, day, 9, tzinfo=UTC)
        dovecot.deliver(perrin, letter(day), folders[day % 3], received_at=received_at)
    connector = connectors(reading(dovecot, perrin, folders=folders))

    items = list(connector.survey(limit=20))

    assert [item.content for item in items] == [letter(day) for day in range(30, 10, -1)]
    assert {item.meta["total_count"] for item in items} == {30}


def test_survey_fetches_only_the_beginning_of_a_large_mail(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    raw = letter(1) + b"JVBERi0xLjQKJcfsj6IKNSAwIG9iago8PC9MZW5ndGggNiAwIFIvRmls\r\n" * 10_000
    dovecot.deliver(perrin, raw)

    [item] = connectors(reading(dovecot, perrin)).survey()

    assert item.content == raw[:16_384]
    assert item.meta == {
        "folder": "INBOX",
        "size_bytes": len(raw),
        "truncated": True,
        "total_count": 1,
    }


def test_survey_of_an_empty_mailbox_is_empty(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    assert list(connectors(reading(dovecot, perrin)).survey()) == []


@pytest.mark.parametrize("folder", ["Sent", "Envoyés", "INBOX"])
def test_find_sent_finds_a_reply_where_providers_keep_it(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors, folder: str
) -> None:
    dovecot.deliver(perrin, letter(1), folder)
    dovecot.deliver(perrin, letter(2), folder)

    connector = connectors(reading(dovecot, perrin))
    found = connector.find_sent("<lettre-2@acheteurs.example>")

    assert found is not None
    assert found.rsplit("/", 2)[::2] == [folder, "2"]
    assert connector.fetch(found).content == letter(2)  # type: ignore[union-attr]


def test_find_sent_is_none_for_a_reply_that_never_arrived(
    dovecot: Dovecot, perrin: MailUser, connectors: Connectors
) -> None:
    dovecot.deliver(perrin, letter(12), "Sent")

    assert connectors(reading(dovecot, perrin)).find_sent("ettre-1@acheteurs.example") is None
