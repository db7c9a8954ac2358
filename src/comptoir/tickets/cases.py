"""The cases that belong to a ticket: those of its order, and those it was opened for."""

from __future__ import annotations

from django.db.models import Q

from comptoir.orders.models import Case
from comptoir.tickets.models import ThreadKey, Ticket

SHOWN_MAX = 12


def cases_of(ticket: Ticket) -> list[Case]:
    """Give claims, disputes, returns, cancellations and reviews, those that wait for us first."""
    keys = ThreadKey.objects.filter(ticket=ticket, key__startswith="case:").values_list(
        "key", flat=True
    )
    # case:<marketplace>:<kind>:<number there>
    named = [key.split(":", 3)[2:] for key in keys if key.count(":") >= 3]
    about = Q(pk__in=())
    for kind, external_id in named:
        about |= Q(kind=kind, external_id=external_id)
    if ticket.order_number:
        about |= Q(order_number=ticket.order_number)
    elif not named:
        return []
    found = Case.objects.filter(about, channel_id=ticket.channel_id).order_by("-opened_at", "-id")
    rank = {Case.State.OPENED: 0, Case.State.ANSWERED: 1, Case.State.CLOSED: 2}
    return sorted(found[:SHOWN_MAX], key=lambda case: rank.get(Case.State(case.state), 2))
