"""The change feed over the pages' own port, for browsers that cannot reach the stream's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.db.models import Max, Q
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from comptoir.storage.models import Change
from comptoir.tickets.models import Ticket
from comptoir.web.views.asking import number_in, rights_in

AT_ONCE = 200
OVERLAP = timedelta(seconds=3)
OVERLAP_IDS = 50
"""Numbers are given before a transaction ends, so a smaller one can appear after a larger one."""


@require_GET
@login_required
def since(request: HttpRequest) -> JsonResponse:
    """Give what changed after a change (`after`) or a moment (`since`, in milliseconds)."""
    rights = rights_in(request)
    given = Ticket.objects.filter(assignee_id=rights.person_id).exclude(
        channel_id__in=rights.channel_ids
    )
    seen = Q(channel_id__in=rights.channel_ids) | Q(channel_id=None)
    seen |= Q(ticket_id__in=given.values("id"))
    seen &= ~Q(data__has_key="to") | Q(data__to=rights.person_id)
    found = Change.objects.filter(seen, _place(request)).order_by("id")[:AT_ONCE]
    changes = [
        {
            "id": change.pk,
            "at": change.at.isoformat(),
            "kind": change.kind,
            "channel": change.channel_id,
            "ticket": change.ticket_id,
            "data": change.data,
        }
        for change in found
    ]
    last = changes[-1]["id"] if changes else Change.objects.aggregate(last=Max("id"))["last"] or 0
    return JsonResponse({"last": last, "changes": changes})


def _place(request: HttpRequest) -> Q:
    after = number_in(request.GET.get("after"))
    if after is not None:
        return Q(id__gt=after - OVERLAP_IDS) & Q(id__gt=0)
    moment = number_in(request.GET.get("since")) or 0
    return Q(at__gte=datetime.fromtimestamp(min(moment, 10**13) / 1000, UTC) - OVERLAP)
