"""What people do around a ticket: put it off, follow it, leave it to others, give it to a team."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from comptoir.inbox import presence
from comptoir.inbox.bulk import Wanted
from comptoir.storage import clock
from comptoir.tickets.actions import follow, skip, snooze
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.queries import ticket_for
from comptoir.web import known
from comptoir.web.present.mentions import make_mentions
from comptoir.web.present.toasts import Toast
from comptoir.web.present.together import DATE, moment_of
from comptoir.web.views import answers, coming, undoable
from comptoir.web.views.asking import number_in, person_in, rights_in, text_in
from comptoir.web.views.guards import verb


@verb
def put_off(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Put the ticket off, then go on to the next one."""
    now, me = clock.now(), person_in(request)
    ticket = ticket_for(rights_in(request), ticket_id)
    until = _moment(request, ZoneInfo(me.time_zone), snooze.next_limit(ticket, now=now), now=now)
    if until is None:
        is_open = request.POST.get("until") == DATE and not text_in(request.POST, "at")
        raise Refused("snooze_when" if is_open else "snooze_in_past")
    reason = text_in(request.POST, "reason")
    said = _("Snoozed until %(time)s.") % {"time": answers.times_of(request).short(until)}
    wanted = Wanted("snooze", until=until, reason=reason)
    return undoable.do(request, ticket_id, wanted, said)


@verb
def bring_back(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Bring the ticket back before its time."""
    return undoable.do(request, ticket_id, Wanted("wake"), _("It is back."))


@verb
def follow_it(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Hear of what happens on the ticket."""
    follow.follow(ticket_id, by=person_in(request), now=clock.now())
    said = _("You hear of messages, notes and its solving.")
    return answers.parts(request, ticket_id, toast=Toast(said))


@verb
def unfollow(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Hear of it no longer."""
    follow.unfollow(ticket_id, by=person_in(request), now=clock.now())
    return answers.parts(request, ticket_id, toast=Toast(_("You follow it no longer.")))


@verb
def leave_to_others(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Skip the ticket with a reason, and go on to the next one."""
    now, me = clock.now(), person_in(request)
    reason, text = text_in(request.POST, "reason"), text_in(request.POST, "text")
    skip.skip(ticket_id, reason=reason, text=text, by=me, now=now)
    following = coming.after(request, ticket_id)
    address = f"/tickets/{following}" if following else "/"
    return answers.go_on(request, address, Toast(_("Left to others.")))


@verb
def give_to_team(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Give the ticket to a team, or to none."""
    team_id = number_in(request.POST.get("team"))
    said = _("It belongs to no team now.")
    if team_id is not None:
        said = _("Given to the team %(name)s.") % {"name": known.teams().get(team_id, "")}
    return undoable.do(request, ticket_id, Wanted("team", team=team_id), said)


@require_GET
@login_required
def mentions(request: HttpRequest) -> HttpResponse:
    """List the notes that name whoever asks, the latest first."""
    found = presence.mentions_of(person_in(request), rights_in(request))
    rows = make_mentions(found, answers.times_of(request))
    return render(request, "alerts/mentions.html", {"rows": rows})


def _moment(
    request: HttpRequest, zone: ZoneInfo, limit: datetime | None, *, now: datetime
) -> datetime | None:
    """Read the moment chosen: a code, or a date and time in the person's zone."""
    code = text_in(request.POST, "until")
    if code != DATE:
        return moment_of(code, zone=zone, now=now, limit=limit)
    try:
        given = datetime.fromisoformat(text_in(request.POST, "at"))
        if given.tzinfo is not None:
            return None
        return given.replace(tzinfo=zone).astimezone(now.tzinfo)
    except (ValueError, OverflowError):
        return None
