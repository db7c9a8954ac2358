"""A connection lost before the final dot is harmless; after it, nobody knows."""

from __future__ import annotations

import re

import pytest
from tests.mailservers.letters import reply
from tests.mailservers.scripted import HANG_UP, RESET, SILENCE, ScriptedServer, Step, running_script

from comptoir.channels.kernel.protocol import Outcome, OutgoingFile, Receipt
from comptoir.channels.mail.connector import MailConnector
from comptoir.channels.mail.settings import Auth, MailSecrets, MailSettings, Security
from comptoir.channels.mail.smtp import dot_stuffed

HELLO: list[Step] = [
    b"220 bonjour\r\n",
    re.compile(rb"ehlo \[127\.0\.0\.1\]\r\n", re.IGNORECASE),
    b"250-bonjour\r\n250-SIZE 5000000\r\n250 AUTH PLAIN LOGIN\r\n",
]
ADDRESSES: list[Step] = [
    re.compile(rb"(?i)mail FROM:<[^\r]*\r\n"),
    b"250 ok\r\n",
    re.compile(rb"(?i)rcpt TO:<[^\r]*\r\n"),
    b"250 ok\r\n",
]
DATA: list[Step] = [re.compile(rb"(?i)data\r\n"), b"354 go on\r\n"]
END = re.compile(rb"\r\n\.\r\n")


def _send(
    *script: Step,
    auth: Auth = Auth.NONE,
    text: str = "Bonjour",
    file: bytes = b"",
    timeout_seconds: float = 2.0,
) -> tuple[Receipt, ScriptedServer]:
    with running_script(script) as server:
        settings = MailSettings(
            imap_host="127.0.0.1",
            user="perrin",
            smtp_host="127.0.0.1",
            smtp_port=server.port,
            smtp_security=Security.NONE,
            smtp_auth=auth,
            timeout_seconds=timeout_seconds,
        )
        connector = MailConnector(settings, MailSecrets(password="clé"))
        files = (OutgoingFile("f", "application/pdf", file),) if file else ()
        receipt = connector.send(reply(text=text, files=files))
        connector.close()
    return receipt, server


@pytest.mark.parametrize(
    "script",
    [
        [HANG_UP],
        [SILENCE],
        [b"220 bonjour\r\n", HANG_UP],
        [*HELLO, HANG_UP],
        [*HELLO, ADDRESSES[0], HANG_UP],
        [*HELLO, *ADDRESSES, HANG_UP],
        [*HELLO, *ADDRESSES, re.compile(rb"(?i)data\r\n"), HANG_UP],
        [*HELLO, *ADDRESSES, re.compile(rb"(?i)data\r\n"), SILENCE],
        [*HELLO, *ADDRESSES, re.compile(rb"(?i)data\r\n"), b"nonsense\r\n", SILENCE],
    ],
)
def test_a_connection_lost_before_the_message_is_deferred(script: list[Step]) -> None:
    receipt, _ = _send(*script, timeout_seconds=0.5)

    assert receipt.outcome == Outcome.DEFERRED


def test_a_connection_lost_within_the_message_is_deferred() -> None:
    beginning = re.compile(rb"Date: ")

    receipt, server = _send(*HELLO, *ADDRESSES, *DATA, beginning, RESET, file=b"x" * 3_000_000)

    assert (receipt.outcome, receipt.code) == (Outcome.DEFERRED, "connection_lost")
    assert END.search(server.heard[0]) is None


@pytest.mark.parametrize("ending", [HANG_UP, RESET, b"bonjour\r\n", b"999999\r\n"])
def test_a_connection_lost_after_the_final_dot_is_uncertain(ending: Step) -> None:
    receipt, _ = _send(*HELLO, *ADDRESSES, *DATA, END, ending)

    assert receipt.outcome == Outcome.UNCERTAIN


def test_a_server_silent_after_the_final_dot_is_uncertain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comptoir.channels.mail.smtp._FINAL_SECONDS", 0.5)

    receipt, _ = _send(*HELLO, *ADDRESSES, *DATA, END, SILENCE, timeout_seconds=0.5)

    assert receipt.outcome == Outcome.UNCERTAIN


