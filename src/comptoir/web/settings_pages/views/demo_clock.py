"""The demo's clock: moved forward, to see warnings and missed limits come. A real desk has none."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comptoir.merchant.models import Role
from comptoir.storage import audit, clock
from comptoir.web.accounts.guards import needs, person_of
from comptoir.web.present.times import times_for

STEPS_HOURS = (1, 6, 24)


@require_http_methods(["GET", "POST"])
@needs(Role.ADMIN)
def show(request: HttpRequest) -> HttpResponse:
    """Show what time it is in the demo, and move it forward."""
    if not clock.is_movable():
        raise Http404
    if request.method == "POST":
        hours = request.POST.get("hours", "")
        if hours not in {str(step) for step in STEPS_HOURS}:
            return HttpResponse(status=422)
        with transaction.atomic():
            clock.move_forward(timedelta(hours=int(hours)))
            audit.record(
                "clock.move",
                by=person_of(request),
                now=clock.now(),
                subject=("clock", None),
                hours=int(hours),
            )
        text = _("The clock went forward. Deadlines follow within seconds.")
        messages.success(request, text)
        return redirect("demo_clock")
    now = clock.now()
    times = times_for(person_of(request).time_zone, now)
    context = {
        "now_text": times.full(now),
        "ahead": times.length(clock.offset().total_seconds()),
        "is_ahead": clock.offset() > timedelta(0),
        "steps": STEPS_HOURS,
    }
    return render(request, "settings/clock/show.html", context)
