"""Internal notes: seen by colleagues only, and never a stop of any clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from comptoir.merchant.models import Person
from comptoir.tickets.actions import draft
from comptoir.tickets.actions.changing import changing, locked, write_fact
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.mention import name_in
from comptoir.tickets.actions.writing import KeptFile, NewFile, keep_files
from comptoir.tickets.models import Message, Ticket


def add(
    ticket_id: int,
    text: str,
    *,
    by: Person,
    now: datetime,
    key: str = "",
    files: Sequence[NewFile | KeptFile] = (),
    knows_draft_ms: int | None = None,
) -> Message:
    """Write a note on a ticket; colleagues it names are told. Refused: `empty`, `sent_otherwise`.

    `key` and `knows_draft_ms` are as for `reply.send`: the same key again writes nothing twice.
    """
    if not text.strip():
        raise Refused("empty")
    key = key or uuid4().hex
    with transaction.atomic():
        ticket = locked(ticket_id, by, is_merged_too=True)
        if made := _made_before(ticket, key, text, by=by):
            return made
        with changing(ticket_id, "note", by=by, now=now) as ticket:
            message = _store(ticket, text.strip(), by=by, now=now, key=key)
            keep_files(message, files, now=now)
            name_in(message, ticket, by=by)
            write_fact(ticket, "note", at=now, now=now, by=by, message=message)
            draft.leave(
                ticket, message.new_text, by=by, is_note=True, key=key, knows_ms=knows_draft_ms
            )
            return message


def _made_before(ticket: Ticket, key: str, text: str, *, by: Person) -> Message | None:
    """Give the note this key has written. Refused: `sent_otherwise` when the text has changed."""
    notes = Message.objects.filter(channel_id=ticket.channel_id, person=by)
    made = notes.filter(external_id=f"note:{key}").first()
    if made is not None and made.new_text != text.strip():
        raise Refused("sent_otherwise")
    return made


def _store(ticket: Ticket, text: str, *, by: Person, now: datetime, key: str) -> Message:
    message: Message = Message.objects.create(
        ticket=ticket,
        channel_id=ticket.channel_id,
        external_id=f"note:{key}",
        author=Message.Author.AGENT,
        kind="note",
        state=Message.State.NOTE,
        person=by,
        from_name=by.name,
        text=text,
        new_text=text,
        needs_reply=False,
        occurred_at=now,
        stored_at=now,
    )
    return message
