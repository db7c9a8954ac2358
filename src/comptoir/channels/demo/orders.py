"""An order of the demo as buyers, marketplaces and the connector know it.

Kept as JSON in the spool (`orders.json`), so that the connector can let its buyers write. Moments
are ISO 8601 in UTC, days ISO dates.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

ORDERS_FILE = "orders.json"


@dataclass(frozen=True, slots=True)
class Buyer:
    """Somebody who bought or might. `address` is what the channel lends, or their own."""

    first: str
    last: str
    gender: str
    language: str
    country: str
    address: str
    user: str = ""

    @property
    def full(self) -> str:
        """Give first and last name."""
        return f"{self.first} {self.last}"


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """One order, or one who has not ordered yet (`number` empty, `state` none).

    `recipient` is the address of ours that mail about it reaches, `state` in the words of
    `talk.STATES`.
    """

    number: str
    marketplace: str
    country: str
    recipient: str
    buyer: Buyer
    sku: str
    quantity: int
    title: str
    total: Decimal
    currency: str
    state: str
    placed_at: datetime
    promised_on: date
    carrier: str = ""
    tracking: str = ""
    may_write: bool = True
    """Whether its buyer may still begin a conversation; those who did already only answer."""

    def as_mapping(self) -> dict[str, Any]:
        """Give the same as plain JSON-able values."""
        plain = asdict(self)
        plain["total"] = str(self.total)
        plain["placed_at"] = self.placed_at.isoformat()
        plain["promised_on"] = self.promised_on.isoformat()
        return plain

    @classmethod
    def from_mapping(cls, plain: dict[str, Any]) -> Self:
        """Make an order of what `as_mapping` gave."""
        return cls(
            **{
                **plain,
                "buyer": Buyer(**plain["buyer"]),
                "total": Decimal(plain["total"]),
                "placed_at": datetime.fromisoformat(plain["placed_at"]),
                "promised_on": date.fromisoformat(plain["promised_on"]),
            }
        )


def write_orders(folder: Path, orders: list[KnownOrder]) -> None:
    """Leave the orders where a connector finds them."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps([order.as_mapping() for order in orders], ensure_ascii=False)
    (folder / ORDERS_FILE).write_text(text, encoding="utf-8")


def read_orders(folder: Path) -> tuple[KnownOrder, ...]:
    """Read what `write_orders` left; nothing when there is no file."""
    path = folder / ORDERS_FILE
    if not path.exists():
        return ()
    return orders_from(json.loads(path.read_text(encoding="utf-8")))


def orders_from(plain: list[dict[str, Any]]) -> tuple[KnownOrder, ...]:
    """Make orders of a list of mappings."""
    return tuple(KnownOrder.from_mapping(row) for row in plain)
