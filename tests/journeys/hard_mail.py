"""Mail as nobody should send it, each with a name. Everything here is invented."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from email.utils import format_datetime

HEAD = b"From: Paul Martin <paul@courrier.example>\r\nTo: info@maison-perrin.example\r\n"


def mail(
    headers: bytes, body: bytes = b"Bonjour, o\xc3\xb9 est mon colis ?\r\n", head: bytes = HEAD
) -> bytes:
    return head + headers + b"\r\n" + body


def hard_mails(now: datetime) -> dict[str, bytes]:
    """Give each hard mail under its name."""
    date = b"Date: " + format_datetime(now).encode() + b"\r\n"
    noise = random.Random(7)
    wide = "".join(chr(noise.randint(0x4E00, 0x9FFF)) for _ in range(3000)).encode()
    ascii_noise = "".join(noise.choice("abcdefghijklmnop0123456789") for _ in range(9000)).encode()
    return {
        "wrong_charset": mail(
            b"Message-ID: <h1@x.example>\r\nContent-Type: text/plain; charset=no-such-set\r\n"
            + date,
            "Où est mon colis, Zoë ?".encode("cp1252"),
        ),
        "utf16_lie": mail(
            b"Message-ID: <h2@x.example>\r\nContent-Type: text/plain; charset=utf-16\r\n" + date,
            b"plain ascii that is no utf-16, o\xff\xfe\xd8",
        ),
        "eight_bit_headers": mail(
            b"Message-ID: <h3@x.example>\r\nSubject: Gr\xfc\xdfe aus K\xf6ln \xff\x00 ok\r\n" + date
        ),
        "bad_base64": mail(
            b"Message-ID: <h4@x.example>\r\nContent-Transfer-Encoding: base64\r\n" + date,
            b"Qm9uam91ciE*&^%=\r\nAAA=\r\n====Zg",
        ),
        "nul_bytes": mail(
            b"Message-ID: <h5\x00@x.example>\r\nSubject: a\x00b\r\n" + date, b"one\x00two\r\n"
        ),
        "surrogates": mail(
            b"Message-ID: <h6@x.example>\r\nSubject: =?utf-8?b?7aCA?= \xed\xa0\x80\r\n"
            b"Content-Type: text/html; charset=utf-8\r\n" + date,
            b"<p>lone &#xD800; and &#0; and \xed\xb0\x80 \\ud800</p>",
        ),
        "date_1970": mail(
            b"Message-ID: <h7@x.example>\r\nDate: Thu, 01 Jan 1970 00:00:00 +0000\r\n"
        ),
        "date_next_year": mail(
            b"Message-ID: <h8@x.example>\r\nDate: "
            + format_datetime(now + timedelta(days=365)).encode()
            + b"\r\n"
        ),
        "date_nonsense": mail(
            b"Message-ID: <h9@x.example>\r\nDate: Foo, 99 Bar 99999 99:99:99 +9999\r\n"
        ),
        "date_year_1": mail(
            b"Message-ID: <h10@x.example>\r\nDate: Mon, 01 Jan 0001 00:00:00 +1400\r\n"
        ),
        "date_year_9999": mail(
            b"Message-ID: <h11@x.example>\r\nDate: Fri, 31 Dec 9999 23:59:59 -1200\r\n"
        ),
        "no_from": b"To: info@maison-perrin.example\r\nMessage-ID: <h12@x.example>\r\n\r\nWho am I?\r\n",
        "no_message_id": mail(b"Subject: no id\r\n" + date),
        "nothing_but_body": b"\r\nOnly words.\r\n",
        "headers_only": mail(b"Message-ID: <h13@x.example>\r\nSubject: nothing\r\n" + date, b""),
        "one_byte": b"x",
        "blank_lines": b"\r\n\r\n\r\n",
        "huge_header": mail(
            b"Message-ID: <h14@x.example>\r\nX-Long: " + b"a" * 2_000_000 + b"\r\n" + date
        ),
        "huge_subject": mail(
            b"Message-ID: <h15@x.example>\r\nSubject: " + b"Colis " * 200_000 + b"\r\n" + date
        ),
        "many_headers": mail(
            b"Message-ID: <h16@x.example>\r\n"
            + b"".join(b"X-%d: y\r\n" % n for n in range(50_000))
            + date
        ),
        "wide_message_id": mail(b"Message-ID: <" + wide + b"@x.example>\r\n" + date),
        "long_message_id": mail(b"Message-ID: <" + ascii_noise + b"@x.example>\r\n" + date),
        "long_references": mail(
            b"Message-ID: <h17@x.example>\r\nReferences:"
            + b"".join(b" <" + wide[n * 30 : n * 30 + 60] + b"@x>" for n in range(200))
            + b"\r\n"
            + date
        ),
        "long_sender": mail(
            b"Message-ID: <h18@x.example>\r\n" + date,
            head=b'From: "' + wide + b'" <' + wide + b"@x.example>\r\nTo: a@b.example\r\n",
        ),
        "ten_thousand_recipients": mail(
            b"Message-ID: <h19@x.example>\r\nCc: "
            + b",\r\n ".join(b"r%d@list.example" % n for n in range(10_000))
            + b"\r\n"
            + date
        ),
        "mac_line_ends": mail(b"Message-ID: <h20@x.example>\r\nSubject: cr\r\n" + date).replace(
            b"\r\n", b"\r"
        ),
        "reply_to_itself": mail(
            b"Message-ID: <h21@x.example>\r\nIn-Reply-To: <h21@x.example>\r\n"
            b"References: <h21@x.example>\r\n" + date
        ),
        "missing_boundary": mail(
            b"Message-ID: <h22@x.example>\r\nContent-Type: multipart/mixed\r\n" + date
        ),
        "boundary_of_nothing": mail(
            b'Message-ID: <h23@x.example>\r\nContent-Type: multipart/mixed; boundary=""\r\n' + date,
            b"----\r\n\r\nhello\r\n----\r\n" * 50,
        ),
        "broken_html": mail(
            b"Message-ID: <h24@x.example>\r\nContent-Type: text/html\r\n" + date,
            b"<table>" * 20_000 + b"<p>Where is it?",
        ),
        "file_with_a_strange_name": mail(
            b"Message-ID: <h25@x.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n" + date,
            b"--b\r\nContent-Type: text/plain\r\n\r\nsee file\r\n--b\r\nContent-Type: a\x00b/c\r\n"
            b'Content-Disposition: attachment; filename="../../\x00\xff'
            + wide
            + b'.exe"\r\nContent-ID: <'
            + wide
            + b">\r\n\r\nMZ\x00\x01\r\n--b--\r\n",
        ),
        "winmail_not_tnef": mail(
            b"Message-ID: <h26@x.example>\r\nContent-Type: application/ms-tnef\r\n"
            b"Content-Disposition: attachment; filename=winmail.dat\r\n" + date,
            b"\x78\x9f\x3e\x22garbage\x00",
        ),
        "three_thousand_nested_parts": nested(3000),
        "mail_in_mail": mail_in_mail(300),
    }


def nested(depth: int) -> bytes:
    """Give a mail of parts within parts."""
    opening = b"".join(
        b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n - 1, n)
        for n in range(1, depth)
    )
    return mail(
        b"Message-ID: <nested@x.example>\r\nContent-Type: multipart/mixed; boundary=b0\r\n",
        opening + b"--b%d\r\n\r\nat the bottom\r\n" % (depth - 1),
    )


def mail_in_mail(depth: int) -> bytes:
    """Give a mail forwarded again and again as an attachment."""
    return (
        mail(b"Message-ID: <forwarded@x.example>\r\nContent-Type: message/rfc822\r\n", b"")
        + b"Subject: f\r\nContent-Type: message/rfc822\r\n\r\n" * depth
        + b"Subject: last\r\n\r\nat the bottom\r\n"
    )


def large(size_bytes: int) -> bytes:
    """Give a mail with one large file."""
    line = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3\r\n"
    return mail(
        b"Message-ID: <large@x.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n",
        b"--b\r\nContent-Type: text/plain\r\n\r\nPhotos jointes.\r\n--b\r\n"
        b"Content-Type: image/jpeg; name=photo.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + line * (size_bytes // len(line))
        + b"--b--\r\n",
    )
