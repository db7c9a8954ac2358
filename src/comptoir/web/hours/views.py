"""Hours: the list of calendars, one calendar's editor, and what a change would do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir.core.calendars import Calendar as CoreCalendar
from comptoir.core.calendars import calendar_from_spec
from comptoir.core.refusals import Refusal
from comptoir.merchant.actions import calendars
from comptoir.merchant.actions.calendars import Title
from comptoir.merchant.models import Calendar, Person, Role
from comptoir.merchant.public_holidays import labels
from comptoir.storage import clock
from comptoir.tickets import previewing
from comptoir.tickets.actions import policies
from comptoir.web.accounts import zones
from comptoir.web.accounts.guards import needs, person_of
from comptoir.web.hours import coverage, editor, preview, reads, words
from comptoir.web.hours.editor import Editor
from comptoir.web.present.refusals import say_refusal
from comptoir.web.present.times import times_for

WANTED_PERCENT = 100


@require_GET
@needs(Role.ADMIN)
def show_list(request: HttpRequest) -> HttpResponse:
    """List the calendars."""
    now = clock.now()
    context = {
        "rows": reads.rows(now=now),
        "times": times_for(person_of(request).time_zone, now),
        "country_name": dict(words.countries()).get,
    }
    return render(request, "settings/hours/list.html", context)


@require_http_methods(["GET", "POST"])
@needs(Role.ADMIN)
def add(request: HttpRequest) -> HttpResponse:
    """Add a calendar."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@needs(Role.ADMIN)
def show(request: HttpRequest, name: str) -> HttpResponse:
    """Show a calendar, and store its next version."""
    return _edit(request, name)


@require_POST
@needs(Role.ADMIN)
def show_preview(request: HttpRequest, name: str = "") -> HttpResponse:
    """Show what the hours that are being typed come to."""
    typed = _editor(request, name or None)
    return render(request, "settings/hours/preview.html", _preview(request, typed))


@require_POST
@needs(Role.ADMIN)
def show_coverage(request: HttpRequest, name: str = "") -> HttpResponse:
    """Show what the hours that are being typed make possible."""
    typed = _editor(request, name or None)
    return render(request, "settings/hours/coverage.html", _coverage(request, typed))


@require_POST
@needs(Role.ADMIN)
def show_impact(request: HttpRequest, name: str) -> HttpResponse:
    """Show what the change would do to the open tickets, and store nothing."""
    typed, by = _editor(request, name), person_of(request)
    context: dict[str, Any] = {"times": times_for(by.time_zone, typed.now), "said": ""}
    if typed.is_valid():
        try:
            context["effect"] = previewing.preview(
                lambda: _store(typed, by=by), holds_from=_holds_from(typed), now=typed.now
            )
        except Refusal as refusal:
            context["said"] = say_refusal(refusal)
    else:
        context["said"] = _("Mend what is marked above first.")
    return render(request, "settings/hours/impact.html", context)


def _edit(request: HttpRequest, name: str | None) -> HttpResponse:
    data = request.POST
    if request.method != "POST":
        return _page(request, _editor(request, name))
    if "extra" in data:
        return _with_extra_hours(request, name)
    changes: dict[str, Callable[[QueryDict], QueryDict]] = {
        "copy": editor.copied,
        "line": editor.with_a_line_more,
        "anew": editor.asked_anew,
        "show": QueryDict.copy,
    }
    if (change := changes.get(data.get("do", ""))) is not None:
        return _page(request, replace(_editor(request, name), data=change(data)))
    typed = _editor(request, name)
    if typed.is_valid():
        try:
            stored = _store(typed, by=person_of(request))
        except Refusal as refusal:
            typed.refuse(refusal)
        else:
            messages.success(request, _saved(stored, typed))
            return redirect("calendar", stored.name)
    return _page(request, typed, status=422)


def _with_extra_hours(request: HttpRequest, name: str | None) -> HttpResponse:
    typed = _editor(request, name)
    hours = editor.read_extra_hours(request.POST["extra"])
    try:
        data = editor.with_extra_hours(request.POST, hours)
    except Refusal:
        return _page(request, typed, status=422)
    typed = replace(typed, data=data)
    text = ngettext(
        "%(num)d hour was put in: %(hours)s. Nothing is saved yet.",
        "%(num)d hours were put in: %(hours)s. Nothing is saved yet.",
        len(hours),
    )
    said = ", ".join(words.hours_of_week(hours))
    typed.notice.append(text % {"num": len(hours), "hours": said})
    return _page(request, typed)


