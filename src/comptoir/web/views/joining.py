"""Merging, splitting, and promising: what a person does from the menu *More* of a ticket."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from comptoir.inbox.search import asking
from comptoir.storage import clock
from comptoir.tickets.actions import join, promise
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Joining, Ticket
from comptoir.tickets.queries import NoSuchTicket, ticket_for
from comptoir.web.present.times import epoch
from comptoir.web.present.toasts import Toast
from comptoir.web.views import answers
from comptoir.web.views.asking import number_in, person_in, rights_in, text_in
from comptoir.web.views.guards import page, verb
from comptoir.web.views.joinable import are_strangers, found_to_merge

OFFERED_FOR = timedelta(seconds=20)


@verb
def merge(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Join another ticket to this one; one of another buyer only when it is said once more."""
    ticket = ticket_for(rights_in(request), ticket_id)
    typed = number_in(text_in(request.POST, "number").strip().lstrip("#"))
    other = number_in(request.POST.get("other")) or typed
    if other is None:
        raise Refused("which_ticket")
    try:
        if _asks_first(request, ticket, stranger := ticket_for(rights_in(request), other)):
            return _ask_first(request, ticket, stranger)
        made = join.merge(other, ticket_id, by=person_in(request), now=clock.now())
    except NoSuchTicket:
        raise Refused("no_such_ticket", number=other) from None
    said = _("Merged: all of it is on this ticket, with one set of clocks.")
    return answers.go_on(request, f"/tickets/{ticket_id}", _with_way_back(said, ticket_id, made))


def _asks_first(request: HttpRequest, ticket: Ticket, other: Ticket) -> bool:
    """Tell whether two buyers would become one, and nobody has said yet that this is meant."""
    if not rights_in(request).may_answer or ticket.channel_id != other.channel_id:
        return False
    is_confirmed = number_in(request.POST.get("confirmed")) == other.pk
    return not is_confirmed and are_strangers(other, ticket)


def _name_of(ticket: Ticket) -> str:
    known = ticket.customer.name if ticket.customer else ""
    return ticket.buyer_name or known or _("Unknown buyer")


def _ask_first(request: HttpRequest, ticket: Ticket, other: Ticket) -> HttpResponse:
    """Ask once more within the dialog, with both names."""
    if not answers.is_htmx(request):
        raise Refused("two_buyers", one=_name_of(ticket), other=_name_of(other))
    both = [(one.pk, _name_of(one)) for one in (ticket, other)]
    context = {"ticket": ticket, "other": other, "both": both}
    return render(request, "ticket/two_buyers.html", context, status=answers.REFUSED_STATUS)


@page
def mergeable(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Show tickets of the same channel that fit what was typed; without a word the likely ones."""
    rights, times = rights_in(request), answers.times_of(request)
    ticket = ticket_for(rights, ticket_id)
    text = text_in(request.GET, "q")[: asking.TEXT_CHARS_MAX]
    candidates = found_to_merge(rights, ticket, text, times)
    context = {"candidates": candidates, "asked": text, "legend": _("Found")}
    return render(request, "ticket/mergeable.html", context)


@verb
def split(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Move messages to a ticket of their own, and go there."""
    chosen = [number for text in request.POST.getlist("messages") if (number := number_in(text))]
    made = join.split(ticket_id, chosen, by=person_in(request), now=clock.now())
    toast = _with_way_back(_("Split: this ticket has its own clocks now."), made.target_id, made)
    return answers.go_on(request, f"/tickets/{made.target_id}", toast)


def _with_way_back(said: str, ticket_id: int, made: Joining) -> Toast:
    """Offer to take it back at once; the ticket's menu offers it for a week."""
    until = clock.now() + OFFERED_FOR
    address = f"/tickets/{ticket_id}/joinings/{made.pk}/undo"
    return Toast(said, undo_address=address, undo_until_ms=epoch(until) * 1000)


@verb
def undo(request: HttpRequest, ticket_id: int, joining_id: int) -> HttpResponse:
    """Take a merge or a split back."""
    ticket_for(rights_in(request), ticket_id)
    joining = Joining.objects.filter(pk=joining_id).first()
    if joining is None or ticket_id not in (joining.source_id, joining.target_id):
        raise Refused("already_undone")
    join.undo(joining_id, by=person_in(request), now=clock.now())
    here = joining.source_id if joining.kind == Joining.Kind.SPLIT else ticket_id
    return answers.go_on(request, f"/tickets/{here}", Toast(_("Taken back.")))


@verb
def promise_answer(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Promise to come back to the buyer by a moment, told in the person's own zone."""
    ticket_for(rights_in(request), ticket_id)
    try:
        typed = datetime.fromisoformat(request.POST.get("due", ""))
    except ValueError:
        raise Refused("promise_without_time") from None
    person = person_in(request)
    due_at = typed if typed.tzinfo else typed.replace(tzinfo=ZoneInfo(person.time_zone))
    promise.make(ticket_id, due_at, by=person, now=clock.now())
    return answers.parts(request, ticket_id, toast=Toast(_("Noted, with a clock of its own.")))


@verb
def keep_promise(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Say that what was promised is done."""
    promise.keep(ticket_id, by=person_in(request), now=clock.now())
    return answers.parts(request, ticket_id, toast=Toast(_("Noted: the promise is kept.")))
