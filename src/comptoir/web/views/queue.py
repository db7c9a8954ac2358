"""The lists: the queue and its sisters."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET


@require_GET
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Show a list."""
    return render(request, "layout/page.html")


@require_GET
@login_required
def go_to_next(request: HttpRequest) -> HttpResponse:
    """Open what should be answered first."""
    return redirect("queue")
