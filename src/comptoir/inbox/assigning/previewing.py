"""What a rule would have done with last week's tickets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from comptoir.inbox.assigning.rules import active_rules, facts_for, holding
from comptoir.merchant.models import AssignmentRule
from comptoir.merchant.rights import Rights
from comptoir.tickets.models import Ticket

LOOKED_BACK = timedelta(days=7)
LOOKED_AT = 200
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Tried:
    """Of so many tickets so many fit; `taken` of them go to a rule further up."""

    count: int
    fitting: int
    taken: int
    examples: tuple[tuple[int, str], ...]


def try_on(
    conditions: Mapping[str, Any], *, rule_id: int | None, rights: Rights, now: datetime
) -> Tried:
    """Try a rule on the latest tickets of the last seven days that a person may see."""
    asked = AssignmentRule(pk=rule_id or 0, name="", conditions=dict(conditions))
    before = []
    for one in active_rules():
        if one.pk == rule_id:
            break
        before.append(one)
    recent = Ticket.objects.visible_to(rights).filter(created_at__gt=now - LOOKED_BACK)
    tickets = list(recent.exclude(status=Ticket.Status.CLOSED).order_by("-id")[:LOOKED_AT])
    fitting, taken = [], 0
    for ticket in tickets:
        facts = facts_for(ticket, now=now)
        if holding([asked], facts) is None:
            continue
        fitting.append(ticket)
        taken += holding(before, facts) is not None
    examples = tuple((one.pk, one.buyer_name) for one in fitting[:EXAMPLES])
    return Tried(len(tickets), len(fitting), taken, examples)
