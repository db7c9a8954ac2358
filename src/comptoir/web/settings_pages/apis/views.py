"""Connecting an account: what can be connected, the guided page of each, the consent, the channels."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir.channels.kernel import catalogue
from comptoir.channels.kernel.card import Card
from comptoir.inbox import serving, trials
from comptoir.inbox.connections import stored_secrets
from comptoir.inbox.trials import NoSuchTrial, Purpose, Trial
from comptoir.merchant.models import Connection, Role
from comptoir.storage import clock
from comptoir.web.accounts.guards import needs, person_of
from comptoir.web.settings_pages import choices
from comptoir.web.settings_pages import rows as mail_rows
from comptoir.web.settings_pages.apis import choosing, rows
from comptoir.web.settings_pages.apis.forms import Account, stored
from comptoir.web.settings_pages.apis.guide import guide_of, marketplace_names, return_address
from comptoir.web.settings_pages.background import in_background
from comptoir.web.settings_pages.forms import Start


@require_GET
@needs(Role.ADMIN)
def choose(request: HttpRequest) -> HttpResponse:
    """Show what can be connected; with a few letters only what fits them."""
    wanted = request.GET.get("q", "")[:80]
    context = {"offer": choosing.offer(wanted), "wanted": wanted}
    part = request.headers.get("HX-Request") == "true"
    page = "settings/apis/offer.html" if part else "settings/apis/choose.html"
    return render(request, page, context)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@needs(Role.ADMIN)
def account(request: HttpRequest, kind: str) -> HttpResponse:
    """Guide through what to create at the vendor, take what was created, and begin the trial."""
    card = _card(kind)
    before = _trial_before(request, kind)
    kept = before.secrets if before else {}
    if request.method == "POST":
        form = Account(request.POST, card=card, kept=kept, row=None)
        if form.is_valid() and (known := serving.is_known(kind, form.values(), form.secrets())):
            said = _("This account is connected already, as %(name)s. Add channels to it instead.")
            form.add_error(None, said % {"name": known.name})
        if form.is_valid():
            return _begin(request, card, form, Purpose.CONNECT)
        return _guided(request, card, form, before=before, status=422)
    initial = stored(card, before.name, before.values) if before else _beginning(request, card)
    return _guided(
        request, card, Account(initial=initial, card=card, kept=kept, row=None), before=before
    )


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@needs(Role.ADMIN)
def change(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Change a stored account, or consent anew; it is tried before it is stored."""
    row = get_object_or_404(Connection, pk=connection_id)
    card = _card(row.kind)
    kept = stored_secrets(row)
    if request.method == "POST":
        form = Account(request.POST, card=card, kept=kept, row=row)
        if form.is_valid():
            return _begin(request, card, form, Purpose.CHANGE, row=row)
        return _guided(request, card, form, row=row, status=422)
    initial = stored(card, row.name, row.settings)
    return _guided(request, card, Account(initial=initial, card=card, kept=kept, row=row), row=row)


@require_GET
@needs(Role.ADMIN)
def come_back(request: HttpRequest) -> HttpResponse:
    """Take in a person whom a vendor sent back: they agreed there, or did not."""
    person, now = person_of(request), clock.now()
    query = {name: str(value) for name, value in request.GET.items()}
    key = query.get("state", "")
    try:
        trials.agreed(key, query, return_address(), by=person, now=now)
    except NoSuchTrial:
        text = _("This trial is over: it was used already, or its hour has passed. Begin again.")
        messages.error(request, text)
        return redirect("connect")
    in_background(lambda: trials.run(key, clock=clock.now), name="trial")
    return redirect("trial", key)


