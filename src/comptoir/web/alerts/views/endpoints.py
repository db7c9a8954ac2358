"""Where alerts go outside the desk: the settings page, adding, trying, changing, removing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir.alerts import mail_sender, trying
from comptoir.alerts.actions import endpoints
from comptoir.alerts.escalating import times as escalation_times
from comptoir.alerts.models import Endpoint
from comptoir.core.refusals import Refusal
from comptoir.merchant.models import Role
from comptoir.storage import clock
from comptoir.storage.sorting import in_order
from comptoir.web import shell
from comptoir.web.accounts.guards import needs, person_of
from comptoir.web.alerts import words
from comptoir.web.alerts.forms import (
    AlertForm,
    ChangedEndpoint,
    EscalationForm,
    NewEndpoint,
    SenderForm,
)
from comptoir.web.present.refusals import say_refusal
from comptoir.web.present.times import times_for


@require_GET
@needs(Role.ADMIN)
def show_list(request: HttpRequest) -> HttpResponse:
    """Show where alerts go, from where mail leaves, and how long an alert may wait."""
    return listed(request)


def listed(
    request: HttpRequest,
    *,
    new: AlertForm | None = None,
    sender: AlertForm | None = None,
    escalation: AlertForm | None = None,
) -> HttpResponse:
    """Show the settings of alerts, with a form that was not taken in its place."""
    held = mail_sender.chosen()
    waits = escalation_times()
    minutes = {
        "supervisor_minutes": round(waits.supervisor_after.total_seconds() / 60),
        "admins_minutes": round(waits.admins_after.total_seconds() / 60),
    }
    chosen = f"{held.connection.pk} {held.address}" if held else ""
    values: dict[str, Any] = {
        "endpoints": in_order(Endpoint.objects.order_by("id")),
        "new": new or NewEndpoint(),
        "sender": sender or SenderForm(initial={"sender": chosen}),
        "held": held,
        "has_mailboxes": bool(mail_sender.possible()),
        "escalation": escalation or EscalationForm(initial=minutes),
        "words": words,
        "times": times_for(person_of(request).time_zone, clock.now()),
    }
    is_refused = any(form is not None for form in (new, sender, escalation))
    return render(request, "settings/alerts/show.html", values, status=422 if is_refused else 200)


@never_cache
@require_POST
@needs(Role.ADMIN)
def add(request: HttpRequest) -> HttpResponse:
    """Add an endpoint; a webhook's secret is shown this once."""
    form = NewEndpoint(request.POST)
    if not form.is_valid():
        return listed(request, new=form)
    try:
        endpoint, secret = endpoints.add(
            **form.cleaned_data, by=person_of(request), now=clock.now()
        )
    except Refusal as refusal:
        form.refuse(refusal, "url")
        return listed(request, new=form)
    if secret:
        return _secret(request, endpoint, secret)
    messages.success(request, _("Added. Send a test to see whether it arrives."))
    return redirect("endpoint", endpoint.pk)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@needs(Role.ADMIN)
def show(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Show one endpoint and change its name or address."""
    endpoint = get_object_or_404(Endpoint, pk=endpoint_id)
    form = ChangedEndpoint(request.POST or None, initial={"name": endpoint.name})
    if form.is_valid():
        try:
            given = form.cleaned_data
            endpoints.change(endpoint_id, **given, by=person_of(request), now=clock.now())
        except Refusal as refusal:
            form.refuse(refusal, "url")
        else:
            messages.success(request, _("Saved."))
            return redirect("endpoint", endpoint_id)
    return _shown(request, endpoint, form)


@never_cache
@require_POST
@needs(Role.ADMIN)
def rotate(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Make a new secret and show it this once."""
    get_object_or_404(Endpoint, pk=endpoint_id, kind=Endpoint.Kind.WEBHOOK)
    endpoint, secret = endpoints.rotate(endpoint_id, by=person_of(request), now=clock.now())
    return _secret(request, endpoint, secret)


@require_POST
@needs(Role.ADMIN)
def test(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Send a test now and show what came back."""
    endpoint = get_object_or_404(Endpoint, pk=endpoint_id)
    answer = trying.try_out(endpoint, by=person_of(request), now=clock.now())
    shell.forget_dead()
    said = words.answer_word(answer.code)
    if request.headers.get("HX-Request") == "true":
        endpoint.refresh_from_db()
        times = times_for(person_of(request).time_zone, clock.now())
        values = {"answer": answer, "said": said, "endpoint": endpoint, "times": times}
        return render(request, "settings/alerts/answer.html", values)
    told = messages.success if answer.is_good else messages.error
    told(request, f"{said} {answer.detail}".strip())
    return redirect("endpoint", endpoint_id)


@require_POST
@needs(Role.ADMIN)
def switch(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Switch an endpoint off, or on again."""
    get_object_or_404(Endpoint, pk=endpoint_id)
    is_active = request.POST.get("on") == "1"
    endpoints.switch(endpoint_id, is_active=is_active, by=person_of(request), now=clock.now())
    shell.forget_dead()
    messages.success(request, _("Switched on.") if is_active else _("Switched off."))
    return redirect("endpoint", endpoint_id)


@require_POST
@needs(Role.ADMIN)
def remove(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Remove an endpoint with its log."""
    get_object_or_404(Endpoint, pk=endpoint_id)
    try:
        endpoints.remove(endpoint_id, by=person_of(request), now=clock.now())
    except Refusal as refusal:
        messages.error(request, say_refusal(refusal))
        return redirect("endpoint", endpoint_id)
    messages.success(request, _("Removed."))
    return redirect("alert_settings")


def _shown(request: HttpRequest, endpoint: Endpoint, form: AlertForm) -> HttpResponse:
    now: datetime = clock.now()
    values = {
        "endpoint": endpoint,
        "form": form,
        "words": words,
        "times": times_for(person_of(request).time_zone, now),
    }
    status = 422 if form.is_bound else 200
    return render(request, "settings/alerts/endpoint.html", values, status=status)


def _secret(request: HttpRequest, endpoint: Endpoint, secret: str) -> HttpResponse:
    return render(request, "settings/alerts/secret.html", {"endpoint": endpoint, "secret": secret})
