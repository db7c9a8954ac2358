"""Attachments: handed out only through a message that the person may see."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from comptoir.tickets.models import MessageFile, Ticket
from comptoir.web.present.conversation import SHOWN_INLINE
from comptoir.web.views import answers
from comptoir.web.views.asking import rights_in

ALONE = "default-src 'none'; sandbox"
"""Whatever a buyer sent is shown as a document that can do nothing."""


@require_GET
@login_required
def hand_out(request: HttpRequest, file_id: int) -> HttpResponse:
    """Hand a file out as a download; with `show=1` a picture is shown."""
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
    shown = request.GET.get("show") == "1" and file.content_type in SHOWN_INLINE
    content_type = file.content_type if shown else "application/octet-stream"
    response = HttpResponse(bytes(file.file.content), content_type=content_type)
    disposition = content_disposition_header(as_attachment=not shown, filename=file.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Security-Policy"] = ALONE
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response
