"""Tickets in which a buyer named an order before anybody had told of it.

A number alone is no proof of who writes: it counts only in the words of the order's customer (who
is known by the address of their mails), and only where the ticket has no order yet.
"""

from __future__ import annotations

import re

from comptoir.orders.models import Order
from comptoir.tickets.models import Message, Ticket

TICKETS_MAX = 20
BARE_DIGITS_MIN = 4
"""A shorter number counts only behind a number sign: 12 may be anything."""


def mentioning(order: Order) -> list[int]:
    """Give the tickets without an order whose buyer is the order's customer and names it."""
    if order.customer_id is None:
        return []
    tickets = Ticket.objects.filter(
        channel_id=order.channel_id,
        order__isnull=True,
        order_number="",
        customer_id=order.customer_id,
        merged_into__isnull=True,
    ).order_by("-pk")
    names = named(order.external_id)
    said = Message.objects.filter(
        ticket_id__in=list(tickets.values_list("pk", flat=True)[:TICKETS_MAX]),
        author=Message.Author.BUYER,
    ).values_list("ticket_id", "subject", "text")
    return sorted({pk for pk, *texts in said if any(names.search(text) for text in texts)})


def named(number: str) -> re.Pattern[str]:
    """Give what finds an order's number where it stands alone, with a number sign or without."""
    is_short = number.isdigit() and len(number) < BARE_DIGITS_MIN
    sign = "#" if is_short else "#?"
    return re.compile(rf"(?<![\w-]){sign}{re.escape(number)}(?![\w-])", re.IGNORECASE)
