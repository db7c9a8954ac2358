"""Working hours and absences: one's own, and for leaders those of their people."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.core.refusals import Refusal
from comptoir.merchant.actions import duty
from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.duty import local_day
from comptoir.merchant.models import Absence, Person, Role
from comptoir.merchant.rights import NotAllowed
from comptoir.storage import clock
from comptoir.web.accounts import refusals
from comptoir.web.accounts.duty_forms import NewAbsence, WorkingHours, hours_of
from comptoir.web.accounts.guards import needs, person_of
from comptoir.web.present.refusals import say_refusal


@require_http_methods(["GET", "POST"])
@needs(Role.AGENT)
def show_own(request: HttpRequest) -> HttpResponse:
    """Show and change one's own hours."""
    return _hours(request, person_of(request), "settings/profile/hours.html")


@require_http_methods(["GET", "POST"])
@needs(Role.LEADER)
def show(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show and change the hours of somebody in one's teams."""
    person = _theirs(request, person_id)
    return _hours(request, person, "settings/people/hours.html")


@require_POST
@needs(Role.AGENT)
def add_absence(request: HttpRequest, person_id: int) -> HttpResponse:
    """Enter an absence."""
    person = _theirs(request, person_id)
    form = NewAbsence(request.POST, person=person)
    if form.is_valid():
        given = form.cleaned_data
        try:
            duty.add_absence(
                person.pk,
                first_on=given["first_on"],
                last_on=given["last_on"],
                reason=given["reason"],
                stand_in_id=given["stand_in"],
                by=person_of(request),
                now=clock.now(),
            )
        except Refused as refused:
            form.add_error(None, refusals.explain(refused))
        else:
            messages.success(request, _("Entered."))
            return _back(request, person)
    template = (
        "settings/profile/hours.html" if _is_own(request, person) else "settings/people/hours.html"
    )
    form_of_hours = WorkingHours(initial=hours_of(person))
    return render(request, template, _values(person, form_of_hours, form))


@require_POST
@needs(Role.AGENT)
def remove_absence(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Take an absence back."""
    absence = get_object_or_404(Absence.objects.select_related("person"), pk=absence_id)
    person = _theirs(request, absence.person_id)
    duty.remove_absence(absence_id, by=person_of(request), now=clock.now())
    messages.success(request, _("Removed."))
    return _back(request, person)


def _hours(request: HttpRequest, person: Person, template: str) -> HttpResponse:
    form = WorkingHours(request.POST or None, initial=hours_of(person))
    if form.is_valid():
        capacity = form.cleaned_data["capacity"]
        by, now = person_of(request), clock.now()
        try:
            duty.change_hours(person.pk, weekly=form.weekly(), capacity=capacity, by=by, now=now)
        except Refusal as refusal:
            form.add_error(None, say_refusal(refusal))
        else:
            messages.success(request, _("Saved."))
            return _back(request, person)
    return render(request, template, _values(person, form, NewAbsence(person=person)))


def _values(person: Person, form: WorkingHours, absence: NewAbsence) -> dict[str, object]:
    today = local_day(person, clock.now())
    coming = Absence.objects.filter(person=person, last_on__gte=today).select_related("stand_in")
    return {
        "colleague": person,
        "form": form,
        "absence_form": absence,
        "absences": list(coming.order_by("first_on")),
        "today": today,
    }


def _theirs(request: HttpRequest, person_id: int) -> Person:
    person: Person = get_object_or_404(Person, pk=person_id)
    if not duty.may_change(person, person_of(request)):
        raise NotAllowed("not_your_team")
    return person


def _is_own(request: HttpRequest, person: Person) -> bool:
    return person.pk == person_of(request).pk


def _back(request: HttpRequest, person: Person) -> HttpResponse:
    return (
        redirect("own_hours") if _is_own(request, person) else redirect("person_hours", person.pk)
    )
