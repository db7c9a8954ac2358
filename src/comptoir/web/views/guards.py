"""Around every view of a ticket: logged in, and what raises becomes a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comptoir.merchant.rights import NotAllowed
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.queries import NoSuchTicket
from comptoir.web.views import answers

View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """Guard a view that shows something of a ticket."""
    return require_GET(_known(_spoken(view)))


def verb(view: View) -> View:
    """Guard a view that changes a ticket: its first argument after the request is the ticket."""
    return require_POST(_known(_spoken(view)))


def _known(view: View) -> View:
    """Lead a visitor to the log-in; tell a script so, which has a text to keep."""
    led = login_required(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if not request.user.is_authenticated and is_scripted(request):
            return HttpResponse(status=401)
        return led(request, *args, **named)

    return guarded


def is_scripted(request: HttpRequest) -> bool:
    """Tell whether a script of ours asks: it cannot follow to another page."""
    return answers.is_htmx(request) or request.headers.get("X-Requested-With") == "fetch"


def _spoken(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, ticket_id: int, *args: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, ticket_id, *args, **named)
        except NoSuchTicket:
            return answers.gone(request)
        except NotAllowed:
            context = {"headline": _("You may read this, and not change it.")}
            return render(request, "layout/nothing.html", context, status=403)
        except Refused as refused:
            return answers.complain(request, ticket_id, refused)

    return guarded
