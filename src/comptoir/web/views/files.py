"""Attachments: handed out only through a message that the person may see.

What a sender attached never acts here. It is downloaded, or shown as a document that can do nothing:
pictures and plain text alone, a PDF in the browser's own viewer, which runs apart from our pages (a
sandboxed document would leave it blank).
"""

from __future__ import annotations

import io
import zipfile

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from comptoir.tickets.models import Message, MessageFile, Ticket
from comptoir.tickets.queries import NoSuchTicket, ticket_for
from comptoir.web.present.files import PDF, SHOWN_INLINE, kind_of
from comptoir.web.views import answers
from comptoir.web.views.asking import rights_in
from comptoir.web.views.guards import page

ALONE = "default-src 'none'; sandbox"
"""Whatever a buyer sent is shown as a document that can do nothing."""
VIEWER = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
PDF_BEGINS = b"%PDF-"
TEXT_BYTES_MAX = 200_000


@require_GET
@login_required
def hand_out(request: HttpRequest, file_id: int) -> HttpResponse:
    """Hand a file out as a download; with `show=1` what can be shown is shown."""
    file = (
        MessageFile.objects.select_related("file")
        .filter(
            pk=file_id,
            message__ticket__in=Ticket.objects.visible_to(rights_in(request)).values("pk"),
        )
        .first()
    )
    if file is None:
        return answers.gone(request)
    content = bytes(file.file.content)
    kind = _kind_to_show(file, content) if request.GET.get("show") == "1" else ""
    if kind == "text":
        content = _as_text(content)
    response = HttpResponse(content, content_type=_type_of(kind, file.content_type))
    disposition = content_disposition_header(as_attachment=not kind, filename=file.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Security-Policy"] = VIEWER if kind == "pdf" else ALONE
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@page
def all_of_message(request: HttpRequest, ticket_id: int, message_id: int) -> HttpResponse:
    """Hand out all attachments of a message in one archive."""
    ticket = ticket_for(rights_in(request), ticket_id)
    message = Message.objects.filter(ticket=ticket, pk=message_id).first()
    files = list(MessageFile.objects.filter(message=message).select_related("file"))
    if message is None or not files:
        raise NoSuchTicket(ticket_id)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, file in _named_apart(files):
            archive.writestr(name, bytes(file.file.content))
    response = HttpResponse(packed.getvalue(), content_type="application/zip")
    name = f"{ticket.order_number or ticket.pk}-{message.pk}.zip"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Security-Policy"] = ALONE
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _kind_to_show(file: MessageFile, content: bytes) -> str:
    """Say how the file is shown; empty where it is only downloaded. A PDF must begin like one."""
    kind = kind_of(file.content_type)
    if kind == "other" or (kind == "pdf" and not content.startswith(PDF_BEGINS)):
        return ""
    return kind


def _type_of(kind: str, declared: str) -> str:
    if kind == "picture" and declared in SHOWN_INLINE:
        return declared
    if kind == "pdf":
        return PDF
    return "text/plain; charset=utf-8" if kind == "text" else "application/octet-stream"


def _as_text(content: bytes) -> bytes:
    """Give the beginning of a text in UTF-8, whatever Western encoding it came in."""
    head = content[:TEXT_BYTES_MAX]
    try:
        text = head.decode("utf-8-sig", errors="strict" if head == content else "ignore")
    except UnicodeDecodeError:
        text = head.decode("cp1252", errors="replace")
    return text.replace("\0", "").encode()


def _named_apart(files: list[MessageFile]) -> list[tuple[str, MessageFile]]:
    """Give every file a name of its own without folders: "a.png", "2-a.png"."""
    named: dict[str, MessageFile] = {}
    for file in files:
        plain = file.name.replace("\\", "/").rsplit("/", 1)[-1].strip(". ") or "file"
        name, number = plain, 2
        while name in named:
            name, number = f"{number}-{plain}", number + 1
        named[name] = file
    return list(named.items())
