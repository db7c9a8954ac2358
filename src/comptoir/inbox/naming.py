"""How a buyer is called where the channel gave no name: by the user name they write under.

It is shown and never used as a name: nobody is greeted by it, and no customer is joined by it. A
portal's notice of a buyer's message is told under the portal's name, which is nobody's user name.
Where no buyer has written at all, as in a notice or an advertisement, its sender is named.
"""

from __future__ import annotations

import re

from comptoir.tickets.models import Message

USER_NAME_SQL = """(SELECT u.from_name FROM tickets_message u WHERE u.ticket_id = t.id
    AND u.author = 'buyer' AND u.kind <> 'notification' AND u.from_name <> ''
    ORDER BY u.occurred_at, u.id LIMIT 1)"""
SENDER_SQL = """(SELECT u.from_name FROM tickets_message u WHERE u.ticket_id = t.id
    AND u.author = 'marketplace' AND u.from_name <> '' AND NOT EXISTS (SELECT FROM tickets_message b
        WHERE b.ticket_id = t.id AND b.author = 'buyer')
    ORDER BY u.occurred_at, u.id LIMIT 1)"""
SHOWN_NAME_SQL = f"""CASE WHEN t.buyer_name <> '' THEN t.buyer_name
    ELSE coalesce({USER_NAME_SQL}, {SENDER_SQL}, '') END"""
"""What a list calls the buyer of `tickets_ticket t`; looked for only where the name is missing."""
USER_NAME = re.compile(r"(?=[^@\s]*[^\W\d_])[^@\s]{2,40}")
MACHINE_NAME = re.compile(r"[0-9a-f-]{16,}|\w*\d{7,}\w*", re.IGNORECASE)


def user_name(alias: str) -> str:
    """Give an alias that a person chose; empty for addresses and the numbers of machines."""
    told = alias.strip()
    if not USER_NAME.fullmatch(told) or MACHINE_NAME.fullmatch(told):
        return ""
    return told


def shown_name(ticket_id: int, name: str) -> str:
    """Give the name to show of a ticket's buyer, as `SHOWN_NAME_SQL` does."""
    if name:
        return name
    said = Message.objects.filter(ticket_id=ticket_id)
    by_buyer = said.filter(author=Message.Author.BUYER)
    if by_buyer.exists():
        named = by_buyer.exclude(kind="notification")
    else:
        named = said.filter(author=Message.Author.MARKETPLACE)
    found = named.exclude(from_name="").order_by("occurred_at", "id")
    return str(found.values_list("from_name", flat=True).first() or "")
