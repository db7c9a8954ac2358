"""Editing a policy: the fields, what they would change, and saving them as the next version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.core.refusals import Refusal
from comptoir.merchant.models import Person, Role
from comptoir.sla.models import Policy, PolicyVersion
from comptoir.storage import clock
from comptoir.tickets.actions import policies as actions
from comptoir.tickets.previewing import preview
from comptoir.web.accounts.guards import needs, person_of
from comptoir.web.hours import words
from comptoir.web.present.times import times_for
from comptoir.web.settings_pages.choices import merchant_zone
from comptoir.web.settings_pages.policies import conditions, describing
from comptoir.web.settings_pages.policies.coverages import coverage_of
from comptoir.web.settings_pages.policies.editor import Editor
from comptoir.web.settings_pages.policies.previews import PreviewView, make_preview

REFUSED = 422


@require_http_methods(["GET", "POST"])
@needs(Role.ADMIN)
def make(request: HttpRequest) -> HttpResponse:
    """Make a policy of the merchant's own."""
    return _work(request, None)


@require_http_methods(["GET", "POST"])
@needs(Role.ADMIN)
def edit(request: HttpRequest, policy_id: int) -> HttpResponse:
    """Edit a policy."""
    found = Policy.objects.select_related("channel").filter(is_active=True)
    return _work(request, get_object_or_404(found, pk=policy_id))


@require_POST
@needs(Role.ADMIN)
def coverage(request: HttpRequest, policy_id: int | None = None) -> HttpResponse:
    """Show anew what the staffed hours make possible for what is typed."""
    policy = get_object_or_404(Policy, pk=policy_id) if policy_id is not None else None
    editor = Editor.open(policy, describing.read_words(), now=clock.now(), data=request.POST)
    return render(request, "settings/hours/coverage.html", _coverage(request, editor))


@require_POST
@needs(Role.ADMIN)
def sentence(request: HttpRequest) -> HttpResponse:
    """Say to which tickets the ticked conditions apply, while somebody ticks them."""
    names = describing.read_words()
    form = Editor.open(None, names, now=clock.now(), data=request.POST).conditions
    said = ""
    if form is not None and form.is_valid():
        said = conditions.sentence(form.conditions(), names.known)
    return render(request, "settings/policies/sentence.html", {"sentence": said})


def _work(request: HttpRequest, policy: Policy | None) -> HttpResponse:
    """Show the fields; with what was typed show what it would change, or save it."""
    now = clock.now()
    data = request.POST if request.method == "POST" else None
    editor = Editor.open(policy, describing.read_words(), now=now, data=data)
    if data is None:
        return _show(request, editor)
    if not editor.is_valid():
        return _show(request, editor, status=REFUSED)
    by = person_of(request)
    is_seen = data.get("do") == "save" and data.get("seen") == editor.fingerprint()
    try:
        if is_seen:
            version = _save(editor, policy, by=by, now=now)()
            return _saved(request, version, now=now)
        found = _preview(request, editor, policy, by=by, now=now)
    except Refusal as refusal:
        editor.refuse(refusal)
        return _show(request, editor, status=REFUSED)
    return _show(request, editor, found=found, changed=data.get("do") == "save")


def _save(
    editor: Editor, policy: Policy | None, *, by: Person, now: datetime, reason: str = ""
) -> Callable[[], PolicyVersion]:
    """Give the deed that is asked for; in a preview a reason may still be missing."""
    wanted, holds_from = editor.wanted(), editor.holds_from()
    if policy is None:
        return lambda: actions.make(wanted, holds_from=holds_from, by=by, now=now)
    if reason and not wanted.reason.strip():
        wanted = type(wanted)(
            wanted.name, wanted.spec, wanted.conditions, wanted.is_confirmed, reason
        )
    return lambda: actions.edit(policy, wanted, holds_from=holds_from, by=by, now=now)


def _preview(
    request: HttpRequest, editor: Editor, policy: Policy | None, *, by: Person, now: datetime
) -> PreviewView:
    holds_from = editor.holds_from()
    channel_id = policy.channel_id if policy else None
    found = preview(
        _save(editor, policy, by=by, now=now, reason="preview"),
        holds_from=holds_from,
        now=now,
        channel_ids=None if channel_id is None else [channel_id],
    )
    times = times_for(by.time_zone, now)
    return make_preview(found, times, starts_at=holds_from if holds_from > now else None)


def _saved(request: HttpRequest, version: PolicyVersion, *, now: datetime) -> HttpResponse:
    if version.valid_from > now:
        messages.success(request, _("Saved. It begins on the day you chose."))
    else:
        messages.success(request, _("Saved. It is being applied to the open tickets."))
    address = reverse("policy", args=[version.policy_id])
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _show(
    request: HttpRequest,
    editor: Editor,
    *,
    found: PreviewView | None = None,
    changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    before = editor.before
    context: dict[str, Any] = {
        "editor": editor,
        "policy": editor.policy,
        "sentence": _sentence(editor),
        "preview": found,
        "seen": editor.fingerprint() if found is not None else "",
        "changed_since": changed,
        **_coverage(request, editor),
        "planned": before if before and before.valid_from > editor.now else None,
        "times": times_for(person_of(request).time_zone, editor.now),
        "zone": merchant_zone().key,
    }
    template = "settings/policies/edit.html"
    if request.headers.get("HX-Request") == "true":
        template = "settings/policies/editor.html"
    return render(request, template, context, status=status)


def _coverage(request: HttpRequest, editor: Editor) -> dict[str, Any]:
    policy = editor.policy
    return {
        "look": coverage_of(editor, now=editor.now, asked=editor.data),
        "words": words,
        "form_id": "policy-form",
        "cover_address": (
            reverse("policy_coverage", args=[policy.pk])
            if policy
            else reverse("new_policy_coverage")
        ),
    }


def _sentence(editor: Editor) -> str:
    form = editor.conditions
    if form is None:
        return ""
    if form.is_bound:
        asked = form.conditions() if form.is_valid() else {}
    else:
        asked = editor.before.conditions if editor.before else {}
    return conditions.sentence(asked, editor.words.known)
