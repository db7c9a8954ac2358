"""Mails made to hurt: no exception, bounded time, and what can be read is read."""

from __future__ import annotations

import base64
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comptoir.channels.mail.message import Mail
from comptoir.channels.mail.parse import parse

HEAD = b"From: sofia@example.com\nSubject: x\nMIME-Version: 1.0\n"
SECONDS_MAX = 5.0  # each takes below one second; a square would take minutes

SEED = b"""Received: from a by b; Mon, 3 Nov 2025 10:13:00 +0100
From: "Ricci, =?utf-8?Q?Sof=C3=ADa?=" <sofia@example.com>
To: Maison Perrin <service@maison-perrin.example>, b@example.com (Noah)
Subject: =?iso-8859-1?B?RvxyIA==?= =?utf-8?Q?Camille?=
Date: Mon, 3 Nov 2025 10:12:41 +0100
Message-ID: <1@example.com>
References: <0@example.com> <00@example.com>
Content-Type: multipart/mixed; boundary="b1"

--b1
Content-Type: multipart/alternative; boundary=b2

--b2
Content-Type: text/plain; charset=utf-8; format=flowed
Content-Transfer-Encoding: quoted-printable

O=C3=B9 est =
ma lampe ?
--b2
Content-Type: text/html; charset=windows-1252

<p>O\xf9 est <b>ma lampe</b> ?<img src="cid:a@b">
--b2--
--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; x

Action: failed
Status: 5.1.1

--b1
Content-Type: image/png; name*=utf-8''l%C3%A1mpara.png
Content-Transfer-Encoding: base64
Content-ID: <a@b>

iVBORw0KGgo=
--b1
Content-Type: message/rfc822

Subject: inner

begin 644 a
#86)C
`
end
--b1--
"""


def assert_storable(found: Mail) -> None:
    """All that is text can be written as UTF-8, holds no NUL, and is within its bounds."""
    texts = [
        found.message_id, *found.in_reply_to, *found.references, found.subject, found.text, found.html,
        *found.delivered_to, *found.problems,
        *(text for one in (found.sender, *found.reply_to, *found.to, *found.cc)
          for text in (one.name, one.address)),
        *(text for field in found.headers for text in field),
        *(text for one in found.attachments for text in (one.name, one.content_type, one.content_id)),
    ]  # fmt: skip
    if found.delivery_report:
        report = found.delivery_report
        texts += [report.action, report.status, report.recipient, report.diagnostic]
        texts.append(report.original_message_id)
    for text in texts:
        assert "\x00" not in text
        assert text.encode().decode() == text
    for one in found.attachments:
        assert one.name
        assert not set(one.name) & set('/\\\n\r\t<>:"|?*\u202e')
        assert len(one.name) <= 150
    for moment in (found.date, found.received_at):
        assert moment is None or moment.utcoffset() is not None


@given(st.binary(max_size=2000))
@settings(max_examples=300, deadline=None)
def test_parse_of_any_bytes_never_fails(raw: bytes) -> None:
    found = parse(raw)

    assert "unreadable" not in found.problems
    assert_storable(found)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=40))
@settings(max_examples=600, deadline=None)
def test_parse_of_a_damaged_mail_never_fails(seed: int, damages: int) -> None:
    found = parse(damaged(SEED, random.Random(seed), damages))

    assert "unreadable" not in found.problems
    assert_storable(found)


def damaged(raw: bytes, chance: random.Random, damages: int) -> bytes:
    """Cut, double, swap and overwrite pieces of a mail."""
    tokens = [b"\x00", b"\xff", b"\n", b"\n\n", b"--b1", b"--b2--", b"=?", b"?=", b'"', b"<", b";",
              b"charset=utf-7", b"multipart/mixed", b"\xed\xa0\x80", b"boundary=", b"\r", b"=", b"("]  # fmt: skip
    data = bytearray(raw)
    for _ in range(damages):
        at = chance.randrange(len(data) + 1)
        length = chance.randrange(1, 60)
        match chance.randrange(5):
            case 0:
                del data[at : at + length]
            case 1:
                data[at:at] = data[at : at + length] * 3
            case 2:
                data[at:at] = chance.choice(tokens)
            case 3:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case _:
                other = chance.randrange(len(data) + 1)
                data[at:at] = data[other : other + length]
    return bytes(data)


def nested(depth: int, *, same_boundary: bool = False) -> bytes:
    lines = [HEAD]
    for level in range(depth):
        name = b"b" if same_boundary else b"b%d" % level
        lines.append(b"Content-Type: multipart/mixed; boundary=%s\n\n--%s\n" % (name, name))
    lines.append(b"Content-Type: text/plain\n\ninnermost\n")
    lines += [b"--b%d--\n" % level for level in reversed(range(depth))]
    return b"".join(lines)


