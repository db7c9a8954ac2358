"""Bodies and files: what a person reads, and what hangs on it."""

from __future__ import annotations

import base64
import binascii

import pytest

from comptoir.channels.mail.message import Attachment
from comptoir.channels.mail.parse import parse

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"
PDF = b"%PDF-1.4 invoice"
HEAD = "From: Sofia Ricci <sofia@example.com>\nSubject: Lampada\nMIME-Version: 1.0\n"


def leaf(body: str | bytes, content_type: str = "text/plain; charset=utf-8", *more: str) -> bytes:
    """Write one part: its headers, an empty line, its body."""
    lines = "".join(f"{line}\n" for line in (f"Content-Type: {content_type}", *more))
    return lines.encode() + b"\n" + (body if isinstance(body, bytes) else body.encode())


def file(content: bytes, content_type: str, disposition: str = "attachment", *more: str) -> bytes:
    return leaf(
        base64.encodebytes(content),
        content_type,
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: {disposition}",
        *more,
    )


def multipart(kind: str, *parts: bytes, boundary: str = "b1") -> bytes:
    line = f"\n--{boundary}\n".encode()
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\npreamble'.encode()
    return head + b"".join(line + part for part in parts) + f"\n--{boundary}--\nepilogue".encode()


def mail(part: bytes) -> bytes:
    return HEAD.encode() + part


@pytest.mark.parametrize(
    ("content_type", "body", "text", "problems"),
    [
        ("text/plain; charset=utf-8", "Où est-elle ?".encode(), "Où est-elle ?", ()),
        ("text/plain; charset=iso-8859-1", "Où".encode("latin-1"), "Où", ()),
        ("text/plain; charset=iso-8859-1", b"10 \x80", "10 €", ()),
        ("text/plain; charset=iso-8859-1", "Où".encode(), "Où", ("bad_charset",)),
        ("text/plain; charset=utf-8", "Où".encode("latin-1"), "Où", ("bad_charset",)),
        ("text/plain; charset=us-ascii", "Où".encode(), "Où", ("bad_charset",)),
        ("text/plain; charset=klingon", "Où".encode(), "Où", ("bad_charset",)),
        ("text/plain; charset=unicode_escape", b"\\u0041", "\\u0041", ("bad_charset",)),
        ("text/plain; charset=base64", b"SGVsbG8=", "SGVsbG8=", ("bad_charset",)),
        ('text/plain; charset="windows-1251"', "Где".encode("cp1251"), "Где", ()),
        ("text/plain; charset=gb2312", "你好吗，我的灯".encode("gb18030"), "你好吗，我的灯", ()),
        (
            "text/plain; charset=gb2312",
            "你好吗，我的灯".encode(),
            "你好吗，我的灯",
            ("bad_charset",),
        ),
        ("text/plain; charset=shift_jis", "こんにちは".encode("cp932"), "こんにちは", ()),
        ("text/plain; charset=iso-2022-jp", "こん".encode("iso-2022-jp"), "こん", ()),
        ("text/plain; charset=utf-16", "Où".encode("utf-16"), "Où", ()),
        ("text/plain; charset=utf-7", b"O+APk-", "Où", ()),
        ("text/plain", "Où".encode(), "Où", ()),
        ("text/plain", "Où".encode("latin-1"), "Où", ("bad_charset",)),
        ("text", b"Hello", "Hello", ()),
        ("text/plain;;charset", b"Hello", "Hello", ()),
        ("text/plain; charset=utf-8", b"a\x00b\x01c", "abc", ()),
        ("text/plain; charset=utf-7", b"+2AA-", "\ufffd", ()),
    ],
)
def test_text_is_readable_whatever_its_charset_claims(
    content_type: str, body: bytes, text: str, problems: tuple[str, ...]
) -> None:
    found = parse(mail(leaf(body, content_type)))

    assert found.text == text
    assert found.problems == problems


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        ("quoted-printable", b"O=C3=B9 est=\n-elle ?", "Où est-elle ?"),
        ("Quoted-Printable ", b"100 % =E2=82=AC =ZZ", "100 % € =ZZ"),
        ("base64", b"T8O5IGVzdC1l\nbGxlID8=", "Où est-elle ?"),
        ("BASE64", b"T8O5IGVzdC1lbGxlID8", "Où est-elle ?"),
        ("base64", b"T8O5!! IGVz*dC1lbGxlID8=", "Où est-elle ?"),
        ("base64", b"T8O5\nIA==\nZXN0", "Où est"),
        ("base64", b"Not base64 at all, is it? No. 100%!", "Not base64 at all, is it? No. 100%!"),
        ("base64", b"T8O5IGVzdC1lbGxlID8g\n--\nlist footer", "Où est-elle ? --\nlist footer"),
        ("8bit", "Où".encode(), "Où"),
        ("x-none-such", "Où".encode(), "Où"),
        ("7bit; x", "Où".encode(), "Où"),
    ],
)
def test_text_is_readable_whatever_its_encoding_claims(
    encoding: str, body: bytes, text: str
) -> None:
    part = leaf(body, "text/plain; charset=utf-8", f"Content-Transfer-Encoding: {encoding}")

    assert parse(mail(part)).text == text


