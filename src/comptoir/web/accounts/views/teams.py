"""Teams: the list, and one team's name, people and channels."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.merchant.actions import teams
from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.models import Person, Role, Team
from comptoir.merchant.queries import people as reads
from comptoir.storage import clock
from comptoir.web.accounts import refusals
from comptoir.web.accounts.forms import NewTeam, TeamForm
from comptoir.web.accounts.guards import needs, person_of, rights_of


@require_http_methods(["GET"])
@needs(Role.LEADER)
def show_list(request: HttpRequest) -> HttpResponse:
    """List teams; leaders see their own, and change nothing."""
    values = {"teams": reads.teams(rights_of(request)), "form": NewTeam()}
    return render(request, "settings/teams/list.html", values)


@require_POST
@needs(Role.ADMIN)
def create(request: HttpRequest) -> HttpResponse:
    """Make a team, and go on to its members."""
    form = NewTeam(request.POST)
    if form.is_valid():
        try:
            name = form.cleaned_data["name"]
            team = teams.create(name=name, by=person_of(request), now=clock.now())
        except Refused as refused:
            form.refuse(refused)
        else:
            return redirect("team", team.pk)
    values = {"teams": reads.teams(rights_of(request)), "form": form}
    return render(request, "settings/teams/list.html", values, status=422)


@require_http_methods(["GET", "POST"])
@needs(Role.ADMIN)
def show(request: HttpRequest, team_id: int) -> HttpResponse:
    """Show one team, and change it."""
    team = get_object_or_404(Team, pk=team_id)
    before = {"name": team.name, "members": team.members.all(), "channels": team.channels.all()}
    form = TeamForm(request.POST or None, initial=before)
    if form.is_valid():
        try:
            _change(team, form, by=person_of(request))
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("teams")
    return render(request, "settings/teams/team.html", {"form": form, "team": team})


@require_POST
@needs(Role.ADMIN)
def remove(request: HttpRequest, team_id: int) -> HttpResponse:
    """Remove a team without members."""
    try:
        teams.remove(team_id, by=person_of(request), now=clock.now())
    except Refused as refused:
        messages.error(request, refusals.explain(refused))
        return redirect("team", team_id)
    messages.success(request, _("Team removed."))
    return redirect("teams")


def _change(team: Team, form: TeamForm, *, by: Person) -> None:
    # The form shows active people only; whoever was deactivated keeps their place in the team.
    now = clock.now()
    away = team.members.filter(is_active=False).values_list("pk", flat=True)
    members = [person.pk for person in form.cleaned_data["members"]] + list(away)
    channels = [channel.pk for channel in form.cleaned_data["channels"]]
    with transaction.atomic():
        teams.rename(team.pk, name=form.cleaned_data["name"], by=by, now=now)
        teams.change_members(team.pk, person_ids=members, by=by, now=now)
        teams.change_channels(team.pk, channel_ids=channels, by=by, now=now)
