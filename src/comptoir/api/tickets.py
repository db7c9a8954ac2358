"""Tickets: the list in pages, one ticket with its messages, and a note on it."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from comptoir.api.errors import Declined, Failure
from comptoir.api.tokens import caller_of
from comptoir.merchant.rights import NotAllowed
from comptoir.storage import clock
from comptoir.tickets.actions import note
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Message, Ticket
from comptoir.tickets.queries import ticket_for

PAGE_MAX = 200
FAILURES = dict.fromkeys((401, 403, 404, 422, 429), Failure)
router = Router(tags=["Tickets"])


class ChannelName(Schema):
    """The channel of a ticket."""

    id: int
    name: str
    marketplace: str


class PersonName(Schema):
    """Somebody who works here."""

    id: int
    name: str


class TicketLine(Schema):
    """A ticket as lists show it. Moments are in UTC."""

    id: int
    channel: ChannelName
    status: str
    tier: int = Field(description="0 claim, 1 threat, 2 standard, 3 low")
    subject: str
    buyer_name: str
    order_number: str
    language: str
    assignee: PersonName | None
    message_count: int
    created_at: datetime
    last_message_at: datetime
    oldest_unanswered_at: datetime | None
    next_kind: str = Field(description="kind of the clock due next; empty when none is open")
    target_at: datetime | None
    limit_at: datetime | None
    next_deadline_at: datetime | None
    url: str = Field(description="address of the ticket's page")

    @staticmethod
    def resolve_url(ticket: Ticket) -> str:
        """Give the page people open."""
        return f"{settings.URL}/tickets/{ticket.pk}"


class TicketPage(Schema):
    """Some tickets, and where the next ones begin."""

    items: list[TicketLine]
    next_cursor: str | None = Field(description="send it as cursor; null on the last page")


class MessageOut(Schema):
    """One thing said, or a note beside it."""

    id: int
    author: str = Field(description="buyer, agent, automation or marketplace")
    kind: str
    state: str
    from_name: str
    text: str = Field(description="without quotation and signature")
    occurred_at: datetime = Field(description="when the channel accepted it")

    @staticmethod
    def resolve_text(message: Message) -> str:
        """Give what is new in it."""
        return message.new_text


class TicketOut(TicketLine):
    """A ticket with its messages, the oldest first."""

    messages: list[MessageOut]

    @staticmethod
    def resolve_messages(ticket: Ticket) -> list[Message]:
        """Read them in the order of the channel."""
        return list(ticket.messages.order_by("occurred_at", "id"))


class NoteIn(Schema):
    """A note to be written."""

    text: str = Field(max_length=20_000)


class Asked(Schema):
    """Which tickets are asked for."""

    status: Ticket.Status | None = Field(None, description="only tickets of that status")
    channel: int | None = Field(None, description="only tickets of that channel, by its id")
    limit: int = Field(50, ge=1, le=PAGE_MAX, description="how many a page holds at most")
    cursor: str | None = Field(None, description="the next_cursor of the page before")


@router.get("", response={200: TicketPage, **FAILURES}, summary="List tickets, the newest first")
def list_tickets(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """Give the tickets that the token may see, in pages."""
    found = Ticket.objects.visible_to(caller_of(request).rights)
    found = found.select_related("channel", "assignee").order_by("-id")
    if asked.status is not None:
        found = found.filter(status=asked.status)
    if asked.channel is not None:
        found = found.filter(channel_id=asked.channel)
    if asked.cursor is not None:
        found = found.filter(id__lt=_read_cursor(asked.cursor))
    rows = list(found[: asked.limit + 1])
    shown = rows[: asked.limit]
    more = _cursor(shown[-1].pk) if len(rows) > asked.limit else None
    return {"items": shown, "next_cursor": more}


@router.get("/{int:ticket_id}", response={200: TicketOut, **FAILURES}, summary="Read a ticket")
def read_ticket(request: HttpRequest, ticket_id: int) -> Ticket:
    """Give a ticket with its messages."""
    return ticket_for(caller_of(request).rights, ticket_id)


@router.post(
    "/{int:ticket_id}/notes",
    response={201: MessageOut, **FAILURES},
    summary="Write an internal note",
)
def write_note(request: HttpRequest, ticket_id: int, given: NoteIn) -> Status[Message]:
    """Write a note in the name of the token's maker. Nobody outside sees it; no clock stops."""
    caller = caller_of(request)
    if not caller.rights.may_answer:
        raise NotAllowed("readers_change_nothing")
    ticket_for(caller.rights, ticket_id)
    try:
        return Status(
            201, note.add(ticket_id, given.text, by=caller.token.made_by, now=clock.now())
        )
    except Refused:
        raise Declined(422, "empty", '"text" must not be empty.') from None


def _cursor(last_id: int) -> str:
    return base64.urlsafe_b64encode(f"id:{last_id}".encode()).decode()


def _read_cursor(text: str) -> int:
    try:
        kind, _, number = base64.urlsafe_b64decode(text.encode()).decode().partition(":")
        if kind == "id" and 0 < (last_id := int(number)) < 2**63:
            return last_id
    except (binascii.Error, ValueError):
        pass
    message = '"cursor" is not one of ours; send the "next_cursor" of the page before.'
    raise Declined(422, "invalid", message)
