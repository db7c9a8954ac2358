"""Tokens of the JSON interface: the list, making one, revoking one."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from comptoir.merchant.actions import api_tokens
from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.models import Role
from comptoir.merchant.queries.api_tokens import api_tokens as list_tokens
from comptoir.storage import clock
from comptoir.web.accounts import labels, refusals
from comptoir.web.accounts.forms import NewToken
from comptoir.web.accounts.guards import needs, person_of
from comptoir.web.present.times import times_for


@require_GET
@needs(Role.ADMIN)
def show_list(request: HttpRequest) -> HttpResponse:
    """List tokens, with the form for a new one."""
    return _listed(request, NewToken())


@never_cache
@require_POST
@needs(Role.ADMIN)
def make(request: HttpRequest) -> HttpResponse:
    """Make a token, and show it once."""
    form = NewToken(request.POST)
    if not form.is_valid():
        return _listed(request, form, status=422)
    given = form.cleaned_data
    try:
        token, text = api_tokens.make(
            name=given["name"],
            is_read_only=given["access"] == "read",
            role=Role(given["role"]) if given["role"] else None,
            by=person_of(request),
            now=clock.now(),
        )
    except Refused as refused:
        form.refuse(refused)
        return _listed(request, form, status=422)
    values = {"token": token, "text": text, "example": f"{settings.URL}/api/v1/tickets"}
    return render(request, "settings/api/token.html", values)


@require_POST
@needs(Role.ADMIN)
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Shut a token out."""
    try:
        api_tokens.revoke(token_id, by=person_of(request), now=clock.now())
    except Refused as refused:
        messages.error(request, refusals.explain(refused))
    else:
        messages.success(request, _("Revoked. Programs that use this token are shut out."))
    return redirect("api_tokens")


def _listed(request: HttpRequest, form: NewToken, status: int = 200) -> HttpResponse:
    values = {
        "tokens": list_tokens(),
        "form": form,
        "role_label": labels.role,
        "access_helps": labels.access_helps(),
        "times": times_for(person_of(request).time_zone, clock.now()),
    }
    return render(request, "settings/api/list.html", values, status=status)
