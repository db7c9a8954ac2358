"""Attachments and originals: only through a message one may see, and never as something that acts."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

from comptoir.storage.files import keep
from comptoir.tickets.models import Message, MessageFile, Ticket
from tests.web.conftest import LogIn
from tests.web.shop import Shop, open_ticket, say

MAIL = b"""From: Anna <x@marketplace.amazon.de>\r
Subject: Lid\r
MIME-Version: 1.0\r
Content-Type: text/html; charset=utf-8\r
\r
<p style="color:red">Hello</p><script>alert(1)</script>
<img src="https://tracker.example/p.png"><img src="cid:lid1"><a href="javascript:alert(1)">x</a>
"""


def _attach(message: Message, name: str, kind: str, content: bytes, **more: str) -> MessageFile:
    file: MessageFile = MessageFile.objects.create(
        message=message,
        file=keep(content, now=message.stored_at),
        name=name,
        content_type=kind,
        **more,
    )
    return file


def _message(shop: Shop, present: datetime) -> tuple[Ticket, Message]:
    ticket = open_ticket(shop, shop.amazon_de, now=present)
    return ticket, say(ticket, "Hello", at=present, raw=MAIL)


def test_file_is_a_download_whatever_it_claims_to_be(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    _, message = _message(shop, present)
    page = _attach(message, "Été <1>.html", "text/html", b"<script>alert(1)</script>")

    answer = log_in(shop.ines).get(f"/files/{page.pk}?show=1")

    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.content == b"<script>alert(1)</script>"


def test_picture_may_be_shown(shop: Shop, log_in: LogIn, present: datetime) -> None:
    _, message = _message(shop, present)
    picture = _attach(message, "lid.png", "image/png", b"\x89PNG")

    answer = log_in(shop.ines).get(f"/files/{picture.pk}?show=1")

    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"] == 'inline; filename="lid.png"'


def test_file_of_a_hidden_channel_does_not_exist(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket = open_ticket(shop, shop.own_shop, now=present)
    file = _attach(ticket.messages.get(), "a.txt", "text/plain", b"a")

    assert log_in(shop.ines).get(f"/files/{file.pk}").status_code == 404
    assert log_in(shop.camille).get(f"/files/{file.pk}").status_code == 200


def test_original_is_a_document_of_its_own_in_which_nothing_acts(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket, message = _message(shop, present)
    _attach(message, "lid.png", "image/png", b"\x89PNG", content_id="lid1")

    answer = log_in(shop.ines).get(f"/tickets/{ticket.pk}/messages/{message.pk}/html")

    policy = answer.headers["Content-Security-Policy"]
    html = answer.content.decode()
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "img-src data:;" in policy
    assert "alert(1)" not in html
    assert "tracker.example" not in html
    assert 'src="data:image/png;base64,iVBORw=="' in html


def test_pictures_of_other_servers_load_only_when_asked_for(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket, message = _message(shop, present)

    answer = log_in(shop.ines).get(f"/tickets/{ticket.pk}/messages/{message.pk}/html?pictures=1")

    assert "img-src data: https: http:" in answer.headers["Content-Security-Policy"]
    assert "https://tracker.example/p.png" in answer.content.decode()


def test_original_of_a_hidden_ticket_does_not_exist(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    hidden = open_ticket(shop, shop.own_shop, now=present)
    message = say(hidden, "Hello", at=present, raw=MAIL)
    mine = open_ticket(shop, shop.amazon_de, now=present)
    browser = log_in(shop.ines)

    assert browser.get(f"/tickets/{hidden.pk}/messages/{message.pk}/html").status_code == 404
    assert browser.get(f"/tickets/{mine.pk}/messages/{message.pk}/html").status_code == 404


def test_pdf_is_shown_by_the_browsers_viewer_only_if_it_is_one(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    _, message = _message(shop, present)
    bill = _attach(message, "bill.pdf", "application/pdf", b"%PDF-1.7 ...")
    trap = _attach(message, "trap.pdf", "application/pdf", b"<script>alert(1)</script>")
    browser = log_in(shop.ines)

    shown, refused = (browser.get(f"/files/{file.pk}?show=1") for file in (bill, trap))

    assert shown.headers["Content-Type"] == "application/pdf"
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    assert "script-src" not in shown.headers["Content-Security-Policy"]
    assert refused.headers["Content-Type"] == "application/octet-stream"
    assert refused.headers["Content-Disposition"].startswith("attachment")


def test_text_is_shown_as_text_in_whatever_encoding_it_came(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    _, message = _message(shop, present)
    table = _attach(message, "a.csv", "text/csv", "Größe;<b>".encode("cp1252"))

    answer = log_in(shop.ines).get(f"/files/{table.pk}?show=1")

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.content.decode() == "Größe;<b>"


def test_all_files_come_in_one_archive_under_names_of_their_own(
    shop: Shop, log_in: LogIn, present: datetime
) -> None:
    ticket, message = _message(shop, present)
    for name in ("a.txt", "../a.txt", "..\\..\\a.txt"):
        _attach(message, name, "text/plain", name.encode())

    answer = log_in(shop.ines).get(f"/tickets/{ticket.pk}/messages/{message.pk}/files.zip")

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["a.txt", "2-a.txt", "3-a.txt"]
        assert archive.read("2-a.txt") == b"../a.txt"
