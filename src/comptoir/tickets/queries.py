"""Reading one ticket: its conversation, its timeline and what is on its way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from comptoir.merchant.models import Person
from comptoir.merchant.rights import Rights
from comptoir.orders.models import Order
from comptoir.orders.queries import OrderParts, parts_of
from comptoir.tickets.models import Clock, Draft, Fact, Message, MessageFile, Ticket

SHOWN_AT_FIRST = 40
SHOWN_MAX = 2000


class NoSuchTicket(LookupError):  # noqa: N818 - reads as what happened
    """Say that there is no such ticket, or none this person may see: the same answer for both."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that a ticket page shows of one ticket. `older_count` messages were not read: they come
    before `messages`."""

    ticket: Ticket
    messages: tuple[Message, ...]
    older_count: int
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


def merged_into(rights: Rights, ticket_id: int) -> int | None:
    """Tell which ticket has a merged one's messages; None for one of its own. Raises `NoSuchTicket`."""
    rows = Ticket.objects.visible_to(rights).filter(pk=ticket_id)
    found: tuple[int | None] | None = rows.values_list("merged_into_id").first()
    if found is None:
        raise NoSuchTicket(ticket_id)
    return found[0]


def conversation(rights: Rights, ticket_id: int, *, shown: int = SHOWN_AT_FIRST) -> Conversation:
    """Read a ticket with its latest messages: a fixed number of queries, whatever its length.

    More than `shown` are read when the oldest unanswered one lies further back.
    """
    ticket = ticket_for(rights, ticket_id)
    messages, older_count = _latest(ticket, min(shown, SHOWN_MAX))
    files: dict[int, list[MessageFile]] = {}
    attached = MessageFile.objects.filter(message__in=[message.pk for message in messages])
    for file in attached.select_related("file").defer("file__content").order_by("position"):
        files.setdefault(file.message_id, []).append(file)
    return Conversation(
        ticket=ticket,
        messages=messages,
        older_count=older_count,
        files=files,
        facts=tuple(ticket.facts.select_related("person").order_by("happened_at", "id")),
        clocks=tuple(ticket.clocks.order_by("started_at", "id")),
        order=ticket.order,
        parts=parts_of(ticket.order_id) if ticket.order_id else OrderParts(),
        draft=Draft.objects.filter(ticket=ticket, person_id=rights.person_id).first(),
    )


def _latest(ticket: Ticket, count: int) -> tuple[tuple[Message, ...], int]:
    """Give the latest messages in order of time, and how many come before them."""
    newest_first = ticket.messages.select_related("person", "outbox").order_by(
        "-occurred_at", "-id"
    )
    found = list(newest_first[: count + 1])
    if len(found) <= count:
        return tuple(reversed(found)), 0
    since = ticket.oldest_unanswered_at
    if since is not None and found[count].occurred_at >= since:
        found = list(newest_first.filter(occurred_at__gte=since)[:SHOWN_MAX])
    else:
        found = found[:count]
    return tuple(reversed(found)), ticket.messages.count() - len(found)


def people_who_can_answer(rights: Rights, ticket: Ticket) -> list[Person]:
    """Give the people a ticket can be handed to: who sees its channel and may answer."""
    people: Any = Person.objects.filter(is_active=True).exclude(role="reader")
    return list(
        people.filter(teams__channels=ticket.channel_id).distinct().order_by("name")
        | people.filter(role="admin").distinct()
    )
