"""Writing first: find the order, write about it, and have a ticket once it is sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from comptoir.merchant.rights import NotAllowed
from comptoir.orders.models import Order
from comptoir.orders.queries import ABOUT_MAX, orders_about
from comptoir.storage import clock
from comptoir.tickets.actions import begin, draft, draft_files
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Draft, DraftFile, Ticket
from comptoir.web.present import refusals
from comptoir.web.present.beginning import make_found
from comptoir.web.present.composer import short_name
from comptoir.web.present.toasts import Toast
from comptoir.web.views import answers, drafts
from comptoir.web.views.asking import number_in, person_in, rights_in, text_in
from comptoir.web.views.composing import read_composer_of_order
from comptoir.web.views.guards import View, is_scripted
from comptoir.web.views.outreach_panel import read_panel
from comptoir.web.views.replies import sent_toast
from comptoir.web.views.writing import anyway_in, files_in, how_in, key_in, new_file

QUERY_CHARS_MAX = 100


@require_GET
@login_required
def find(request: HttpRequest) -> HttpResponse:
    """Show where an order is looked for; with `part=found` what was found alone."""
    rights = rights_in(request)
    text = text_in(request.GET, "q")[:QUERY_CHARS_MAX]
    orders = orders_about(rights.channel_ids, text) if rights.may_answer else []
    found = [make_found(order, answers.times_of(request)) for order in orders]
    is_cut = len(found) >= ABOUT_MAX
    context = {"found": found, "q": text, "is_cut": is_cut, "may_write": rights.may_answer}
    part = request.GET.get("part") == "found"
    return render(request, "message/found.html" if part else "message/find.html", context)


def about_order(*methods: str) -> Callable[[View], View]:
    """Guard a view of an order that somebody writes about: its first argument is the order."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, order_id: int, *args: Any, **named: Any) -> HttpResponse:
            if not request.user.is_authenticated and is_scripted(request):
                return HttpResponse(status=401)
            return led(request, order_id, *args, **named)

        @login_required
        def led(request: HttpRequest, order_id: int, *args: Any, **named: Any) -> HttpResponse:
            if request.method not in methods:
                return HttpResponse(status=405)
            try:
                order = draft.order_written_on(order_id, person_in(request))
            except (Refused, NotAllowed):
                return answers.gone(request)
            return view(request, order, *args, **named)

        return guarded

    return guard


@about_order("GET", "POST")
def write(request: HttpRequest, order: Order) -> HttpResponse:
    """Show the composer of a first message, or send what was written."""
    return _send(request, order) if request.method == "POST" else _show(request, order)


def _show(request: HttpRequest, order: Order) -> HttpResponse:
    rights, times = rights_in(request), answers.times_of(request)
    chance = begin.opening(order, now=times.now)
    named = {"channel": short_name(order.channel.name), "days": chance.days}
    why_not = refusals.say(Refused(chance.code, **named), times) if chance.code else ""
    subject = _("Your order %(number)s") % {"number": order.external_id}
    composer = read_composer_of_order(
        rights, order, times, subject=subject, has_address=bool(chance.address)
    )
    open_ticket = (
        Ticket.objects.visible_to(rights)
        .filter(order=order)
        .exclude(status__in=[Ticket.Status.SOLVED, Ticket.Status.CLOSED])
        .order_by("-last_message_at")
        .first()
    )
    context = {
        "order": make_found(order, times),
        "composer": composer,
        "why_not": why_not,
        "open_ticket": open_ticket,
        "outreach": read_panel(order, f"/orders/{order.pk}", times),
        "is_amazon": order.channel.marketplace == "amazon" and not why_not,
    }
    return render(request, "message/page.html", context)


def _send(request: HttpRequest, order: Order) -> HttpResponse:
    form, person, now = request.POST, person_in(request), clock.now()
    row = Draft.objects.filter(order=order, ticket=None, person=person).first()
    try:
        message = begin.send(
            order.pk,
            text_in(form, "text"),
            subject=text_in(form, "subject"),
            by=person,
            now=now,
            key=key_in(form),
            files=files_in(request, row),
            how=how_in(request),
            anyway=anyway_in(form),
        )
    except Refused as refused:
        drafts.keep_unscripted(request, draft.save_for_order, order.pk)
        return answers.notice(request, refused, f"/orders/{order.pk}/message")
    toast: Toast = sent_toast(request, message)
    return answers.go_on(request, f"/tickets/{message.ticket_id}", toast)


@about_order("POST")
def keep(request: HttpRequest, order: Order) -> HttpResponse:
    """Keep what is being typed."""
    return JsonResponse(drafts.told(request, drafts.save(request, draft.save_for_order, order.pk)))


@about_order("GET")
def read(request: HttpRequest, order: Order) -> HttpResponse:
    """Tell how the draft stands."""
    row = Draft.objects.filter(order=order, ticket=None, person=person_in(request)).first()
    return JsonResponse(drafts.standing(request, row, None))


@about_order("POST")
def add_file(request: HttpRequest, order: Order) -> HttpResponse:
    """Take a file in at once."""

    def add(file: UploadedFile[bytes]) -> DraftFile:
        fresh, person = new_file(file), person_in(request)
        return draft_files.add_for_order(order.pk, fresh, by=person, now=clock.now())

    return drafts.take_in(request, add)


@about_order("POST")
def choose_older(request: HttpRequest, order: Order) -> HttpResponse:
    """Put a version of the draft back that was set aside."""
    at_ms = number_in(request.POST.get("at_ms")) or 0
    try:
        draft.choose_older(order, at_ms, by=person_in(request), now=clock.now())
    except Refused:
        return HttpResponse(status=404)
    return HttpResponse(status=204)


@about_order("POST")
def forget_older(request: HttpRequest, order: Order) -> HttpResponse:
    """Drop the versions set aside."""
    draft.forget_older(order, by=person_in(request))
    return HttpResponse(status=204)