@pytest.mark.parametrize(
    "goodbye", [[HANG_UP], [SILENCE], [re.compile(rb"(?i)quit"), b"554 no\r\n"]]
)
def test_what_happens_after_acceptance_changes_nothing(goodbye: list[Step]) -> None:
    receipt, _ = _send(*HELLO, *ADDRESSES, *DATA, END, b"250 2.0.0 queued\r\n", *goodbye)

    assert receipt == Receipt(Outcome.ACCEPTED, "", "250 2.0.0 queued")


def test_a_server_shutting_down_at_the_end_took_nothing() -> None:
    receipt, _ = _send(*HELLO, *ADDRESSES, *DATA, END, b"421 4.3.2 shutting down\r\n", HANG_UP)

    assert (receipt.outcome, receipt.code) == (Outcome.DEFERRED, "try_later")


@pytest.mark.parametrize("greeting", [b"554 5.7.1 blocked\r\n", b"421 4.7.0 too busy\r\n"])
def test_a_server_that_refuses_the_connection_defers(greeting: bytes) -> None:
    receipt, _ = _send(greeting, SILENCE)

    assert receipt.outcome == Outcome.DEFERRED


def test_a_message_larger_than_announced_is_not_sent() -> None:
    too_large = b"552 5.3.4 message size exceeds limit\r\n"
    receipt, server = _send(
        *HELLO,
        re.compile(rb"(?i)mail FROM:[^\r]*SIZE=[^\r]*\r\n"),
        too_large,
        file=b"x" * 6_000_000,
    )

    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "too_large")
    assert len(server.heard[0]) < 1000


def test_an_international_name_is_refused_where_the_server_cannot_carry_it() -> None:
    with running_script([*HELLO, SILENCE]) as server:
        settings = MailSettings(
            imap_host="127.0.0.1",
            user="perrin",
            smtp_host="127.0.0.1",
            smtp_port=server.port,
            smtp_security=Security.NONE,
            smtp_auth=Auth.NONE,
        )
        receipt = MailConnector(settings, MailSecrets()).send(reply(recipient="jürgen@a.example"))

    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "recipient_refused")


@pytest.mark.parametrize(
    ("offer", "steps"),
    [
        (b"PLAIN LOGIN", [re.compile(rb"AUTH PLAIN AHBlcnJpbgBjbMOp\r\n"), b"235 ok\r\n"]),
        (
            b"LOGIN",
            [
                re.compile(rb"AUTH LOGIN\r\n"),
                b"334 VXNlcm5hbWU6\r\n",
                re.compile(rb"cGVycmlu\r\n"),
                b"334 UGFzc3dvcmQ6\r\n",
                re.compile(rb"Y2zDqQ==\r\n"),
                b"235 ok\r\n",
            ],
        ),
    ],
)
def test_login_takes_the_way_the_server_offers(offer: bytes, steps: list[Step]) -> None:
    hello = [*HELLO[:2], b"250-bonjour\r\n250 AUTH " + offer + b"\r\n"]

    receipt, _ = _send(*hello, *steps, *ADDRESSES, *DATA, END, b"250 ok\r\n", auth=Auth.PASSWORD)

    assert receipt.outcome == Outcome.ACCEPTED


def test_login_that_fails_for_now_is_deferred() -> None:
    busy = [
        re.compile(rb"AUTH PLAIN [^\r]*\r\n"),
        b"454 4.7.0 Temporary authentication failure\r\n",
    ]

    receipt, _ = _send(*HELLO, *busy, SILENCE, auth=Auth.PASSWORD)

    assert (receipt.outcome, receipt.code) == (Outcome.DEFERRED, "try_later")


@pytest.mark.parametrize(
    ("content", "stuffed"),
    [
        (b"", b"\r\n"),
        (b".", b"..\r\n"),
        (b"a\n.\nb", b"a\r\n..\r\nb\r\n"),
        (b"a\r\n.b\r\n..c\r\n", b"a\r\n..b\r\n...c\r\n"),
        (b"a\r.b\n", b"a\r\n..b\r\n"),
        (b"a.b", b"a.b\r\n"),
    ],
)
def test_dot_stuffing(content: bytes, stuffed: bytes) -> None:
    assert dot_stuffed(content) == stuffed
