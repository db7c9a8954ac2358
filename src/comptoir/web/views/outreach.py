"""Saying something on an order of our own accord: what it allows now, sending, settling.

The same from a ticket and from the page of its order. Nothing here is a reply.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from comptoir.channels.kernel.outreach import REVIEW, Offer
from comptoir.channels.kernel.protocol import ChannelError
from comptoir.inbox import outreach
from comptoir.merchant.rights import NotAllowed
from comptoir.orders.models import Order
from comptoir.storage import clock
from comptoir.tickets.actions import reach, reach_delivery
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Outreach
from comptoir.tickets.queries import ticket_for
from comptoir.web.present import refusals
from comptoir.web.present.composer import short_name
from comptoir.web.present.outreach import make_offer, say_trouble
from comptoir.web.present.toasts import Toast
from comptoir.web.views import answers
from comptoir.web.views.asking import number_in, person_in, rights_in, text_in
from comptoir.web.views.beginning import about_order
from comptoir.web.views.guards import page, verb
from comptoir.web.views.writing import files_in, key_in


@page
def show(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Ask the channel what the ticket's order allows now, and show it."""
    order = _order_of(request, ticket_id)
    return _show(request, order, f"/tickets/{ticket_id}")


@verb
def say(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Put something on its way from a ticket."""
    order = _order_of(request, ticket_id)
    return _say(request, order, ticket_id, f"/tickets/{ticket_id}", _ticket_parts(ticket_id))


@verb
def settle(request: HttpRequest, ticket_id: int, outreach_id: int) -> HttpResponse:
    """Say of something uncertain whether it arrived."""
    order = _order_of(request, ticket_id)
    _settle(request, order, outreach_id)
    return answers.parts(request, ticket_id, toast=Toast(_("Noted.")))


@about_order("GET")
def show_of_order(request: HttpRequest, order: Order) -> HttpResponse:
    """Ask the channel what an order allows now, and show it."""
    return _show(request, order, f"/orders/{order.pk}")


@about_order("POST")
def say_of_order(request: HttpRequest, order: Order) -> HttpResponse:
    """Put something on its way that has no ticket."""
    return _say(request, order, None, f"/orders/{order.pk}", _order_page(order))


@about_order("POST")
def settle_of_order(request: HttpRequest, order: Order, outreach_id: int) -> HttpResponse:
    """Say of something uncertain whether it arrived."""
    try:
        _settle(request, order, outreach_id)
    except Refused as refused:
        said = Toast(refusals.say(refused, answers.times_of(request)), is_bad=True)
        return _order_page(order)(request, said)
    return _order_page(order)(request, Toast(_("Noted.")))


Then = Callable[[HttpRequest, Toast], HttpResponse]


def _ticket_parts(ticket_id: int) -> Then:
    return lambda request, toast: answers.parts(request, ticket_id, toast=toast)


def _order_page(order: Order) -> Then:
    return lambda request, toast: answers.go_on(request, f"/orders/{order.pk}/message", toast)


def _order_of(request: HttpRequest, ticket_id: int) -> Order:
    rights = rights_in(request)
    ticket = ticket_for(rights, ticket_id)
    if not rights.may_answer:
        raise NotAllowed("not_allowed_to_answer")
    if ticket.order is None:
        raise Refused("no_such_order")
    order: Order = ticket.order
    return order


def _show(request: HttpRequest, order: Order, address: str) -> HttpResponse:
    found, times = outreach.reach_of(order.channel), answers.times_of(request)
    channel = short_name(order.channel.name)
    rows = reach.said_on(order.pk)
    context: dict[str, Any] = {"address": f"{address}/outreach", "back": address}
    if found is None:
        context["why_not"] = _("No account of this channel can do this.")
    elif order.channel.is_watched_only:
        context["why_not"] = refusals.say(Refused("watch_mode", channel=channel), times)
    else:
        offer, trouble = _ask(found, order, channel)
        context["offer"] = make_offer(offer, found.able, rows, times, trouble)
        context["channel"] = channel
    part = "ticket/outreach_offer.html"
    return render(request, part if answers.is_htmx(request) else "ticket/outreach.html", context)


def _ask(found: outreach.Reach, order: Order, channel: str) -> tuple[Offer | None, str]:
    try:
        offer = outreach.ask(found, order)
    except ChannelError as error:
        return None, say_trouble(error.code, channel)
    code = offer.forms_trouble or offer.review_trouble
    return offer, say_trouble(code, channel) if code else ""


def _say(
    request: HttpRequest, order: Order, ticket_id: int | None, address: str, then: Then
) -> HttpResponse:
    channel = short_name(order.channel.name)
    try:
        found = _reach_for(order)
        wanted = _wanted(request, found)
        reach.say(
            order.pk,
            wanted,
            found.able,
            connection_id=found.connection.pk,
            ticket_id=ticket_id,
            by=person_in(request),
            now=clock.now(),
        )
    except Refused as refused:
        return _not_said(request, refused, then)
    said = _("%(channel)s is asked to request a review.")
    if wanted.form != REVIEW:
        said = _("The message goes to %(channel)s. It stops no clock.")
    return then(request, Toast(said % {"channel": channel}))


def _not_said(request: HttpRequest, refused: Refused, then: Then) -> HttpResponse:
    """Say why not. Whose key was used before gets a new one: now they know what it has sent."""
    text = refusals.say(refused, answers.times_of(request))
    if not answers.is_htmx(request):
        return then(request, Toast(text, is_bad=True))
    context = {"text": text, "seen": refused.values.get("row"), "new_key": uuid4().hex}
    context["form"] = text_in(request.POST, "form")[:40]
    status = answers.REFUSED_STATUS
    return render(request, "ticket/outreach_notice.html", context, status=status)


def _reach_for(order: Order) -> outreach.Reach:
    found = outreach.reach_of(order.channel)
    if found is None:
        raise Refused("no_route", channel=short_name(order.channel.name))
    return found


def _wanted(request: HttpRequest, found: outreach.Reach) -> reach.Wanted:
    form = request.POST
    kind = found.able.form(text_in(form, "form")[:40])
    return reach.Wanted(
        form=text_in(form, "form")[:40],
        key=key_in(form),
        text=text_in(form, "text").replace("\r\n", "\n"),
        files=files_in(request, None),
        more=_dates(request) if kind is not None and kind.has_dates else {},
        seen=number_in(form.get("seen")) or 0,
    )


def _dates(request: HttpRequest) -> dict[str, str]:
    """Read from when until when something is valid. Refused: `form_dates_wrong`."""
    typed = {name: text_in(request.POST, name).strip() for name in ("from", "until")}
    try:
        days = {name: date.fromisoformat(text) for name, text in typed.items() if text}
    except ValueError:
        raise Refused("form_dates_wrong") from None
    if len(days) > 1 and days["until"] < days["from"]:
        raise Refused("form_dates_wrong")
    return {name: day.isoformat() for name, day in days.items()}


def _settle(request: HttpRequest, order: Order, outreach_id: int) -> None:
    if not Outreach.objects.filter(pk=outreach_id, order=order).exists():
        raise Refused("no_such_order")
    was_sent = request.POST.get("was_sent") == "1"
    reach_delivery.confirm(outreach_id, was_sent=was_sent, by=person_in(request), now=clock.now())
