"""Every variable a template may use, in groups, and the nearest one to a name nobody knows.

`date.in_5_working_days` and `date.in_10_days` take any number up to `DAYS_MAX`. What each one says
here and now is worked out in `replies.values`; what it is called is said by `web.present.variables`.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

GROUPS: dict[str, tuple[str, ...]] = {
    "buyer": ("buyer.greeting", "buyer.first_name", "buyer.last_name", "buyer.full_name"),
    "order": (
        "order.number",
        "order.placed_on",
        "order.total",
        "order.state",
        "order.items",
        "order.item_titles",
        "order.item_count",
    ),
    "parcel": (
        "parcel.carrier",
        "parcel.tracking_number",
        "parcel.tracking_link",
        "parcel.shipped_on",
        "parcel.promised_on",
        "parcel.delivered_on",
    ),
    "return": (
        "return.number",
        "return.state",
        "return.requested_on",
        "return.received_on",
    ),
    "refund": ("refund.amount", "refund.made_on"),
    "date": ("date.today", "date.in_2_working_days", "date.in_5_working_days", "date.in_14_days"),
    "desk": ("channel.name", "brand.name", "agent.name", "agent.first_name", "ticket.number"),
}
"""Groups and names as menus show them; the days are examples of any number."""

DAYS_MAX = 60
KNOWN = frozenset(name for names in GROUPS.values() for name in names)
IN_SIGNATURES = frozenset({"agent.name", "agent.first_name", "brand.name", "channel.name"})
"""What always has a value, so that a signature never blocks a reply."""

_DAYS = re.compile(r"date\.in_([1-9]\d?)_(working_)?days?")


def is_known(name: str) -> bool:
    """Tell whether a variable of that name exists."""
    return name in KNOWN or days_in(name) is not None


def days_in(name: str) -> tuple[int, bool] | None:
    """Read how many days a name asks for, and whether working days; None for another name."""
    found = _DAYS.fullmatch(name)
    if found is None or int(found.group(1)) > DAYS_MAX:
        return None
    return int(found.group(1)), bool(found.group(2))


def nearest(name: str) -> str | None:
    """Propose the known name that was probably meant."""
    if found := get_close_matches(name, sorted(KNOWN), n=1, cutoff=0.6):
        return found[0]
    last = name.rpartition(".")[2]
    by_last = {known.partition(".")[2]: known for known in sorted(KNOWN, reverse=True)}
    found = get_close_matches(last, sorted(by_last), n=1, cutoff=0.7)
    return by_last[found[0]] if found else None
