"""The palette: what it offers, and the two choices about the display that it makes itself."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comptoir.inbox import saved_views
from comptoir.merchant.actions import profile
from comptoir.merchant.models.people import LANGUAGES
from comptoir.storage import clock
from comptoir.web import shell
from comptoir.web.accounts import tabs
from comptoir.web.present import keys
from comptoir.web.present.palette import offers
from comptoir.web.views.asking import person_in, rights_in

THEMES = frozenset({"system", "light", "dark"})


@require_GET
@login_required
def show(request: HttpRequest) -> JsonResponse:
    """Give what the palette offers this person."""
    me = person_in(request)
    settings = [(_("Settings"), tab.label, tab.address) for tab in tabs.of_settings(request)]
    own = [(_("Your account"), tab.label, tab.address) for tab in tabs.of_oneself(request)]
    found = offers(
        chosen=keys.chosen_by(me.display),
        saved_views=[(view.pk, view.name) for view in saved_views.visible_to(rights_in(request))],
        channels=shell.channels(rights_in(request)),
        pages=[*settings, *own],
    )
    return JsonResponse({"offers": [asdict(one) for one in found]})


@require_POST
@login_required
def display(request: HttpRequest) -> HttpResponse:
    """Switch one's own language or colours, and come back."""
    me = person_in(request)
    language = request.POST.get("language", me.language)
    theme = request.POST.get("theme", me.theme)
    if language in dict(LANGUAGES) and theme in THEMES:
        profile.change(
            name=me.name, language=language, time_zone=me.time_zone, theme=theme,
            speaks=me.speaks, by=me, now=clock.now(),
        )  # fmt: skip
    back = request.POST.get("back", "/")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if is_ours else "/")