def test_text_of_alternatives_is_the_plain_one_and_html_stays_beside() -> None:
    found = parse(mail(multipart("alternative", leaf("plain"), leaf("<p>html", "text/html"))))

    assert (found.text, found.html, found.attachments) == ("plain", "<p>html", ())


def test_text_is_derived_from_html_when_there_is_no_plain_one() -> None:
    found = parse(mail(leaf("<p>Dov'è la <b>lampada</b>?</p><p>Sofia</p>", "text/html")))

    assert (found.text, found.html[:3]) == ("Dov'è la lampada?\n\nSofia", "<p>")


@pytest.mark.parametrize("plain", ["", " \n ", "Please use a program that shows HTML."])
def test_text_is_derived_from_html_when_the_plain_one_says_nothing(plain: str) -> None:
    found = parse(mail(multipart("alternative", leaf(plain), leaf("<p>Where?", "text/html"))))

    assert found.text == "Where?"


def test_text_of_html_without_a_charset_uses_the_one_in_its_head() -> None:
    html = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><p>Где'

    assert parse(mail(leaf(html.encode("cp1251"), "text/html"))).text == "Где"


def test_text_of_several_parts_stays_in_order() -> None:
    found = parse(
        mail(
            multipart(
                "mixed",
                leaf("before"),
                file(PNG, "image/png; name=lamp.png", "inline; filename=lamp.png"),
                leaf("between", "text/html"),
                file(PDF, "application/pdf; name=invoice.pdf"),
                leaf("after"),
            )
        )
    )

    assert found.text == "before\n\nbetween\n\nafter"
    assert [one.name for one in found.attachments] == ["lamp.png", "invoice.pdf"]
    assert [found.html.index(word) for word in ("before", "between", "after")] == sorted(
        found.html.index(word) for word in ("before", "between", "after")
    )


def test_text_and_html_of_the_same_words_in_a_mixture_are_one_text() -> None:
    found = parse(
        mail(multipart("mixed", leaf("Same words."), leaf("<p>Same <b>words.", "text/html")))
    )

    assert (found.text, found.html) == ("Same words.", "<p>Same <b>words.")


def test_text_in_an_apple_mixture_inside_alternatives_is_complete() -> None:
    inner = multipart(
        "mixed",
        leaf("<p>one</p>", "text/html"),
        file(PDF, "application/pdf", "inline; filename=a.pdf"),
        leaf("<p>two</p>", "text/html"),
        boundary="b2",
    )

    found = parse(mail(multipart("alternative", leaf("one\n\ntwo"), inner)))

    assert found.text == "one\n\ntwo"
    assert found.html == "<p>one</p>\n<p>two</p>"
    assert found.attachments == (Attachment("a.pdf", "application/pdf", PDF),)


def test_text_flowed_over_lines_is_joined() -> None:
    body = "Where is \nmy lamp?\n> Your parcel \n> left.\n> \n-- \nSofia \nRicci\n  stuffed"

    found = parse(mail(leaf(body, "text/plain; charset=utf-8; format=flowed")))

    assert found.text == "Where is my lamp?\n> Your parcel left.\n> \n-- \nSofia Ricci\n stuffed"


def test_text_flowed_without_blanks_between_words_is_joined_so() -> None:
    body = "我的灯 \n在哪里"

    found = parse(mail(leaf(body, "text/plain; charset=utf-8; format=flowed; delsp=yes")))

    assert found.text == "我的灯在哪里"


