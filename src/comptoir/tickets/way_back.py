"""By which way a reply of a ticket goes back: mail to an address, an API's conversation, a portal.

What an API's conversation is known by stands with the messages that came by it (`Message.links`:
`thread`, `stream`, `portal`, `answer_until`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from comptoir.channels.kernel.card import Card
from comptoir.channels.kernel.catalogue import card_of
from comptoir.merchant.models import Connection, Route
from comptoir.rulebook import Capability
from comptoir.tickets.models import Message, Ticket

Way = Literal["mail", "api", "portal", "none"]
BY_MAIL = ("mail", "demo")
"""Kinds of connections whose replies are mails."""


@dataclass(frozen=True, slots=True)
class Back:
    """How a reply leaves. `route` is None where it does not leave from here.

    `answer_until` is when the channel takes no reply any more. `link` is the page in the portal.
    """

    way: Way
    route: Route | None = None
    card: Card | None = None
    thread_id: str = ""
    stream: str = ""
    link: str = ""
    answer_until: datetime | None = None

    @property
    def parties(self) -> tuple[str, ...]:
        """Name whom a reply can be meant for on this way; by mail one address has one reader."""
        return self.card.reply.parties if self.card and self.way == "api" else ()


def way_back(ticket: Ticket, able: Capability) -> Back:
    """Choose the way: the API where the conversation came by one, else mail, else the portal."""
    routes = _routes(ticket)
    last = _last_told(ticket)
    links = last.links if last else {}
    for route in routes:
        card = card_of(route.connection.kind)
        if card is None or card.ways.replies_out != "api":
            continue
        if links.get("thread") or (card.reply.begins and ticket.order_number):
            until = links.get("answer_until")
            return Back(
                "api",
                route,
                card,
                links.get("thread", ""),
                links.get("stream", ""),
                links.get("portal", ""),
                datetime.fromisoformat(until) if until else None,
            )
    mails = [route for route in routes if route.connection.kind in BY_MAIL]
    if mails and able.reply_by_mail and ticket.reply_address:
        return Back("mail", mails[0], link=links.get("portal", ""))
    if routes and not able.reply_by_mail:
        return Back("portal", link=links.get("portal", "") or _portal(ticket, routes))
    return Back("none")


def _routes(ticket: Ticket) -> list[Route]:
    """Give the ways out that are open, the connection the buyer's message came by first."""
    found = Route.objects.select_related("connection").filter(
        channel_id=ticket.channel_id, sends=True, connection__state=Connection.State.ACTIVE
    )
    return sorted(
        found, key=lambda route: (route.connection_id != ticket.reply_connection_id, route.pk)
    )


def _last_told(ticket: Ticket) -> Message | None:
    told: Message | None = (
        ticket.messages.filter(links__has_key="thread").order_by("-occurred_at", "-id").first()
    )
    return told


def _portal(ticket: Ticket, routes: list[Route]) -> str:
    """Give the page of the seller's portal where the order is answered, as far as a card knows it."""
    for route in routes:
        card = card_of(route.connection.kind)
        if card and card.portal:
            return card.portal.replace("{order}", ticket.order_number)
    return ""
