"""Internal notes: seen by colleagues only, and never a stop of any clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from comptoir.merchant.models import Person
from comptoir.tickets.actions.changing import changing, write_fact
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.mention import name_in
from comptoir.tickets.actions.writing import KeptFile, NewFile, keep_files
from comptoir.tickets.models import Draft, Message


def add(
    ticket_id: int,
    text: str,
    *,
    by: Person,
    now: datetime,
    files: Sequence[NewFile | KeptFile] = (),
) -> Message:
    """Write a note on a ticket; colleagues it names are told. Refused: `empty`."""
    if not text.strip():
        raise Refused("empty")
    with changing(ticket_id, "note", by=by, now=now) as ticket:
        message: Message = Message.objects.create(
            ticket=ticket,
            channel_id=ticket.channel_id,
            external_id=f"note:{uuid4().hex}",
            author=Message.Author.AGENT,
            kind="note",
            state=Message.State.NOTE,
            person=by,
            from_name=by.name,
            text=text.strip(),
            new_text=text.strip(),
            needs_reply=False,
            occurred_at=now,
            stored_at=now,
        )
        keep_files(message, files, now=now)
        name_in(message, ticket, by=by)
        write_fact(ticket, "note", at=now, now=now, by=by, message=message)
        Draft.objects.filter(ticket=ticket, person=by, is_note=True).delete()
        return message
