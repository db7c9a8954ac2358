"""What a button on the ticket page answers: the page's parts anew, a toast, or the next ticket.

With htmx the parts are swapped in place and the composer stays as it is; without scripts the
browser is sent back to the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from comptoir.storage import clock
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Message
from comptoir.tickets.queries import SHOWN_AT_FIRST, ticket_for
from comptoir.web.present import refusals
from comptoir.web.present.times import Times, times_for
from comptoir.web.present.toasts import Toast, packed
from comptoir.web.views import coming
from comptoir.web.views.asking import number_in, person_in, rights_in
from comptoir.web.views.reading import read_ticket

HELD_STATUS = 409
WROTE_MAX, WROTE_CHARS = 3, 600
REFUSED_STATUS = 422


@dataclass(frozen=True, slots=True)
class Wrote:
    """What came in while somebody wrote."""

    id: int
    who: str
    time: str
    text: str


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
    view = read_ticket(rights_in(request), ticket_id, times_of(request), shown=_shown_in(request))
    context = {"ticket": view, "as_parts": True, "with_composer": composer, "toast": toast}
    return render(request, "ticket/parts.html", context)


def _shown_in(request: HttpRequest) -> int:
    """Tell how many messages the page shows already: what was unfolded stays."""
    asked = number_in(request.GET.get("shown") or request.POST.get("shown"))
    return max(asked or 0, SHOWN_AT_FIRST)


def go_on(request: HttpRequest, address: str, toast: Toast | None = None) -> HttpResponse:
    """Send the browser to another page, where the toast appears."""
    if toast:
        messages.add_message(request, messages.SUCCESS, toast.text, extra_tags=packed(toast))
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def refuse(request: HttpRequest, ticket_id: int, refused: Refused) -> HttpResponse:
    """Say beside the composer why nothing was done; a held reply can be sent all the same."""
    coming.pass_over(request, ticket_id)
    is_wrote = refusals.HELD.get(refused.code) == "wrote" and is_htmx(request)
    wrote = _wrote(request, ticket_id, refused) if is_wrote else ()
    return notice(request, refused, f"/tickets/{ticket_id}", wrote=wrote)


def notice(
    request: HttpRequest, refused: Refused, address: str, *, wrote: Sequence[Wrote] = ()
) -> HttpResponse:
    """Say above a text why it was not sent; without scripts on the page at `address`."""
    text = refusals.say(refused, times_of(request))
    if not is_htmx(request):
        messages.error(request, text)
        return redirect(address)
    hold = refusals.HELD.get(refused.code, "")
    into = refused.values.get("into")
    context = {
        "text": text,
        "hold": hold,
        "wrote": wrote,
        "new_key": uuid4().hex if refused.code == "sent_otherwise" else "",
        "go_to": f"/tickets/{into}" if into else "",
    }
    status = HELD_STATUS if hold else REFUSED_STATUS
    return render(request, "ticket/notice.html", context, status=status)


def _wrote(request: HttpRequest, ticket_id: int, refused: Refused) -> list[Wrote]:
    """Give what the writer has not seen: the words of the buyer and of colleagues since."""
    ticket = ticket_for(rights_in(request), ticket_id)
    after = ticket.messages.filter(pk__gt=refused.values.get("after", 0))
    after = after.filter(author__in=[Message.Author.BUYER, Message.Author.AGENT])
    after = after.exclude(state__in=[Message.State.NOTE, Message.State.CANCELLED])
    after = after.exclude(kind__in=["auto_reply", "bounce"])
    times = times_of(request)
    return [
        Wrote(one.pk, one.from_name, times.clock(one.occurred_at), one.new_text[:WROTE_CHARS])
        for one in after.order_by("pk")[:WROTE_MAX]
    ]


def complain(request: HttpRequest, ticket_id: int, refused: Refused) -> HttpResponse:
    """Say in a toast why a verb did nothing, and show the ticket as it is.

    Its status leaves a dialog open from which the verb came; a script shows the words in there.
    """
    text = refusals.say(refused, times_of(request))
    answer = parts(request, ticket_id, toast=Toast(text, is_bad=True))
    if is_htmx(request):
        answer.status_code = REFUSED_STATUS
    return answer


def gone(request: HttpRequest) -> HttpResponse:
    """Say that there is no such ticket, or none this person may see."""
    context = {"headline": _("There is no such ticket, or you may not see it.")}
    return render(request, "layout/nothing.html", context, status=404)


def is_htmx(request: HttpRequest) -> bool:
    """Tell whether a script asks."""
    return request.headers.get("HX-Request") == "true"
