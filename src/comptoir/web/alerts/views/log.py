"""The log of messages that left the desk, or did not."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from comptoir.alerts import log
from comptoir.alerts.actions import deliveries
from comptoir.alerts.links import path_of
from comptoir.alerts.models import Delivery, Endpoint
from comptoir.alerts.words import say
from comptoir.core.refusals import Refusal
from comptoir.merchant.models import Role
from comptoir.storage import clock
from comptoir.storage.sorting import by_name
from comptoir.web.accounts.guards import needs, person_of
from comptoir.web.alerts import words
from comptoir.web.present.refusals import say_refusal
from comptoir.web.present.times import Times, times_for
from comptoir.web.views.asking import number_in, text_in


@dataclass(frozen=True, slots=True)
class Shown:
    """One message in words."""

    delivery: Delivery
    to: str
    way: str
    what: str
    more: str
    address: str
    state: str
    tone: str
    why: str
    answer: str
    may_retry: bool


@require_GET
@needs(Role.ADMIN)
def show(request: HttpRequest) -> HttpResponse:
    """Show a page of the log, of one endpoint, state or way if asked."""
    given = {name: text_in(request.GET, name) for name in ("endpoint", "state", "way")}
    asked = log.Asked(
        endpoint_id=number_in(given["endpoint"]),
        state=given["state"] if given["state"] in words.state_words() else "",
        transport=given["way"] if given["way"] in words.transport_words() else "",
        before=_moment(text_in(request.GET, "before")),
    )
    lines, older = log.page(asked)
    times = times_for(person_of(request).time_zone, clock.now())
    kept = {name: value for name, value in given.items() if value}
    values = {
        "lines": [_shown(line, times) for line in lines],
        "older": "?" + urlencode(kept | {"before": older.isoformat()}) if older else "",
        "is_first_page": asked.before is None,
        "newest": urlencode(kept),
        "asked": given,
        "endpoints": list(by_name(dict(Endpoint.objects.values_list("pk", "name"))).items()),
        "states": words.state_words(),
        "ways": words.transport_words(),
        "times": times,
    }
    return render(request, "settings/alerts/log.html", values)


@require_POST
@needs(Role.ADMIN)
def retry(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Have a message tried again."""
    try:
        deliveries.retry(str(delivery_id), by=person_of(request), now=clock.now())
    except Refusal as refusal:
        messages.error(request, say_refusal(refusal))
    else:
        messages.success(request, _("It is tried again now."))
    return redirect("alert_log")


def _shown(line: log.Line, times: Times) -> Shown:
    delivery, subject = line.delivery, line.subject
    what, address, more = _("Test"), "", 0
    if subject is not None:
        what, address = say(subject, times).what, path_of(subject.alert)
        more = line.alert_count - 1
    return Shown(
        delivery=delivery,
        to=words.recipient_word(delivery),
        way=words.transport_words()[delivery.transport],
        what=what,
        more=ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}
        if more
        else "",
        address=address,
        state=words.state_words()[delivery.state],
        tone=words.STATE_TONES[delivery.state],
        why=words.reason_word(delivery),
        answer=words.answer_word(delivery.last_code),
        may_retry=delivery.state == Delivery.State.FAILED and line.alert_count > 0,
    )


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return at if at.tzinfo else None
