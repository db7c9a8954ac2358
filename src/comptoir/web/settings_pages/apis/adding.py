"""One channel more for an account: one that is there, or a new one."""

from __future__ import annotations

from datetime import datetime, time

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from comptoir.channels.kernel.card import Card
from comptoir.inbox import connecting, serving
from comptoir.merchant.models import Connection
from comptoir.storage import clock
from comptoir.web.accounts.guards import person_of
from comptoir.web.settings_pages import choices
from comptoir.web.settings_pages import rows as mail_rows
from comptoir.web.settings_pages.apis import rows
from comptoir.web.settings_pages.forms import Start


def serve_more(request: HttpRequest, connection: Connection, card: Card) -> HttpResponse:
    """Ask which channel, then let the account serve it."""
    made = [rows.blank(card, 0)]
    start = Start(initial={"starts_on": choices.midnight(clock.now()).date(), "watch": "0"})
    status = 200
    if request.method == "POST":
        made, start = rows.typed(card, request.POST, count=1), Start(request.POST)
        if start.is_valid() and made[0].form.is_valid():
            _store(request, connection, made, start)
            messages.success(request, _("The channel was added."))
            return redirect("connection", connection.pk)
        status = 422
    page = {"connection": connection, "rows": made, "start": start, "brands": mail_rows.brands()}
    return render(request, "settings/apis/add.html", page, status=status)


@transaction.atomic
def _store(
    request: HttpRequest, connection: Connection, made: list[rows.Row], start: Start
) -> None:
    person, now = person_of(request), clock.now()
    starts_at = datetime.combine(start.cleaned_data["starts_on"], time(), choices.merchant_zone())
    watched = start.cleaned_data["watch"]
    for new in rows.new_channels(made, starts_at=starts_at, is_watched_only=watched):
        connecting.add_channel(connection, new, by=person, now=now)
    for channel_id in rows.existing(made):
        serving.serve(connection, channel_id, by=person, now=now)
