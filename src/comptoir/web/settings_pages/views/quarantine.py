"""Quarantine: what could not be read, its source, and reading it again. Nothing is deleted here."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.db.models.functions import Length
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from comptoir.inbox import arrivals
from comptoir.merchant.models import Connection, Role
from comptoir.storage import clock
from comptoir.storage.models import RawItem
from comptoir.web.accounts.guards import needs, person_of
from comptoir.web.present.files import size_text
from comptoir.web.present.times import times_for
from comptoir.web.settings_pages import words

PAGE_COUNT = 50
SHOWN_BYTES = 20_000
RETRY_COUNT = 200
"""So many are read again at one click: more would keep the page waiting."""


@require_GET
@needs(Role.ADMIN)
def show_list(request: HttpRequest) -> HttpResponse:
    """List what could not be read, newest first."""
    found = RawItem.objects.filter(state=RawItem.State.QUARANTINED).order_by("-id")
    light = found.defer("content").annotate(size_bytes=Length(F("content")))
    page = Paginator(light, PAGE_COUNT).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "names": dict(Connection.objects.values_list("id", "name")),
        "explain": words.raw_problem,
        "size": size_text,
        "times": times_for(person_of(request).time_zone, clock.now()),
    }
    return render(request, "settings/quarantine/list.html", context)


@require_GET
@needs(Role.ADMIN)
def show(request: HttpRequest, raw_item_id: int) -> HttpResponse:
    """Show one item with the beginning of its source."""
    item = get_object_or_404(RawItem, pk=raw_item_id, state=RawItem.State.QUARANTINED)
    content = bytes(item.content)
    context = {
        "item": item,
        "size_bytes": len(content),
        "source": content[:SHOWN_BYTES].decode("utf-8", "replace").replace("\x00", "␀"),
        "is_cut": len(content) > SHOWN_BYTES,
        "connection": Connection.objects.filter(pk=item.connection_id).first(),
        "explain": words.raw_problem,
        "size": size_text,
        "times": times_for(person_of(request).time_zone, clock.now()),
    }
    return render(request, "settings/quarantine/item.html", context)


@require_GET
@needs(Role.ADMIN)
def download(request: HttpRequest, raw_item_id: int) -> HttpResponse:
    """Hand an item out as it came."""
    item = get_object_or_404(RawItem, pk=raw_item_id, state=RawItem.State.QUARANTINED)
    return HttpResponse(
        bytes(item.content),
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="mail-{item.pk}.eml"'},
    )


@require_POST
@needs(Role.ADMIN)
def retry(request: HttpRequest, raw_item_id: int) -> HttpResponse:
    """Read one item again."""
    if arrivals.retry(raw_item_id, now=clock.now(), by=person_of(request)):
        messages.success(request, _("It could be read, and is a message now."))
    else:
        messages.error(request, _("It still cannot be read."))
    return redirect("quarantine")


@require_POST
@needs(Role.ADMIN)
def retry_all(request: HttpRequest) -> HttpResponse:
    """Read what is there again, the oldest first."""
    waiting = RawItem.objects.filter(state=RawItem.State.QUARANTINED).order_by("id")
    ids = list(waiting.values_list("id", flat=True)[:RETRY_COUNT])
    now, person = clock.now(), person_of(request)
    count = sum(arrivals.retry(number, now=now, by=person) for number in ids)
    text = ngettext("%(num)d mail could be read.", "%(num)d mails could be read.", count)
    messages.success(request, text % {"num": count})
    if left := len(ids) - count:
        text = ngettext("%(num)d still cannot.", "%(num)d still cannot.", left) % {"num": left}
        messages.error(request, text)
    return redirect("quarantine")
