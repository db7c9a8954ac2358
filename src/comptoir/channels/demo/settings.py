"""What the demo channel is told: where its mail lies, how much comes, and how far time was moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from comptoir.channels.demo.orders import KnownOrder, orders_from, read_orders
from comptoir.channels.kernel.protocol import ChannelError


@dataclass(frozen=True, slots=True)
class DemoSettings:
    """One mailbox of the demo.

    `rate_per_hour` messages come on average, `pace` times as many for those in a hurry. `ahead` is
    how far the product's clock runs before the wall's: mails carry the product's time.
    """

    spool: Path
    user: str
    seed: int = 0
    rate_per_hour: float = 60.0
    pace: float = 1.0
    ahead: timedelta = timedelta(0)
    orders: tuple[KnownOrder, ...] = ()

    @property
    def writers(self) -> tuple[KnownOrder, ...]:
        """Give the orders whose buyers may begin a conversation."""
        return tuple(order for order in self.orders if order.may_write)

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Read stored settings. Raises `ChannelError` that names what is missing or wrong."""
        for name in ("spool", "user"):
            if not values.get(name):
                raise _invalid(f"The demo channel needs the setting {name!r}.")
        spool = Path(str(values["spool"]))
        given = values.get("orders", ())
        try:
            return cls(
                spool=spool,
                user=str(values["user"]),
                seed=int(values.get("seed", 0)),
                rate_per_hour=float(values.get("rate_per_hour", 60.0)),
                pace=float(values.get("pace", 1.0)),
                ahead=timedelta(seconds=float(values.get("ahead_seconds", 0))),
                orders=orders_from(list(given)) if given else read_orders(spool),
            )
        except (ValueError, TypeError, KeyError) as error:
            raise _invalid(f"A setting of the demo channel cannot be read: {error}") from error


def _invalid(detail: str) -> ChannelError:
    return ChannelError("settings_invalid", detail, permanent=True)
