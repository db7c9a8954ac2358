"""The list of templates, the editor, and what one does with a template."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir.merchant.models import Channel, Role
from comptoir.merchant.rights import NotAllowed
from comptoir.replies import queries
from comptoir.replies.actions import templates
from comptoir.replies.errors import NotKept
from comptoir.replies.models import Template
from comptoir.storage import clock
from comptoir.storage.sorting import in_order
from comptoir.tickets import template_usage
from comptoir.web.accounts.guards import needs, person_of, rights_of
from comptoir.web.present import variables
from comptoir.web.present.names import channel_name
from comptoir.web.present.times import times_for
from comptoir.web.templates import reads, words
from comptoir.web.templates.editor import Typed, preview
from comptoir.web.views.asking import number_in

REFUSED = 422
FORBIDDEN = 403


@require_GET
@needs(Role.AGENT)
def show_list(request: HttpRequest) -> HttpResponse:
    """List templates by folder, with the languages they have and how much they are used."""
    person, now = person_of(request), clock.now()
    asked = request.GET
    whose = asked.get("whose", "all")
    query, lacking = asked.get("q", "")[:80], asked.get("lacking", "")[:8]
    whose = whose if whose in reads.WHOSE else "all"
    found = reads.listing(person, whose=whose, query=query, lacking=lacking, now=now)
    context = {
        "listing": found,
        "whose": whose,
        "query": query,
        "lacking": lacking,
        "times": times_for(person.time_zone, now),
        "language_word": words.language,
        "tabs": [
            ("all", _("All")),
            ("shared", _("Shared")),
            ("mine", pgettext("templates", "Mine")),
            ("retired", _("Retired")),
        ],
    }
    return render(request, "settings/templates/list.html", context)


@require_http_methods(["GET", "POST"])
@needs(Role.AGENT)
def make(request: HttpRequest) -> HttpResponse:
    """Write a new template."""
    person = person_of(request)
    if request.method == "GET":
        may_share = person.is_at_least(Role.LEADER)
        return _show(request, None, Typed(is_shared=may_share))
    typed = Typed.read(request.POST)
    try:
        templates.make(typed.content, is_shared=typed.is_shared, by=person, now=clock.now())
    except NotKept as refused:
        return _show(request, None, replace(typed, wrong=_wrong(refused)), status=REFUSED)
    except NotAllowed:
        return render(request, "403.html", status=FORBIDDEN)
    messages.success(request, _("Saved."))
    return redirect("templates")


@require_http_methods(["GET", "POST"])
@needs(Role.AGENT)
def edit(request: HttpRequest, template_id: int) -> HttpResponse:
    """Change a template; one that this person may not change is shown."""
    template = _seen(request, template_id)
    if request.method == "GET":
        return _show(request, template, Typed.of(template))
    typed = replace(Typed.read(request.POST), is_shared=template.owner_id is None)
    try:
        templates.change(template_id, typed.content, by=person_of(request), now=clock.now())
    except NotKept as refused:
        return _show(request, template, replace(typed, wrong=_wrong(refused)), status=REFUSED)
    except NotAllowed:
        return render(request, "403.html", status=FORBIDDEN)
    messages.success(request, _("Saved."))
    return redirect("templates")


@require_POST
@needs(Role.AGENT)
def show_preview(request: HttpRequest) -> HttpResponse:
    """Show what is typed as a buyer would read it."""
    form = request.POST
    typed = Typed.read(form)
    language = form.get("shown", "")[:8]
    if language not in typed.texts:
        language = next((code for code, text in typed.texts.items() if text.strip()), "en")
    made = preview(
        typed,
        language,
        ticket_id=number_in(form.get("ticket", "").strip().lstrip("#")),
        rights=rights_of(request),
        by=person_of(request),
        now=clock.now(),
    )
    context = {
        "preview": made,
        "problems": [variables.say(problem) for problem in made.problems],
        "language_word": words.language,
    }
    return render(request, "settings/templates/preview.html", context)


@require_POST
@needs(Role.AGENT)
def act(request: HttpRequest, template_id: int, verb: str) -> HttpResponse:
    """Do one of the verbs, and go back to the list or to the copy."""
    verbs: dict[str, tuple[Callable[..., Any], str]] = {
        "copy": (templates.copy, _("Copied: this one is yours.")),
        "share": (templates.share, _("Everybody has it now.")),
        "unshare": (templates.unshare, _("It is yours alone now.")),
        "retire": (templates.retire, _("Retired: it is not offered any more.")),
        "restore": (templates.restore, _("It is offered again.")),
        "delete": (templates.delete, _("Deleted.")),
    }
    if verb not in verbs:
        raise Http404(verb)
    does, said = verbs[verb]
    try:
        made = does(template_id, by=person_of(request), now=clock.now())
    except NotKept as refused:
        if refused.code == "unknown":
            raise Http404(template_id) from refused
        messages.error(request, words.explain(refused))
        return redirect("template", template_id)
    except NotAllowed:
        return render(request, "403.html", status=FORBIDDEN)
    messages.success(request, said)
    return redirect("template", made.pk) if verb == "copy" else redirect("templates")


def _seen(request: HttpRequest, template_id: int) -> Template:
    try:
        return templates.seen(template_id, person_of(request))
    except NotKept as refused:
        raise Http404(template_id) from refused


def _show(
    request: HttpRequest, template: Template | None, typed: Typed, *, status: int = 200
) -> HttpResponse:
    person, now = person_of(request), clock.now()
    codes = [*reads.spoken(), *(code for code in typed.texts if code not in reads.spoken())]
    usage = template_usage.usage([template.pk], now=now).get(template.pk) if template else None
    rights = rights_of(request)
    channels = in_order(Channel.objects.filter(is_active=True))
    context = {
        "template": template,
        "typed": typed,
        "texts": [(code, words.language(code), typed.texts.get(code, "")) for code in codes],
        "opens": [code for code in codes if typed.texts.get(code, "").strip()] or codes[:1],
        "may_change": template is None or templates.may_change(template, person),
        "may_share": rights.may_lead,
        "is_own": template is not None and template.owner_id == person.pk,
        "folders": queries.folders_seen_by(person.pk),
        "channels": [
            (channel.pk, channel_name(channel.name), channel.pk in typed.channel_ids)
            for channel in channels
            if channel.pk in rights.channel_ids or channel.pk in typed.channel_ids
        ],
        "menu": variables.menu(),
        "usage": usage,
        "times": times_for(person.time_zone, now),
    }
    return render(request, "settings/templates/edit.html", context, status=status)


def _wrong(refused: NotKept) -> str:
    said = words.explain(refused)
    if code := refused.values.get("language"):
        return f"{words.language(code)} – {said}"
    return said
