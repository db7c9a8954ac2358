"""Reading one ticket: its conversation, its timeline and what is on its way out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from comptoir.merchant.models import Brand, Channel, Person
from comptoir.merchant.rights import Rights
from comptoir.orders.models import Customer, Order
from comptoir.orders.queries import OrderParts, parts_of
from comptoir.storage import rows
from comptoir.storage.models import File
from comptoir.storage.sorting import name_key
from comptoir.tickets.models import Clock, Draft, Fact, Message, MessageFile, Outbox, Ticket

WHOLE: tuple[rows.Part, ...] = (
    (Ticket, "t"), (Channel, "c"), (Brand, "b"), (Person, "p"), (Order, "o"), (Customer, "u"),
)  # fmt: skip
WHOLE_SQL = """
FROM tickets_ticket t
JOIN merchant_channel c ON c.id = t.channel_id
JOIN merchant_brand b ON b.id = c.brand_id
LEFT JOIN merchant_person p ON p.id = t.assignee_id
LEFT JOIN orders_order o ON o.id = t.order_id
LEFT JOIN orders_customer u ON u.id = t.customer_id
WHERE t.id = %(id)s AND (t.channel_id = ANY(%(channels)s) OR t.assignee_id = %(me)s)
"""
OTHER: tuple[rows.Part, ...] = ((Ticket, "t"), (Channel, "c"), (Person, "p"))
OTHERS_SQL = """
FROM (
    SELECT id FROM tickets_ticket WHERE customer_id = %(customer)s
    UNION SELECT id FROM tickets_ticket
    WHERE order_number = %(order)s AND order_number <> '' AND channel_id = %(channel)s
) same
JOIN tickets_ticket t ON t.id = same.id
JOIN merchant_channel c ON c.id = t.channel_id
LEFT JOIN merchant_person p ON p.id = t.assignee_id
WHERE t.id <> %(ticket)s AND t.merged_into_id IS NULL
AND (t.channel_id = ANY(%(channels)s) OR t.assignee_id = %(me)s)
ORDER BY t.last_message_at DESC LIMIT %(count)s
"""
LATEST_SQL = """
WHERE t.ticket_id = %(ticket)s
AND (%(since)s::timestamptz IS NULL OR t.occurred_at >= %(since)s::timestamptz)
ORDER BY t.occurred_at DESC, t.id DESC LIMIT %(count)s
"""
CLOCKS_SQL = "WHERE t.ticket_id = %(ticket)s ORDER BY t.started_at, t.id"
DRAFT_SQL = "WHERE t.ticket_id = %(ticket)s AND t.person_id = %(me)s"
FILES_SQL = "WHERE t.message_id = ANY(%(ids)s) ORDER BY t.position, t.id"
CONTENT = frozenset({"content"})
SHOWN_AT_FIRST = 40
SHOWN_MAX = 2000


class NoSuchTicket(LookupError):  # noqa: N818 - reads as what happened
    """Say that there is no such ticket, or none this person may see: the same answer for both."""


class MergedAway(LookupError):  # noqa: N818 - reads as what happened
    """Say that a ticket was merged; `into` has its messages now."""

    def __init__(self, into: int) -> None:
        super().__init__(into)
        self.into = into


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that a ticket page shows of one ticket. `older_count` messages were not read: they come
    before `messages`. `draft` is the reader's reply, `note` their note not kept yet."""

    ticket: Ticket
    messages: tuple[Message, ...]
    older_count: int
    files: dict[int, list[MessageFile]]
    facts: tuple[Fact, ...]
    clocks: tuple[Clock, ...]
    order: Order | None
    parts: OrderParts
    draft: Draft | None
    note: Draft | None


def ticket_for(rights: Rights, ticket_id: int) -> Ticket:
    """Find a ticket this person may see, or raise `NoSuchTicket`."""
    values = {"id": ticket_id, "channels": list(rights.channel_ids), "me": rights.person_id}
    found = rows.read_together(WHOLE, WHOLE_SQL, values)
    if not found:
        raise NoSuchTicket(ticket_id)
    ticket, channel, brand, assignee, order, customer = found[0]
    channel.brand = brand
    ticket.channel, ticket.assignee, ticket.customer = channel, assignee, customer
    ticket.order = order
    if order is not None and order.channel_id == channel.pk:
        order.channel = channel
    return cast(Ticket, ticket)


