"""Questions about orders and customers. Amounts are exact and never added across currencies."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Q

from comptoir.orders.models import Order

FOUND_MAX = 8
ABOUT_MAX = 20
PREFIX_CHARS_MIN = 3


@dataclass(frozen=True, slots=True)
class Spent:
    """What a customer spent in one currency, refunds taken off."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class CustomerWorth:
    """What a customer was worth so far, over all channels; cancelled orders do not count."""

    order_count: int
    first_order_at: datetime | None
    return_count: int
    spent: tuple[Spent, ...]


OWN_SQL = """
WITH own AS MATERIALIZED (
    SELECT id, total, currency, placed_at FROM orders_order
    WHERE customer_id = %(customer)s AND state <> 'cancelled'
), moved AS (
    SELECT currency, total AS amount FROM own
    UNION ALL
    SELECT r.currency, -r.amount FROM orders_refund r JOIN own ON own.id = r.order_id
)
SELECT (SELECT count(*) FROM own), (SELECT min(placed_at) FROM own),
       (SELECT count(*) FROM orders_return t JOIN own ON own.id = t.order_id),
       (SELECT coalesce(json_agg(s ORDER BY s.amount DESC), '[]')
        FROM (SELECT currency, sum(amount)::text AS said, sum(amount) AS amount FROM moved
              GROUP BY currency) s),
       (SELECT coalesce(json_agg(DISTINCT marketplace), '[]') FROM orders_customeralias
        WHERE customer_id = %(customer)s),
       (SELECT coalesce(json_agg(o ORDER BY o.placed_at DESC), '[]') FROM (
            SELECT r.id, r.external_id, r.state, r.total::text, r.currency, r.placed_at,
                   c.short_name AS channel, c.marketplace, c.country
            FROM orders_order r JOIN merchant_channel c ON c.id = r.channel_id
            WHERE r.customer_id = %(customer)s AND r.channel_id = ANY(%(channels)s)
            ORDER BY r.placed_at DESC LIMIT %(count)s) o)
"""


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """What is known of a customer: worth, marketplaces, and the latest orders a person may see,
    by column name (moments as text, totals exact)."""

    worth: CustomerWorth
    marketplaces: tuple[str, ...]
    orders: tuple[dict[str, Any], ...]


def worth(customer_id: int) -> CustomerWorth:
    """Sum up a customer's orders by currency, refunds taken off to the cent."""
    return card_of(customer_id, (), count=0).worth


def card_of(customer_id: int, channel_ids: Sequence[int], *, count: int) -> CustomerCard:
    """Read what is known of a customer, with so many orders of those channels: one query."""
    values: dict[str, Any] = {
        "customer": customer_id,
        "channels": list(channel_ids),
        "count": count,
    }
    with connection.cursor() as cursor:
        cursor.execute(OWN_SQL, values)
        orders, first, returns, sums, marketplaces, latest = cursor.fetchone()
    spent = tuple(Spent(Decimal(row["said"]), row["currency"]) for row in _rows(sums))
    found = CustomerWorth(orders, first, returns, spent)
    return CustomerCard(found, tuple(_rows(marketplaces)), _rows(latest))


def orders_by_number(channel_id: int, begins: str) -> list[Order]:
    """Find a channel's orders whose number begins like that; nothing below three characters."""
    if len(begins) < PREFIX_CHARS_MIN:
        return []
    found = Order.objects.filter(channel_id=channel_id, external_id__startswith=begins)
    return list(found.select_related("customer").order_by("external_id")[:FOUND_MAX])


@dataclass(frozen=True, slots=True)
class OrderParts:
    """What belongs to one order: rows by column name, moments as text in ISO 8601, amounts exact."""

    lines: tuple[dict[str, Any], ...] = ()
    parcels: tuple[dict[str, Any], ...] = ()
    returns: tuple[dict[str, Any], ...] = ()
    refunds: tuple[dict[str, Any], ...] = ()


PARTS_SQL = """
SELECT
    (SELECT coalesce(json_agg(l ORDER BY l.id), '[]') FROM (
        SELECT id, sku, title, quantity, price::text FROM orders_orderline
        WHERE order_id = %(order)s) l),
    (SELECT coalesce(json_agg(p ORDER BY p.shipped_at, p.id), '[]') FROM (
        SELECT id, carrier, tracking_number, tracking_url, state, shipped_at, promised_on,
               delivered_at FROM orders_parcel WHERE order_id = %(order)s) p),
    (SELECT coalesce(json_agg(r ORDER BY r.requested_at, r.id), '[]') FROM (
        SELECT id, external_id, state, reason, requested_at, decided_at, received_at, carrier,
               tracking_number,
               (SELECT coalesce(json_agg(x ORDER BY x.id), '[]') FROM (
                    SELECT id, sku, title, quantity FROM orders_returnline
                    WHERE returned_id = orders_return.id) x) AS lines
        FROM orders_return WHERE order_id = %(order)s) r),
    (SELECT coalesce(json_agg(f ORDER BY f.refunded_at, f.id), '[]') FROM (
        SELECT id, amount::text, currency, reason, refunded_at FROM orders_refund
        WHERE order_id = %(order)s) f)
"""


def parts_of(order_id: int) -> OrderParts:
    """Read what belongs to an order, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(PARTS_SQL, {"order": order_id})
        lines, parcels, returns, refunds = (_rows(value) for value in cursor.fetchone())
    return OrderParts(lines, parcels, returns, refunds)


def _rows(value: Any) -> tuple[Any, ...]:
    return tuple(json.loads(value) if isinstance(value, str) else value)


def orders_about(channel_ids: Sequence[int], text: str) -> list[Order]:
    """Find orders by number, tracking number, buyer or article, the latest first; all without text.

    Only on the channels named: those that whoever asks may see.
    """
    found = Order.objects.filter(channel_id__in=channel_ids)
    if wanted := " ".join(text.split()):
        fits = Q(external_id__icontains=wanted) | Q(tracking_number__iexact=wanted)
        if not wanted.isdigit():
            fits |= Q(customer__name__icontains=wanted) | Q(lines__title__icontains=wanted)
            fits |= Q(lines__sku__iexact=wanted)
        found = found.filter(pk__in=Order.objects.filter(fits).values("pk"))
    found = found.select_related("channel", "customer").prefetch_related("lines")
    return list(found.order_by("-placed_at", "-id")[:ABOUT_MAX])
