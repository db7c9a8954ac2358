"""Templates while somebody writes: the list behind `/`, one in another language, and hints."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.merchant.models import Channel
from comptoir.orders.models import Order
from comptoir.replies import queries
from comptoir.replies.facts import Facts
from comptoir.replies.guard import Finding, findings, speaks_of_file
from comptoir.rulebook import capability
from comptoir.storage import clock
from comptoir.tickets import template_usage
from comptoir.tickets.models import Ticket
from comptoir.tickets.queries import ticket_for
from comptoir.tickets.signing import signature_of
from comptoir.tickets.template_facts import gather, gather_for_order
from comptoir.web.present.carriers import tracking_link
from comptoir.web.present.composer import short_name
from comptoir.web.present.templates import SHOWN_MAX, Hint, Writer, first
from comptoir.web.views.answers import gone, times_of
from comptoir.web.views.asking import number_in, person_in, rights_in, text_in
from comptoir.web.views.beginning import about_order
from comptoir.web.views.guards import page, verb

QUERY_CHARS_MAX = 80
CHECKED_CHARS_MAX = 20_000


@page
def suggest(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """List the templates that fit what is typed after `/`, written out for this ticket."""
    ticket = ticket_for(rights_in(request), ticket_id)
    return _suggest(request, ticket.channel, _writer(request, ticket))


@page
def one(request: HttpRequest, ticket_id: int, template_id: int) -> HttpResponse:
    """Give one template in a language of one's choice."""
    ticket = ticket_for(rights_in(request), ticket_id)
    return _one(request, ticket.channel, _writer(request, ticket), template_id)


@about_order("GET")
def suggest_on_order(request: HttpRequest, order: Order) -> HttpResponse:
    """List the templates for a first message on an order."""
    return _suggest(request, order.channel, _writer_on(request, order))


@about_order("GET")
def one_on_order(request: HttpRequest, order: Order, template_id: int) -> HttpResponse:
    """Give one template in a language of one's choice, for a first message on an order."""
    return _one(request, order.channel, _writer_on(request, order), template_id)


@verb
def hints(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Say what a text lacks, what the channel forbids in it, and whether the buyer had it. Blocks nothing."""
    ticket = ticket_for(rights_in(request), ticket_id)
    text = text_in(request.POST, "text")[:CHECKED_CHARS_MAX]
    used = [number_in(one.partition(":")[0]) for one in request.POST.getlist("templates")[:20]]
    said = _repetition(request, ticket, text, [number for number in used if number])
    said += [_forbidden(found, ticket) for found in _found(request, ticket, text)]
    if request.POST.get("files") == "0" and speaks_of_file(text):
        said.insert(
            0, Hint("clip", _("The text speaks of a file; none is attached."), "", kind="file")
        )
    return render(request, "ticket/hints.html", {"hints": first(said)})


def _suggest(request: HttpRequest, channel: Channel, writer: Writer) -> HttpResponse:
    person, now = person_in(request), clock.now()
    query = request.GET.get("q", "")[:QUERY_CHARS_MAX]
    found = queries.fitting(
        queries.offered(person.pk, channel.pk),
        query,
        template_usage.scores(person.pk, channel.pk, now=now),
    )
    context = {
        "suggestions": writer.write_all(found),
        "query": query.strip(),
        "is_part": len(found) > SHOWN_MAX,
    }
    return render(request, "ticket/template_options.html", context)


def _one(request: HttpRequest, channel: Channel, writer: Writer, template_id: int) -> HttpResponse:
    offered = queries.offered(person_in(request).pk, channel.pk)
    template = next((known for known in offered if known.pk == template_id), None)
    language = request.GET.get("language", "")
    written = writer.write(template, language) if template else None
    if written is None:
        return gone(request)
    answer = {
        "text": written.text,
        "language": written.language.code,
        "word": written.language.word,
        "foreign": written.foreign,
    }
    return JsonResponse(answer)


def _writer(request: HttpRequest, ticket: Ticket) -> Writer:
    facts = gather(ticket, by=person_in(request), now=clock.now())
    return _written_for(ticket.channel, facts, ticket.language)


def _writer_on(request: HttpRequest, order: Order) -> Writer:
    facts = gather_for_order(order, by=person_in(request), now=clock.now())
    return _written_for(order.channel, facts, order.customer.language if order.customer else "")


def _written_for(channel: Channel, facts: Facts, language: str) -> Writer:
    known = facts.parcel
    link = tracking_link(known.carrier, known.tracking_number, known.tracking_link)
    return Writer(
        facts=replace(facts, parcel=replace(known, tracking_link=link)),
        buyer_language=language,
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
    return Hint("flag", said % values, _(found.rule), kind=found.kind)
