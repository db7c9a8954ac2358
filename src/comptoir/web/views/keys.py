"""The sheet of keys, fetched when somebody asks for it, and the keys a person chose."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from comptoir.merchant.actions import display
from comptoir.web.present import keys
from comptoir.web.views.asking import person_in


@require_GET
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Give the sheet as a fragment."""
    chosen = keys.chosen_by(person_in(request).display)
    groups = [
        (place.title, [(keys.printed(one.key, chosen), one.label) for one in place.commands])
        for place in keys.places()
    ]
    return render(request, "layout/keys.html", {"groups": groups})


@require_http_methods(["GET", "POST"])
@login_required
def choose(request: HttpRequest) -> HttpResponse:
    """Choose other single keys, or none: what is typed by mistake must never do harm."""
    person, labels = person_in(request), keys.single_keys()
    chosen, problems = keys.chosen_by(person.display), {}
    are_off = keys.are_off(person.display)
    if request.method == "POST":
        are_off = "on" not in request.POST
        wanted = {key: request.POST.get(f"key-{key}", "").strip() or key for key in labels}
        if "reset" in request.POST:
            wanted = {key: key for key in labels}
        problems = _problems(wanted)
        chosen = {key: other for key, other in wanted.items() if other != key}
        if not problems:
            display.change(by=person, keys={"off": are_off, "map": chosen})
            messages.success(request, _("Saved."))
            return redirect("keys_of_mine")
    rows = [
        {"key": key, "label": label, "chosen": chosen.get(key, key), "problem": problems.get(key)}
        for key, label in labels.items()
    ]
    values = {"rows": rows, "are_on": not are_off, "has_problems": bool(problems)}
    return render(request, "settings/profile/keys.html", values, status=422 if problems else 200)


def _problems(wanted: dict[str, str]) -> dict[str, str]:
    """Say for each command why it cannot have the key it was given."""
    problems = {}
    for key, other in wanted.items():
        if len(other) != 1 or not other.isprintable():
            problems[key] = _("Type one letter or sign.")
        elif other == keys.GO:
            problems[key] = _("g opens the views. Choose another key.")
        elif twin := next(
            (one for one, given in wanted.items() if given == other and one != key), ""
        ):
            problems[key] = _("%(key)s is the key of two commands. Choose another one here or for “%(other)s”.") % {
                "key": other, "other": keys.single_keys()[twin],
            }  # fmt: skip
    return problems
