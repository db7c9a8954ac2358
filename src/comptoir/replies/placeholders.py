"""Placeholders of other desks, and the variables of ours that say the same.

What is not listed becomes a field to fill in (`{{ ask: … }}`), and is named to whoever imports.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from comptoir.replies.syntax import PLACE, Ask, Measure, Variable, parse
from comptoir.replies.variables import is_known

_FIRST, _LAST, _FULL = "buyer.first_name", "buyer.last_name", "buyer.full_name"
_ORDER = "ticket.customer.integrations.shopify.orders[0]"

THEIRS: Mapping[str, str] = {
    # Zendesk
    "ticket.requester.first_name": _FIRST,
    "ticket.requester.last_name": _LAST,
    "ticket.requester.name": _FULL,
    "ticket.id": "ticket.number",
    "ticket.brand.name": "brand.name",
    "current_user.first_name": "agent.first_name",
    "current_user.name": "agent.name",
    "ticket.assignee.first_name": "agent.first_name",
    "ticket.assignee.name": "agent.name",
    # Gorgias (docs.gorgias.com/macros/macro-variables)
    "ticket.customer.firstname": _FIRST,
    "ticket.customer.lastname": _LAST,
    "ticket.customer.name": _FULL,
    "ticket.customer.full_name": _FULL,
    "current_user.firstname": "agent.first_name",
    "ticket.assignee_user.name": "agent.name",
    f"{_ORDER}.name": "order.number",
    f"{_ORDER}.order_number": "order.number",
    f"{_ORDER}.created_at": "order.placed_on",
    f"{_ORDER}.total_price": "order.total",
    f"{_ORDER}.fulfillments[0].tracking_number": "parcel.tracking_number",
    f"{_ORDER}.fulfillments[0].tracking_url": "parcel.tracking_link",
    f"{_ORDER}.fulfillments[0].tracking_urls[0]": "parcel.tracking_link",
    f"{_ORDER}.fulfillments[0].tracking_company": "parcel.carrier",
    # Freshdesk
    "ticket.requester.firstname": _FIRST,
    "ticket.requester.lastname": _LAST,
    "ticket.agent.name": "agent.name",
    "ticket.agent.firstname": "agent.first_name",
    # Names that eDesk, Re:amaze and lists of one's own use
    "customer_first_name": _FIRST,
    "customer_last_name": _LAST,
    "customer_name": _FULL,
    "customer.first_name": _FIRST,
    "customer.name": _FULL,
    "buyer_name": _FULL,
    "first_name": _FIRST,
    "order_id": "order.number",
    "order_number": "order.number",
    "order.id": "order.number",
    "tracking_number": "parcel.tracking_number",
    "tracking_url": "parcel.tracking_link",
    "agent_name": "agent.name",
    "agent_first_name": "agent.first_name",
}

INSIDE = re.compile(r"^([\w.\[\]-]+)\s*(?:\|.*)?$")
"""A name, and filters behind it that only the other desk understands."""


@dataclass(frozen=True, slots=True)
class Read:
    """A text with our variables, and the placeholders for which there is none."""

    text: str
    unknown: tuple[str, ...]


def translate(text: str) -> Read:
    """Put our variables where another desk's placeholders stand."""
    unknown: list[str] = []

    def ours(found: re.Match[str]) -> str:
        inside = found.group(1).strip()
        (piece,) = parse(found.group())
        if isinstance(piece, Ask | Measure):
            return found.group()
        if isinstance(piece, Variable) and is_known(piece.name):
            return found.group()
        named = INSIDE.match(inside)
        if named and (mine := THEIRS.get(named.group(1).lower())):
            return f"{{{{ {mine} }}}}"
        unknown.append(inside)
        return f"{{{{ ask: {_label(inside)} }}}}"

    return Read(PLACE.sub(ours, text), tuple(dict.fromkeys(unknown)))


def _label(inside: str) -> str:
    """Make a label a person can read of a name: its last two parts."""
    name = inside.partition("|")[0].strip()
    words = re.sub(r"[^\w ]+|_", " ", " ".join(name.split(".")[-2:]))
    return " ".join(words.split())[:60] or "?"
