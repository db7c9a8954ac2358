"""The clocks of one ticket, computed anew from its facts and stored. For many, see `bulk`."""

from __future__ import annotations

from datetime import datetime

from comptoir.core.clocks import Evaluation
from comptoir.core.priority import UNPROMISED, Lane
from comptoir.storage import rows
from comptoir.tickets import promising, storing
from comptoir.tickets.models import Fact, Ticket
from comptoir.tickets.projection import Projection, Recorded, project
from comptoir.tickets.promising import POLICY_APPLIED, Known

FACTS_SQL = """
SELECT id, kind, happened_at, data, message_id FROM tickets_fact
WHERE ticket_id = %(ticket)s ORDER BY happened_at, id
"""
ANSWERING_SQL = """
SELECT DISTINCT m.ticket_id FROM tickets_message m
WHERE m.ticket_id = ANY(%(tickets)s::bigint[]) AND m.author = 'agent' AND m.state = 'queued'
AND NOT EXISTS (SELECT 1 FROM tickets_message l WHERE l.ticket_id = m.ticket_id AND l.id > m.id
    AND ((l.author = 'buyer' AND l.kind NOT IN ('auto_reply', 'bounce'))
         OR (l.author = 'agent' AND l.state = 'queued')))
"""
"""Tickets on which a reply to everything unanswered is still on its way out."""


def recorded(ticket_id: int) -> list[Recorded]:
    """Read the facts of a ticket."""
    return [Recorded(*row) for row in rows.fetch(FACTS_SQL, {"ticket": ticket_id})]


def recompute(ticket: Ticket, *, now: datetime, seen_elsewhere_at: datetime | None = None) -> None:
    """Compute a locked ticket's clocks anew and store them with the ticket.

    What conditions look at may have changed: its policy is chosen anew first. `seen_elsewhere_at`
    is when the risk was seen that a merged ticket brings along.
    """
    facts = recorded(ticket.pk)
    facts += _choose_anew(ticket, facts, now=now, seen_elsewhere_at=seen_elsewhere_at)
    held = ticket.held
    projection = project(facts, held, now=now)
    if projection is not None:
        answering = _is_answering(ticket)
        for name, value in projection.columns(tier=ticket.tier, is_answering=answering).items():
            setattr(ticket, name, value)
        if ticket.status == Ticket.Status.OPEN and ticket.queue_tier is None and not answering:
            ticket.queue_tier, ticket.queue_at = place_of_open(ticket.last_message_at)
        if ticket.snoozed_until_at is not None:
            ticket.queue_tier = ticket.queue_at = None
        missed = storing.misses(ticket.pk, projection, storing.stored_states([ticket.pk]), now=now)
        storing.store_facts(missed, now=now)
        storing.store_clocks([storing.Computed.of(ticket.pk, ticket.channel_id, projection)])
    rows.write(ticket)


def _choose_anew(
    ticket: Ticket, facts: list[Recorded], *, now: datetime, seen_elsewhere_at: datetime | None
) -> list[Recorded]:
    """Give a ticket that is not over the policy that applies now; what changed is a fact."""
    if ticket.is_over:
        return []
    row = {name: getattr(ticket, name) for name in promising.ROW}
    chosen = promising.choose_for(Known.of(row, [fact.kind for fact in facts]), now=now)
    before = promising.current(facts, ticket.held)
    if chosen is None or chosen.held == before == ticket.held:
        return []
    ticket.policy_version_id, ticket.base_version_id = chosen.held
    if before is None or before == chosen.held:
        return []
    data = promising.applied(before, chosen, facts, seen_elsewhere_at=seen_elsewhere_at)
    fact = rows.add(
        Fact(ticket=ticket, kind=POLICY_APPLIED, happened_at=now, stored_at=now, data=data)
    )
    return [Recorded(fact.pk, POLICY_APPLIED, now, data, None)]


def place_of_open(last_message_at: datetime) -> tuple[int, datetime]:
    """Give the place of a ticket that is open though no clock runs, so that it is in nobody's way
    and still seen: somebody opened it again, or a reply did not know the buyer's last word."""
    return int(Lane.IN_TIME), last_message_at + UNPROMISED


def explain(ticket: Ticket, *, now: datetime) -> Evaluation | None:
    """Compute a ticket's clocks with their explanations, for a person to read."""
    projection = projected(ticket, now=now)
    return projection.evaluation if projection else None


def projected(ticket: Ticket, *, now: datetime) -> Projection | None:
    """Compute what would be stored of a ticket now; None where there is no policy at all."""
    return project(recorded(ticket.pk), ticket.held, now=now)


def _is_answering(ticket: Ticket) -> bool:
    """Tell whether a reply written after everything unanswered is still on its way out."""
    return bool(rows.fetch(ANSWERING_SQL, {"tickets": [ticket.pk]}))
