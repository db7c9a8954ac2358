"""Header fields of all kinds of mailers, the broken ones included."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from comptoir.channels.mail.message import Address
from comptoir.channels.mail.parse import parse


def mail(*lines: str | bytes) -> bytes:
    """Join header lines and an empty body."""
    return b"\r\n".join(x if isinstance(x, bytes) else x.encode() for x in (*lines, "", "Hello"))


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"Plain", "Plain"),
        (b"=?utf-8?Q?Colis_ab=C3=AEm=C3=A9?=", "Colis abîmé"),
        (b"=?UTF-8?b?QmVzdGVsbHVuZyBmw7xy?=", "Bestellung für"),
        (b"=?iso-8859-1?q?Bestellung_f=FCr?= Jonas", "Bestellung für Jonas"),
        (b"Re: =?utf-8?Q?Vase?= und mehr", "Re: Vase und mehr"),
        (b"=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"),
        (b"=?utf-8?Q?a?=\r\n =?utf-8?Q?b?=", "ab"),
        (b"=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"),
        (b"=?utf-8?B?w6k=?= =?utf-8?B?w6k=?=", "éé"),
        # a character cut in two by the mailer
        (b"=?utf-8?B?ww==?= =?utf-8?B?qQ==?=", "é"),
        (b"=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "é"),
        (b"=?utf-8*de?Q?gr=C3=BCn?=", "grün"),
        (b"=?utf-8?Q?with spaces inside?=", "with spaces inside"),
        (b"=?utf-8?Q?Where is it??=", "Where is it?"),
        (b"=?utf-8?B?w6kg w6k?=", "é é"),
        (b"=?utf-8?B?w6kgw6?=", "é \ufffd"),
        (b"=?utf-8?Q?never closed", "never closed"),
        (b"=?utf-8?Q?torn =?utf-8?Q?and_new?=", "torn and new"),
        (b"x=?utf-8?Q?glued?=y", "xgluedy"),
        (b'"=?utf-8?Q?quoted?="', '"quoted"'),
        (b"=?no-such-charset?Q?caf=C3=A9?=", "café"),
        (b"=?us-ascii?Q?caf=E9?=", "café"),
        (b"=?windows-1252?Q?10_=80?=", "10 €"),
        (b"=?iso-8859-1?Q?10_=80?=", "10 €"),
        (b"=?gb2312?B?xOO6ww==?=", "你好"),
        (b"=?iso-2022-jp?B?GyRCJDMkcxsoQg==?=", "こん"),
        (b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        (b"=??Q?abc?=", "=??Q?abc?="),
        ("Colis abîmé".encode(), "Colis abîmé"),
        ("Colis abîmé".encode("latin-1"), "Colis abîmé"),
        (b"tab\there\x00 and\x07 bell", "tab here and bell"),
        (b"folded\r\n over\r\n\tlines", "folded over lines"),
        (b"", ""),
    ],
)
def test_subject_is_readable_in_every_form(raw: bytes, subject: str) -> None:
    assert parse(mail(b"Subject: " + raw)).subject == subject


@pytest.mark.parametrize(
    ("raw", "sender"),
    [
        ("sofia@example.com", Address("", "sofia@example.com")),
        ("<Sofia@Example.COM>", Address("", "sofia@example.com")),
        ("Sofia Ricci <sofia@example.com>", Address("Sofia Ricci", "sofia@example.com")),
        ('"Ricci, Sofia" <sofia@example.com>', Address("Ricci, Sofia", "sofia@example.com")),
        ('"Sofia \\"So\\" Ricci" <s@example.com>', Address('Sofia "So" Ricci', "s@example.com")),
        ("sofia@example.com (Sofia Ricci)", Address("Sofia Ricci", "sofia@example.com")),
        ("=?utf-8?Q?In=C3=A8s?= <i@example.com>", Address("Inès", "i@example.com")),
        (
            "=?utf-8?Q?Moreau=2C_In=C3=A8s?= <i@example.com>",
            Address("Moreau, Inès", "i@example.com"),
        ),
        ('"=?utf-8?Q?In=C3=A8s?=" <i@example.com>', Address("Inès", "i@example.com")),
        ("Inès <i@example.com>", Address("Inès", "i@example.com")),
        ("'Sofia' <mailto:sofia@example.com>", Address("Sofia", "sofia@example.com")),
        ("a@b.example <sofia@example.com>", Address("a@b.example", "sofia@example.com")),
        ("Sofia <sofia@example.com", Address("Sofia", "sofia@example.com")),
        ("Sofia sofia@example.com", Address("Sofia", "sofia@example.com")),
        ("Sofia [sofia@example.com]", Address("Sofia", "sofia@example.com")),
        ("<@relay.example,@x.example:sofia@example.com>", Address("", "sofia@example.com")),
        ("Sofia Ricci", Address("Sofia Ricci", "")),
        ("Mail System <>", Address("Mail System", "")),
        ("", Address("", "")),
    ],
)
def test_sender_is_read_from_every_form(raw: str, sender: Address) -> None:
    assert parse(mail(f"From: {raw}", "Subject: x")).sender == sender


def test_recipients_of_all_headers_are_listed_in_order() -> None:
    raw = mail(
        'To: "Moreau, Inès" <ines@example.com>, jonas@example.com;',
        "Cc: Team: lukas@example.com, noah@example.com;, undisclosed-recipients:;",
        "To: <camille@example.com>",
    )

    found = parse(raw)

    assert found.to == (
        Address("Moreau, Inès", "ines@example.com"),
        Address("", "jonas@example.com"),
        Address("", "camille@example.com"),
    )
    assert [one.address for one in found.cc] == ["lukas@example.com", "noah@example.com"]
    assert found.problems == ("duplicate_headers",)


def test_delivered_to_collects_all_traces_once() -> None:
    raw = mail(
        "Delivered-To: amazon@maison-perrin.example",
        "X-Original-To: <Amazon@maison-perrin.example>",
        "Envelope-To: service@maison-perrin.example",
    )

    assert parse(raw).delivered_to == (
        "amazon@maison-perrin.example",
        "service@maison-perrin.example",
    )


def test_message_ids_have_their_brackets_off() -> None:
    raw = mail(
        "Message-ID: <1@a.example>",
        "In-Reply-To: Your message <2@a.example> of Monday",
        "References: <3@a.example><2@a.example>\r\n\t<3@a.example> 4@a.example",
    )

    found = parse(raw)

    assert found.message_id == "1@a.example"
    assert found.in_reply_to == ("2@a.example",)
    assert found.references == ("3@a.example", "2@a.example")


@pytest.mark.parametrize(
    "raw", ["1@a.example", " <1@a.example", "<1@a.example>>", "<1@\r\n a.example>"]
)
def test_message_id_of_broken_form_is_found(raw: str) -> None:
    assert parse(mail(f"Message-Id: {raw}")).message_id == "1@a.example"


@pytest.mark.parametrize(
    ("raw", "date", "problems"),
    [
        ("Mon, 3 Nov 2025 10:12:41 +0100", datetime(2025, 11, 3, 9, 12, 41, tzinfo=UTC), ()),
        ("Mon, 3 Nov 2025 10:12:41 CET", datetime(2025, 11, 3, 9, 12, 41, tzinfo=UTC), ()),
        ("Mon, 3 Nov 2025 10:12:41 PST", datetime(2025, 11, 3, 18, 12, 41, tzinfo=UTC), ()),
        ("3 Nov 2025 10:12 GMT", datetime(2025, 11, 3, 10, 12, tzinfo=UTC), ()),
        ("Mon, 3 Nov 2025 10:12:41 -0000", datetime(2025, 11, 3, 10, 12, 41, tzinfo=UTC), ()),
        ("Mon, 3 Nov 2025 10:12:60 +0100 (CET)", datetime(2025, 11, 3, 9, 12, 59, tzinfo=UTC), ()),
        ("2025-11-03T10:12:41+01:00", datetime(2025, 11, 3, 9, 12, 41, tzinfo=UTC), ()),
        (
            "Mon, 3 Nov 2025 10:12:41",
            datetime(2025, 11, 3, 10, 12, 41, tzinfo=UTC),
            ("date_without_zone",),
        ),
        ("Thu, 1 Jan 1970 00:00:00 +0000", datetime(1970, 1, 1, tzinfo=UTC), ("implausible_date",)),
        (
            "Tue, 3 Nov 2026 10:12 +0000",
            datetime(2026, 11, 3, 10, 12, tzinfo=UTC),
            ("implausible_date",),
        ),
        ("Mon, 99 Nov 2025 10:12:41 +0100", None, ("bad_date",)),
        ("yesterday", None, ("bad_date",)),
        ("", None, ()),
    ],
)
def test_date_is_utc_and_odd_ones_are_told(
    raw: str, date: datetime | None, problems: tuple[str, ...]
) -> None:
    received = "Received: from a by b; Mon, 3 Nov 2025 10:13:00 +0100"

    found = parse(mail(received, f"Date: {raw}"))

    assert found.date == date
    assert found.problems == problems


def test_date_of_next_year_is_told_without_a_received_header_too() -> None:
    found = parse(mail("Date: Tue, 3 Nov 2026 10:12 +0000"), now=datetime(2025, 11, 3, tzinfo=UTC))

    assert found.problems == ("implausible_date",)


def test_received_at_is_the_topmost_trace() -> None:
    raw = mail(
        "Received: from a (1.2.3.4; x) by b\r\n\tid 1; Mon, 3 Nov 2025 10:13:00 +0100 (CET)",
        "Received: from forged by x; Mon, 3 Nov 2031 10:13:00 +0100",
    )

    assert parse(raw).received_at == datetime(2025, 11, 3, 9, 13, tzinfo=UTC)


@pytest.mark.parametrize("trace", ["from a by b", "from a by b; rubbish", ""])
def test_received_at_is_unknown_when_the_topmost_trace_tells_no_time(trace: str) -> None:
    raw = mail(f"Received: {trace}", "Received: by x; Mon, 3 Nov 2025 10:13:00 +0100")

    assert parse(raw).received_at is None


def test_headers_are_kept_in_order_and_found_without_case() -> None:
    found = parse(mail("X-One: 1", "Subject : spaced", "x-one: 2", "X-Empty:"))

    assert found.headers == (("X-One", "1"), ("Subject", "spaced"), ("x-one", "2"), ("X-Empty", ""))
    assert found.header("X-ONE") == "1"


def test_headers_said_twice_are_told_and_the_first_counts() -> None:
    found = parse(mail("Subject: one", "From: a@example.com", "Subject: two"))

    assert (found.subject, found.problems) == ("one", ("duplicate_headers",))


def test_headers_line_that_lost_its_indentation_is_put_back() -> None:
    found = parse(mail("From: a@example.com", "Subject: one", "and two", "To: b@example.com"))

    assert found.subject == "one and two"
    assert found.to == (Address("", "b@example.com"),)


def test_headers_without_an_empty_line_below_give_way_to_the_body() -> None:
    found = parse(b"From: a@example.com\nSubject: one\nHello there,\nwhere is it?")

    assert (found.subject, found.text) == ("one", "Hello there,\nwhere is it?")
    assert found.problems == ("bad_header",)


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize(
    "before", [b"", b"From a@b Mon Nov 3\n", b"\n\n", b"   \n", b"\xef\xbb\xbf"]
)
def test_headers_are_read_with_any_line_end_and_beginning(line_end: bytes, before: bytes) -> None:
    raw = before + b"From: a@example.com\nSubject: one\n\nBody\nhere\n"

    found = parse(raw.replace(b"\n", line_end))

    assert (found.sender.address, found.subject, found.text) == (
        "a@example.com",
        "one",
        "Body\nhere",
    )


def test_headers_with_8_bit_text_use_the_charset_of_the_mail() -> None:
    raw = mail("Content-Type: text/plain; charset=koi8-r", b"Subject: \xf0\xd2\xc9\xd7\xc5\xd4")

    assert parse(raw).subject == "Привет"
