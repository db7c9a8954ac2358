"""What a real server's answer becomes, and what is never done."""

from __future__ import annotations

import logging
import socket
import ssl
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.alerts.receiver import Receiver, running_receiver
from tests.mailservers.certificates import (
    EXPIRED,
    GOOD,
    SELF_SIGNED,
    WRONG_HOST,
    make_certificates,
)
from tests.mailservers.ports import free_port

from comptoir.alerts.transports import posting
from comptoir.alerts.transports.answers import Answer, Verdict
from comptoir.alerts.transports.posting import post_json


def _post(receiver: Receiver, url: str = "") -> Answer:
    return post_json(url or receiver.url, b'{"a":1}', {}, private_hosts={receiver.host})


@pytest.mark.parametrize(
    ("status", "verdict", "code"),
    [
        (200, Verdict.SENT, "http_200"),
        (202, Verdict.SENT, "http_202"),
        (400, Verdict.REFUSED, "http_400"),
        (404, Verdict.REFUSED, "http_404"),
        (410, Verdict.REFUSED, "http_410"),
        (408, Verdict.AGAIN, "http_408"),
        (429, Verdict.AGAIN, "http_429"),
        (500, Verdict.AGAIN, "http_500"),
        (503, Verdict.AGAIN, "http_503"),
    ],
)
def test_what_follows_from_a_status(
    receiver: Receiver, status: int, verdict: Verdict, code: str
) -> None:
    receiver.answer(status, b"because")

    assert _post(receiver) == Answer(verdict, code, "because")


def test_the_body_arrives_as_it_was_given(receiver: Receiver) -> None:
    _post(receiver)

    (got,) = receiver.received
    assert (got.body, got.path) == (b'{"a":1}', "/hooks/a-long-secret-token")
    assert got.headers["host"] == receiver.host
    assert got.headers["content-type"] == "application/json"


def test_redirects_are_not_followed(receiver: Receiver) -> None:
    receiver.answer(302, location=f"http://{receiver.host}/elsewhere")

    assert _post(receiver).code == "redirected"
    assert [got.path for got in receiver.received] == ["/hooks/a-long-secret-token"]


def test_the_time_a_server_asks_for_is_kept_within_reason(receiver: Receiver) -> None:
    receiver.answer(429, retry_after="30")
    receiver.answer(503, retry_after="9999999")
    receiver.answer(503, retry_after="Wed, 21 Oct 2026 07:28:00 GMT")

    waits = [_post(receiver).wait for _ in range(3)]

    assert waits == [timedelta(seconds=30), timedelta(hours=1), None]


def test_nobody_there(receiver: Receiver) -> None:
    port = free_port()

    answer = post_json(f"http://127.0.0.1:{port}/", b"{}", {}, private_hosts={f"127.0.0.1:{port}"})

    assert answer == Answer(Verdict.AGAIN, "unreachable")


def test_a_server_that_never_answers_is_left(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "ANSWER_SECONDS", 0.3)
    receiver.pause_seconds = 3.0
    started = time.monotonic()

    answer = _post(receiver)

    assert answer == Answer(Verdict.AGAIN, "timeout")
    assert time.monotonic() - started < 2.0


def test_a_private_address_is_not_dialled(receiver: Receiver) -> None:
    url = receiver.url.replace("http://", "https://")

    answer = post_json(url, b"{}", {}, private_hosts=frozenset())

    assert answer.code == "private_address"
    assert answer.verdict is Verdict.REFUSED
    assert receiver.received == []


def test_a_huge_answer_is_not_read_to_its_end(receiver: Receiver) -> None:
    receiver.answer(200, b"x" * 5_000_000)

    assert len(_post(receiver).detail) == posting.DETAIL_CHARS_MAX


def test_the_secret_part_of_our_address_is_neither_kept_nor_logged(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.answer(404, b"no such hook: /hooks/a-long-secret-token")

    with caplog.at_level(logging.DEBUG):
        answer = _post(receiver)

    assert answer.detail == "no such hook: /hooks/…"
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("address", "host", "code"),
    [
        (GOOD, "localhost", "http_204"),
        (WRONG_HOST, "localhost", "certificate"),
        (EXPIRED, EXPIRED, "certificate"),
        (SELF_SIGNED, SELF_SIGNED, "certificate"),
    ],
)
def test_the_certificate_must_name_the_host_although_a_number_is_dialled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, host: str, code: str
) -> None:
    certificates = make_certificates(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*certificates.files[address])
    trusting = ssl.create_default_context(cadata=certificates.signer)
    monkeypatch.setattr(posting, "_tls", lambda: trusting)
    looked_up = socket.getaddrinfo

    def look_up(name: Any, *more: Any, **named: Any) -> Any:
        return looked_up(address if name == "localhost" else name, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    with running_receiver(address, tls) as receiver:
        url = f"https://{host}:{receiver.port}/x"
        answer = post_json(url, b"{}", {}, private_hosts={f"{host}:{receiver.port}"})

    assert answer.code == code
    assert len(receiver.received) == (1 if code == "http_204" else 0)
