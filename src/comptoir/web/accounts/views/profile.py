"""One's own page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comptoir.merchant.actions import profile
from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.models import Role
from comptoir.merchant.queries import people as reads
from comptoir.storage import clock
from comptoir.storage.sorting import in_order
from comptoir.web.accounts import labels, zones
from comptoir.web.accounts.forms import Profile
from comptoir.web.accounts.guards import needs, person_of


@require_http_methods(["GET", "POST"])
@needs(Role.READER)
def show(request: HttpRequest) -> HttpResponse:
    """Show and change one's own name, language, time zone, colours and spoken languages."""
    person = person_of(request)
    before = {field: getattr(person, field) for field in Profile.base_fields}
    form = Profile(request.POST or None, initial=before)
    if form.is_valid():
        try:
            profile.change(by=person, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            with translation.override(form.cleaned_data["language"]):
                messages.success(request, _("Saved."))
            return redirect("profile")
    values = {
        "form": form,
        "role_label": labels.role(person.role),
        "time_zones": zones.names(),
        "has_factor": reads.has_second_factor(person),
        "teams": [team.name for team in in_order(person.teams.all())],
    }
    return render(request, "settings/profile/show.html", values)
