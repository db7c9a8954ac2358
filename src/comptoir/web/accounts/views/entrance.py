"""The doors: the first administrator's link, invitations, password links, and the log-in page."""

from __future__ import annotations

from typing import Any

from allauth.account.utils import perform_login
from allauth.account.views import LoginView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from comptoir.merchant import links
from comptoir.merchant.actions import invitations, passwords, set_up
from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.models import Invitation, Merchant, Person
from comptoir.merchant.queries import people
from comptoir.storage import clock
from comptoir.web.accounts import zones
from comptoir.web.accounts.forms import Introduction, NewPassword, Welcome


class LogIn(LoginView):
    """The log-in page; on a new desk it says where the first link is."""

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """Add whether there is anybody who could log in."""
        context: dict[str, Any] = super().get_context_data(**given)
        return context | {"is_set_up": people.has_administrator()}


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Make the merchant and the first administrator, then go on to the first channel."""
    now = clock.now()
    try:
        links.first_administrator(token, now=now)
    except Refused as refused:
        return _dead_link(request, "welcome", refused)
    form = Welcome(request.POST or None, initial=_guesses())
    if form.is_valid():
        try:
            person = set_up.complete(token=token, now=now, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            return _log_in(request, person, _first_step())
    return _show(request, "set_up/welcome.html", {"form": form})


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Let an invited person introduce themselves."""
    now = clock.now()
    try:
        invitation = links.invitation(token, now=now)
    except Refused as refused:
        return _dead_link(request, "accept", refused)
    form = Introduction(request.POST or None, initial=_guesses())
    if form.is_valid():
        try:
            person = invitations.accept(token=token, now=now, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            return _log_in(request, person, "/")
    return _show(request, "set_up/accept.html", _invited(invitation) | {"form": form})


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def choose_password(request: HttpRequest, token: str) -> HttpResponse:
    """Let somebody choose a new password, and lead them to the log-in."""
    now = clock.now()
    try:
        link = links.password(token, now=now)
        form = NewPassword(request.POST or None)
        if form.is_valid():
            passwords.choose(token=token, password=form.cleaned_data["password"], now=now)
            messages.success(request, _("Password changed. Log in with it."))
            return redirect("account_login")
    except Refused as refused:
        return _dead_link(request, "password", refused)
    return render(request, "set_up/password.html", {"form": form, "owner": link.person})


def _show(request: HttpRequest, page: str, values: dict[str, Any]) -> HttpResponse:
    return render(request, page, values | {"time_zones": zones.names()})


def _invited(invitation: Invitation) -> dict[str, Any]:
    merchant = Merchant.objects.first()
    return {"invitation": invitation, "merchant_name": merchant.name if merchant else "Comptoir"}


def _dead_link(request: HttpRequest, door: str, refused: Refused) -> HttpResponse:
    values = {"door": door, "code": refused.code}
    return render(request, "set_up/dead_link.html", values, status=410)


def _guesses() -> dict[str, str]:
    merchant = Merchant.objects.first()
    zone = merchant.time_zone if merchant else zones.DEFAULT
    return {"language": (get_language() or "en")[:2], "time_zone": zone}


def _log_in(request: HttpRequest, person: Person, address: str) -> HttpResponse:
    response: HttpResponse = perform_login(request, person, redirect_url=address)
    return response


def _first_step() -> str:
    try:
        return reverse("connect_channel")
    except NoReverseMatch:
        return "/"  # the rooms of channels are not furnished yet
