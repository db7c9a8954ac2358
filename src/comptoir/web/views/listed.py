"""Around a list: what it can be narrowed by, how it looks, and views that people keep."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comptoir.inbox import queue, saved_views
from comptoir.merchant.actions import display
from comptoir.storage import clock
from comptoir.tickets.actions.errors import Refused
from comptoir.web import known
from comptoir.web.present import refusals
from comptoir.web.present.columns import COLUMNS
from comptoir.web.present.filters import groups
from comptoir.web.present.rail import view_label
from comptoir.web.present.times import times_for
from comptoir.web.present.views import make_saved, share_choices
from comptoir.web.views import asked as asking
from comptoir.web.views.asking import person_in, rights_in, text_in
from comptoir.web.views.naming import names_for

View = Callable[..., HttpResponse]


def _kept(view: View) -> View:
    """Say a refusal on the page one came from; afterwards the rail is asked for anew."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *args, **named)
        except Refused as refused:
            times = times_for(person_in(request).time_zone, clock.now())
            messages.error(request, refusals.say(refused, times))
            return redirect(_back(request))
        finally:
            known.forget_views()

    return require_POST(login_required(guarded))


@require_GET
@login_required
def show_filters(request: HttpRequest) -> HttpResponse:
    """Show everything a list can be narrowed by: a fragment for a script, else a page."""
    asked, rights = asking.read(request), rights_in(request)
    given = groups(asked.what.filters, names_for(rights, tags=True))
    around = [pair for pair in asked.pairs(asked.what) if pair[0] in ("saved", "view", "sort")]
    context = {"groups": given, "around": around, "title": view_label(asked.what.view)}
    part = request.GET.get("part", "")
    return render(request, "queue/filters.html" if part else "queue/filters_page.html", context)


@_kept
def set_display(request: HttpRequest) -> HttpResponse:
    """Set how one sees a list: order, columns, density; with `into_view` for all who see the view.

    A density that was chosen for one list is also that of lists without a choice of their own.
    """
    person, given = person_in(request), request.POST
    listed = asking.read(request, _query(request))
    name = asking.name_of(listed.what.view, listed.saved)
    sort = queue.ask(listed.what.view, sort=given.get("sort", listed.what.sort)).sort
    columns = list(listed.columns)
    if "columns_of" in given:
        columns = [one for one in COLUMNS if one in given.getlist("columns")] or ["deadlines"]
    if given.get("density") in ("normal", "compact"):
        display.change(by=person, density=given["density"])
        display.change_list(name, by=person, density=given["density"])
    if listed.saved is not None and given.get("into_view") == "1":
        asked = queue.ask(listed.what.view, listed.what.filters, sort)
        saved_views.change(
            listed.saved.pk, asked=asked, columns=columns, by=person, now=clock.now()
        )
        display.change_list(name, by=person, sort="", columns=[])
    elif listed.saved is not None:
        display.change_list(name, by=person, sort=sort, columns=columns)
    else:
        display.change_list(name, by=person, sort=sort)
        display.change(by=person, columns=columns)
    return redirect(_back(request))


@require_GET
@login_required
def show_views(request: HttpRequest) -> HttpResponse:
    """Show the saved views of one's rail, to rename, share, sort and drop them."""
    rights = rights_in(request)
    names = names_for(rights)
    views = [make_saved(view, rights, names, asking.known_to(request)) for view in saved_views.visible_to(rights)]  # fmt: skip
    shares = share_choices(rights, names.teams)
    return render(request, "queue/views.html", {"views": views, "shares": shares})


@_kept
def keep_view(request: HttpRequest) -> HttpResponse:
    """Keep the list that `query` names under a name, and open it."""
    listed = asking.read(request, _query(request))
    columns = list(listed.columns) if request.POST.get("with_columns") == "1" else []
    view = saved_views.keep(
        text_in(request.POST, "name"),
        listed.what,
        columns=columns,
        share=request.POST.get("share", "me"),
        by=person_in(request),
        now=clock.now(),
    )
    messages.success(request, _("“%(name)s” is kept in the rail.") % {"name": view.name})
    return redirect(f"/?saved={view.pk}")


@_kept
def change_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Rename or share a view; with `query` give it that list."""
    given, by, now = request.POST, person_in(request), clock.now()
    if "query" in given:
        listed = asking.read(request, _query(request))
        saved_views.change(view_id, asked=listed.what, by=by, now=now)
        messages.success(request, _("Kept."))
        return redirect(f"/?saved={view_id}")
    saved_views.change(
        view_id, name=text_in(given, "name"), share=given.get("share"), by=by, now=now
    )
    messages.success(request, _("Saved."))
    return redirect("views")


@_kept
def move_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Move a view up or down in the rail."""
    way: Literal["up", "down"] = "up" if request.POST.get("way") == "up" else "down"
    saved_views.move(view_id, way, by=person_in(request), now=clock.now())
    return redirect("views")


@_kept
def delete_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Drop a view."""
    saved_views.delete(view_id, by=person_in(request), now=clock.now())
    messages.success(request, _("The view is gone; its tickets are where they were."))
    return redirect("views")


def _query(request: HttpRequest) -> QueryDict:
    return QueryDict(request.POST.get("query", ""))


def _back(request: HttpRequest) -> str:
    """Give the address of the list a form stood on; ours in any case, whatever was sent."""
    if "query" not in request.POST:
        return "/views"
    pairs = parse_qsl(request.POST["query"])
    query = urlencode([pair for pair in pairs if pair[0] != "sort"])  # which is remembered
    return f"/?{query}" if query else "/"
