"""Connecting a mailbox, first part: which mailbox, which servers, which credentials."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from comptoir.inbox import trials
from comptoir.inbox.trials import NoSuchTrial, Purpose, Trial
from comptoir.merchant.models import Role
from comptoir.storage import clock
from comptoir.web.accounts.guards import needs, person_of
from comptoir.web.settings_pages import forms, providers
from comptoir.web.settings_pages.background import in_background


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@needs(Role.ADMIN)
def connect(request: HttpRequest) -> HttpResponse:
    """Ask for the address, then for servers and credentials, then begin the trial."""
    before = _trial_before(request)
    if request.method == "POST":
        kept = before.secrets if before else {}
        form = forms.Account(request.POST, kept=kept, row=None)
        if form.is_valid():
            return _begin(request, form)
        return render(request, "settings/connect/account.html", _context(form), status=422)
    if before is not None:
        form = forms.Account(
            initial=forms.stored(before.values, before.secrets), kept=before.secrets, row=None
        )
        return render(request, "settings/connect/account.html", _context(form, trial=before))
    return _ask_for_address(request)


def _ask_for_address(request: HttpRequest) -> HttpResponse:
    asked = forms.Address(request.GET if "email" in request.GET else None)
    if not asked.is_valid():
        status = 422 if asked.is_bound else 200
        return render(request, "settings/connect/address.html", {"form": asked}, status=status)
    email = asked.cleaned_data["email"]
    provider = providers.suggest(email, request.GET.get("provider", ""))
    form = forms.Account(initial=forms.suggested(email, provider), kept={}, row=None)
    return render(
        request, "settings/connect/account.html", _context(form, email=email, provider=provider)
    )


def _begin(request: HttpRequest, form: forms.Account) -> HttpResponse:
    values = form.values()
    name = (values["senders"] or [values["user"]])[0]
    key = trials.begin(
        Purpose.CONNECT, "mail", name, values, form.secrets(),
        by=person_of(request), now=clock.now(),
    )  # fmt: skip
    in_background(lambda: trials.run(key, clock=clock.now), name="trial")
    return redirect("trial", key)


def _trial_before(request: HttpRequest) -> Trial | None:
    """Give the trial somebody came back from to change what they typed."""
    key = request.GET.get("trial") or request.POST.get("trial")
    if not key:
        return None
    try:
        return trials.find(key, by=person_of(request), now=clock.now())
    except NoSuchTrial:
        return None


def _context(form: forms.Account, **more: Any) -> dict[str, Any]:
    found = more.get("provider")
    return {
        "form": form,
        "providers": providers.PROVIDERS,
        "note": providers.note(found) if found else "",
        **more,
    }
