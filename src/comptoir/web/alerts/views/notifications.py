"""How one wants to hear of alerts, beside the list on the desk."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comptoir.alerts import mail_sender
from comptoir.alerts.actions.wishes import wish
from comptoir.alerts.wishes import wishes_of
from comptoir.merchant.models import Role
from comptoir.storage import clock
from comptoir.web import shell
from comptoir.web.accounts.guards import needs, person_of
from comptoir.web.alerts.forms import WishesForm


@require_http_methods(["GET", "POST"])
@needs(Role.READER)
def show(request: HttpRequest) -> HttpResponse:
    """Show and change one's own wishes."""
    person = person_of(request)
    held = wishes_of(person)
    initial = {"email": held.email, "browser": held.browser, "sound": held.sound}
    form = WishesForm(request.POST or None, initial=initial)
    if form.is_valid():
        wish(**form.cleaned_data, by=person, now=clock.now())
        shell.forget_wishes(person)
        messages.success(request, _("Saved."))
        return redirect("notifications")
    values = {"form": form, "has_sender": mail_sender.chosen() is not None}
    return render(request, "alerts/notifications.html", values)
