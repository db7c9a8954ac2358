"""Connections: their health, their settings, pausing them, and looking whether they work."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings as django_settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir.channels.kernel.catalogue import card_of
from comptoir.inbox import connecting, trials
from comptoir.inbox.trials import Purpose
from comptoir.merchant.models import Connection, Role
from comptoir.storage import clock
from comptoir.storage.secrets import SecretsUnreadable, unseal
from comptoir.web.accounts.guards import needs, person_of
from comptoir.web.present.times import times_for
from comptoir.web.settings_pages import forms, reads, words
from comptoir.web.settings_pages.apis.health import health_of
from comptoir.web.settings_pages.apis.taken import taken_of
from comptoir.web.settings_pages.background import in_background


@require_GET
@needs(Role.ADMIN)
def show_list(request: HttpRequest) -> HttpResponse:
    """List connections with their health."""
    now = clock.now()
    context = {
        "healths": reads.connections(now=now),
        "times": times_for(person_of(request).time_zone, now),
    }
    return render(request, "settings/connections/list.html", context)


@require_GET
@needs(Role.ADMIN)
def show(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Show one connection: is it well, how much was read, what can be done."""
    return render(request, "settings/connections/connection.html", _shown(request, connection_id))


@require_GET
@needs(Role.ADMIN)
def reading(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Show how much was read so far, for a page that asks again and again."""
    shown = _shown(request, connection_id)
    folder = "apis" if shown["api"] else "connections"
    return render(request, f"settings/{folder}/reading.html", shown)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@needs(Role.ADMIN)
def change(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Change servers or credentials; they are tried before they are stored."""
    row = get_object_or_404(Connection, pk=connection_id)
    if row.kind != "mail":
        return redirect("change_account", row.pk)
    kept = _secrets(row)
    if request.method == "GET":
        initial = forms.stored(row.settings, kept)
        form = forms.Account(initial=initial, kept=kept, row=row)
        return render(request, "settings/connections/change.html", {"form": form, "row": row})
    form = forms.Account(request.POST, kept=kept, row=row)
    if not form.is_valid():
        context = {"form": form, "row": row}
        return render(request, "settings/connections/change.html", context, status=422)
    key = trials.begin(
        Purpose.CHANGE, row.kind, row.name, form.values(), form.secrets(),
        by=person_of(request), now=clock.now(), connection_id=row.pk,
    )  # fmt: skip
    in_background(lambda: trials.run(key, clock=clock.now), name="trial")
    return redirect("trial", key)


@require_POST
@needs(Role.ADMIN)
def check(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Log in now, for reading and for sending, and say how it went."""
    row = get_object_or_404(Connection, pk=connection_id)
    key = trials.begin(
        Purpose.CHECK, row.kind, row.name, row.settings, _secrets(row),
        by=person_of(request), now=clock.now(), connection_id=row.pk,
    )  # fmt: skip
    in_background(lambda: trials.run(key, clock=clock.now), name="trial")
    return redirect("trial", key)


@require_POST
@needs(Role.ADMIN)
def pause(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Stop reading a connection."""
    row = get_object_or_404(Connection, pk=connection_id)
    connecting.set_paused(row.pk, True, by=person_of(request), now=clock.now())
    messages.success(request, _("Paused. What comes meanwhile is read afterwards."))
    return redirect("connection", row.pk)


@require_POST
@needs(Role.ADMIN)
def resume(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Read a connection again."""
    row = get_object_or_404(Connection, pk=connection_id)
    connecting.set_paused(row.pk, False, by=person_of(request), now=clock.now())
    messages.success(request, _("It is read again."))
    return redirect("connection", row.pk)


@require_POST
@needs(Role.ADMIN)
def note_expiry(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Note the day on which the credentials end, or that none is known."""
    row = get_object_or_404(Connection, pk=connection_id)
    person, text = person_of(request), request.POST.get("day", "")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        messages.error(request, _("Write the day as your browser proposes it."))
        return redirect("connection", row.pk)
    zone = ZoneInfo(person.time_zone)
    ends_at = datetime.combine(day, time(), zone) if day else None
    connecting.set_expiry(row.pk, ends_at, by=person, now=clock.now())
    messages.success(
        request,
        _("Noted. Administrators are warned a month, a week and a day before.")
        if day
        else _("Noted: no end is known."),
    )
    return redirect("connection", row.pk)


def _shown(request: HttpRequest, connection_id: int) -> dict[str, Any]:
    now = clock.now()
    row = get_object_or_404(Connection, pk=connection_id)
    expected = request.GET.get("expected", "")
    card = card_of(row.kind)
    return {
        "api": health_of(row, card, now=now) if card else None,
        "taken": taken_of(row) if card else None,
        "health": reads.connections(now=now, ids=[row.pk])[0],
        "row": row,
        "stored_count": reads.stored_count(row.pk),
        "expected": int(expected) if expected.isdecimal() and len(expected) < 9 else None,
        "wants_credentials": words.is_credential(row),
        "expires_on": _day(row, person_of(request).time_zone),
        "times": times_for(person_of(request).time_zone, now),
    }


def _day(row: Connection, zone: str) -> str:
    """Write the day on which the credentials end as an input takes it; empty when not known."""
    ends_at = row.credentials_expire_at
    return f"{ends_at.astimezone(ZoneInfo(zone)):%Y-%m-%d}" if ends_at else ""


def _secrets(row: Connection) -> dict[str, Any]:
    """Give the stored credentials; nothing where the master key does not fit them."""
    try:
        return unseal(bytes(row.sealed_secrets), django_settings.MASTER_KEYS)
    except SecretsUnreadable:
        return {}
