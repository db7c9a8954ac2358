"""Reads from the tables what search should know of some tickets: six queries for any number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import connection

from comptoir.inbox.search.documents import Material, filter_lexeme, tag_value

TICKETS_SQL = """
SELECT t.id, t.last_message_at, t.subject, t.buyer_name, t.reply_address, t.order_number, t.tags,
    t.channel_id, coalesce(t.assignee_id, 0), t.status, t.language, t.tier,
    t.queue_tier IS NOT NULL, t.snoozed_until_at IS NOT NULL,
    c.marketplace, c.country, coalesce(u.country, ''), coalesce(u.name, ''), coalesce(u.email, ''),
    coalesce(o.external_id, ''), coalesce(o.tracking_number, ''), t.order_id, t.customer_id
FROM tickets_ticket t
JOIN merchant_channel c ON c.id = t.channel_id
LEFT JOIN orders_customer u ON u.id = t.customer_id
LEFT JOIN orders_order o ON o.id = t.order_id
WHERE t.id = ANY(%(ids)s) AND t.merged_into_id IS NULL
FOR KEY SHARE OF t
"""
MESSAGES_SQL = """
SELECT ticket_id, author, state, from_name, from_address, subject,
    coalesce(nullif(new_text, ''), text)
FROM tickets_message WHERE ticket_id = ANY(%(ids)s) AND state <> 'cancelled'
ORDER BY ticket_id, occurred_at DESC
"""
FILES_SQL = """
SELECT m.ticket_id, f.name, f.is_inline FROM tickets_messagefile f
JOIN tickets_message m ON m.id = f.message_id WHERE m.ticket_id = ANY(%(ids)s)
"""
ALIASES_SQL = """
SELECT customer_id, alias FROM orders_customeralias WHERE customer_id = ANY(%(customers)s)
"""
LINES_SQL = "SELECT order_id, sku, title FROM orders_orderline WHERE order_id = ANY(%(orders)s)"
PARCELS_SQL = """
SELECT order_id, tracking_number FROM orders_parcel WHERE order_id = ANY(%(orders)s)
UNION SELECT order_id, tracking_number FROM orders_return WHERE order_id = ANY(%(orders)s)
UNION SELECT order_id, external_id FROM orders_return WHERE order_id = ANY(%(orders)s)
"""

Rows = dict[int, list[tuple[Any, ...]]]


def material_of(ticket_ids: Sequence[int]) -> dict[int, Material]:
    """Give the material of those tickets that exist and were not merged away.

    The tickets are held against deletion until the surrounding transaction ends.
    """
    tickets = _fetch(TICKETS_SQL, ids=list(ticket_ids))
    ids = [row[0] for row in tickets]
    orders = [row[-2] for row in tickets if row[-2]]
    customers = [row[-1] for row in tickets if row[-1]]
    messages = _by_first(_fetch(MESSAGES_SQL, ids=ids))
    files = _by_first(_fetch(FILES_SQL, ids=ids))
    aliases = _by_first(_fetch(ALIASES_SQL, customers=customers))
    lines = _by_first(_fetch(LINES_SQL, orders=orders))
    parcels = _by_first(_fetch(PARCELS_SQL, orders=orders))
    return {
        row[0]: _material(
            row, messages[row[0]], files[row[0]], aliases[row[-1]], lines[row[-2]], parcels[row[-2]]
        )
        for row in tickets
    }


def _material(
    ticket: tuple[Any, ...],
    messages: list[tuple[Any, ...]],
    files: list[tuple[Any, ...]],
    aliases: list[tuple[Any, ...]],
    lines: list[tuple[Any, ...]],
    parcels: list[tuple[Any, ...]],
) -> Material:
    id_, at, subject, buyer, reply_address, order_number, tags = ticket[:7]
    name, email, external_id, tracking = ticket[17:21]
    known_as = {buyer, name, email, *(alias for (alias,) in aliases)}
    heard = {name_ for row in messages for name_ in (row[2], row[3])}
    has_answer = any(author == "agent" and state != "note" for author, state, *_ in messages)
    return Material(
        at=at,
        texts=(
            str(id_),
            subject,
            *tags,
            *(text for row in messages for text in (row[4], row[5])),
            *(title for _sku, title in lines),
            *(file_name for file_name, _inline in files),
        ),
        senders=tuple(sorted(known_as | heard)),
        recipients=tuple(sorted({reply_address, *(known_as if has_answer else ())})),
        orders=tuple(sorted({order_number, external_id})),
        parcels=tuple(sorted({tracking, *(one for (one,) in parcels)})),
        articles=tuple(sorted({sku for sku, _title in lines})),
        filters=tuple(_filters(ticket, messages, files)),
    )


def _filters(
    ticket: tuple[Any, ...], messages: list[tuple[Any, ...]], files: list[tuple[Any, ...]]
) -> list[str]:
    channel_id, assignee_id, status, language, tier, is_queued, is_snoozed = ticket[7:14]
    marketplace, country, buyer_country = ticket[14:17]
    found = [
        filter_lexeme("channel", channel_id),
        filter_lexeme("assignee", assignee_id),
        filter_lexeme("status", status),
        filter_lexeme("language", language[:2].lower()),
        filter_lexeme("tier", tier),
        filter_lexeme("marketplace", marketplace),
        *(filter_lexeme("country", one.lower()) for one in {country, buyer_country} if one),
        *(filter_lexeme("tag", tag_value(tag)) for tag in ticket[6]),
    ]
    holds = {
        filter_lexeme("is", "queued"): is_queued,
        filter_lexeme("is", "snoozed"): is_snoozed,
        filter_lexeme("has", "note"): any(row[1] == "note" for row in messages),
        filter_lexeme("has", "attachment"): any(not inline for _name, inline in files),
        filter_lexeme("has", "order"): bool(ticket[5]),
    }
    return [*found, *(lexeme for lexeme, is_true in holds.items() if is_true)]


def _fetch(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _by_first(rows: list[tuple[Any, ...]]) -> Rows:
    """Sort rows under their first column, without it."""
    found: Rows = defaultdict(list)
    for first, *rest in rows:
        found[first].append(tuple(rest))
    return found
