"""The order and the customer of a ticket, set right by a person; and where to look for them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from comptoir.orders.queries import orders_by_number
from comptoir.storage import clock
from comptoir.tickets.actions import orders
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.customers import likely_same
from comptoir.tickets.queries import ticket_for
from comptoir.web.present.order import order_states
from comptoir.web.present.toasts import Toast
from comptoir.web.views import answers
from comptoir.web.views.asking import number_in, person_in, rights_in, text_in
from comptoir.web.views.guards import page, verb


@verb
def link(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Say which order the ticket is about."""
    number = text_in(request.POST, "number")
    orders.link(ticket_id, number, by=person_in(request), now=clock.now())
    return answers.parts(request, ticket_id, toast=Toast(_("The order is linked.")))


@verb
def unlink(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Say that the ticket is not about its order."""
    orders.unlink(ticket_id, by=person_in(request), now=clock.now())
    return answers.parts(request, ticket_id, toast=Toast(_("The order is off this ticket.")))


@verb
def correct_buyer(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Set right what the buyer is called, and in which language they are answered."""
    orders.correct_buyer(
        ticket_id,
        name=text_in(request.POST, "name"),
        language=text_in(request.POST, "language"),
        by=person_in(request),
        now=clock.now(),
    )
    return answers.parts(request, ticket_id, toast=Toast(_("Corrected.")))


@verb
def merge_customers(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Join another customer to this ticket's."""
    ticket_for(rights_in(request), ticket_id)
    other = number_in(request.POST.get("other"))
    if other is None:
        raise Refused("no_such_customer")
    orders.merge_customers(ticket_id, other, by=person_in(request), now=clock.now())
    return answers.parts(request, ticket_id, toast=Toast(_("They are one customer now.")))


@verb
def part_customers(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Tell two customers apart again that were joined on this ticket."""
    ticket_for(rights_in(request), ticket_id)
    joining = number_in(request.POST.get("joining")) or 0
    orders.part_customers(ticket_id, joining, by=person_in(request), now=clock.now())
    return answers.parts(request, ticket_id, toast=Toast(_("They are two customers again.")))


@page
def find(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Show orders of the ticket's channel whose number begins as typed."""
    ticket = ticket_for(rights_in(request), ticket_id)
    begins = text_in(request.GET, "number").strip()
    found = orders_by_number(ticket.channel_id, begins)
    times = answers.times_of(request)
    words = order_states(times.language)
    lines = [
        (
            o.external_id,
            o.customer.name if o.customer else "",
            times.day(o.placed_at),
            words[o.state],
        )
        for o in found
    ]
    context = {"ticket": ticket, "lines": lines, "begins": begins}
    return render(request, "ticket/found_orders.html", context)


@page
def same_person(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Show who may be the same customer; nobody is joined by looking."""
    rights = rights_in(request)
    ticket = ticket_for(rights, ticket_id)
    found = likely_same(rights, ticket)
    times = answers.times_of(request)
    joined = [(one.pk, times.short(one.happened_at)) for one in orders.joinings_of(ticket)]
    context = {"ticket": ticket, "found": found, "joined": joined}
    return render(request, "ticket/same_person.html", context)
