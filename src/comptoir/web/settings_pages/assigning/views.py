"""The list of rules, the editor, and what a rule would have done last week."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir.inbox.assigning.previewing import try_on
from comptoir.merchant.actions import assigning
from comptoir.merchant.actions.errors import Refused
from comptoir.merchant.models import AssignmentRule, Role
from comptoir.storage import clock
from comptoir.web.accounts.guards import needs, person_of, rights_of
from comptoir.web.accounts.refusals import explain
from comptoir.web.settings_pages.assigning.forms import RuleForm, initial_of, whom
from comptoir.web.settings_pages.policies import condition_form
from comptoir.web.settings_pages.policies.condition_form import ConditionForm
from comptoir.web.settings_pages.policies.conditions import read_known, sentence


@require_GET
@needs(Role.LEADER)
def show_list(request: HttpRequest) -> HttpResponse:
    """List the rules in the order in which they are asked."""
    known = read_known()
    rules = AssignmentRule.objects.select_related("team", "person").order_by("position", "id")
    rows = [
        {"rule": rule, "applies": sentence(rule.conditions, known), "whom": whom(rule)}
        for rule in rules
    ]
    return render(request, "settings/assigning/list.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@needs(Role.LEADER)
def edit(request: HttpRequest, rule_id: int | None = None) -> HttpResponse:
    """Make or change a rule; with `do=try` say what it would have done, and store nothing."""
    rule = _rule(rule_id)
    known, kept = read_known(), rule.conditions if rule else {}
    data = request.POST if request.method == "POST" else None
    form = RuleForm(data, initial=initial_of(rule))
    limits = ConditionForm(data, known=known, kept=kept, initial=condition_form.initial_of(kept))
    tried = None
    is_good = limits.is_valid() if data is not None else False
    if data is not None and data.get("do") == "try":
        if is_good:
            rights, now = rights_of(request), clock.now()
            tried = try_on(limits.conditions(), rule_id=rule_id, rights=rights, now=now)
    elif is_good and form.is_valid():
        try:
            _store(request, rule_id, form, limits)
        except Refused as refused:
            form.add_error(None, explain(refused))
        else:
            messages.success(request, _("Saved. It holds for what comes in from now on."))
            return redirect("assignment")
    values = {"form": form, "limits": limits, "rule": rule, "tried": tried}
    return render(request, "settings/assigning/rule.html", values)


@require_POST
@needs(Role.LEADER)
def move(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Move a rule up or down."""
    way: Literal["up", "down"] = "up" if request.POST.get("way") == "up" else "down"
    return _do(
        request, lambda: assigning.move(rule_id, way=way, by=person_of(request), now=clock.now())
    )


@require_POST
@needs(Role.LEADER)
def switch(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Switch a rule on or off."""
    on = request.POST.get("on") == "1"
    return _do(
        request, lambda: assigning.switch(rule_id, on=on, by=person_of(request), now=clock.now())
    )


@require_POST
@needs(Role.LEADER)
def remove(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Remove a rule."""
    return _do(request, lambda: assigning.remove(rule_id, by=person_of(request), now=clock.now()))


def _do(request: HttpRequest, deed: Callable[[], None]) -> HttpResponse:
    try:
        deed()
    except Refused as refused:
        messages.error(request, explain(refused))
    return redirect("assignment")


def _store(
    request: HttpRequest, rule_id: int | None, form: RuleForm, limits: ConditionForm
) -> None:
    wanted, by, now = form.wanted(limits.conditions()), person_of(request), clock.now()
    if rule_id is None:
        assigning.make(wanted, by=by, now=now)
    else:
        assigning.change(rule_id, wanted, by=by, now=now)


def _rule(rule_id: int | None) -> AssignmentRule | None:
    if rule_id is None:
        return None
    rule = AssignmentRule.objects.filter(pk=rule_id).first()
    if rule is None:
        raise Http404
    return rule
