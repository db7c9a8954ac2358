"""The played marketplace keeps a connector's promises: accept once, refuse with a reason, be found."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from tests.channels.demo.conftest import NOON, Mailbox

from comptoir.channels.demo.connector import connect
from comptoir.channels.kernel.protocol import ChannelError, Outcome, Outgoing, OutgoingFile
from comptoir.channels.mail.understood import understand

Make = Callable[..., Outgoing]


def keys_by_outcome(mailbox: Mailbox, make: Make, count: int = 300) -> dict[Outcome, list[str]]:
    """Hand over many replies once, and sort their keys by what became of them."""
    found: dict[Outcome, list[str]] = {outcome: [] for outcome in Outcome}
    connector = mailbox.open()
    for number in range(count):
        key = f"key-{number}"
        found[connector.send(make(key)).outcome].append(key)
    return found


def test_a_few_replies_are_refused_or_put_off_and_most_accepted(
    mailbox: Mailbox, outgoing: Make
) -> None:
    found = keys_by_outcome(mailbox, outgoing)
    counts = Counter({outcome: len(keys) for outcome, keys in found.items()})

    assert counts[Outcome.ACCEPTED] > 250
    assert 3 <= counts[Outcome.REFUSED] <= 24
    assert 3 <= counts[Outcome.DEFERRED] <= 24
    assert counts[Outcome.UNCERTAIN] <= 9


def test_what_was_put_off_is_accepted_the_second_time(mailbox: Mailbox, outgoing: Make) -> None:
    deferred = keys_by_outcome(mailbox, outgoing)[Outcome.DEFERRED][0]

    assert mailbox.open().send(outgoing(deferred)).outcome is Outcome.ACCEPTED


def test_a_refusal_says_why(mailbox: Mailbox, outgoing: Make) -> None:
    refused = keys_by_outcome(mailbox, outgoing)[Outcome.REFUSED][0]
    fresh = replace(mailbox.settings, spool=mailbox.settings.spool / "other")
    file = OutgoingFile("a.pdf", "application/pdf", b"%PDF")

    receipt = Mailbox(fresh).open().send(outgoing(refused, files=(file,)))

    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "message_refused")
    assert "attachment" in receipt.reply


def test_the_same_reply_twice_is_one(mailbox: Mailbox, outgoing: Make) -> None:
    accepted = keys_by_outcome(mailbox, outgoing)[Outcome.ACCEPTED][0]
    again = mailbox.open().send(outgoing(accepted))

    assert again.outcome is Outcome.ACCEPTED
    sent = [path for path in (mailbox.settings.spool / "sent").iterdir() if path.suffix == ".json"]
    assert len(sent) == len({path.name.partition("-")[2] for path in sent})


def test_an_uncertain_reply_is_found_where_it_was_sent(mailbox: Mailbox, outgoing: Make) -> None:
    uncertain = keys_by_outcome(mailbox, outgoing, 400)[Outcome.UNCERTAIN][0]

    found = mailbox.open().find_sent(f"<{uncertain}@maison-perrin.example>")

    assert found == f"{uncertain}@maison-perrin.example"
    assert mailbox.open().find_sent("never@maison-perrin.example") is None


def test_an_address_without_a_host_is_refused(mailbox: Mailbox, outgoing: Make) -> None:
    receipt = mailbox.open().send(outgoing("k1", recipient="nobody"))

    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "address_invalid")


def test_buyers_answer_our_replies_on_the_same_conversation(
    mailbox: Mailbox, outgoing: Make
) -> None:
    mailbox.is_busy = False
    connector = mailbox.open()
    accepted = [
        key for key in map("reply-{}".format, range(40))
        if connector.send(outgoing(key)).outcome is Outcome.ACCEPTED
    ]  # fmt: skip
    mailbox.now = NOON + timedelta(minutes=6)

    items = mailbox.pull(mailbox.since(NOON))

    answered = {item.external_id.partition("/")[2] for item in items}
    assert answered <= set(accepted)
    assert len(answered) > len(accepted) / 4
    for item in items:
        read = understand(item.content)
        assert f"mid:{item.external_id.partition('/')[2]}@maison-perrin.example" in read.thread_keys


def test_listening_ends_at_once_when_something_is_due(mailbox: Mailbox) -> None:
    connector = mailbox.open()
    list(connector.pull({}))
    mailbox.now = NOON + timedelta(minutes=5)
    began = time.monotonic()

    assert connector.listen(Event(), 30) is True
    assert time.monotonic() - began < 2


def test_listening_gives_up_after_its_time(mailbox: Mailbox) -> None:
    mailbox.is_busy = False
    connector = mailbox.open()
    list(connector.pull({}))

    assert connector.listen(Event(), 0.1) is False


def test_listening_before_any_pull_says_pull_first(mailbox: Mailbox) -> None:
    assert mailbox.open().listen(Event(), 5) is True


def test_a_survey_shows_the_newest_first(mailbox: Mailbox) -> None:
    items = list(mailbox.open().survey(20))

    moments = [item.received_at for item in items]
    assert len(items) == 20
    assert moments == sorted(moments, reverse=True)
    assert items[0].meta["total_count"] >= 20


def test_a_mark_is_kept(mailbox: Mailbox) -> None:
    assert mailbox.open().mark("arrival/1", "answered") is True
    assert len(list((mailbox.settings.spool / "marks").iterdir())) == 1


def test_checking_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    connector = connect({"spool": str(tmp_path / "file" / "spool"), "user": "a@b.example"}, {})

    with pytest.raises(ChannelError, match="unreachable"):
        connector.check()


def test_settings_without_a_spool_are_refused() -> None:
    with pytest.raises(ChannelError, match="'spool'"):
        connect({"user": "service@maison-perrin.example"}, {})


def test_settings_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ChannelError, match="settings_invalid"):
        connect({"spool": str(tmp_path), "user": "a@b.example", "pace": "quick"}, {})
