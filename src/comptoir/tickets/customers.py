"""Who may be the same customer as the one of a ticket: a guess for a person, never acted upon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from comptoir.merchant.rights import Rights
from comptoir.tickets.models import Ticket

FOUND_MAX = 8


@dataclass(frozen=True, slots=True)
class Likely:
    """A customer of the same name or address; `places` are the channels they are known from."""

    id: int
    name: str
    order_count: int
    places: str


LIKELY_SQL = """
SELECT c.id, c.name,
       (SELECT count(*) FROM orders_order o
        WHERE o.customer_id = c.id AND o.channel_id = ANY(%(channels)s)),
       (SELECT string_agg(DISTINCT h.short_name, ', ') FROM (
            SELECT channel_id FROM orders_order WHERE customer_id = c.id
            UNION SELECT channel_id FROM tickets_ticket WHERE customer_id = c.id) own
        JOIN merchant_channel h ON h.id = own.channel_id WHERE h.id = ANY(%(channels)s)) AS places
FROM orders_customer c
WHERE c.id <> %(customer)s
  AND ((c.name = %(name)s AND c.name <> '') OR (c.email = %(email)s AND c.email <> ''))
ORDER BY c.id LIMIT %(count)s
"""


def likely_same(rights: Rights, ticket: Ticket) -> list[Likely]:
    """Give customers of the same name or address of whom that person sees something."""
    if ticket.customer is None:
        return []
    values: dict[str, Any] = {
        "customer": ticket.customer.pk,
        "name": ticket.customer.name,
        "email": ticket.customer.email,
        "channels": list(rights.channel_ids),
        "count": FOUND_MAX,
    }
    with connection.cursor() as cursor:
        cursor.execute(LIKELY_SQL, values)
        return [Likely(pk, name, count, places) for pk, name, count, places in cursor if places]