def test_text_only_sent_as_a_file_is_shown_and_kept_as_a_file() -> None:
    found = parse(mail(multipart("mixed", leaf("Hello", "text/plain; name=mail.txt"))))

    assert (found.text, [one.name for one in found.attachments]) == ("Hello", ["mail.txt"])


def test_files_in_a_text_by_uuencode_are_taken_out() -> None:
    content = bytes(range(90))
    coded = b"".join(binascii.b2a_uu(content[at : at + 45]) for at in range(0, 90, 45))
    body = b"See:\nbegin 644 lamp.dat\n" + coded + b"`\nend\nBye"

    found = parse(mail(leaf(body, "text/plain")))

    assert found.text == "See:\n\nBye"
    assert found.attachments == (Attachment("lamp.dat", "application/octet-stream", content),)


def test_text_that_only_begins_like_uuencode_stays() -> None:
    assert parse(mail(leaf("begin 644 my story\nno end"))).text == "begin 644 my story\nno end"


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("attachment; filename=a.pdf", "a.pdf"),
        ('attachment; filename="two words.pdf"', "two words.pdf"),
        ("attachment; filename=two words.pdf", "two words.pdf"),
        ('attachment; filename="semi;colon.pdf"', "semi;colon.pdf"),
        ("attachment; filename*=UTF-8''R%C3%A9%20sum%C3%A9.pdf", "Ré sumé.pdf"),
        ("attachment; filename*=iso-8859-1'fr'R%E9.pdf", "Ré.pdf"),
        ("attachment; filename*0=long; filename*1=name.pdf", "longname.pdf"),
        ("attachment; filename*1*=%A9.pdf; filename*0*=utf-8''R%C3", "Ré.pdf"),
        ('attachment; filename="=?utf-8?Q?R=C3=A9.pdf?="', "Ré.pdf"),
        ('attachment; filename="=?utf-8?B?UsOp?= =?utf-8?B?LnBkZg==?="', "Ré.pdf"),
        ("attachment; filename=Ré.pdf", "Ré.pdf"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="C:\\\\temp\\\\a.pdf"', "a.pdf"),
        ('attachment; filename="/"', "attachment-1.pdf"),
        ('attachment; filename="..."', "attachment-1.pdf"),
        ('attachment; filename="a\u202efdp.exe"', "afdp.exe"),
        ('attachment; filename="a\x00b\x07\u200b.pdf"', "ab.pdf"),
        ('attachment; filename="what?*<>|.pdf"', "what_____.pdf"),
        ('attachment; filename="con.pdf"', "_con.pdf"),
        (f"attachment; filename={'x' * 400}.pdf", "x" * 146 + ".pdf"),
        (f"attachment; filename={'x' * 400}", "x" * 150),
        ("attachment", "attachment-1.pdf"),
        ("attachment; filename=", "attachment-1.pdf"),
    ],
)
def test_files_have_clean_names(disposition: str, name: str) -> None:
    found = parse(mail(multipart("mixed", leaf("x"), file(PDF, "application/pdf", disposition))))

    assert found.attachments == (Attachment(name, "application/pdf", PDF),)


@pytest.mark.parametrize(
    ("declared", "content", "content_type"),
    [
        ("image/png", PNG, "image/png"),
        ("image/jpeg", PNG, "image/png"),
        ("application/octet-stream", PNG, "image/png"),
        ("image/png", b"<script>", "application/octet-stream"),
        ("IMAGE/JPG", b"<html>", "application/octet-stream"),
        ("text/html", b"<html>", "text/html"),
        ("application/pdf", PNG, "application/pdf"),
        ("nonsense", PDF, "application/octet-stream"),
        ("a/b\x00c", PDF, "application/octet-stream"),
        ("x" * 500 + "/y", PDF, "application/octet-stream"),
    ],
)
def test_files_types_are_checked_where_pages_rely_on_them(
    declared: str, content: bytes, content_type: str
) -> None:
    found = parse(mail(multipart("mixed", leaf("x"), file(content, declared))))

    assert [one.content_type for one in found.attachments] == [content_type]


