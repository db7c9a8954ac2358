"""Pages for what was refused before any view ran."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form was opened before the last log-in, or elsewhere; nothing was changed."""
    return render(request, "403_csrf.html", status=403)
