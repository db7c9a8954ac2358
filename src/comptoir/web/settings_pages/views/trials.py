"""A trial: how far it got, its verdict, and what is done with it."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comptoir.channels.kernel import catalogue
from comptoir.inbox import connecting, endings, trials
from comptoir.inbox.trials import NoSuchTrial, Purpose, Trial
from comptoir.merchant.models import Role
from comptoir.storage import clock
from comptoir.web.accounts.guards import needs, person_of
from comptoir.web.settings_pages import choices, rows, words
from comptoir.web.settings_pages.apis.views import context, trial_page
from comptoir.web.settings_pages.background import in_background
from comptoir.web.settings_pages.forms import Start
from comptoir.web.settings_pages.rows import Row

PAGES = {
    Purpose.CONNECT: "settings/connect/trial.html",
    Purpose.CHANGE: "settings/connections/trial.html",
    Purpose.CHECK: "settings/connections/trial.html",
}


@require_GET
@needs(Role.ADMIN)
def show(request: HttpRequest, key: str) -> HttpResponse:
    """Show a trial: at work, failed, or with its verdict and the channels to confirm."""
    try:
        trial = _find(request, key)
    except NoSuchTrial:
        return _gone(request)
    if catalogue.card_of(trial.kind) is not None:
        return trial_page(request, trial)
    verdict = trial.progress.verdict
    made = rows.of_guesses(verdict.guesses) if verdict else []
    if verdict and not made:
        made = [rows.blank(0)]
    start = Start(initial={"starts_on": choices.midnight(clock.now()).date(), "watch": "0"})
    return render(request, PAGES[trial.purpose], _context(trial, made, start))


@require_GET
@needs(Role.ADMIN)
def progress(request: HttpRequest, key: str) -> HttpResponse:
    """Show how far a trial got; the page is asked for anew when it is over."""
    try:
        trial = _find(request, key)
    except NoSuchTrial:
        return HttpResponse(headers={"HX-Redirect": reverse("channels")})
    if trial.progress.is_over:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if catalogue.card_of(trial.kind) is not None:
        made = context(trial, [], Start())
        return render(request, "settings/apis/progress.html", made)
    return render(request, "settings/connect/progress.html", _context(trial, [], None))


@require_POST
@needs(Role.ADMIN)
def again(request: HttpRequest, key: str) -> HttpResponse:
    """Try the same account once more."""
    person, now = person_of(request), clock.now()
    try:
        with transaction.atomic():
            old = trials.take(key, by=person, now=now)
            new = trials.begin(
                old.purpose, old.kind, old.name, old.values, old.secrets,
                by=person, now=now, connection_id=old.connection_id,
            )  # fmt: skip
    except NoSuchTrial:
        return _gone(request)
    in_background(lambda: trials.run(new, clock=clock.now), name="trial")
    return redirect("trial", new)


@require_POST
@needs(Role.ADMIN)
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Store the mailbox with the channels that were confirmed, or add another row first."""
    try:
        trial = _find(request, key)
    except NoSuchTrial:
        return _gone(request)
    verdict = trial.progress.verdict
    if trial.purpose is not Purpose.CONNECT or verdict is None:
        return redirect("trial", key)
    made = rows.typed(request.POST, verdict.guesses, count=_count(request))
    start = Start(request.POST)
    if "add" in request.POST:
        made = [*(_as_typed(row) for row in made), rows.blank(len(made))]
        return render(request, PAGES[trial.purpose], _context(trial, made, _unbound(start)))
    wanted = [row for row in made if request.POST.get(row.form.add_prefix("is_wanted"))]
    problem = "" if wanted else _("Tick at least one channel, or add one by hand.")
    good = [row.form.is_valid() for row in made]
    if not start.is_valid() or not all(good) or problem:
        context = _context(trial, made, start) | {"problem": problem}
        return render(request, PAGES[trial.purpose], context, status=422)
    return _store(request, trial, wanted, start)


@require_POST
@needs(Role.ADMIN)
def store_change(request: HttpRequest, key: str) -> HttpResponse:
    """Store the changed settings of a connection."""
    person, now = person_of(request), clock.now()
    try:
        with transaction.atomic():
            trial = trials.take(key, by=person, now=now)
            number = trial.connection_id if trial.purpose is Purpose.CHANGE else None
            if number is not None:
                connecting.change_connection(
                    number, trial.values, trial.secrets, by=person, now=now, name=trial.name
                )
                for name, ends_at in trial.ends.items():
                    endings.note(number, name, ends_at)
    except NoSuchTrial:
        return _gone(request)
    if number is None:
        return _gone(request)
    messages.success(request, _("Saved. It is read with the new settings within a minute."))
    return redirect("connection", number)


@require_GET
@needs(Role.ADMIN)
def promise(request: HttpRequest) -> HttpResponse:
    """Show the promise a channel of that marketplace and country would begin with."""
    chosen = {name.rpartition("-")[2]: str(value) for name, value in request.GET.items()}
    found = rows.promise_of(chosen.get("marketplace", ""), chosen.get("country", ""))
    return render(request, "settings/policies/promise.html", {"promise": found})


def _store(request: HttpRequest, trial: Trial, wanted: list[Row], start: Start) -> HttpResponse:
    person, now = person_of(request), clock.now()
    starts_at = datetime.combine(start.cleaned_data["starts_on"], time(), choices.merchant_zone())
    channels = [
        rows.new_channel(
            row.form.cleaned_data,
            starts_at=starts_at,
            is_watched_only=start.cleaned_data["watch"],
        )
        for row in wanted
    ]
    try:
        with transaction.atomic():
            taken = trials.take(trial.key, by=person, now=now)
            row = connecting.connect(
                taken.kind, taken.name, taken.values, taken.secrets, channels, by=person, now=now
            )
    except NoSuchTrial:
        return _gone(request)
    total = trial.progress.verdict.total_count if trial.progress.verdict else 0
    return redirect(f"{reverse('connection', args=[row.pk])}?expected={total}")


def _find(request: HttpRequest, key: str) -> Trial:
    return trials.find(key, by=person_of(request), now=clock.now())


def _gone(request: HttpRequest) -> HttpResponse:
    text = _("This trial is over: it was used already, or its hour has passed. Begin again.")
    messages.error(request, text)
    return redirect("channels")


def _count(request: HttpRequest) -> int:
    given = request.POST.get("count", "0")
    return int(given) if given.isdecimal() and len(given) < 4 else 0


def _as_typed(row: Row) -> Row:
    """Show a row again as it was typed, without complaints: somebody only added another one."""
    form = row.form
    initial = {name: form[name].value() for name in form.fields}
    again = type(form)(initial=initial, prefix=form.prefix)
    return Row(again, row.promise, row.guess)


def _unbound(start: Start) -> Start:
    return Start(initial={name: start[name].value() for name in start.fields})


def _context(trial: Trial, made: list[Row], start: Start | None) -> dict[str, Any]:
    now = clock.now()
    return {
        "trial": trial,
        "progress": trial.progress,
        "is_silent": trial.progress.is_silent(now=now),
        "explain": words.answer,
        "rows": made,
        "start": start,
        "brands": rows.brands() if made else [],
        "is_mail": trial.kind == "mail",
        "sends": bool(trial.values.get("smtp_host")),
        "problem": "",
    }
