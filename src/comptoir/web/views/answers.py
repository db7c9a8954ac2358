"""What a button on the ticket page answers: the page's parts anew, a toast, or the next ticket.

With htmx the parts are swapped in place and the composer stays as it is; without scripts the
browser is sent back to the page.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from comptoir.storage import clock
from comptoir.tickets.actions.errors import Refused
from comptoir.web.present import refusals
from comptoir.web.present.times import Times, times_for
from comptoir.web.present.toasts import Toast, packed
from comptoir.web.views.asking import person_in, rights_in
from comptoir.web.views.reading import read_ticket

HELD_STATUS = 409
REFUSED_STATUS = 422


def times_of(request: HttpRequest) -> Times:
    """Tell the time to whoever asks."""
    return times_for(person_in(request).time_zone, clock.now())


def parts(
    request: HttpRequest,
    ticket_id: int,
    *,
    toast: Toast | None = None,
    composer: bool = False,
) -> HttpResponse:
    """Give the page's parts anew; the composer only when it was emptied."""
    if not is_htmx(request):
        if toast:
            messages.add_message(request, messages.SUCCESS, toast.text, extra_tags=packed(toast))
        return redirect("ticket", ticket_id)
    view = read_ticket(rights_in(request), ticket_id, times_of(request))
    context = {"ticket": view, "as_parts": True, "with_composer": composer, "toast": toast}
    return render(request, "ticket/parts.html", context)


def go_on(request: HttpRequest, address: str, toast: Toast | None = None) -> HttpResponse:
    """Send the browser to another page, where the toast appears."""
    if toast:
        messages.add_message(request, messages.SUCCESS, toast.text, extra_tags=packed(toast))
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def refuse(request: HttpRequest, ticket_id: int, refused: Refused) -> HttpResponse:
    """Say beside the composer why nothing was done; a held reply can be sent all the same."""
    text = refusals.say(refused, times_of(request))
    held = refused.code in refusals.HELD
    if not is_htmx(request):
        messages.error(request, text)
        return redirect("ticket", ticket_id)
    context = {"text": text, "held": held, "ticket_id": ticket_id}
    status = HELD_STATUS if held else REFUSED_STATUS
    return render(request, "ticket/notice.html", context, status=status)


def complain(request: HttpRequest, ticket_id: int, refused: Refused) -> HttpResponse:
    """Say in a toast why a verb did nothing, and show the ticket as it is."""
    text = refusals.say(refused, times_of(request))
    return parts(request, ticket_id, toast=Toast(text, is_bad=True))


def gone(request: HttpRequest) -> HttpResponse:
    """Say that there is no such ticket, or none this person may see."""
    context = {"headline": _("There is no such ticket, or you may not see it.")}
    return render(request, "layout/nothing.html", context, status=404)


def is_htmx(request: HttpRequest) -> bool:
    """Tell whether a script asks."""
    return request.headers.get("HX-Request") == "true"
