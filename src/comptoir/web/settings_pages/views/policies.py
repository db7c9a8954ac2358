"""Policies: the list in its order, one policy, switching off and on, and what is being applied."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comptoir.core.refusals import Refusal
from comptoir.merchant.models import Role
from comptoir.sla.models import Policy
from comptoir.storage import clock
from comptoir.tickets.actions import policies as actions
from comptoir.web.accounts.guards import needs, person_of, rights_of
from comptoir.web.present.refusals import say_refusal
from comptoir.web.present.times import times_for
from comptoir.web.settings_pages.policies import describing, findings, listing, one

DIRECTIONS = {"up": -1, "down": 1}


@require_GET
@needs(Role.READER)
def show_list(request: HttpRequest) -> HttpResponse:
    """List all policies in the order in which they are asked."""
    return render(request, "settings/policies/list.html", _list_context(request))


@require_GET
@needs(Role.READER)
def rollouts(request: HttpRequest) -> HttpResponse:
    """Show how far changes are on their way to the open tickets."""
    shown = listing.read_rollouts(now=clock.now())
    return render(request, "settings/policies/rollouts.html", {"rollouts": shown})


@require_GET
@needs(Role.READER)
def show(request: HttpRequest, policy_id: int) -> HttpResponse:
    """Show one policy with all its versions."""
    now = clock.now()
    policy = get_object_or_404(Policy.objects.select_related("channel"), pk=policy_id)
    context = {
        "view": one.read_policy(policy, describing.read_words(), rights_of(request), now=now),
        "rollouts": listing.read_rollouts(now=now),
        "times": times_for(person_of(request).time_zone, now),
        "may_edit": person_of(request).is_at_least(Role.ADMIN),
    }
    return render(request, "settings/policies/policy.html", context)


@require_POST
@needs(Role.ADMIN)
def move(request: HttpRequest, policy_id: int) -> HttpResponse:
    """Move a policy up or down; the first that fits a ticket applies to it."""
    own = Policy.objects.filter(channel__isnull=True, is_default=False, is_active=True)
    order = list(own.order_by("position", "id").values_list("pk", flat=True))
    step = DIRECTIONS.get(request.POST.get("direction", ""), 0)
    if policy_id in order and step:
        at = order.index(policy_id)
        to = min(max(at + step, 0), len(order) - 1)
        if to != at:
            order.insert(to, order.pop(at))
            actions.arrange(order, by=person_of(request), now=clock.now())
    if request.headers.get("HX-Request") == "true":
        return render(request, "settings/policies/list_parts.html", _list_context(request))
    return redirect("policies")


@require_POST
@needs(Role.ADMIN)
def retire(request: HttpRequest, policy_id: int) -> HttpResponse:
    """Switch an own policy off; its tickets get what applies without it."""
    policy = get_object_or_404(Policy, pk=policy_id)
    try:
        actions.retire(policy, by=person_of(request), now=clock.now())
    except Refusal as refusal:
        messages.error(request, say_refusal(refusal))
        return redirect("policy", policy_id)
    messages.success(request, _("%(policy)s is off.") % {"policy": policy.name})
    return redirect("policies")


@require_POST
@needs(Role.ADMIN)
def restore(request: HttpRequest, policy_id: int) -> HttpResponse:
    """Switch an own policy on again, at its old place."""
    policy = get_object_or_404(Policy, pk=policy_id)
    try:
        actions.restore(policy, by=person_of(request), now=clock.now())
    except Refusal as refusal:
        messages.error(request, say_refusal(refusal))
        return redirect("policy", policy_id)
    messages.success(request, _("%(policy)s is on.") % {"policy": policy.name})
    return redirect("policies")


def _list_context(request: HttpRequest) -> dict[str, Any]:
    now = clock.now()
    may_edit = person_of(request).is_at_least(Role.ADMIN)
    rows = listing.read_rows(describing.read_words(), rights_of(request), now=now)
    names = {row.policy.pk: row.full_name for row in rows}
    own = [row for row in rows if row.policy.channel_id is None and not row.policy.is_default]
    return {
        "own": [row for row in own if row.policy.is_active],
        "off": [row for row in own if not row.policy.is_active],
        "of_channels": [row for row in rows if row.policy.channel_id is not None],
        "default": next((row for row in rows if row.policy.is_default), None),
        "findings": findings.read(names, now=now) if may_edit else [],
        "rollouts": listing.read_rollouts(now=now),
        "verified": listing.read_verified(),
        "times": times_for(person_of(request).time_zone, now),
        "may_edit": may_edit,
    }
