"""The ticket page, and its parts alone when something changed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from comptoir.alerts import mine
from comptoir.alerts.actions.acknowledge import acknowledge_ticket
from comptoir.storage import clock
from comptoir.tickets.queries import MergedAway
from comptoir.web import shell
from comptoir.web.present.toasts import Toast
from comptoir.web.views import answers
from comptoir.web.views.asking import person_in, rights_in
from comptoir.web.views.guards import page
from comptoir.web.views.reading import read_ticket


@page
def show(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Show a ticket: the page, or with `part=live` what others may have changed.

    `part=page` gives the content alone, which a script fetches ahead of time: whoever does so has
    not opened the ticket yet; they have when they ask for `part=live` with `opened=1`.
    """
    part = request.GET.get("part")
    try:
        if part == "live":
            if request.GET.get("opened") == "1":
                _take_note(request, ticket_id)
            return answers.parts(request, ticket_id)
        view = read_ticket(rights_in(request), ticket_id, answers.times_of(request))
    except MergedAway as merged:
        said = _("That ticket was merged into this one.")
        return answers.go_on(request, f"/tickets/{merged.into}", Toast(said))
    if part != "page":
        _take_note(request, ticket_id)
    return render(request, "ticket/page.html", {"ticket": view, "is_swap": part == "page"})


def _take_note(request: HttpRequest, ticket_id: int) -> None:
    """Whoever can answer and opens a ticket has taken note of its alerts that they were told of."""
    rights = rights_in(request)
    if rights.may_answer and mine.has_open(rights, ticket_id):
        acknowledge_ticket(ticket_id, by=person_in(request), now=clock.now())
        shell.forget_badge(rights)
