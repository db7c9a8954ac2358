"""Verbs of one ticket that can be undone at once: done, said with a way back, and taken back."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from comptoir.inbox import bulk
from comptoir.inbox.bulk import Wanted
from comptoir.storage import clock
from comptoir.tickets.queries import ticket_for
from comptoir.web.present.times import epoch
from comptoir.web.present.toasts import Toast
from comptoir.web.views import answers
from comptoir.web.views.asking import person_in, rights_in
from comptoir.web.views.guards import verb

OFFERED_FOR = timedelta(seconds=30)


def do(request: HttpRequest, ticket_id: int, wanted: Wanted, said: str) -> HttpResponse:
    """Do a verb, and say what was done, with a way back."""
    return answers.parts(request, ticket_id, toast=done(request, ticket_id, wanted, said))


def done(request: HttpRequest, ticket_id: int, wanted: Wanted, said: str) -> Toast:
    """Do a verb, and give what says so, with a way back."""
    now = clock.now()
    change = bulk.do_one(ticket_id, wanted, by=person_in(request), now=now)
    if change is None:
        return Toast(said)
    return Toast(
        said,
        undo_address=f"/tickets/{ticket_id}/changes/{change}/undo",
        undo_until_ms=epoch(now + OFFERED_FOR) * 1000,
    )


@verb
def undo(request: HttpRequest, ticket_id: int, change_id: int) -> HttpResponse:
    """Put the ticket back to how it was; a text that was recorded is written on."""
    ticket_for(rights_in(request), ticket_id)
    undone = bulk.undo_one(change_id, ticket_id, by=person_in(request), now=clock.now())
    if undone == "answered_elsewhere":
        toast = Toast(_("Taken back: nothing is recorded."), writes_on=True)
        return answers.go_on(request, f"/tickets/{ticket_id}", toast)
    return answers.parts(request, ticket_id, toast=Toast(_("Undone: the ticket is as it was.")))
