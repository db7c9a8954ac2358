"""What a person does with a ticket besides writing: solve, give, wait, mark, correct."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from comptoir.inbox import closing
from comptoir.inbox.bulk import Wanted
from comptoir.storage import clock
from comptoir.tickets.actions import no_response, tag, wait
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.queries import ticket_for
from comptoir.web import known
from comptoir.web.present.toasts import Toast
from comptoir.web.views import answers, coming, undoable
from comptoir.web.views.asking import number_in, person_in, rights_in, text_in
from comptoir.web.views.guards import verb

WAITS = ("buyer", "marketplace", "internally")


@verb
def solve_it(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Solve the ticket."""
    return undoable.do(request, ticket_id, Wanted("solve"), _("Solved."))


@verb
def reopen(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Open the ticket again."""
    return undoable.do(request, ticket_id, Wanted("reopen"), _("Open again."))


@verb
def take(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Take the ticket oneself."""
    return undoable.do(request, ticket_id, Wanted("take"), _("It is yours."))


@verb
def give(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Give the ticket to somebody, or to nobody."""
    to = number_in(request.POST.get("to"))
    said = _("Nobody has it now.")
    if to is not None:
        said = _("Given to %(name)s.") % {"name": known.names().get(to, "")}
    return undoable.do(request, ticket_id, Wanted("assign", to=to), said)


@verb
def wait_for(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Say whom the ticket waits on."""
    on = request.POST.get("on", "")
    if on in WAITS:
        whom = cast("Literal['buyer', 'marketplace', 'internally']", on)
        until = wait.wait(ticket_id, on=whom, by=person_in(request), now=clock.now())
        if until is not None and on == "internally":
            when = answers.times_of(request).short(until)
            said = _("Noted. It comes back %(time)s; no limit pauses for it.") % {"time": when}
            return answers.parts(request, ticket_id, toast=Toast(said))
    said = _unanswered(request, ticket_id) or _("Noted. No limit pauses for it.")
    return answers.parts(request, ticket_id, toast=Toast(said))


def _unanswered(request: HttpRequest, ticket_id: int) -> str:
    """Say that a message keeps the ticket in the queue, whomever it waits on; empty if none does."""
    since = ticket_for(rights_in(request), ticket_id).oldest_unanswered_at
    if since is None:
        return ""
    said = _("Noted. A message of %(time)s is not answered yet and keeps it in the queue.")
    return said % {"time": answers.times_of(request).short(since)}


@verb
def correct_tier(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Correct the risk tier."""
    wanted = number_in(request.POST.get("tier"))
    if wanted is None:
        raise Refused("no_such_tier")
    return undoable.do(request, ticket_id, Wanted("tier", tier=wanted), _("Corrected."))


@verb
def add_tag(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Put a tag on the ticket."""
    text = text_in(request.POST, "tag")
    tag.add(ticket_id, text, by=person_in(request), now=clock.now())
    return answers.parts(request, ticket_id, toast=Toast(_("Tagged.")))


@verb
def remove_tag(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Take a tag off the ticket."""
    text = text_in(request.POST, "tag")
    tag.remove(ticket_id, text, by=person_in(request), now=clock.now())
    return answers.parts(request, ticket_id, toast=Toast(_("The tag is off.")))


@verb
def mark_no_response(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Say that no response is needed, and why. A channel that is told of it cannot be told back."""
    confirmed = request.POST.get("confirmed_outside") == "1"
    reason = text_in(request.POST, "reason")
    wanted = Wanted("no_response", reason=reason, confirmed_outside=confirmed)
    toast = undoable.done(request, ticket_id, wanted, _("Marked: no response needed."))
    if not confirmed and closing.ask([ticket_id]):
        toast = Toast(toast.text)
    return answers.parts(request, ticket_id, toast=toast)


@verb
def confirm_no_response(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Say that the mark was set at the marketplace too."""
    no_response.confirm_outside(ticket_id, by=person_in(request), now=clock.now())
    toast = Toast(_("Confirmed. The limit has stopped."))
    is_over = request.POST.get("then") == "next"
    if is_over and (following := coming.after(request, ticket_id)):
        return answers.go_on(request, f"/tickets/{following}", toast)
    return answers.parts(request, ticket_id, toast=toast)


@verb
def undo_no_response(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Take the mark back."""
    no_response.undo(ticket_id, by=person_in(request), now=clock.now())
    return answers.parts(request, ticket_id, toast=Toast(_("The mark is taken back.")))


@verb
def answer_case(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Say that the case was answered at the marketplace."""
    toast = undoable.done(request, ticket_id, Wanted("case_answered"), "")
    said = _unanswered(request, ticket_id) or _("Noted. Now it waits on the marketplace.")
    return answers.parts(request, ticket_id, toast=replace(toast, text=said))


@verb
def decide_return(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Say that the return was decided at the marketplace."""
    said = _("Noted: the return is decided.")
    return undoable.do(request, ticket_id, Wanted("return_decided"), said)
