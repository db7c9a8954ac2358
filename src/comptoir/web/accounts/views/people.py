"""People: the list, one person, and letting somebody in or out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir.merchant.actions import invitations, passwords, people
from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.duty import read_duty
from comptoir.merchant.models import Invitation, Person, Role
from comptoir.merchant.queries import people as reads
from comptoir.storage import clock
from comptoir.tickets import figures
from comptoir.web.accounts import labels, refusals
from comptoir.web.accounts.forms import RoleAndTeams
from comptoir.web.accounts.guards import needs, person_of, rights_of
from comptoir.web.present.times import times_for
from comptoir.web.views.around import away_word


@require_GET
@needs(Role.LEADER)
def show_list(request: HttpRequest) -> HttpResponse:
    """List people, and for administrators the invitations that wait."""
    rights = rights_of(request)
    values: dict[str, Any] = {
        "colleagues": reads.colleagues(rights),
        "marks": figures.marks_by_person(now=clock.now()),
        "role_label": labels.role,
        "duty": read_duty(now=clock.now()),
        "away_word": away_word,
        "times": times_for(person_of(request).time_zone, clock.now()),
    }
    if rights.may_administer:
        values["invitations"] = reads.waiting_invitations()
        values["without_factor"] = reads.administrators_without_second_factor()
        values["now"] = clock.now()
    return render(request, "settings/people/list.html", values)


@require_http_methods(["GET", "POST"])
@needs(Role.ADMIN)
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody, and show the link once."""
    form = RoleAndTeams(request.POST or None, initial={"role": Role.AGENT})
    if form.is_valid():
        try:
            invitation, token = invitations.invite(
                email=form.cleaned_data["email"],
                role=Role(form.cleaned_data["role"]),
                team_ids=form.team_ids(),
                by=person_of(request),
                now=clock.now(),
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            return _show_invitation(request, invitation, token)
    values = {"form": form, "role_helps": labels.role_helps()}
    return render(request, "settings/people/invite.html", values)


@require_POST
@needs(Role.ADMIN)
def renew_invitation(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Make a new link for an invitation."""
    try:
        token = invitations.renew(invitation_id, by=person_of(request), now=clock.now())
    except Refused as refused:
        return _refused(request, refused, "people")
    return _show_invitation(request, Invitation.objects.get(pk=invitation_id), token)


@require_POST
@needs(Role.ADMIN)
def withdraw_invitation(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""
    try:
        invitations.withdraw(invitation_id, by=person_of(request), now=clock.now())
    except Refused as refused:
        return _refused(request, refused, "people")
    messages.success(request, _("Invitation withdrawn. Its link no longer works."))
    return redirect("people")


@require_http_methods(["GET", "POST"])
@needs(Role.ADMIN)
def show(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show one person, and change address, role and teams."""
    person = get_object_or_404(Person, pk=person_id)
    before = {"email": person.email, "role": person.role, "teams": person.teams.all()}
    form = RoleAndTeams(request.POST or None, initial=before)
    if form.is_valid():
        try:
            _change(person_id, form, by=person_of(request))
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("person", person_id)
    values = {
        "form": form,
        "colleague": person,
        "has_factor": reads.has_second_factor(person),
        "role_helps": labels.role_helps(),
    }
    return render(request, "settings/people/person.html", values)


@require_POST
@needs(Role.ADMIN)
def deactivate(request: HttpRequest, person_id: int) -> HttpResponse:
    """Shut somebody out."""
    try:
        people.deactivate(person_id, by=person_of(request), now=clock.now())
    except Refused as refused:
        return _refused(request, refused, "person", person_id)
    messages.success(request, _("Deactivated. Every browser they used is logged out."))
    return redirect("person", person_id)


@require_POST
@needs(Role.ADMIN)
def reactivate(request: HttpRequest, person_id: int) -> HttpResponse:
    """Let somebody in again."""
    people.reactivate(person_id, by=person_of(request), now=clock.now())
    messages.success(request, _("They can log in again."))
    return redirect("person", person_id)


@require_POST
@needs(Role.ADMIN)
def remove_second_factor(request: HttpRequest, person_id: int) -> HttpResponse:
    """Let somebody in by password alone."""
    people.remove_second_factor(person_id, by=person_of(request), now=clock.now())
    messages.success(request, _("The password alone lets them in now."))
    return redirect("person", person_id)


@never_cache
@require_POST
@needs(Role.ADMIN)
def make_password_link(request: HttpRequest, person_id: int) -> HttpResponse:
    """Make a password link, and show it once."""
    try:
        token = passwords.make_link(person_id, by=person_of(request), now=clock.now())
    except Refused as refused:
        return _refused(request, refused, "person", person_id)
    values = {
        "link": settings.URL + reverse("choose_password", args=[token]),
        "colleague": Person.objects.get(pk=person_id),
    }
    return render(request, "settings/people/password_link.html", values)


def _change(person_id: int, form: RoleAndTeams, *, by: Person) -> None:
    # One button saves all three, so all three happen or none.
    now = clock.now()
    with transaction.atomic():
        people.change_email(person_id, email=form.cleaned_data["email"], by=by, now=now)
        people.change_teams(person_id, team_ids=form.team_ids(), by=by, now=now)
        people.change_role(person_id, role=Role(form.cleaned_data["role"]), by=by, now=now)


def _show_invitation(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    link = settings.URL + reverse("accept_invitation", args=[token])
    values = {"invitation": invitation, "link": link}
    return render(request, "settings/people/invitation_link.html", values)


def _refused(request: HttpRequest, refused: Refused, page: str, *args: int) -> HttpResponse:
    messages.error(request, refusals.explain(refused))
    return redirect(page, *args)
