"""Templates out into a file, and in from one: first what would become of each, then taken in."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from comptoir.merchant.models import Role
from comptoir.replies import exchange, queries
from comptoir.replies.actions.importing import Verdict, take_in
from comptoir.replies.errors import NotKept
from comptoir.storage import clock
from comptoir.web.accounts.guards import needs, person_of
from comptoir.web.templates import reads, words

REFUSED = 422


@require_GET
@needs(Role.AGENT)
def export(request: HttpRequest, ending: str) -> HttpResponse:
    """Give all templates one sees as a file."""
    found = queries.seen_by(person_of(request).pk).filter(is_active=True)
    rows = exchange.rows_of(found.prefetch_related("texts").order_by("folder", "name"))
    if ending == "csv":
        answer = HttpResponse(exchange.as_csv(rows), content_type="text/csv; charset=utf-8")
    elif ending == "json":
        answer = HttpResponse(exchange.as_json(rows), content_type="application/json")
    else:
        raise Http404(ending)
    answer["Content-Disposition"] = f'attachment; filename="templates.{ending}"'
    return answer


@require_http_methods(["GET", "POST"])
@needs(Role.AGENT)
def take(request: HttpRequest) -> HttpResponse:
    """Ask for a file, show what would become of it, then take it in."""
    person = person_of(request)
    form = request.POST
    is_shared = form.get("whose") == "shared" and person.is_at_least(Role.LEADER)
    context = {
        "languages": [(code, words.language(code)) for code in reads.spoken()],
        "language": form.get("language", get_language() or "en")[:8],
        "is_shared": is_shared if request.method == "POST" else person.is_at_least(Role.LEADER),
        "may_share": person.is_at_least(Role.LEADER),
    }
    if request.method == "GET":
        return render(request, "settings/templates/import.html", context)
    content, is_confirmed = _content(request), form.get("do") == "take"
    try:
        incoming = exchange.read(content, language=str(context["language"]))
    except NotKept as refused:
        context["wrong"] = words.explain(refused)
        return render(request, "settings/templates/import.html", context, status=REFUSED)
    verdicts = take_in(
        incoming, is_shared=is_shared, by=person, now=clock.now(), is_trial=not is_confirmed
    )
    if is_confirmed:
        return _done(request, verdicts)
    context |= {
        "verdicts": [(one, words.explain(one.refused) if one.refused else "") for one in verdicts],
        "content": content.decode("utf-8-sig"),
        "can_take": any(one.becomes in ("new", "changed") for one in verdicts),
        "language_word": words.language,
    }
    return render(request, "settings/templates/import.html", context)


def _content(request: HttpRequest) -> bytes:
    """Give the file, or the text of the one that was shown already."""
    file = request.FILES.get("file")
    if file is not None:
        return bytes(file.read(exchange.FILE_BYTES_MAX + 1))
    return request.POST.get("content", "").encode()


def _done(request: HttpRequest, verdicts: list[Verdict]) -> HttpResponse:
    count = sum(1 for one in verdicts if one.becomes in ("new", "changed"))
    said = ngettext("%(count)s template taken in.", "%(count)s templates taken in.", count)
    messages.success(request, said % {"count": count})
    return redirect("templates")
