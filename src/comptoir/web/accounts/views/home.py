"""The front page of the settings: leads to the first one that may be seen."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from comptoir.merchant.models import Role
from comptoir.web.accounts.guards import needs, person_of


@require_GET
@needs(Role.READER)
def settings(request: HttpRequest) -> HttpResponseBase:
    """Lead administrators and leaders to people, everybody else to their own page."""
    return redirect("people" if person_of(request).is_at_least(Role.LEADER) else "profile")
