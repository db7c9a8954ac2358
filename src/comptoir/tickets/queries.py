"""Reading one ticket: its conversation, its timeline and what is on its way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from comptoir.merchant.models import Person
from comptoir.merchant.rights import Rights
from comptoir.orders.models import Order
from comptoir.orders.queries import OrderParts, parts_of
from comptoir.tickets.models import Clock, Draft, Fact, Message, MessageFile, Ticket


class NoSuchTicket(LookupError):  # noqa: N818 - reads as what happened
    """Say that there is no such ticket, or none this person may see: the same answer for both."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that a ticket page shows of one ticket."""

    ticket: Ticket
    messages: tuple[Message, ...]
    files: dict[int, list[MessageFile]]
    facts: tuple[Fact, ...]
    clocks: tuple[Clock, ...]
    order: Order | None
    parts: OrderParts
    draft: Draft | None


def ticket_for(rights: Rights, ticket_id: int) -> Ticket:
    """Find a ticket this person may see, or raise `NoSuchTicket`."""
    found: Ticket | None = (
        Ticket.objects.visible_to(rights)
        .select_related("channel", "channel__brand", "assignee", "order__channel", "customer")
        .select_related("policy_version__policy")
        .filter(pk=ticket_id)
        .first()
    )
    if found is None:
        raise NoSuchTicket(ticket_id)
    return found


def conversation(rights: Rights, ticket_id: int) -> Conversation:
    """Read a whole ticket: seven queries, whatever its length."""
    ticket = ticket_for(rights, ticket_id)
    messages = tuple(
        ticket.messages.select_related("person", "outbox")
        .defer("evidence")
        .order_by("occurred_at", "id")
    )
    files: dict[int, list[MessageFile]] = {}
    for file in MessageFile.objects.filter(message__ticket=ticket).order_by("position"):
        files.setdefault(file.message_id, []).append(file)
    return Conversation(
        ticket=ticket,
        messages=messages,
        files=files,
        facts=tuple(ticket.facts.select_related("person").order_by("happened_at", "id")),
        clocks=tuple(ticket.clocks.order_by("started_at", "id")),
        order=ticket.order,
        parts=parts_of(ticket.order_id) if ticket.order_id else OrderParts(),
        draft=Draft.objects.filter(ticket=ticket, person_id=rights.person_id).first(),
    )


def people_who_can_answer(rights: Rights, ticket: Ticket) -> list[Person]:
    """Give the people a ticket can be handed to: who sees its channel and may answer."""
    people: Any = Person.objects.filter(is_active=True).exclude(role="reader")
    return list(
        people.filter(teams__channels=ticket.channel_id).distinct().order_by("name")
        | people.filter(role="admin").distinct()
    )
