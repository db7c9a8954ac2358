"""Taking a reply back before it left: by its writer, or because somebody wrote meanwhile.

It becomes a draft again with all that belonged to it: files, recipient, what comes after.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from comptoir.merchant.models import Person
from comptoir.tickets.actions.changing import changing, locked, write_fact
from comptoir.tickets.actions.draft import Version, put_back
from comptoir.tickets.actions.sendable import who_wrote_after
from comptoir.tickets.actions.writing import How, KeptFile
from comptoir.tickets.models import Message, Outbox, Ticket


def undo(message_id: int, *, by: Person, now: datetime) -> bool:
    """Take a reply back that has not left yet; False when it is too late."""
    outbox = _outbox(message_id)
    if outbox is None:
        return False
    with changing(outbox.message.ticket_id, "undo_reply", by=by, now=now) as ticket:
        if not _cancel(outbox, now=now):
            return False
        write_fact(ticket, "reply_undone", at=now, now=now, by=by, message=outbox.message)
        _restore(ticket, outbox, by=by, now=now)
        return True


def is_taken_back(message_id: int) -> bool:
    """Tell whether a reply was taken back before, so that it never left."""
    return Message.objects.filter(pk=message_id, state=Message.State.CANCELLED).exists()


def send_now(message_id: int, *, by: Person, now: datetime) -> bool:
    """Let a reply leave at once that was to be sent later; False when it is too late."""
    outbox = _outbox(message_id)
    if outbox is None:
        return False
    with changing(outbox.message.ticket_id, "send_now", by=by, now=now) as ticket:
        taken = _still_here(outbox, now=now).filter(is_scheduled=True)
        if not taken.update(not_before_at=now, is_scheduled=False):
            return False
        write_fact(ticket, "reply_queued", at=now, now=now, by=by, message=outbox.message)
        return True


def overtaken() -> list[int]:
    """Find the replies to be sent later on whose ticket the buyer or a colleague wrote since.

    One that was tried already, or that a person sent once more, is past holding back.
    """
    wrote = (
        Message.objects.filter(ticket=OuterRef("message__ticket"), pk__gt=OuterRef("message_id"))
        .filter(author__in=[Message.Author.BUYER, Message.Author.AGENT])
        .exclude(state__in=[Message.State.NOTE, Message.State.CANCELLED])
        .exclude(kind__in=["auto_reply", "bounce"])
    )
    waiting = Outbox.objects.filter(
        is_scheduled=True,
        state=Outbox.State.QUEUED,
        attempt_count=0,
        not_before_at__gt=F("queued_at"),
    )
    return list(waiting.filter(Exists(wrote)).values_list("message_id", flat=True))


def hold_back(message_id: int, *, now: datetime) -> bool:
    """Make an overtaken reply a draft of its writer again; False when nothing was to be done."""
    outbox = _outbox(message_id)
    if outbox is None or outbox.message.person is None:
        return False
    ticket_id = outbox.message.ticket_id
    with transaction.atomic():
        because = who_wrote_after(locked(ticket_id, None, is_merged_too=True), message_id)
        if not because or not _cancel(outbox, now=now):
            return False
        with changing(ticket_id, "hold_back_reply", by=None, now=now, because=because) as ticket:
            message, person = outbox.message, outbox.message.person
            data: dict[str, Any] = {"because": because, "of": person.pk}
            write_fact(ticket, "reply_held_back", at=now, now=now, message=message, **data)
            held = {"because": because, "at": now.isoformat()}
            _restore(ticket, outbox, by=person, now=now, held=held)
            return True


def _outbox(message_id: int) -> Outbox | None:
    return Outbox.objects.select_related("message__person").filter(message_id=message_id).first()


def _still_here(outbox: Outbox, *, now: datetime) -> Any:
    """Give the row while no attempt was made to send it, and its time has not come."""
    rows = Outbox.objects.filter(pk=outbox.pk, state=Outbox.State.QUEUED, attempt_count=0)
    return rows.filter(Q(not_before_at__gt=now) | Q(is_scheduled=True))


def _cancel(outbox: Outbox, *, now: datetime) -> bool:
    if not _still_here(outbox, now=now).update(state=Outbox.State.CANCELLED, settled_at=now):
        return False
    outbox.message.state = Message.State.CANCELLED
    outbox.message.save(update_fields=["state"])
    return True


def _restore(ticket: Ticket, outbox: Outbox, *, by: Person, now: datetime, **more: Any) -> None:
    """Put text, files and choices back into the draft; a moment that was chosen is asked anew."""
    how = How.of_choices(outbox.envelope)
    choices = {**how.as_choices(), "send_at": "", **more}
    rows = outbox.message.files.select_related("file").defer("file__content").order_by("position")
    files = [KeptFile(f.name, f.content_type, f.file_id, f.file.size_bytes) for f in rows]
    version = Version(text=outbox.message.new_text, choices=choices, files=tuple(files))
    put_back(ticket, version, by=by, now=now)
