"""From where alerts leave as mail, and how long one may go without notice."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.alerts.actions import mail_sender
from comptoir.alerts.actions.escalation import set_times
from comptoir.core.refusals import Refusal
from comptoir.merchant.models import Role
from comptoir.storage import clock
from comptoir.web import shell
from comptoir.web.accounts.guards import needs, person_of
from comptoir.web.alerts.forms import EscalationForm, SenderForm
from comptoir.web.alerts.views.endpoints import listed


@require_POST
@needs(Role.ADMIN)
def choose_sender(request: HttpRequest) -> HttpResponse:
    """Choose the address alerts come from."""
    form = SenderForm(request.POST)
    if not form.is_valid():
        return listed(request, sender=form)
    number, address = form.chosen()
    try:
        mail_sender.choose(
            connection_id=number, address=address, by=person_of(request), now=clock.now()
        )
    except Refusal as refusal:
        form.refuse(refusal, "sender")
        return listed(request, sender=form)
    shell.forget_dead()
    messages.success(request, _("Saved."))
    return redirect("alert_settings")


@require_POST
@needs(Role.ADMIN)
def set_escalation(request: HttpRequest) -> HttpResponse:
    """Say how long an alert may go without notice."""
    form = EscalationForm(request.POST)
    if not form.is_valid():
        return listed(request, escalation=form)
    set_times(**form.cleaned_data, by=person_of(request), now=clock.now())
    messages.success(request, _("Saved."))
    return redirect("alert_settings")
