"""Signatures: those of channels and brands for administrators, one's own for everybody."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comptoir.merchant.models import Brand, Channel, Role
from comptoir.replies import guard
from comptoir.replies.actions import signatures
from comptoir.replies.errors import NotKept
from comptoir.rulebook import capability
from comptoir.storage import clock
from comptoir.storage.sorting import in_order
from comptoir.tickets.signing import signature_on
from comptoir.web.accounts.guards import needs, person_of
from comptoir.web.present.names import channel_name
from comptoir.web.templates import words

REFUSED = 422


@require_http_methods(["GET", "POST"])
@needs(Role.ADMIN)
def show(request: HttpRequest) -> HttpResponse:
    """Show and change the signatures of brands and channels."""
    brands = in_order(Brand.objects.all())
    channels = in_order(Channel.objects.filter(is_active=True).select_related("brand"))
    wrong: dict[str, str] = {}
    if request.method == "POST":
        wrong = _store(request, brands, channels)
        if not wrong:
            messages.success(request, _("Saved."))
            return redirect("signatures")
    person = person_of(request)
    context = {
        "brands": [
            (f"brand-{brand.pk}", brand.name, _typed(request, f"brand-{brand.pk}", brand.signature))
            for brand in brands
        ],
        "channels": [
            (
                f"channel-{channel.pk}",
                channel_name(channel.name),
                _typed(request, f"channel-{channel.pk}", channel.signature),
                made := signature_on(channel, person),
                [_(one.rule) for one in guard.findings(made, _rules(channel))],
            )
            for channel in channels
        ],
        "wrong": wrong,
    }
    status = REFUSED if wrong else 200
    return render(request, "settings/templates/signatures.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs(Role.AGENT)
def own(request: HttpRequest) -> HttpResponse:
    """Show and change one's own lines, and what buyers read below a reply on each channel."""
    person, wrong = person_of(request), ""
    if request.method == "POST":
        text = request.POST.get("signature", "").replace("\0", "")
        try:
            signatures.of_oneself(text, by=person, now=clock.now())
        except NotKept as refused:
            wrong = words.explain(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("own_signature")
    mine = Channel.objects.filter(is_active=True, pk__in=_channel_ids(request))
    channels = in_order(mine.select_related("brand"))
    context = {
        "text": _typed(request, "signature", person.signature),
        "wrong": wrong,
        "below": [
            (channel_name(channel.name), signature_on(channel, person)) for channel in channels
        ],
    }
    return render(
        request, "settings/profile/signature.html", context, status=REFUSED if wrong else 200
    )


def _store(request: HttpRequest, brands: list[Brand], channels: list[Channel]) -> dict[str, str]:
    """Store all or nothing; give what is wrong, by field."""
    by, now = person_of(request), clock.now()
    wrong: dict[str, str] = {}
    with transaction.atomic():
        for kind, rows, verb in (
            ("brand", brands, signatures.of_brand),
            ("channel", channels, signatures.of_channel),
        ):
            for row in rows:
                name = f"{kind}-{row.pk}"
                try:
                    if name in request.POST:
                        verb(row.pk, request.POST[name].replace("\0", ""), by=by, now=now)
                except NotKept as refused:
                    wrong[name] = words.explain(refused)
        if wrong:
            transaction.set_rollback(True)
    return wrong


def _typed(request: HttpRequest, name: str, stored: str) -> str:
    return request.POST.get(name, stored) if request.method == "POST" else stored


def _rules(channel: Channel) -> tuple[str, ...]:
    return capability(channel.marketplace).forbidden_content


def _channel_ids(request: HttpRequest) -> tuple[int, ...]:
    rights = request.rights  # type: ignore[attr-defined]  # set by PersonMiddleware
    return tuple(rights.channel_ids)
