"""Moments as Rakuten France writes them, and until when a buyer may be written to."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from comptoir.channels.kernel.windows import moment
from comptoir.channels.kernel.xml_answers import Element, text

PARIS = ZoneInfo("Europe/Paris")
WRITTEN = re.compile(r"(\d\d)/(\d\d)\s*/\s*(\d{4})(?:\s*-?\s*(\d\d)\s*:\s*(\d\d))?")
AFTER_ORDER = timedelta(days=42)
AFTER_DELIVERY = timedelta(days=15)
"""So long a buyer may be written to while no claim is open (page "contactuseraboutitem")."""
DELIVERED = ("RECEIVED", "RECEIPT", "DELIVERED", "CLOSED")


def at(said: str) -> datetime | None:
    """Read `15/02/2011-11:46`, which is the time in Paris; also ISO 8601. None for what is none."""
    found = WRITTEN.search(said)
    if not found:
        return moment(said)
    day, month, year, hour, minute = (int(part or 0) for part in found.groups())
    try:
        local = datetime(year, month, day, hour, minute, tzinfo=PARIS)
    except ValueError:
        return None
    return local.astimezone(UTC)


def may_be_answered_until(item: Element) -> datetime | None:
    """Give when the buyer of an item can be written to no more; None while nothing ends it.

    Without a claim: 42 days from the order, or 15 days from the declared delivery, whichever is
    later. While a claim is settled amicably there is no end.
    """
    if item.find("claim") is not None:
        return None
    ordered_at = at(text(item, "date"))
    if ordered_at is None:
        return None
    delivered = [
        found
        for entry in item.findall("itemlog")
        if any(word in text(entry, "itemlogcode").upper() for word in DELIVERED)
        and (found := at(text(entry, "creationdate")))
    ]
    return max([ordered_at + AFTER_ORDER, *(one + AFTER_DELIVERY for one in delivered)])


def may_be_contacted(item: Element) -> bool:
    """Tell whether the service offers to write to the buyer now; True where it offers nothing."""
    actions = [text(one) for one in item.iter("actioncode")]
    return not actions or "contactuseraboutitem" in actions