@pytest.mark.parametrize("depth", [100, 3_000, 20_000])
@pytest.mark.parametrize("same_boundary", [False, True])
def test_parse_of_nested_parts_is_cut_and_still_finds_the_text(
    depth: int, same_boundary: bool
) -> None:
    raw = nested(depth, same_boundary=same_boundary)
    begun = time.process_time()

    found = parse(raw)

    assert time.process_time() - begun < SECONDS_MAX
    assert found.text.startswith("innermost")
    assert {"too_deep", "too_many_parts", "missing_boundary"} & set(found.problems) or depth == 100


def test_parse_of_nested_mails_keeps_the_outer_one_as_a_file() -> None:
    raw = HEAD + b"".join(
        b"Content-Type: message/rfc822\n\nSubject: %d\n" % n for n in range(3_000)
    )

    found = parse(raw + b"\nx")

    assert [one.name for one in found.attachments] == ["0.eml"]


def test_parse_of_too_many_parts_keeps_the_rest_in_one_file() -> None:
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 100_000

    found = parse(raw)

    assert found.problems == ("too_many_parts",)
    assert found.text.count("x") + sum(one.content.count(b"x") for one in found.attachments) > 900
    assert [one.name for one in found.attachments] == ["rest-of-mail.eml"]


def test_parse_of_a_60_mb_mail_keeps_its_file_whole() -> None:
    content = random.Random(1).randbytes(1_000_000) * 44
    raw = (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n--b\r\n"
        + b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(content).replace(b"\n", b"\r\n")
        + b"--b--\r\n"
    )
    begun = time.process_time()

    found = parse(raw)

    assert time.process_time() - begun < SECONDS_MAX
    assert (found.text, found.problems, found.size_bytes) == ("Hello", (), len(raw))
    assert found.attachments[0].content == content


def test_parse_of_an_endless_text_cuts_the_text_and_keeps_it_as_a_file() -> None:
    body = b"Where is my lamp?\n" * 1_000_000

    found = parse(HEAD + b"\n" + body)

    assert found.problems == ("truncated",)
    assert len(found.text) < 2_100_000
    assert [one.content for one in found.attachments] == [body]


@pytest.mark.parametrize(
    "raw",
    [
        b"X-A: b\n" * 3_000_000,
        b"Subject: " + b"a" * 20_000_000,
        b"Subject: " + b"a\n " * 5_000_000,
        b"\n" * 20_000_000,
        b"\r" * 20_000_000,
        b"\0" * 20_000_000,
        b"junk\n" * 3_000_000,
        b"Subject: " + b"=?utf-8?q?" * 50_000,
        b"Subject: " + b"=?utf-8?q?a?= " * 50_000,
        b"To: " + b"a@b.example, " * 30_000,
        b"To: " + b'"' * 60_000,
        b"To: " + b'\\"' * 60_000,
        b"To: " + b"(" * 60_000,
        b"To: " + b"<" * 60_000,
        b"To: " + b'"a' * 30_001,
        b"To: a@b.example\n" * 2_000,
        b"References: " + b"<a@b> " * 60_000 + b"\nFrom: x",
        b"Content-Type: text/plain" + b"; a=b" * 60_000,
        b'Content-Type: text/plain; name="' + b"\\" * 60_001,
        b"Content-Type: text/plain;" + b" " * 60_001,
        b"Date: " + b"1 " * 60_000,
        b"Received: " + b";" * 60_000,
        HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b--\n" * 1_000_000,
        HEAD + b'Content-Type: multipart/mixed; boundary="-"\n\n' + b"-" * 10_000_000,
        HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b" * 5_000_000,
        HEAD + b"Content-Type: text/html\n\n" + b"<div>" * 300_000,
        HEAD + b"Content-Type: text/html\n\n" + b"<ul><li>" * 150_000,
        HEAD + b"Content-Type: text/html\n\n" + b"cid:" * 500_000,
        HEAD + b"Content-Type: text/html\n\n" + b"<meta " * 500_000,
        HEAD + b"\n" + b"begin 644 a\n" * 200_000,
        HEAD + b"Content-Type: text/plain; format=flowed\n\n" + b"x \n" * 600_000,
        HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=" * 20_000_000,
        HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"QQ==" * 5_000_000,
        b"From: mailer-daemon@x.example\nSubject: failure\n\n" + b"message-id: <" * 100_000,
        b"From: mailer-daemon@x.example\nSubject: failure\n\n" + b"a." * 30_000 + b"@",
    ],
    ids=lambda raw: repr(raw[:16] + raw[-8:]),
)
def test_parse_of_hostile_repetition_is_bounded_in_time(raw: bytes) -> None:
    begun = time.process_time()

    found = parse(raw)

    assert time.process_time() - begun < SECONDS_MAX
    assert "unreadable" not in found.problems
    assert_storable(found)
