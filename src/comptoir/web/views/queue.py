"""The lists: the queue and its sisters, their rows alone, and the next ticket."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from comptoir.inbox import dealing, queue, saved_views
from comptoir.storage import clock
from comptoir.web import known, shell
from comptoir.web.present import lists, tools
from comptoir.web.present.filters import label, named_value
from comptoir.web.present.lines import make_lines
from comptoir.web.present.rail import count_text
from comptoir.web.present.rows import make_row
from comptoir.web.present.times import times_for
from comptoir.web.present.toasts import Toast
from comptoir.web.present.views import share_choices
from comptoir.web.views import answers, coming
from comptoir.web.views import asked as asking
from comptoir.web.views.asked import ListAsked
from comptoir.web.views.asking import number_in, person_in, rights_in
from comptoir.web.views.emptiness import what_to_say
from comptoir.web.views.naming import names_for

IDS_AT_ONCE = 100
TICKET_PAGE = re.compile(r"/tickets/(\d{1,18})")


@require_GET
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Show a list: the page, or with `part=list` and `part=rows` only that piece of it."""
    shown = _list(request, asking.read(request))
    part = request.GET.get("part", "")
    template = {"list": "queue/list.html", "rows": "queue/rows.html"}.get(part, "queue/page.html")
    context = {"list": shown} if part else {"list": shown, "tools": _tools(request)}
    return render(request, template, context)


@require_GET
@login_required
def rows(request: HttpRequest) -> JsonResponse:
    """Give single rows anew, with the counts: what open lists ask for when something changed.

    A row that left the list comes with `belongs` false, one that may not be seen is null.
    """
    rights, me, asked = rights_in(request), person_in(request), asking.read(request)
    ids = [number for part in request.GET.get("ids", "").split(",") if (number := number_in(part))]
    ids = ids[:IDS_AT_ONCE]
    moment = asking.moment_of(request)
    times = times_for(me.time_zone, moment.now)
    template = get_template("queue/row.html")
    found = queue.rows(rights, ids, asked.what, moment=moment) if ids else {}
    shown = {"language": me.language, "shows": frozenset(asked.columns)}
    answer = {
        str(id_): {
            "html": template.render({"row": make_row(row, times, me=me.pk), **shown}),
            "belongs": belongs,
            "tier": row.tier,
        }
        for id_, (row, belongs) in found.items()
    }
    return JsonResponse(
        {
            "rows": answer | {str(id_): None for id_ in ids if id_ not in found},
            "counts": {key: count_text(n) for key, n in shell.counts(rights).items()},
            "now_ms": int(moment.now.timestamp() * 1000),
        }
    )


@require_GET
@login_required
def go_to_next(request: HttpRequest) -> HttpResponse:
    """Open what should be answered first besides the ticket one comes from.

    Where nothing else waits one stays there, and is told.
    """
    rights, now = rights_in(request), clock.now()
    here = number_in(request.GET.get("after", "")) or _ticket_before(request)
    if found := coming.instead_of(request, here):
        return redirect("ticket", found)
    if here and dealing.deal(rights, now=now) == here:
        return answers.go_on(request, f"/tickets/{here}", Toast(_("Nothing else waits for you.")))
    return redirect("queue")


def _ticket_before(request: HttpRequest) -> int:
    """Give the ticket of the page this one was asked for from, 0 from anywhere else."""
    before = urlsplit(request.headers.get("Referer", ""))
    found = TICKET_PAGE.fullmatch(before.path) if before.netloc == request.get_host() else None
    return number_in(found[1]) or 0 if found else 0


def _list(request: HttpRequest, asked: ListAsked) -> lists.ListView:
    rights, me, moment = rights_in(request), person_in(request), asking.moment_of(request)
    page = queue.page(rights, asked.what, moment=moment, after=asked.after or None)
    times = times_for(me.time_zone, moment.now)
    names = names_for(rights)
    lines = make_lines(page.rows, times, me=me.pk, columns=asked.columns)
    further = {"after": page.next_after or "", "place": str(lines[-1].place) if lines else ""}
    is_further = bool(page.next_after and lines)
    is_empty = not page.rows and not asked.after
    return lists.ListView(
        title=lists.title_of(asked.what, names, asked.saved.name if asked.saved else ""),
        view=asked.what.view,
        address=asked.address(),
        query=urlencode(asked.pairs()),
        more_address=asked.address(more={**further, "part": "rows"}) if is_further else "",
        more_page=asked.address(more=further) if is_further else "",
        sections=lists.make_sections(lines, asked.place, asked.what),
        empty=what_to_say(rights, asked.what, times, moment) if is_empty else None,
        is_queue=asked.what.view in queue.IS_QUEUE,
        chips=lists.make_chips(asked.what, names, asked.address),
        clear_address=asked.address(queue.Asked(asked.what.view, sort=asked.what.sort)),
        left_out=tuple(named_value(label(name), value) for name, value in asked.left_out),
        sorts=lists.make_sorts(asked.what),
        saved=_saved(request, asked),
        density=asked.density,
        columns=asked.columns,
    )


def _tools(request: HttpRequest) -> tools.Tools:
    rights, me = rights_in(request), person_in(request)
    times = times_for(me.time_zone, asking.moment_of(request).now)
    return tools.make_tools(times, known.colleagues(), share_choices(rights, known.teams()))


def _saved(request: HttpRequest, asked: ListAsked) -> lists.SavedHere | None:
    if asked.saved is None:
        return None
    may_change = saved_views.may_change(asked.saved, rights_in(request))
    return lists.SavedHere(asked.saved.pk, asked.saved.name, asked.is_changed, may_change)
