"""The cases that belong to a ticket: those of its order, and those it was opened for."""

from __future__ import annotations

from comptoir.orders.models import Case
from comptoir.storage import rows
from comptoir.tickets.models import Ticket

SHOWN_MAX = 12
RANK = {Case.State.OPENED: 0, Case.State.ANSWERED: 1, Case.State.CLOSED: 2}

# Keys of cases: case:<marketplace>:<kind>:<number there>, which may hold colons of its own.
CASES_SQL = """
WHERE t.channel_id = %(channel)s AND (
    (%(order)s <> '' AND t.order_number = %(order)s)
    OR (t.kind, t.external_id) IN (
        SELECT split_part(k.key, ':', 3), substr(k.key, length(split_part(k.key, ':', 1))
            + length(split_part(k.key, ':', 2)) + length(split_part(k.key, ':', 3)) + 4)
        FROM tickets_threadkey k WHERE k.ticket_id = %(ticket)s AND starts_with(k.key, 'case:')))
ORDER BY t.opened_at DESC, t.id DESC LIMIT %(count)s
"""


def cases_of(ticket: Ticket) -> list[Case]:
    """Give claims, disputes, returns, cancellations and reviews, those that wait for us first."""
    values = {
        "ticket": ticket.pk,
        "channel": ticket.channel_id,
        "order": ticket.order_number,
        "count": SHOWN_MAX,
    }
    found = rows.read(Case, CASES_SQL, values)
    return sorted(found, key=lambda case: RANK.get(Case.State(case.state), 2))
