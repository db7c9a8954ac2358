"""The ticket page, and its parts alone when something changed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from comptoir.web.views import answers
from comptoir.web.views.asking import rights_in
from comptoir.web.views.guards import page
from comptoir.web.views.reading import read_ticket


@page
def show(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Show a ticket: the page, or with `part=live` what others may have changed."""
    if request.GET.get("part") == "live":
        return answers.parts(request, ticket_id)
    view = read_ticket(rights_in(request), ticket_id, answers.times_of(request))
    return render(request, "ticket/page.html", {"ticket": view})
