"""IMAP servers that behave badly, played word by word: nothing is lost, nothing waits for ever."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from tests.mailservers.scripted import HANG_UP, RESET, SILENCE, Step, running_script

from comptoir.channels.kernel.protocol import ChannelError, Page
from comptoir.channels.mail.connector import MailConnector
from comptoir.channels.mail.settings import MailSecrets, MailSettings, Security

GREETING: list[Step] = [
    b"* OK bonjour\r\n",
    re.compile(rb"C1 CAPABILITY\r\n"),
    b"* CAPABILITY IMAP4rev1\r\nC1 OK done\r\n",
]
LOGIN: list[Step] = [
    *GREETING,
    re.compile(rb"C2 LOGIN [^\r]*\r\n"),
    b"C2 OK\r\n",
    re.compile(rb"C3 CAPABILITY\r\n"),
    b"* CAPABILITY IMAP4rev1\r\nC3 OK\r\n",
]
TWO_MAILS: list[Step] = [
    re.compile(rb"C4 EXAMINE \"INBOX\"\r\n"),
    b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] Ok\r\n* OK [UIDNEXT 3] Ok\r\nC4 OK [READ-ONLY] Ok\r\n",
    re.compile(rb"C5 UID SEARCH UID 1:\*\r\n"),
    b"* SEARCH 2 1\r\nC5 OK\r\n",
]
EXAMINED: list[Step] = [re.compile(rb"C4 EXAMINE \"INBOX\"\r\n"), TWO_MAILS[1]]
DATE = b'INTERNALDATE " 2-Mar-2026 09:30:00 +0100"'


@contextmanager
def _connected(*scripts: Sequence[Step], timeout_seconds: float = 5.0) -> Iterator[MailConnector]:
    with running_script(*scripts) as server:
        settings = MailSettings(
            imap_host="127.0.0.1",
            imap_port=server.port,
            imap_security=Security.NONE,
            user="perrin",
            timeout_seconds=timeout_seconds,
            reconnect_seconds=2.0,
        )
        connector = MailConnector(settings, MailSecrets(password="x"))
        try:
            yield connector
        finally:
            connector.close()


def _uids_and_contents(pages: list[Page]) -> list[tuple[str, bytes, str]]:
    return [
        (item.external_id, item.content, item.meta.get("problem", ""))
        for page in pages
        for item in page.items
    ]


def test_pull_understands_answers_in_any_order_and_shape() -> None:
    answers = (
        b"* 2 FETCH (FLAGS (\\Seen) UID 2)\r\n"
        b"* OK [ALERT] A mail named {5}\r\nhello\r\n"
        b'* 1 FETCH (BODY[]<0> {11}\r\nSubject: \r\n RFC822.SIZE 12 UID 1 INTERNALDATE "bad")\r\n'
        b"* 2 FETCH (UID 2 RFC822.SIZE 4 " + DATE + b' BODY[]<0> "a\\"b\\\\")\r\n'
        b"* 3 EXISTS\r\n"
        b"C6 OK done\r\n"
    )
    fetch = re.compile(rb"C6 UID FETCH 1:2 [^\r]*\r\n")
    rest = [
        re.compile(rb"C7 UID FETCH 1 [^\r]*\r\n"),
        b'* 1 FETCH (UID 1 BODY[]<11> "")\r\nC7 OK\r\n',
    ]

    with _connected([*LOGIN, *TWO_MAILS, fetch, answers, *rest, SILENCE]) as connector:
        [page] = connector.pull({})

    assert [item.content for item in page.items] == [b"Subject: \r\n", b'a"b\\']
    assert [item.received_at is None for item in page.items] == [True, False]
    assert [item.meta["truncated"] for item in page.items] == [False, False]


def test_pull_dials_again_when_the_server_hangs_up_in_the_middle_of_a_mail() -> None:
    fetch = re.compile(rb"UID FETCH 1:2 [^\r]*\r\n")
    half = b"* 1 FETCH (UID 1 RFC822.SIZE 4 BODY[]<0> {4}\r\nab"
    whole = (
        b"* 1 FETCH (UID 1 RFC822.SIZE 4 BODY[]<0> {4}\r\nabcd)\r\n"
        b"* 2 FETCH (UID 2 RFC822.SIZE 4 BODY[]<0> {4}\r\nefgh)\r\nC5 OK\r\n"
    )
    first = [*LOGIN, *TWO_MAILS, fetch, half, RESET]
    second = [*LOGIN, *EXAMINED, fetch, whole, SILENCE]

    with _connected(first, second) as connector:
        pages = list(connector.pull({}))

    assert _uids_and_contents(pages) == [("INBOX/7/1", b"abcd", ""), ("INBOX/7/2", b"efgh", "")]


def test_pull_sets_apart_a_mail_at_which_the_server_always_hangs_up() -> None:
    both = re.compile(rb"UID FETCH 1:2 [^\r]*\r\n")
    only_first = re.compile(rb"UID FETCH 1 [^\r]*\r\n")
    only_second = re.compile(rb"UID FETCH 2 [^\r]*\r\n")
    good = b"* 2 FETCH (UID 2 RFC822.SIZE 4 BODY[]<0> {4}\r\nefgh)\r\nC5 OK\r\n"
    again = [*LOGIN, *EXAMINED]

    with _connected(
        [*LOGIN, *TWO_MAILS, both, HANG_UP],
        [*again, both, HANG_UP],
        [*again, only_first, HANG_UP],
        [*again, only_first, HANG_UP],
        [*again, only_second, good, SILENCE],
    ) as connector:
        pages = list(connector.pull({}))

    assert _uids_and_contents(pages) == [
        ("INBOX/7/1", b"", "mail_unreadable"),
        ("INBOX/7/2", b"efgh", ""),
    ]
    assert pages[-1].cursor == {"folders": {"INBOX": {"uidvalidity": 7, "last_uid": 2}}}


def test_pull_moves_no_cursor_when_the_server_hangs_up_at_every_mail() -> None:
    again = [*LOGIN, *EXAMINED, re.compile(rb"UID FETCH [^\r]*\r\n"), HANG_UP]

    with (
        _connected([*LOGIN, *TWO_MAILS, re.compile(rb"UID FETCH"), HANG_UP], again) as connector,
        pytest.raises(ChannelError) as failure,
    ):
        list(connector.pull({}))

    assert failure.value.code == "unreachable"


def test_pull_sets_apart_a_mail_the_server_itself_cannot_read() -> None:
    fetches: list[Step] = [
        re.compile(rb"C6 UID FETCH 1:2 [^\r]*\r\n"),
        b"C6 NO [SERVERBUG] Internal error occurred.\r\n",
        re.compile(rb"C7 UID FETCH 1 [^\r]*\r\n"),
        b"C7 NO [SERVERBUG] Internal error occurred.\r\n",
        re.compile(rb"C8 UID FETCH 2 [^\r]*\r\n"),
        b"* 2 FETCH (UID 2 RFC822.SIZE 4 BODY[]<0> {4}\r\nefgh)\r\nC8 OK\r\n",
    ]

    with _connected([*LOGIN, *TWO_MAILS, *fetches, SILENCE]) as connector:
        pages = list(connector.pull({}))

    assert _uids_and_contents(pages) == [
        ("INBOX/7/1", b"", "mail_unreadable"),
        ("INBOX/7/2", b"efgh", ""),
    ]
    assert [item.meta["truncated"] for item in pages[0].items] == [True, False]


def test_pull_waits_until_later_when_the_server_is_busy() -> None:
    busy = [re.compile(rb"C6 UID FETCH"), b"C6 NO [UNAVAILABLE] Try again later\r\n", SILENCE]

    with (
        _connected([*LOGIN, *TWO_MAILS, *busy]) as connector,
        pytest.raises(ChannelError) as failure,
    ):
        list(connector.pull({}))

    assert (failure.value.code, failure.value.permanent) == ("throttled", False)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"NO [AUTHENTICATIONFAILED] Invalid credentials", "auth_failed"),
        (b"NO [ALERT] Application-specific password required", "auth_failed"),
        (b"NO [ALERT] Too many simultaneous connections.", "throttled"),
        (b"NO [UNAVAILABLE] Temporary authentication failure.", "throttled"),
        (b"NO [PRIVACYREQUIRED] Use TLS", "tls_required"),
        (b"BAD Command not recognised", "protocol_error"),
    ],
)
def test_login_tells_a_wrong_password_from_a_server_that_is_busy(said: bytes, code: str) -> None:
    with (
        _connected([*GREETING, re.compile(rb"C2 LOGIN"), b"C2 " + said + b"\r\n"]) as connector,
        pytest.raises(ChannelError) as failure,
    ):
        connector.folders()

    assert (failure.value.code, failure.value.permanent) == (code, code == "auth_failed")


@pytest.mark.parametrize(
    "nonsense",
    [
        b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\n",
        b"C6 WHATEVER\r\n",
    ],
)
def test_pull_gives_up_on_answers_that_are_not_imap(nonsense: bytes) -> None:
    with (
        _connected([*LOGIN, *TWO_MAILS, re.compile(rb"C6 UID"), nonsense, SILENCE]) as connector,
        pytest.raises(ChannelError) as failure,
    ):
        list(connector.pull({}))

    assert failure.value.code == "protocol_error"


def test_pull_ends_when_the_server_falls_silent() -> None:
    script = [*LOGIN, *TWO_MAILS, re.compile(rb"UID FETCH"), SILENCE]

    with (
        _connected(script, timeout_seconds=0.3) as connector,
        pytest.raises(ChannelError) as failure,
    ):
        list(connector.pull({}))

    assert failure.value.code == "unreachable"
