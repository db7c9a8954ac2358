"""Templates while somebody writes: the list behind `/`, one in another language, and hints."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.replies import queries
from comptoir.replies.guard import Finding, findings
from comptoir.rulebook import capability
from comptoir.storage import clock
from comptoir.tickets import template_usage
from comptoir.tickets.models import Ticket
from comptoir.tickets.queries import NoSuchTicket, ticket_for
from comptoir.tickets.signing import signature_of
from comptoir.tickets.template_facts import gather
from comptoir.web.present.composer import short_name
from comptoir.web.present.templates import SHOWN_MAX, Hint, Writer, first
from comptoir.web.views.answers import times_of
from comptoir.web.views.asking import number_in, person_in, rights_in, text_in
from comptoir.web.views.guards import page, verb

QUERY_CHARS_MAX = 80
CHECKED_CHARS_MAX = 20_000


@page
def suggest(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """List the templates that fit what is typed after `/`, written out for this ticket."""
    ticket = ticket_for(rights_in(request), ticket_id)
    person, now = person_in(request), clock.now()
    query = request.GET.get("q", "")[:QUERY_CHARS_MAX]
    found = queries.fitting(
        queries.offered(person.pk, ticket.channel_id),
        query,
        template_usage.scores(person.pk, ticket.channel_id, now=now),
    )
    context = {
        "suggestions": _writer(request, ticket).write_all(found),
        "query": query.strip(),
        "is_part": len(found) > SHOWN_MAX,
    }
    return render(request, "ticket/template_options.html", context)


@page
def one(request: HttpRequest, ticket_id: int, template_id: int) -> HttpResponse:
    """Give one template in a language of one's choice."""
    ticket = ticket_for(rights_in(request), ticket_id)
    offered = queries.offered(person_in(request).pk, ticket.channel_id)
    template = next((known for known in offered if known.pk == template_id), None)
    written = (
        _writer(request, ticket).write(template, request.GET.get("language", ""))
        if template
        else None
    )
    if written is None:
        raise NoSuchTicket(ticket_id)
    answer = {
        "text": written.text,
        "language": written.language.code,
        "word": written.language.word,
    }
    return JsonResponse(answer)


@verb
def hints(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Say what the channel forbids in a text, and whether the buyer had it before. Blocks nothing."""
    ticket = ticket_for(rights_in(request), ticket_id)
    text = text_in(request.POST, "text")[:CHECKED_CHARS_MAX]
    used = [number_in(one.partition(":")[0]) for one in request.POST.getlist("templates")[:20]]
    said = _repetition(request, ticket, text, [number for number in used if number])
    said += [_forbidden(found, ticket) for found in _found(request, ticket, text)]
    return render(request, "ticket/hints.html", {"hints": first(said)})


def _writer(request: HttpRequest, ticket: Ticket) -> Writer:
    channel = ticket.channel
    return Writer(
        facts=gather(ticket, by=person_in(request), now=clock.now()),
        buyer_language=ticket.language,
        channel_language=channel.locale,
        country=channel.country,
        reader_language=get_language() or "en",
    )


def _repetition(
    request: HttpRequest, ticket: Ticket, text: str, template_ids: list[int]
) -> list[Hint]:
    found = template_usage.repeated(ticket, text, template_ids) if text.strip() else None
    if found is None:
        return []
    values = {
        "template": found.template,
        "time": times_of(request).short(found.message.occurred_at),
    }
    said = (
        _("This buyer already got “%(template)s” (%(time)s).")
        if found.template
        else _("This buyer already got nearly the same text (%(time)s).")
    )
    is_elsewhere = found.message.ticket_id != ticket.pk
    sees = is_elsewhere and Ticket.objects.visible_to(rights_in(request)).filter(
        pk=found.message.ticket_id
    )
    address = f"/tickets/{found.message.ticket_id}" if sees else ""
    return [Hint("stack", said % values, "", address)]


def _found(request: HttpRequest, ticket: Ticket, text: str) -> tuple[Finding, ...]:
    able = capability(ticket.channel.marketplace)
    whole = f"{text}\n{signature_of(ticket, person_in(request))}" if text.strip() else ""
    return findings(whole, able.forbidden_content)


def _forbidden(found: Finding, ticket: Ticket) -> Hint:
    values = {"channel": short_name(ticket.channel.name), "found": found.found[:60]}
    said = {
        "link": _("%(channel)s forbids links: %(found)s"),
        "email": _("%(channel)s forbids e-mail addresses: %(found)s"),
        "phone": _("%(channel)s forbids telephone numbers: %(found)s"),
    }[found.kind]
    return Hint("flag", said % values, _(found.rule))
