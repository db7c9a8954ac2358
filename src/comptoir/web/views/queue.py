"""The lists: the queue and its sisters, their rows alone, and the next ticket."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.views.decorators.http import require_GET

from comptoir.inbox import queue
from comptoir.inbox.queue import VIEWS, View
from comptoir.storage import clock
from comptoir.web import shell
from comptoir.web.present.lists import ListView, make_list
from comptoir.web.present.rail import count_text
from comptoir.web.present.rows import belongs, make_row
from comptoir.web.present.times import times_for
from comptoir.web.views.asking import number_in, person_in, rights_in
from comptoir.web.views.emptiness import what_to_say

IDS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """Which list a request is about."""

    view: View
    channel_id: int | None
    after: str
    place: int | None


@require_GET
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Show a list: the page, or with `part=list` and `part=rows` only that piece of it."""
    asked = _asked(request)
    shown = _list(request, asked)
    part = request.GET.get("part", "")
    template = {"list": "queue/list.html", "rows": "queue/rows.html"}.get(part, "queue/page.html")
    return render(request, template, {"list": shown})


@require_GET
@login_required
def rows(request: HttpRequest) -> JsonResponse:
    """Give single rows anew, with the counts: what open lists ask for when something changed.

    A row that left the list comes with `belongs` false, one that may not be seen is null.
    """
    rights, me, asked = rights_in(request), person_in(request), _asked(request)
    ids = [number for part in request.GET.get("ids", "").split(",") if (number := number_in(part))]
    times = times_for(me.time_zone, clock.now())
    template = get_template("queue/row.html")
    found = {row.id: row for row in queue.rows(rights, ids[:IDS_AT_ONCE])} if ids else {}
    answer = {
        str(id_): {
            "html": template.render(
                {"row": make_row(row, times, me=me.pk), "language": me.language}
            ),
            "belongs": belongs(row, asked.view, asked.channel_id, me=me.pk),
            "tier": row.tier,
        }
        for id_, row in found.items()
    }
    return JsonResponse(
        {
            "rows": answer | {str(id_): None for id_ in ids[:IDS_AT_ONCE] if id_ not in found},
            "counts": {key: count_text(n) for key, n in shell.counts(rights).items()},
            "now_ms": int(times.now.timestamp() * 1000),
        }
    )


@require_GET
@login_required
def go_to_next(request: HttpRequest) -> HttpResponse:
    """Open what should be answered first, after the ticket named by `after` if any."""
    done = number_in(request.GET.get("after", "")) or 0
    ticket_id = queue.following(rights_in(request), done)
    return redirect("ticket", ticket_id) if ticket_id else redirect("queue")


def _list(request: HttpRequest, asked: Asked) -> ListView:
    rights, me = rights_in(request), person_in(request)
    page = queue.page(rights, asked.view, channel_id=asked.channel_id, after=asked.after or None)
    times = times_for(me.time_zone, clock.now())
    channels = shell.channels(rights)
    return make_list(
        page,
        times,
        me=me.pk,
        view=asked.view,
        channel_id=asked.channel_id,
        channels=channels,
        place_before=asked.place,
        empty=None
        if page.rows or asked.after
        else what_to_say(rights, asked.view, asked.channel_id, times),
    )


def _asked(request: HttpRequest) -> Asked:
    view = request.GET.get("view", "queue")
    return Asked(
        view=view if view in VIEWS else "queue",
        channel_id=number_in(request.GET.get("channel", "")),
        after=request.GET.get("after", ""),
        place=number_in(request.GET.get("place", "")),
    )