def others_of(rights: Rights, ticket: Ticket, *, count: int) -> list[Ticket]:
    """Give the other tickets of the same customer or order that a person may see, the latest first."""
    if not ticket.customer_id and not ticket.order_number:
        return []
    values = {
        "ticket": ticket.pk,
        "customer": ticket.customer_id,
        "order": ticket.order_number,
        "channel": ticket.channel_id,
        "channels": list(rights.channel_ids),
        "me": rights.person_id,
        "count": count,
    }
    found: list[Ticket] = []
    for other, channel, assignee in rows.read_together(OTHER, OTHERS_SQL, values):
        other.channel, other.assignee = channel, assignee
        found.append(other)
    return found


def conversation(rights: Rights, ticket_id: int, *, shown: int = SHOWN_AT_FIRST) -> Conversation:
    """Read a ticket with its latest messages: a fixed number of queries, whatever its length.

    More than `shown` are read when the oldest unanswered one lies further back. Raises
    `MergedAway` for a ticket whose messages are elsewhere now.
    """
    ticket = ticket_for(rights, ticket_id)
    if ticket.merged_into_id:
        raise MergedAway(ticket.merged_into_id)
    messages, older_count = _latest(ticket, min(shown, SHOWN_MAX))
    own = {"ticket": ticket.pk, "me": rights.person_id}
    facts = rows.read(Fact, "WHERE t.ticket_id = %(ticket)s ORDER BY t.happened_at, t.id", own)
    _with_people([*messages, *facts])
    drafts = {draft.is_note: draft for draft in rows.read(Draft, DRAFT_SQL, own)}
    return Conversation(
        ticket=ticket,
        messages=messages,
        older_count=older_count,
        files=_files_of(messages),
        facts=tuple(facts),
        clocks=tuple(rows.read(Clock, CLOCKS_SQL, own)),
        order=ticket.order,
        parts=parts_of(ticket.order_id) if ticket.order_id else OrderParts(),
        draft=drafts.get(False),
        note=drafts.get(True),
    )


def _latest(ticket: Ticket, count: int) -> tuple[tuple[Message, ...], int]:
    """Give the latest messages in order of time, and how many come before them."""
    since = ticket.oldest_unanswered_at
    values: dict[str, Any] = {"ticket": ticket.pk, "count": count + 1, "since": None}
    found = rows.read(Message, LATEST_SQL, values)
    is_whole = len(found) <= count
    if not is_whole and since is not None and found[count].occurred_at >= since:
        found = rows.read(Message, LATEST_SQL, {**values, "count": SHOWN_MAX, "since": since})
    elif not is_whole:
        found = found[:count]
    _with_outboxes(found)
    older = 0 if is_whole else ticket.messages.count() - len(found)
    return tuple(reversed(found)), older


def _with_outboxes(messages: Sequence[Message]) -> None:
    """Put beside each message how far it got on its way out, if it is one of ours."""
    ours = [message.pk for message in messages if message.author == Message.Author.AGENT]
    found = rows.read(Outbox, "WHERE t.message_id = ANY(%(ids)s)", {"ids": ours}) if ours else []
    by_message = {outbox.message_id: outbox for outbox in found}
    for message in messages:
        message._state.fields_cache["outbox"] = by_message.get(message.pk)


def _with_people(said: Sequence[Message | Fact]) -> None:
    """Put beside messages and facts who they are of."""
    ids = sorted({one.person_id for one in said if one.person_id is not None})
    found = rows.read(Person, "WHERE t.id = ANY(%(ids)s)", {"ids": ids}) if ids else []
    people = {person.pk: person for person in found}
    for one in said:
        one.person = people.get(one.person_id or 0)


def _files_of(messages: Sequence[Message]) -> dict[int, list[MessageFile]]:
    """Give the files of messages, each with its size and without its content."""
    values = {"ids": [message.pk for message in messages]}
    attached = rows.read(MessageFile, FILES_SQL, values) if messages else []
    if not attached:
        return {}
    keys = {"ids": sorted({one.file_id for one in attached})}
    kept = rows.read(File, "WHERE t.sha256 = ANY(%(ids)s)", keys, without=CONTENT)
    by_key = {file.pk: file for file in kept}
    files: dict[int, list[MessageFile]] = {}
    for one in attached:
        one.file = by_key[one.file_id]
        files.setdefault(one.message_id, []).append(one)
    return files


def people_who_can_answer(rights: Rights, ticket: Ticket) -> list[Person]:
    """Give the people a ticket can be handed to: who sees its channel and may answer."""
    people: Any = Person.objects.filter(is_active=True).exclude(role="reader")
    found = (
        people.filter(teams__channels=ticket.channel_id).distinct()
        | people.filter(role="admin").distinct()
    )
    return sorted(found, key=lambda one: name_key(one.name))
