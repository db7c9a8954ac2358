"""In which order a list stands, and where its next page begins.

A place is the sort's own values of the last row and its number, in a text that addresses carry. Rows
without a value come last, whichever way the sort runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

Sort = Literal["deadline", "age", "newest", "value", "wake"]


@dataclass(frozen=True, slots=True)
class Order:
    """One way to sort. `kind` is how the value is written in a place."""

    column: str
    kind: Literal["moment", "amount"]
    is_descending: bool = False

    @property
    def text(self) -> str:
        """Give what stands behind ORDER BY."""
        way = "DESC" if self.is_descending else "ASC"
        return f"{self.column} {way} NULLS LAST, t.id {way}"


ORDERS: Mapping[Sort, Order] = {
    "age": Order("t.oldest_unanswered_at", "moment"),
    "newest": Order("t.last_message_at", "moment", is_descending=True),
    "value": Order("o.total", "amount", is_descending=True),
    "wake": Order("t.snoozed_until_at", "moment"),
}
IN_QUEUE = "t.queue_tier, t.queue_at, t.id"
ANYWHERE = "coalesce(t.queue_tier, 9), coalesce(t.queue_at, t.last_message_at), t.id"
"""By deadline, where some rows stand in no queue: those come last, the oldest first."""


def order_by(sort: Sort, *, is_queue: bool) -> str:
    """Give what stands behind ORDER BY. `is_queue` where every row has a place in the queue."""
    if sort == "deadline":
        return IN_QUEUE if is_queue else ANYWHERE
    if sort == "newest":
        return "t.last_message_at DESC, t.id DESC"  # never empty, and an index says it like that
    return ORDERS[sort].text


def place_of(sort: Sort, row: Any) -> str:
    """Write the place of a row of a list."""
    if sort == "deadline":
        tier = 9 if row.queue_tier is None else row.queue_tier
        return f"{tier}_{(row.queue_at or row.last_message_at).isoformat()}_{row.id}"
    value = {
        "age": row.oldest_unanswered_at,
        "newest": row.last_message_at,
        "value": row.order_total,
        "wake": row.snoozed_until_at,
    }[sort]
    written = value.isoformat() if isinstance(value, datetime) else "" if value is None else value
    return f"{written}_{row.id}"


def after(place: str, sort: Sort, values: dict[str, Any], *, is_queue: bool) -> str:
    """Write the condition to go on after a place; one that cannot be read is the beginning."""
    parts = place.split("_")
    try:
        if sort == "deadline":
            tier, at, number = int(parts[0]), datetime.fromisoformat(parts[1]), int(parts[2])
            values |= {"a_tier": tier, "a_at": at, "a_id": number}
            columns = IN_QUEUE if is_queue else ANYWHERE
            return f" AND ({columns}) > (%(a_tier)s, %(a_at)s, %(a_id)s)"
        return _after_value(ORDERS[sort], parts[0], int(parts[1]), values)
    except (IndexError, ValueError, InvalidOperation):
        return ""


def _after_value(order: Order, written: str, number: int, values: dict[str, Any]) -> str:
    sign = "<" if order.is_descending else ">"
    values["a_id"] = number
    if not written:
        return f" AND {order.column} IS NULL AND t.id {sign} %(a_id)s"
    is_moment = order.kind == "moment"
    values["a_at"] = datetime.fromisoformat(written) if is_moment else Decimal(written)
    later = f"({order.column}, t.id) {sign} (%(a_at)s, %(a_id)s)"
    if order.column == "t.last_message_at":
        return f" AND {later}"
    return f" AND ({later} OR {order.column} IS NULL)"
