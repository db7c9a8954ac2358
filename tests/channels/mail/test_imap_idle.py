"""IDLE with servers that fall silent, refuse, or speak too early."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tests.mailservers.scripted import HANG_UP, SILENCE, Step, running_script

from comptoir.channels.mail.connector import MailConnector
from comptoir.channels.mail.settings import MailSecrets, MailSettings, Security

LOGIN: list[Step] = [
    b"* OK bonjour\r\n",
    re.compile(rb"C1 CAPABILITY\r\n"),
    b"* CAPABILITY IMAP4rev1 IDLE\r\nC1 OK done\r\n",
    re.compile(rb"C2 LOGIN [^\r]*\r\n"),
    b"C2 OK\r\n",
    re.compile(rb"C3 CAPABILITY\r\n"),
    b"* CAPABILITY IMAP4rev1 IDLE\r\nC3 OK\r\n",
]


def _state(number: int, uidnext: int) -> list[Step]:
    said = b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] Ok\r\n* OK [UIDNEXT %d] Ok\r\nC%d OK [READ-ONLY] Ok\r\n"
    return [re.compile(rb"C%d EXAMINE \"INBOX\"\r\n" % number), said % (uidnext, number)]


def _idle(number: int) -> Step:
    return re.compile(rb"C%d IDLE\r\n" % number)


DONE = re.compile(rb"DONE\r\n")


@contextmanager
def _listening(*scripts: Sequence[Step], **changes: Any) -> Iterator[MailConnector]:
    with running_script(*scripts) as server:
        values: dict[str, Any] = {
            "imap_host": "127.0.0.1",
            "imap_port": server.port,
            "imap_security": Security.NONE,
            "user": "perrin",
            "timeout_seconds": 1.0,
            "reconnect_seconds": 3.0,
            "poll_seconds": 0.3,
            **changes,
        }
        connector = MailConnector(MailSettings(**values), MailSecrets(password="x"))
        connector.listen(threading.Event(), 0)  # notes the state as it is
        try:
            yield connector
        finally:
            connector.close()


def test_news_told_together_with_the_beginning_of_idle_is_heard_at_once() -> None:
    script = [
        *LOGIN,
        *_state(4, 2),
        *_state(5, 2),
        _idle(6),
        b"* 1 FETCH (FLAGS (\\Seen))\r\n+ idling\r\n* 2 EXISTS\r\n",
        DONE,
        b"C6 OK\r\n",
        *_state(7, 3),
        SILENCE,
    ]
    with _listening(script) as connector:
        began_at = time.monotonic()
        news = connector.listen(threading.Event(), 10)

    assert news is True
    assert time.monotonic() - began_at < 1.0


def test_changes_that_bring_no_mail_are_no_news() -> None:
    script = [
        *LOGIN,
        *_state(4, 2),
        *_state(5, 2),
        _idle(6),
        b"+ idling\r\n* 1 EXPUNGE\r\n* 0 EXISTS\r\n",
        DONE,
        b"C6 OK\r\n",
        *_state(7, 2),
        _idle(8),
        b"+ idling\r\n",
        DONE,
        b"C8 OK\r\n",
        *_state(9, 2),
        SILENCE,
    ]
    with _listening(script) as connector:
        assert connector.listen(threading.Event(), 0.6) is False


def test_a_connection_that_died_without_a_word_is_noticed_when_idle_is_renewed() -> None:
    dead = [*LOGIN, *_state(4, 2), *_state(5, 2), _idle(6), b"+ idling\r\n", SILENCE]
    alive = [*LOGIN, *_state(4, 3), SILENCE]
    with _listening(dead, alive, idle_seconds=1.0) as connector:
        began_at = time.monotonic()
        news = connector.listen(threading.Event(), 20)

    assert news is True
    assert time.monotonic() - began_at < 6.0


def test_a_server_that_refuses_idle_is_looked_at_now_and_then() -> None:
    refusals: list[Step] = []
    for number in (6, 8, 10):
        refusals += [_idle(number), b"C%d NO not now\r\n" % number, *_state(number + 1, 2)]
    with _listening(
        [*LOGIN, *_state(4, 2), *_state(5, 2), *refusals, *_state(12, 3), SILENCE]
    ) as connector:
        assert connector.listen(threading.Event(), 20) is True


def test_a_server_that_hangs_up_at_idle_is_looked_at_now_and_then() -> None:
    first = [*LOGIN, *_state(4, 2), *_state(5, 2), _idle(6), HANG_UP]
    again = [*LOGIN, *_state(4, 2), _idle(5), HANG_UP]
    last = [*LOGIN, *_state(4, 2), *_state(5, 3), SILENCE]
    with _listening(first, again, again, last) as connector:
        assert connector.listen(threading.Event(), 20) is True
