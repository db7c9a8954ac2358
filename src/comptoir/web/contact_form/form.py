"""The form itself: shown in a frame or alone, sent with or without a script."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.channels.contact_form import proof, tokens
from comptoir.channels.contact_form.submission import FILE_TYPES, Submission
from comptoir.channels.contact_form.wording import wording
from comptoir.inbox.forms import limits, orders, submitting
from comptoir.inbox.forms.finding import Form, NoForm, by_key
from comptoir.storage import clock
from comptoir.web.contact_form import asked, words
from comptoir.web.contact_form.judging import TRAP, Judged, judge
from comptoir.web.contact_form.origins import comes_from, framed_by, private

REFUSED, TOO_OFTEN, NOT_SENT = 403, 429, 422


@csrf_exempt  # buyers have no session here: the origin and a signed token stand for it
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, key: str) -> HttpResponse:
    """Show the form, or take what was typed into it."""
    now = clock.now()
    try:
        form = by_key(key)
    except NoForm:
        return private(_closed(request, status=404))
    if not form.is_open:
        return framed_by(_closed(request, form, status=503), form.settings)
    if request.method == "GET":
        return _page(request, form, Submission(), Judged(token=_token(form, now)))
    return _taken(request, form, now=now)


@csrf_exempt  # the same
@require_POST
def look_up(request: HttpRequest, key: str) -> HttpResponse:
    """Tell an order to whoever has its number and its address; say nothing else to anybody."""
    now = clock.now()
    try:
        form = by_key(key)
    except NoForm:
        return private(_closed(request, status=404))
    given = asked.submission(request, asked.language_of(request, form))
    if comes_from(request, form.settings) == "foreign":
        return _foreign(request, form, given)
    if not form.settings.asks_order or not form.is_open:
        return framed_by(_closed(request, form, status=404), form.settings)
    counted = [
        (limits.LOOK_UPS_BY_HOST, asked.host(request)),
        (limits.LOOK_UPS_BY_ORDER, given.order_number),
    ]
    wait = limits.wait_for(form.row.pk, counted, now=now)
    found = None if wait else orders.find(form, given.order_number, given.email)
    shown = orders.shown(found) if found else None
    context = {"looked_up": wait is None, "order": words.order(shown, given.language)}
    if request.headers.get("X-Requested-With") == "fetch":
        return _part(request, form, given, wait, context)
    return _page(
        request, form, given, Judged(token=request.POST.get("token", ""), wait=wait), **context
    )


def _taken(request: HttpRequest, form: Form, *, now: datetime) -> HttpResponse:
    given = asked.submission(request, asked.language_of(request, form))
    if comes_from(request, form.settings) == "foreign":
        return _foreign(request, form, given)
    judged = judge(
        form,
        given,
        token=request.POST.get("token", ""),
        trap=request.POST.get(TRAP, ""),
        number=request.POST.get("proof", ""),
        counted=[
            (limits.BY_HOST, asked.host(request)),
            (limits.BY_ADDRESS, given.email),
            (limits.BY_FORM, ""),
        ],
        now=now,
    )
    if not judged.is_good:
        return _page(request, form, given, judged)
    is_new = submitting.submit(form, given, judged.number, now=now)
    around = _around(request, form)
    same = {"lang": given.language, "at": around["parent"], "theme": around["theme"]}
    context = _context(form, given.language) | around
    context |= {"given": given, "is_new": is_new, "same": urlencode(same)}
    return framed_by(_render(request, "sent", context), form.settings)


def _page(
    request: HttpRequest, form: Form, given: Submission, judged: Judged, **more: Any
) -> HttpResponse:
    """Show the form with what was typed, and what stands in its way."""
    language = asked.language_of(request, form)
    is_first = judged.problem == "confirm"
    status = 200
    if judged.wait is not None:
        status = TOO_OFTEN
    elif (judged.problem and not is_first) or (judged.fields and not is_first):
        status = NOT_SENT
    context = _context(form, language) | {
        "given": given,
        "fields": words.errors(judged.fields, language) if not is_first else {},
        "problem": words.problem(judged, language),
        "is_confirming": is_first,
        "is_trapped": judged.problem == "trap",
        "files_again": bool(given.files) and status != 200,
        "token": judged.token or _token(form, clock.now()),
        **_around(request, form),
        "order": None,
        "looked_up": False,
        **more,
    }
    return framed_by(_render(request, "form", context, status), form.settings)


def _part(
    request: HttpRequest,
    form: Form,
    given: Submission,
    wait: timedelta | None,
    context: dict[str, Any],
) -> HttpResponse:
    """Answer a script: the order alone."""
    told = {
        **_context(form, given.language),
        **context,
        "problem": words.problem(Judged(wait=wait), given.language),
    }
    status = TOO_OFTEN if wait else 200
    return framed_by(_render(request, "order", told, status), form.settings)


def _foreign(request: HttpRequest, form: Form, given: Submission) -> HttpResponse:
    """Refuse a site that may not show the form; what was typed can be copied."""
    context = _context(form, given.language) | {"given": given}
    return framed_by(_render(request, "not_here", context, REFUSED), form.settings)


def _closed(request: HttpRequest, form: Form | None = None, *, status: int) -> HttpResponse:
    accepted = request.headers.get("Accept-Language", "")
    language = asked.language_of(request, form) if form else words.accepted(accepted, "en")
    return _render(request, "closed", {"w": wording(language), "language": language}, status)


def _context(form: Form, language: str) -> dict[str, Any]:
    return {
        "w": wording(language),
        "language": language,
        "form": form,
        "trap": TRAP,
        "types": ",".join(FILE_TYPES),
        "proof_bits": proof.BITS if form.settings.wants_proof else 0,
        "files_help": words.files_help(language),
    }


def _around(request: HttpRequest, form: Form) -> dict[str, str]:
    """Give what the page around told: its site, which is told how high the form is (an allowed one
    alone), and whether it is light or dark."""
    site = (request.GET.get("at") or request.POST.get("at") or "").lower()
    theme = request.GET.get("theme") or request.POST.get("theme") or ""
    return {
        "parent": site if site in form.settings.origins else "",
        "theme": theme if theme in ("light", "dark") else "",
    }


def _token(form: Form, now: datetime) -> str:
    return tokens.fresh(form.signing_key, now=now)


def _render(
    request: HttpRequest, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    response = render(request, f"contact_form/{name}.html", context, status=status)
    response["Content-Language"] = context["language"]
    return response
