"""From a letter as a value to the bytes a mailbox holds. The same letter, the same bytes."""

from __future__ import annotations

from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.header import Header
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import quote

from comptoir.channels.kernel.protocol import OutgoingFile

UNDERWAY = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail before it is written out. `at` is when it was sent; ids come without brackets."""

    sender: str
    sender_name: str
    recipient: str
    subject: str
    text: str
    at: datetime
    message_id: str
    html: str = ""
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    files: tuple[OutgoingFile, ...] = ()


def write(letter: Letter) -> bytes:
    """Write a letter as it lies in the mailbox, with the mark of the server that took it."""
    host = letter.sender.rpartition("@")[2]
    ours = letter.recipient.rpartition("@")[2]
    head = [
        ("Return-Path", f"<{letter.sender}>"),
        (
            "Received",
            f"from mail.{host} by mx.{ours} with ESMTPS for <{letter.recipient}>;"
            f"\r\n {format_datetime(letter.at + UNDERWAY)}",
        ),
        ("Date", format_datetime(letter.at)),
        ("From", _mailbox(letter.sender_name, letter.sender)),
        *([("Reply-To", letter.reply_to)] if letter.reply_to else []),
        ("To", letter.recipient),
        ("Subject", _encoded(letter.subject, "Subject")),
        ("Message-ID", f"<{letter.message_id}>"),
        *([("In-Reply-To", f"<{letter.in_reply_to}>")] if letter.in_reply_to else []),
        *_references(letter.references or ((letter.in_reply_to,) if letter.in_reply_to else ())),
        *letter.headers,
        ("MIME-Version", "1.0"),
    ]
    lines = "".join(f"{name}: {value}\r\n" for name, value in head)
    return lines.encode("utf-8") + _body(letter)


def _references(ids: Sequence[str]) -> list[tuple[str, str]]:
    return [("References", "\r\n ".join(f"<{i}>" for i in ids))] if ids else []


def _body(letter: Letter) -> bytes:
    content = _part("text/plain; charset=utf-8", letter.text)
    if letter.html:
        parts = [content, _part("text/html; charset=utf-8", letter.html)]
        content = _multipart("alternative", letter.message_id, parts)
    if letter.files:
        content = _multipart("mixed", letter.message_id, [content, *map(_file, letter.files)])
    return content


def _part(kind: str, text: str) -> bytes:
    body = b2a_qp(text.encode("utf-8") + b"\n", istext=True).replace(b"\n", b"\r\n")
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + body


def _file(file: OutgoingFile) -> bytes:
    head = (
        f"Content-Type: {file.content_type}\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment; filename*=utf-8''{quote(file.name)}\r\n\r\n"
    )
    return head.encode() + encodebytes(file.content).replace(b"\n", b"\r\n")


def _multipart(kind: str, seed: str, parts: Sequence[bytes]) -> bytes:
    boundary = f"=_{sha256(f'{kind}{seed}'.encode()).hexdigest()[:24]}"
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    dashes = f"--{boundary}".encode()
    return head + b"".join(dashes + b"\r\n" + p + b"\r\n" for p in parts) + dashes + b"--\r\n"


def _mailbox(name: str, address: str) -> str:
    if not name:
        return address
    if name.isascii():
        return f'"{name}" <{address}>'
    return f"{_encoded(name, 'From')} <{address}>"


def _encoded(text: str, header: str) -> str:
    if text.isascii():
        return text
    return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")
