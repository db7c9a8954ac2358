"""Drafts while somebody types: kept, read again, with their files. Scripts ask; answers are JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from comptoir.storage import clock
from comptoir.tickets.actions import draft, draft_files
from comptoir.tickets.actions.draft_versions import milliseconds
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Draft, DraftFile
from comptoir.web.present import refusals
from comptoir.web.present.composer import make_attached
from comptoir.web.present.files import SHOWN_INLINE
from comptoir.web.views import answers
from comptoir.web.views.asking import number_in, person_in, text_in
from comptoir.web.views.files import ALONE
from comptoir.web.views.guards import page, verb
from comptoir.web.views.writing import choices_in, moment_in_ms, new_file

REFUSED_STATUS = 422


@verb
def keep(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Keep what is being typed, with what was chosen."""
    return JsonResponse(
        told(request, save(request, draft.save, ticket_id, is_note=is_note(request)))
    )


def save(
    request: HttpRequest, keeping: Callable[..., draft.Saved], about: int, **more: Any
) -> draft.Saved:
    """Read a draft out of the form and keep it with `keeping`, on a ticket or an order."""
    form = request.POST
    return keeping(
        about,
        text_in(form, "text"),
        by=person_in(request),
        now=clock.now(),
        choices=choices_in(form),
        knows_ms=number_in(form.get("knows_ms")),
        typed_at=moment_in_ms(form.get("typed_ms")),
        **more,
    )


def keep_unscripted(
    request: HttpRequest, keeping: Callable[..., draft.Saved], about: int, **more: Any
) -> None:
    """Keep a text that was refused where no script has kept it while it was typed."""
    if not answers.is_htmx(request) and text_in(request.POST, "text").strip():
        save(request, keeping, about, **more)


def told(request: HttpRequest, saved: draft.Saved) -> dict[str, Any]:
    """Say what became of a save."""
    times = answers.times_of(request)
    return {
        "saved_ms": milliseconds(saved.saved_at) if saved.saved_at else 0,
        "is_newest": saved.is_newest,
        "is_said": saved.is_said,
        "ticket": saved.ticket_id,
        "older": len(saved.older),
        "time": times.clock(times.now),
        "csrf": get_token(request),
    }


@page
def read(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Tell whether the line, the session and the draft are still what the page thinks."""
    ticket = draft.ticket_written_on(ticket_id, person_in(request))
    drafts = Draft.objects.filter(ticket=ticket, person=person_in(request))
    row = drafts.filter(is_note=request.GET.get("is_note") == "1").first()
    return JsonResponse(standing(request, row, ticket.pk))


def standing(request: HttpRequest, row: Draft | None, ticket_id: int | None) -> dict[str, Any]:
    """Tell how a draft stands."""
    return {
        "saved_ms": milliseconds(row.saved_at) if row and row.text else 0,
        "text": row.text if row else "",
        "ticket": ticket_id,
        "csrf": get_token(request),
    }


@verb
def add_file(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Take a file in at once; the answer is its line in the composer."""
    draft.ticket_written_on(ticket_id, person_in(request))

    def add(file: UploadedFile[bytes]) -> DraftFile:
        return draft_files.add(
            ticket_id,
            new_file(file),
            by=person_in(request),
            now=clock.now(),
            is_note=is_note(request),
        )

    return take_in(request, add)


def take_in(request: HttpRequest, add: Callable[[UploadedFile[bytes]], DraftFile]) -> HttpResponse:
    """Take the file of a form in with `add`; a refusal is a sentence."""
    file = cast("UploadedFile[bytes] | None", request.FILES.get("file"))
    try:
        row = add(file) if file is not None else None
    except Refused as refused:
        said = refusals.say(refused, answers.times_of(request))
        return JsonResponse({"said": said}, status=REFUSED_STATUS)
    if row is None:
        return HttpResponse(status=400)
    return render(request, "ticket/attached.html", {"file": make_attached(row)})


@verb
def choose_older(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Put a version of the draft back that was set aside."""
    person = person_in(request)
    ticket = draft.ticket_written_on(ticket_id, person)
    at_ms = number_in(request.POST.get("at_ms")) or 0
    draft.choose_older(ticket, at_ms, by=person, now=clock.now(), is_note=is_note(request))
    return answers.go_on(request, f"/tickets/{ticket.pk}")


@verb
def forget_older(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Drop the versions set aside: the writer has seen them."""
    person = person_in(request)
    ticket = draft.ticket_written_on(ticket_id, person)
    draft.forget_older(ticket, by=person, is_note=is_note(request))
    return HttpResponse(status=204)


@login_required
def file(request: HttpRequest, file_id: int) -> HttpResponse:
    """Show a picture of one's own draft, hand another file out, or take it off (POST)."""
    person = person_in(request)
    if request.method == "POST":
        return HttpResponse(status=204 if draft_files.remove(file_id, by=person) else 404)
    return _hand_out(request, file_id)


@require_GET
def _hand_out(request: HttpRequest, file_id: int) -> HttpResponse:
    rows = DraftFile.objects.select_related("file").filter(draft__person=person_in(request))
    row = rows.filter(pk=file_id).first()
    if row is None:
        return answers.gone(request)
    is_shown = row.content_type in SHOWN_INLINE
    content_type = row.content_type if is_shown else "application/octet-stream"
    response = HttpResponse(bytes(row.file.content), content_type=content_type)
    disposition = content_disposition_header(as_attachment=not is_shown, filename=row.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Security-Policy"] = ALONE
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def is_note(request: HttpRequest) -> bool:
    """Tell which of the two texts a form is about."""
    return request.POST.get("is_note") == "1"
