"""The shop's figures (A21), as Mirakl counts them once a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from comptoir.channels.kernel.http import pages_of
from comptoir.channels.kernel.told import FigureTold
from comptoir.channels.kernel.values import Dict, number, words
from comptoir.channels.kernel.windows import moment

PERIOD, PERIOD_DAYS = "LAST_MONTH", 30
SHARES = (
    "approval_rate", "auto_refused_rate", "cancelation_rate", "incident_rate",
    "late_shipment_rate", "refund_rate", "return_rate", "valid_tracking_rate",
)  # fmt: skip
DELAYS = ("order_messages_response_delay", "approval_delay", "shipping_delay")
COUNTS = ("grade", "evaluations_count", "orders_count", "consecutive_refused_orders_count")


def told(statistics: Dict, *, read_at: datetime) -> Iterator[FigureTold]:
    """Say what the shop's figures tell, of last month where Mirakl has it."""
    at = moment(statistics.get("last_updated_date")) or read_at
    for name in (*SHARES, *DELAYS, *COUNTS):
        value, is_monthly = _value(statistics, name)
        if value is None:
            continue
        unit = "share" if name in SHARES else "hours" if name in DELAYS else "count"
        yield FigureTold(
            name=name,
            at=at,
            value=_measured(value, unit),
            unit=unit,
            since=(at - timedelta(days=PERIOD_DAYS)).date() if is_monthly else None,
            until=at.date(),
        )


def _value(statistics: Dict, name: str) -> tuple[Decimal | None, bool]:
    found = {words(one.get("period")): number(one.get("value"))
             for one in pages_of(statistics, name)}  # fmt: skip
    if found.get(PERIOD) is not None:
        return found[PERIOD], True
    return next((value for value in found.values() if value is not None), None), False


def _measured(value: Decimal, unit: str) -> Decimal:
    """Bring seconds to hours, and shares that came as percent to shares.

    The specification says *divided by* and gives no example: more than one cannot be a share.
    """
    if unit == "hours":
        return (value / 3600).quantize(Decimal("0.01"))
    if unit == "share" and value > 1:
        return value / 100
    return value
