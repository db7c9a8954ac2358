"""The page of a conversation: its buyer reads it and answers, with nothing but the link."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from comptoir.channels.contact_form import tokens
from comptoir.channels.contact_form.submission import FILE_TYPES, Submission
from comptoir.channels.contact_form.wording import accepted, known, wording
from comptoir.inbox.forms import limits, pages, submitting
from comptoir.inbox.forms.pages import NoPage, Talk
from comptoir.storage import clock
from comptoir.tickets.models import MessageFile
from comptoir.web.contact_form import asked, words
from comptoir.web.contact_form.judging import TRAP, Judged, judge
from comptoir.web.contact_form.origins import comes_from, private


@csrf_exempt  # buyers have no session here: the signed link and a signed token stand for it
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, link: str) -> HttpResponse:
    """Show a conversation, or take its buyer's answer."""
    now = clock.now()
    try:
        talk = pages.opened(link, now=now)
    except NoPage:
        return _gone(request)
    if request.method == "GET":
        judged = Judged(token=tokens.fresh(talk.form.signing_key, now=now))
        return _page(request, talk, link, Submission(), judged)
    language = _language(talk)
    given = replace(
        asked.submission(request, language),
        name=talk.name, email=talk.email, thread=talk.thread, subject=talk.ticket.subject,
        order_number="",
    )  # fmt: skip
    if comes_from(request, talk.form.settings) in ("foreign", "allowed"):
        return _gone(request)
    judged = judge(
        talk.form,
        given,
        token=request.POST.get("token", ""),
        trap=request.POST.get(TRAP, ""),
        number="",
        counted=[(limits.ANSWERS_BY_PAGE, str(talk.ticket.pk))],
        now=now,
    )
    if not judged.is_good:
        return _page(request, talk, link, given, judged)
    submitting.answer(talk.form, given, judged.number, now=now)
    return redirect(f"{reverse('talk', args=[link])}?sent=1")


@require_GET
def file(request: HttpRequest, link: str, file_id: int) -> HttpResponse:
    """Hand out a file of a message that stands on the page, as a download."""
    try:
        talk = pages.opened(link, now=clock.now())
    except NoPage:
        return _gone(request)
    shown = {one.pk for said in talk.said for one in said.files}
    found = MessageFile.objects.select_related("file").filter(pk=file_id).first()
    if found is None or found.pk not in shown:
        return _gone(request)
    response = HttpResponse(bytes(found.file.content), content_type="application/octet-stream")
    disposition = content_disposition_header(as_attachment=True, filename=found.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return private(response)


def _page(
    request: HttpRequest, talk: Talk, link: str, given: Submission, judged: Judged
) -> HttpResponse:
    language = _language(talk)
    fields = words.errors(judged.fields, language)
    is_refused = bool(judged.problem or fields or judged.wait)
    context: dict[str, Any] = {
        "w": wording(language),
        "language": language,
        "talk": talk,
        "link": link,
        "said": list(zip(talk.said, words.moments(talk), strict=True)),
        "until": words.day(talk.ends_at.date(), language),
        "given": given,
        "fields": fields,
        "problem": words.problem(judged, language),
        "is_trapped": judged.problem == "trap",
        "files_again": bool(given.files) and is_refused,
        "is_sent": request.GET.get("sent") == "1",
        "token": judged.token,
        "trap": TRAP,
        "types": ",".join(FILE_TYPES),
        "files_help": words.files_help(language),
    }
    status = 429 if judged.wait else 422 if is_refused else 200
    return _rendered(request, "talk", context, status)


def _gone(request: HttpRequest) -> HttpResponse:
    language = accepted(request.headers.get("Accept-Language", ""), "en")
    return _rendered(request, "gone", {"w": wording(language), "language": language}, 404)


def _language(talk: Talk) -> str:
    return known(talk.language) or talk.form.settings.language


def _rendered(
    request: HttpRequest, name: str, context: dict[str, Any], status: int
) -> HttpResponse:
    response = render(request, f"contact_form/{name}.html", context, status=status)
    response["Content-Language"] = context["language"]
    return private(response)
