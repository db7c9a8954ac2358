"""One's own alerts: the list, taking note of them, and what the browser asks when one rings."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from comptoir.alerts import mine
from comptoir.alerts.actions.acknowledge import acknowledge as take_note
from comptoir.alerts.actions.acknowledge import acknowledge_all as take_note_of_all
from comptoir.alerts.models import Alert
from comptoir.alerts.subjects import subjects_of
from comptoir.merchant.models import Role
from comptoir.storage import clock
from comptoir.web import shell
from comptoir.web.accounts.guards import needs, person_of, rights_of
from comptoir.web.alerts.rows import make_row, make_toast
from comptoir.web.present.times import Times, times_for
from comptoir.web.views.asking import number_in

RUNG_MAX = 20


@require_GET
@needs(Role.READER)
def show_list(request: HttpRequest) -> HttpResponse:
    """List open alerts, or with `closed=1` those that are over."""
    rights, times = rights_of(request), _times(request)
    before = number_in(request.GET.get("before"))
    is_closed = request.GET.get("closed") == "1"
    read = mine.closed_page if is_closed else mine.open_page
    subjects, next_before = read(rights, before=before)
    values = {
        "rows": [make_row(subject, times) for subject in subjects],
        "is_closed": is_closed,
        "is_first": before is None,
        "next_before": next_before,
        "times": times,
    }
    return render(request, "alerts/list.html", values)


@require_POST
@needs(Role.READER)
def acknowledge(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Take note of one alert; with htmx its row is given anew."""
    take_note([alert_id], by=person_of(request), now=clock.now())
    shell.forget_badge(rights_of(request))
    if request.headers.get("HX-Request") != "true":
        return redirect("alerts")
    visible = mine.mine(rights_of(request)).filter(pk=alert_id).values_list("pk", flat=True)
    times = _times(request)
    rows = [make_row(subject, times) for subject in subjects_of(visible)]
    return render(request, "alerts/row.html", {"rows": rows, "times": times})


@require_POST
@needs(Role.READER)
def acknowledge_all(request: HttpRequest) -> HttpResponse:
    """Take note of everything."""
    count = take_note_of_all(by=person_of(request), now=clock.now())
    shell.forget_badge(rights_of(request))
    said = ngettext("Noted: %(count)s alert.", "Noted: %(count)s alerts.", count)
    messages.success(request, said % {"count": count})
    return redirect("alerts")


@require_GET
@needs(Role.READER)
def news(request: HttpRequest) -> JsonResponse:
    """Give the badge, and the words of messages that just rang (`rung`, their ids)."""
    rights, times = rights_of(request), _times(request)
    badge = mine.badge(rights)
    rung = mine.rung(rights, _ids(request.GET.get("rung", "")))
    answer = {
        "count": badge.count,
        "loud": badge.is_loud,
        "toasts": [make_toast(one, times) for one in rung if one.subjects and _is_loud(one)],
    }
    return JsonResponse(answer, headers={"Cache-Control": "no-store"})


def _is_loud(rung: mine.Rung) -> bool:
    return any(subject.alert.level == Alert.Level.PUSH for subject in rung.subjects)


def _ids(text: str) -> list[uuid.UUID]:
    found = []
    for part in text.split(",")[:RUNG_MAX]:
        try:
            found.append(uuid.UUID(part))
        except ValueError:
            continue
    return found


def _times(request: HttpRequest) -> Times:
    return times_for(person_of(request).time_zone, clock.now())