@require_POST
@needs(Role.ADMIN)
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Store the account with the channels it serves, or add another row first."""
    person, now = person_of(request), clock.now()
    try:
        trial = trials.find(key, by=person, now=now)
    except NoSuchTrial:
        messages.error(request, _("This trial is over. Begin again."))
        return redirect("connect")
    card = _card(trial.kind)
    if trial.purpose is not Purpose.CONNECT or not trial.progress.works:
        return redirect("trial", key)
    count = request.POST.get("count", "1")
    made = rows.typed(card, request.POST, count=int(count) if count.isdecimal() else 1)
    start = Start(request.POST)
    if "add" in request.POST:
        made = [*(rows.as_typed(card, row) for row in made), rows.blank(card, len(made))]
        again = Start(initial={name: start[name].value() for name in start.fields})
        return render(request, "settings/apis/trial.html", context(trial, made, again))
    good = [row.form.is_valid() for row in made]
    if not start.is_valid() or not all(good):
        page = context(trial, made, start)
        return render(request, "settings/apis/trial.html", page, status=422)
    return _store(request, key, made, start)


def context(trial: Trial, made: list[rows.Row], start: Start) -> dict[str, Any]:
    """Give what the page of an account on trial shows."""
    card = _card(trial.kind)
    return {
        "trial": trial,
        "progress": trial.progress,
        "is_silent": trial.progress.is_silent(now=clock.now()),
        "guide": guide_of(card),
        "consent_url": _consent_url(trial) if trial.progress.wants_consent else "",
        "rows": made,
        "start": start,
        "brands": mail_rows.brands() if made else [],
        "back": _back(trial),
    }


def trial_page(request: HttpRequest, trial: Trial) -> HttpResponse:
    """Show an account on trial: waiting for the consent, at work, failed, or its channels."""
    card = _card(trial.kind)
    is_good = trial.purpose is Purpose.CONNECT and trial.progress.is_over and trial.progress.works
    made = [rows.first(card, request.GET.get("for", ""), trial.name)] if is_good else []
    start = Start(initial={"starts_on": choices.midnight(clock.now()).date(), "watch": "0"})
    return render(request, "settings/apis/trial.html", context(trial, made, start))


def _begin(
    request: HttpRequest, card: Card, form: Account, purpose: Purpose, row: Connection | None = None
) -> HttpResponse:
    consents = card.consent and "consent" in request.POST
    key = trials.begin(
        purpose, card.kind, form.cleaned_data["account_name"], form.values(), form.secrets(),
        by=person_of(request), now=clock.now(), connection_id=row.pk if row else None,
        wants_consent=consents,
    )  # fmt: skip
    if not consents:
        in_background(lambda: trials.run(key, clock=clock.now), name="trial")
    wanted = request.POST.get("for", "")
    return redirect(
        reverse("trial", args=[key]) + (f"?{urlencode({'for': wanted})}" if wanted else "")
    )


def _store(request: HttpRequest, key: str, made: list[rows.Row], start: Start) -> HttpResponse:
    person, now = person_of(request), clock.now()
    starts_at = datetime.combine(start.cleaned_data["starts_on"], time(), choices.merchant_zone())
    new = rows.new_channels(made, starts_at=starts_at, is_watched_only=start.cleaned_data["watch"])
    try:
        with transaction.atomic():
            taken = trials.take(key, by=person, now=now)
            row = serving.connect_account(
                taken.kind, taken.name, taken.values, taken.secrets, new=new,
                existing=rows.existing(made), ends=taken.ends, by=person, now=now,
            )  # fmt: skip
    except NoSuchTrial:
        messages.error(request, _("This trial is over. Begin again."))
        return redirect("connect")
    return redirect("connection", row.pk)


def _beginning(request: HttpRequest, card: Card) -> dict[str, str]:
    """Name the account like the marketplace somebody came for, else like the connector."""
    wanted = request.GET.get("for", "")
    known = (
        marketplace_names([wanted])
        if wanted in serving.served_by(card)
        else [card.named(get_language() or "en")]
    )
    return {"account_name": known[0]}


def _guided(
    request: HttpRequest,
    card: Card,
    form: Account,
    *,
    before: Trial | None = None,
    row: Connection | None = None,
    status: int = 200,
) -> HttpResponse:
    page = {
        "guide": guide_of(card),
        "form": form,
        "trial": before,
        "row": row,
        "wanted": request.POST.get("for") or request.GET.get("for", ""),
    }
    return render(request, "settings/apis/account.html", page, status=status)


def _consent_url(trial: Trial) -> str:
    """Give the vendor's page on which a person consents; empty where the settings forbid it."""
    make = getattr(catalogue.module_of(trial.kind), "consent_url", None)
    if make is None:
        return ""
    url = str(make(trial.values, trial.secrets, state=trial.key, redirect_url=return_address()))
    return url if url.startswith(("https://", "http://127.0.0.1", "http://localhost")) else ""


def _back(trial: Trial) -> str:
    """Give the page on which what was typed can be changed."""
    if trial.connection_id is not None:
        return reverse("change_account", args=[trial.connection_id])
    return reverse("connect_account", args=[trial.kind]) + "?" + urlencode({"trial": trial.key})


def _card(kind: str) -> Card:
    card = catalogue.card_of(kind)
    if card is None:
        raise Http404(kind)
    return card


def _trial_before(request: HttpRequest, kind: str) -> Trial | None:
    """Give the trial somebody came back from to change what they typed."""
    key = request.GET.get("trial") or request.POST.get("trial")
    if not key:
        return None
    try:
        trial = trials.find(key, by=person_of(request), now=clock.now())
    except NoSuchTrial:
        return None
    return trial if trial.kind == kind else None
