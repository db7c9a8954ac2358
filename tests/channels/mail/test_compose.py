"""What leaves: threaded, the same bytes each time, and nothing a person typed can end a header."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mailservers.letters import reply

from comptoir.channels.kernel.protocol import OutgoingFile
from comptoir.channels.mail.compose import ComposeError, build, wire_address

DATE = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_a_reply_is_written_like_this() -> None:
    outgoing = reply(
        sender_name="Maison Perrin", text="Bonjour Alice,\n\nvotre colis part demain.\n"
    )

    assert build(outgoing, date=DATE, desk="lyon-1").decode() == (
        "Date: Mon, 02 Mar 2026 09:30:00 +0000\r\n"
        'From: "Maison Perrin" <bonjour@maison-perrin.example>\r\n'
        'To: "Alice Martin" <alice.martin@acheteurs.example>\r\n'
        "Message-ID: <reponse-1@maison-perrin.example>\r\n"
        "Subject: Re: Commande 1\r\n"
        "In-Reply-To: <lettre-1@acheteurs.example>\r\n"
        "References: <lettre-1@acheteurs.example>\r\n"
        "X-Comptoir-Desk: lyon-1\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n"
        "\r\n"
        "Bonjour Alice,\r\n"
        "\r\n"
        "votre colis part demain.\r\n"
    )


def test_the_same_input_gives_the_same_bytes() -> None:
    outgoing = reply(files=(OutgoingFile("Bon.pdf", "application/pdf", b"%PDF"),))

    assert build(outgoing, date=DATE) == build(outgoing, date=DATE)


@pytest.mark.parametrize(("parent", "kind"), [("a@b", "auto-replied"), ("", "auto-generated")])
def test_only_automatic_mail_says_that_it_is(parent: str, kind: str) -> None:
    outgoing = reply(in_reply_to=parent)

    by_a_rule = message_from_bytes(build(outgoing, date=DATE, automatic=True))
    by_a_person = message_from_bytes(build(outgoing, date=DATE))

    assert by_a_rule["Auto-Submitted"] == kind
    assert by_a_person["Auto-Submitted"] is None


def test_a_first_mail_has_no_threading() -> None:
    mail = message_from_bytes(build(reply(in_reply_to="", references=()), date=DATE))

    assert (mail["In-Reply-To"], mail["References"]) == (None, None)


def test_references_are_bounded_and_keep_both_ends() -> None:
    references = tuple(f"lettre-{number}@acheteurs.example" for number in range(100))

    mail = message_from_bytes(
        build(reply(references=references, in_reply_to="derniere@acheteurs.example"), date=DATE)
    )

    kept = ["lettre-0", *(f"lettre-{number}" for number in range(82, 100)), "derniere"]
    assert mail["References"].split() == [f"<{name}@acheteurs.example>" for name in kept]


def test_references_that_are_no_ids_are_left_out() -> None:
    mail = message_from_bytes(
        build(
            reply(references=("a b@c", "<gut@x>", "x\r\nBcc: b@c", "é@x", ""), in_reply_to="gut@x"),
            date=DATE,
        )
    )

    assert mail["References"] == "<gut@x>"
    assert mail["Bcc"] is None


@pytest.mark.parametrize(
    "name",
    [
        'Camille "la cheffe" Perrin',
        "Perrin, Camille <admin@x>",
        "Ñandú ✓ 店铺",
        "=?utf-8?q?x?=",
        "x\r\nBcc: b@c",
    ],
)
def test_names_of_any_kind_stay_names(name: str) -> None:
    raw = build(reply(sender_name=name), date=DATE)
    mail = message_from_bytes(raw, policy=policy.default)

    [sender] = mail["From"].addresses
    assert sender.display_name == " ".join(name.split())
    assert sender.addr_spec == "bonjour@maison-perrin.example"
    assert mail["Bcc"] is None


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("application/pdf", "application/pdf"),
        ("message/rfc822", "application/octet-stream"),
        ("multipart/mixed", "application/octet-stream"),
        ("text/html\r\nX-Bad: 1", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_file_types_that_mail_cannot_carry_become_plain_bytes(kind: str, written: str) -> None:
    mail = message_from_bytes(build(reply(files=(OutgoingFile("f", kind, b"x"),)), date=DATE))

    assert mail.get_payload()[1].get_content_type() == written  # type: ignore[index, union-attr]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Étiquette.pdf", "Étiquette.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Inès\\bon.pdf", "bon.pdf"),
        ('a"b;c.txt', 'a"b;c.txt'),
        ("x" * 300 + ".jpeg", "x" * 60 + ".jpeg"),
        ("发票" * 100 + ".pdf", "发票" * 30 + ".pdf"),
        ("a\r\nX-Bad: 1.pdf", "a X-Bad: 1.pdf"),
        ("", "file"),
    ],
)
def test_file_names_are_kept_where_they_are_names(name: str, written: str) -> None:
    raw = build(reply(files=(OutgoingFile(name, "application/pdf", b"x"),)), date=DATE)
    mail = message_from_bytes(raw, policy=policy.default)

    [_, file] = mail.iter_parts()  # type: ignore[attr-defined]
    assert file.get_filename() == written
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("alice@acheteurs.example", "alice@acheteurs.example"),
        (" Alice+eBay_7@Acheteurs.Example ", "Alice+eBay_7@Acheteurs.Example"),
        ("alice@münchen.example", "alice@xn--mnchen-3ya.example"),
        ("o'neill@a.example", "o'neill@a.example"),
    ],
)
def test_wire_address(address: str, written: str) -> None:
    assert wire_address(address) == written


@pytest.mark.parametrize(
    "address",
    ["", "@", "a@", "@b", "a b@c", "a@b@c", "a@b c", "a@<b>", "a\x00@b", "a@é\u0301\u200d"],
)
def test_wire_address_refuses_what_is_none(address: str) -> None:
    with pytest.raises(ComposeError):
        wire_address(address)


@settings(max_examples=200, deadline=None)
@given(
    subject=st.text(max_size=600),
    name=st.text(max_size=120),
    desk=st.text(max_size=40),
    text=st.text(max_size=2000),
    file_name=st.text(max_size=100),
)
def test_no_text_breaks_out_of_its_place(**typed: Any) -> None:
    outgoing = reply(
        subject=typed["subject"],
        sender_name=typed["name"],
        recipient_name=typed["name"],
        text=typed["text"],
        files=(OutgoingFile(typed["file_name"], "text/plain", b"x"),),
    )

    raw = build(outgoing, date=DATE, desk=typed["desk"])

    mail = message_from_bytes(raw)
    assert mail.keys() == [
        "Date", "From", "To", "Message-ID", "Subject", "In-Reply-To", "References",
        "X-Comptoir-Desk", "MIME-Version", "Content-Type",
    ]  # fmt: skip
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    body = mail.get_payload()[0].get_payload(decode=True).decode()  # type: ignore[index, union-attr]
    whole = typed["text"].encode("utf-8", "replace").decode()
    assert body.splitlines() == (whole.splitlines() or [""])
    expected = " ".join(
        "".join(
            c if c.isprintable() else " "
            for c in typed["subject"].encode("utf-8", "replace").decode()
        ).split()
    )
    assert str(make_header(decode_header(mail["Subject"] or ""))).split() == expected[:500].split()
