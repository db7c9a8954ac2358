"""Channels: the list, one channel's promise, going live and back, another channel by hand."""

from __future__ import annotations

from datetime import datetime, time

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from comptoir.channels.kernel.catalogue import card_of
from comptoir.inbox import connecting
from comptoir.merchant.models import Channel, Connection, Role
from comptoir.sla.models import PolicyVersion
from comptoir.storage import clock
from comptoir.storage.sorting import in_order
from comptoir.tickets.signing import signature_on
from comptoir.web.accounts.guards import needs, person_of
from comptoir.web.present.times import times_for
from comptoir.web.settings_pages import choices, policy_words, reads, rows, words
from comptoir.web.settings_pages.apis.adding import serve_more
from comptoir.web.settings_pages.figures import figures_of
from comptoir.web.settings_pages.forms import NewChannel, Start


@require_GET
@needs(Role.ADMIN)
def show_list(request: HttpRequest) -> HttpResponse:
    """List all channels."""
    now = clock.now()
    context = {
        "rows": reads.channels(now=now),
        "times": times_for(person_of(request).time_zone, now),
    }
    return render(request, "settings/channels/list.html", context)


@require_GET
@needs(Role.ADMIN)
def show(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Show one channel with all versions of what is promised on it."""
    now = clock.now()
    channel = get_object_or_404(Channel.objects.select_related("brand"), pk=channel_id)
    versions = PolicyVersion.objects.filter(policy__channel=channel).select_related(
        "policy", "made_by"
    )
    current = reads.current_versions(now=now).get(channel.pk)
    shown = [
        (version, policy_words.of_version(version), policy_words.sentences(version.spec))
        for version in versions.order_by("policy__position", "-number")
    ]
    times = times_for(person_of(request).time_zone, now)
    context = {
        "channel": channel,
        "figures": figures_of(channel, times),
        "signature": signature_on(channel, person_of(request)),
        "state": words.state(channel),
        "marketplace": reads.marketplace_name(channel),
        "versions": shown,
        "current_id": current.pk if current else None,
        "routes": channel.routes.select_related("connection"),
        "teams": in_order(channel.teams.all()),
        "times": times,
    }
    return render(request, "settings/channels/channel.html", context)


@require_http_methods(["GET", "POST"])
@needs(Role.ADMIN)
def go_live(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Ask whether replies shall leave from now on, then let them."""
    channel = get_object_or_404(Channel, pk=channel_id)
    if request.method == "GET":
        return render(request, "settings/channels/go_live.html", {"channel": channel})
    connecting.go_live(channel.pk, by=person_of(request), now=clock.now())
    messages.success(request, _("%(channel)s is live: replies leave.") % {"channel": channel.name})
    return redirect("channels")


@require_http_methods(["GET", "POST"])
@needs(Role.ADMIN)
def watch(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Ask whether a channel shall only be watched, then lock its outbox."""
    channel = get_object_or_404(Channel, pk=channel_id)
    if request.method == "GET":
        return render(request, "settings/channels/watch.html", {"channel": channel})
    connecting.watch(channel.pk, by=person_of(request), now=clock.now())
    text = _("%(channel)s is only watched: no reply leaves.") % {"channel": channel.name}
    messages.success(request, text)
    return redirect("channels")


@require_http_methods(["GET", "POST"])
@needs(Role.ADMIN)
def add(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Add a channel to a connection that is there."""
    now = clock.now()
    connection = get_object_or_404(Connection, pk=connection_id)
    if (card := card_of(connection.kind)) is not None:
        return serve_more(request, connection, card)
    row = rows.blank(0)
    start = Start(initial={"starts_on": choices.midnight(now).date(), "watch": "0"})
    if request.method == "POST":
        data = request.POST.copy()
        data["c0-is_wanted"] = "on"
        row, start = rows.typed(data, [], count=1)[0], Start(data)
        if start.is_valid() and row.form.is_valid():
            return _store(request, connection, row.form, start)
    context = {"connection": connection, "row": row, "start": start, "brands": rows.brands()}
    status = 422 if request.method == "POST" else 200
    return render(request, "settings/channels/add.html", context, status=status)


def _store(
    request: HttpRequest, connection: Connection, form: NewChannel, start: Start
) -> HttpResponse:
    starts_at = datetime.combine(start.cleaned_data["starts_on"], time(), choices.merchant_zone())
    new = rows.new_channel(
        form.cleaned_data, starts_at=starts_at, is_watched_only=start.cleaned_data["watch"]
    )
    channel = connecting.add_channel(connection, new, by=person_of(request), now=clock.now())
    messages.success(request, _("%(channel)s was added.") % {"channel": channel.name})
    return redirect("channel", channel.pk)
