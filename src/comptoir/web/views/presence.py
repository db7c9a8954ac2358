"""Who is on a ticket: the browser says so every 15 seconds, and asks when the feed says news."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from comptoir.inbox import presence
from comptoir.inbox.presence import Here
from comptoir.storage import clock
from comptoir.tickets.queries import ticket_for
from comptoir.tickets.seeing import colleagues_of
from comptoir.web.present.people import initials
from comptoir.web.views.asking import rights_in
from comptoir.web.views.guards import page, verb

NO_STORE = {"Cache-Control": "no-store"}


@verb
def say(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Take note that whoever asks is here, writes, or leaves; give who else is."""
    rights, now = rights_in(request), clock.now()
    if request.POST.get("leaving") == "1":
        presence.leave(ticket_id, rights, now=now)
        return HttpResponse(status=204)
    presence.come(ticket_id, rights, writing=request.POST.get("writing") == "1", now=now)
    return _people(ticket_id, request)


@page
def who(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Give who else has the ticket open."""
    ticket_for(rights_in(request), ticket_id)
    return _people(ticket_id, request)


@page
def colleagues(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Give whom a note can name, those who may not see the ticket marked and last."""
    ticket = ticket_for(rights_in(request), ticket_id)
    found = [
        {"name": one.name, "initials": initials(one.name), "sees": sees}
        for one, sees in colleagues_of(ticket, besides=rights_in(request).person_id)
    ]
    return JsonResponse({"people": found}, headers=NO_STORE)


@require_GET
@login_required
def everywhere(request: HttpRequest) -> JsonResponse:
    """Give who else has which tickets open, for the rows of a list."""
    found = presence.everywhere(rights_in(request), now=clock.now())
    told = {str(ticket): [_told(one) for one in here] for ticket, here in found.items()}
    return JsonResponse({"tickets": told}, headers=NO_STORE)


def _people(ticket_id: int, request: HttpRequest) -> JsonResponse:
    me = rights_in(request).person_id
    found = presence.who_is_on(ticket_id, besides=me, now=clock.now())
    return JsonResponse({"people": [_told(one) for one in found]}, headers=NO_STORE)


def _told(one: Here) -> dict[str, object]:
    return {"name": one.name, "initials": initials(one.name), "writing": one.is_writing}
