"""One verb for many tickets: done in pieces that the page asks for, told one by one, undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from comptoir.inbox import bulk, closing, queue
from comptoir.inbox.bulk import Done, Wanted
from comptoir.merchant.rights import NotAllowed
from comptoir.storage import clock
from comptoir.tickets.actions import no_response
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Ticket
from comptoir.web import known
from comptoir.web.keeping import forget
from comptoir.web.present import bulk as words
from comptoir.web.present import refusals
from comptoir.web.present.times import Times, times_for
from comptoir.web.views import asked
from comptoir.web.views.asking import number_in, person_in, rights_in, text_in

PIECE_MAX = 50
REFUSED_STATUS = 422
View = Callable[..., HttpResponse]


def _spoken(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if not rights_in(request).may_answer:
            raise NotAllowed("not_allowed_to_answer")
        try:
            return view(request, *args, **named)
        except Refused as refused:
            text = refusals.say(refused, _times(request))
            return JsonResponse({"refusal": text}, status=REFUSED_STATUS)

    return guarded


@require_POST
@login_required
@_spoken
def do(request: HttpRequest) -> HttpResponse:
    """Do a verb to the next piece of tickets: `ids`, and `change` from the second piece on."""
    given = request.POST
    wanted = Wanted(
        verb=given.get("verb", ""),
        to=number_in(given.get("to")),
        tag=text_in(given, "tag"),
        on=given.get("on", ""),
        until=_moment(given.get("until", ""), person_in(request).time_zone),
        reason=text_in(given, "reason"),
        tier=int(given["tier"]) if given.get("tier", "") in ("0", "1", "2", "3") else -1,
    )
    done = bulk.do(
        _ids(given.get("ids", "")),
        wanted,
        change_id=number_in(given.get("change")),
        by=person_in(request),
        now=clock.now(),
    )
    forget("counts", "rail")
    count = (number_in(given.get("before")) or 0) + len(done.done)
    said = words.said(wanted, count, known.names(), _times(request))
    outside = []
    if wanted.verb == "no_response":
        told = closing.ask(done.done)
        outside = [number for number in _to_mark_outside(done.done) if number not in told]
    return _answer(request, done, said=said, outside=outside)


@require_POST
@login_required
@_spoken
def undo(request: HttpRequest, change_id: int) -> HttpResponse:
    """Put back the next piece of a change."""
    done = bulk.undo(change_id, by=person_in(request), now=clock.now(), at_most=PIECE_MAX)
    forget("counts", "rail")
    count = int(request.POST.get("before") or 0) + len(done.done)
    return _answer(request, done, said=words.said_undone(count), is_over=done.is_over)


@require_GET
@login_required
def tickets(request: HttpRequest) -> JsonResponse:
    """Give the numbers of a whole list, as many as one change may take."""
    found = queue.ids(
        rights_in(request),
        asked.read(request).what,
        moment=asked.moment_of(request),
        at_most=bulk.AT_ONCE_MAX + 1,
    )
    is_more = len(found) > bulk.AT_ONCE_MAX
    return JsonResponse({"ids": found[: bulk.AT_ONCE_MAX], "is_more": is_more})


def _answer(
    request: HttpRequest,
    done: Done,
    *,
    said: str,
    outside: list[int] | None = None,
    is_over: bool = True,
) -> JsonResponse:
    times = _times(request)
    named = {*done.refused, *(outside or [])}
    buyers = dict(
        Ticket.objects.visible_to(rights_in(request))
        .filter(pk__in=named)
        .values_list("pk", "buyer_name")
    )
    problems = {id_: refusals.say(refused, times) for id_, refused in done.refused.items()}
    problems |= dict.fromkeys(outside or [], words.must_be_marked_outside())
    return JsonResponse(
        {
            "change": done.change_id,
            "done": done.done,
            "said": said,
            "is_over": is_over,
            "problems": [
                {
                    "id": id_,
                    "who": buyers.get(id_) or words.ticket(id_),
                    "text": text,
                    "is_seen": id_ in buyers,
                }
                for id_, text in problems.items()
            ],
        }
    )


def _to_mark_outside(ids: list[int]) -> list[int]:
    """Give the tickets whose marketplace must be told by a person, too."""
    found = Ticket.objects.filter(pk__in=ids).select_related("channel")
    return [ticket.pk for ticket in found if no_response.needs_outside_mark(ticket)]


def _ids(text: str) -> list[int]:
    numbers = (number_in(part) for part in text.split(",")[:PIECE_MAX])
    return [number for number in numbers if number]


def _moment(text: str, zone: str) -> datetime | None:
    """Read a moment: with its zone as our own buttons say it, or without as a field does."""
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _times(request: HttpRequest) -> Times:
    return times_for(person_in(request).time_zone, clock.now())
