"""The sheet of keys, fetched when somebody asks for it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from comptoir.web.present.keys import all_groups


@require_GET
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Give the sheet as a fragment."""
    return render(request, "layout/keys.html", {"groups": all_groups()})