def test_files_shown_by_the_html_are_inline_and_others_are_not() -> None:
    picture = file(PNG, "image/png", "inline; filename=a.png", "Content-ID: <Lamp@1>")
    other = file(PNG, "image/png", "inline; filename=b.png", "Content-ID: <other@1>")
    html = leaf('<img src="cid:lamp%401">', "text/html")

    found = parse(mail(multipart("related", html, picture, other)))

    assert found.attachments == (
        Attachment("a.png", "image/png", PNG, "Lamp@1", inline=True),
        Attachment("b.png", "image/png", PNG, "other@1", inline=False),
    )


def test_files_that_are_mails_stay_mails() -> None:
    inner = b"From: a@example.com\nSubject: Rechnung 1/2\n\nInside\n--b1x\n"

    found = parse(mail(multipart("mixed", leaf("See mail"), leaf(inner, "message/rfc822"))))

    assert found.text == "See mail"
    assert found.attachments == (Attachment("Rechnung 1-2.eml", "message/rfc822", inner),)


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        ("application/ms-tnef; name=winmail.dat", "winmail.dat"),
        ("text/calendar; method=REQUEST", "attachment-1.ics"),
        ("application/pgp-signature", "attachment-1.asc"),
        ("text/vcard", "attachment-1.vcf"),
    ],
)
def test_files_nobody_reads_here_are_kept(content_type: str, name: str) -> None:
    found = parse(mail(multipart("mixed", leaf("x"), leaf("content", content_type))))

    assert [(one.name, one.content) for one in found.attachments] == [(name, b"content")]


def test_multipart_without_a_declared_boundary_is_read_by_its_lines() -> None:
    raw = multipart("mixed", leaf("one"), leaf("two")).replace(b'; boundary="b1"', b"")

    found = parse(mail(raw))

    assert (found.text, found.problems) == ("one\n\ntwo", ("missing_boundary",))


def test_multipart_with_a_wrong_boundary_is_read_by_its_lines() -> None:
    raw = multipart("mixed", leaf("one"), leaf("two")).replace(b'boundary="b1"', b'boundary="zz"')

    assert parse(mail(raw)).text == "one\n\ntwo"


def test_multipart_that_is_none_shows_its_bytes() -> None:
    found = parse(mail(b"Content-Type: multipart/mixed; boundary=b1\n\nJust text"))

    assert (found.text, found.problems) == ("Just text", ("missing_boundary",))


def test_multipart_never_closed_gives_all_its_parts() -> None:
    raw = multipart("mixed", leaf("one"), file(PDF, "application/pdf")).rsplit(b"\n--b1--", 1)[0]

    found = parse(mail(raw))

    assert (found.text, [one.content for one in found.attachments]) == ("one", [PDF])


def test_multipart_that_goes_on_after_its_end_gives_all_its_parts() -> None:
    raw = multipart("mixed", leaf("one")) + b"\n--b1\n" + leaf("two") + b"\n--b1--\n"

    assert parse(mail(raw)).text == "one\n\nepilogue\n\ntwo"


def test_multipart_inside_without_its_end_does_not_swallow_what_follows() -> None:
    inner = multipart("alternative", leaf("plain"), boundary="b1-inner").rsplit(b"\n--", 1)[0]

    found = parse(mail(multipart("mixed", inner, file(PDF, "application/pdf"))))

    assert (found.text, [one.content for one in found.attachments]) == ("plain", [PDF])


def test_part_without_any_header_is_text() -> None:
    assert parse(mail(multipart("mixed", b"\nbare", leaf("two")))).text == "bare\n\ntwo"


@pytest.mark.parametrize("raw", [b"", b"\n", b"  \r\n\r\n ", b"Subject: x\n", b"Subject: x\n\n\n"])
def test_nothing_is_told_as_empty(raw: bytes) -> None:
    found = parse(raw)

    assert (found.text, found.html, found.attachments) == ("", "", ())
    assert "empty" in found.problems


def test_text_without_any_header_is_shown() -> None:
    found = parse("Bonjour,\noù est ma lampe : cassée ?\n".encode())

    assert (found.text, found.problems) == ("Bonjour,\noù est ma lampe : cassée ?", ("bad_header",))


def test_bytes_that_are_no_mail_are_kept_as_a_file() -> None:
    raw = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)

    found = parse(raw)

    assert (found.text, [one.content for one in found.attachments]) == ("", [raw])
    assert "not_a_mail" in found.problems
