"""By which way a reply of a ticket goes back: mail to an address, an API's conversation, a portal.

What an API's conversation is known by stands with the messages that came by it (`Message.links`:
`thread`, `stream`, `portal`, `answer_until`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from comptoir.channels.kernel.card import Card, Reply
from comptoir.channels.kernel.catalogue import card_of
from comptoir.merchant.models import Connection, Route
from comptoir.rulebook import Capability
from comptoir.storage import rows
from comptoir.tickets.models import Message, Ticket

Way = Literal["mail", "api", "portal", "none"]
BY_MAIL = ("mail", "demo")
"""Kinds of connections whose replies are mails."""

ROUTES_SQL = """
FROM merchant_route r JOIN merchant_connection c ON c.id = r.connection_id
WHERE r.channel_id = %(channel)s AND r.sends AND c.state = %(active)s
"""
LAST_TOLD_SQL = """
WHERE t.ticket_id = %(ticket)s AND t.links ? 'thread' ORDER BY t.occurred_at DESC, t.id DESC LIMIT 1
"""
TEXTS = frozenset({"text", "new_text"})


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
    routes = _routes(ticket.channel_id, ticket.reply_connection_id)
    last = _last_told(ticket)
    links = last.links if last else {}
    for route in routes:
        card = card_of(route.connection.kind)
        if card is None or card.ways.replies_out != "api":
            continue
        if last is not None and _is_answered_by_mail(last):
            break  # a form of the shop's own site: its conversation means nothing to an API
        if links.get("thread") or (card.reply.begins and ticket.order_number):
            until = links.get("answer_until") or _window(ticket, card, links)
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


def closes(back: Back) -> bool:
    """Tell whether the conversation can be closed, or marked as needing no answer, from here."""
    return bool(back.way == "api" and back.thread_id and back.card and back.card.reply.closes)


def way_to_begin(channel_id: int, *, has_address: bool) -> Back:
    """Choose the way for a first message on an order: the API where it begins any, else mail."""
    routes = _routes(channel_id, None)
    for route in routes:
        card = card_of(route.connection.kind)
        if card and card.ways.replies_out == "api" and card.reply.begins:
            return Back("api", route, card)
    mails = [route for route in routes if route.connection.kind in BY_MAIL]
    return Back("mail", mails[0]) if mails and has_address else Back("none")


def held_to(able: Capability, reply: Reply | None) -> Capability:
    """Say what counts of a reply: what its connector's card says, else what the rulebook knows.

    Kinds of files that a card names are its own to check.
    """
    if reply is None:
        return able

    def first(own: int | None, known: int | None) -> int | None:
        return own if own is not None else known

    return replace(
        able,
        text_chars_max=first(reply.text_chars_max, able.text_chars_max),
        attachments_max=first(reply.attachments_max, able.attachments_max),
        attachment_bytes_max=first(reply.attachment_bytes_max, able.attachment_bytes_max),
        attachment_types=() if reply.attachment_types else able.attachment_types,
    )


def _routes(channel_id: int, came_by: int | None) -> list[Route]:
    """Give the ways out that are open, the connection the buyer's message came by first."""
    values = {"channel": channel_id, "active": Connection.State.ACTIVE.value}
    found: list[Route] = []
    for route, reached in rows.read_together(((Route, "r"), (Connection, "c")), ROUTES_SQL, values):
        route.connection = reached
        found.append(route)
    return sorted(found, key=lambda route: (route.connection_id != came_by, route.pk))


def _last_told(ticket: Ticket) -> Message | None:
    told = rows.read(Message, LAST_TOLD_SQL, {"ticket": ticket.pk}, without=TEXTS)
    return told[0] if told else None


def _is_answered_by_mail(told: Message) -> bool:
    """Tell whether a message came by a connection whose answers leave by mail."""
    if told.raw_item is None:
        return False
    kinds = Connection.objects.filter(pk=told.raw_item.connection_id).values_list("kind", flat=True)
    card = card_of(kinds.first() or "")
    return card is not None and card.ways.replies_out == "mail"


def _window(ticket: Ticket, card: Card, links: dict[str, str]) -> str:
    """Give until when the buyer's last message may be answered, where ours came after it."""
    if card.reply.window_hours is None or not links.get("thread"):
        return ""
    same = {"thread": links["thread"], **({"stream": s} if (s := links.get("stream")) else {})}
    told: Message | None = (
        ticket.messages.filter(links__contains=same, links__has_key="answer_until")
        .order_by("-occurred_at", "-id")
        .first()
    )
    return str(told.links["answer_until"]) if told else ""


def _portal(ticket: Ticket, routes: list[Route]) -> str:
    """Give the page of the seller's portal where the order is answered, as far as a card knows it."""
    for route in routes:
        card = card_of(route.connection.kind)
        if card and card.portal:
            return card.portal.replace("{order}", ticket.order_number)
    return ""