def _editor(request: HttpRequest, name: str | None) -> Editor:
    stored = None
    if name is not None:
        stored = Calendar.objects.filter(name=name).order_by("-version").first()
        if stored is None:
            raise Http404(name)
    data = request.POST if request.method == "POST" else None
    return Editor(stored, reads.merchant_zone(), clock.now(), data)


def _store(typed: Editor, *, by: Person) -> Calendar:
    form, now = typed.form.cleaned_data, typed.now
    title, holds_from = Title(form["title"], form["about"]), _holds_from(typed)
    if typed.stored is None:
        return calendars.make(title, typed.hours, holds_from=holds_from, by=by, now=now)
    with transaction.atomic():
        calendars.describe(typed.stored.name, title, by=by, now=now)
        made = calendars.change(
            typed.stored.name, typed.hours, holds_from=holds_from, by=by, now=now
        )
        if made.version != typed.stored.version:
            policies.follow_calendar(made, by=by, now=now)
    return made


def _holds_from(typed: Editor) -> datetime:
    return typed.form.holds_from(typed.now)


def _saved(stored: Calendar, typed: Editor) -> str:
    if typed.stored is not None and typed.stored.version == stored.version:
        return _("Saved. The hours are what they were.")
    if stored.valid_from > typed.now:
        return _("Saved. The hours hold from the date on.")
    return _("Saved. Open tickets are computed anew.")


def _page(request: HttpRequest, typed: Editor, *, status: int = 200) -> HttpResponse:
    name = typed.stored.name if typed.stored else None
    context = {
        "editor": typed,
        "calendar": typed.stored,
        "title": words.title(typed.stored) if typed.stored else _("New hours"),
        "time_zones": zones.names(),
        "versions": _versions(typed.stored) if typed.stored else [],
        **_preview(request, typed),
        **_coverage(request, typed),
        "address": name,
    }
    return render(request, "settings/hours/calendar.html", context, status=status)


def _versions(stored: Calendar) -> list[tuple[Calendar, list[tuple[str, str]]]]:
    return [
        (version, words.week(version.spec.get("hours", {})))
        for version in reads.versions(stored.name)
    ]


def _preview(request: HttpRequest, typed: Editor) -> dict[str, Any]:
    """Compute the coming fortnight; `trouble` is why there is none."""
    now = typed.now
    times = times_for(person_of(request).time_zone, now)
    context: dict[str, Any] = {"calendar": typed.stored, "times": times, "now": now}
    context["words"] = words
    if typed.stored is not None:
        context["policy_count"] = reads.policy_count(typed.stored.name, now=now)
    try:
        calendar, hours = _calendar(typed), typed.hours
        named = labels(hours.country, hours.region, hours.taken(), get_language() or "en")
        first = max(now, typed.form.holds_from(now) if typed.data is not None else now)
        context["days"] = preview.fortnight(calendar, hours, named, first=first)
        context["change"] = preview.next_clock_change(calendar, now=now)
        context["zone_times"] = times_for(str(calendar.zone), now)
        context["week_total"] = words.total(
            sum(end - start for shifts in getattr(calendar, "weekly", ()) for start, end in shifts)
        )
    except Refusal as refusal:
        context["trouble"] = say_refusal(refusal)
    return context


def _coverage(request: HttpRequest, typed: Editor) -> dict[str, Any]:
    """Compute what the hours make possible; nothing for calendars that are not of people."""
    now, name = typed.now, typed.stored.name if typed.stored else ""
    context: dict[str, Any] = {"calendar": typed.stored, "words": words, "look": None}
    context["is_of_people"] = bool(name) and reads.is_of_people(name, now=now)
    if not context["is_of_people"]:
        return context
    try:
        staffed = _calendar(typed)
    except Refusal:
        return context
    wanted = request.POST.get("wanted_percent", "")
    context["look"] = coverage.look(
        staffed,
        reads.asked(name, staffed, now=now),
        near=now,
        chosen_key=request.POST.get("promise") or request.POST.get("picked", ""),
        wanted_percent=int(wanted) if wanted.isdecimal() and len(wanted) < 4 else WANTED_PERCENT,
    )
    context |= {"cover_address": reverse("cover_calendar", args=[name]), "puts_in": True}
    return context


def _calendar(typed: Editor) -> CoreCalendar:
    return calendar_from_spec(typed.hours.spec())
