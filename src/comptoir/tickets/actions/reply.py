"""Answering a buyer: what is checked before a reply is stored, and what a person decides later.

A reply that is stored waits in the outbox for the undo window. It stops no clock yet: only the
channel's acceptance does (`delivery`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import transaction
from django.db.models import Max

from comptoir.merchant.models import Channel, Connection, Person, Route
from comptoir.rulebook.capabilities import capability
from comptoir.storage.files import keep
from comptoir.tickets.actions.changing import changing, locked, write_fact
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.promise import keep_by_reply
from comptoir.tickets.actions.solve import set_status
from comptoir.tickets.models import Draft, Message, MessageFile, Outbox, ThreadKey, Ticket

UNDO_WINDOW = timedelta(seconds=10)
NO_UNDO_BEFORE_LIMIT = timedelta(minutes=2)
REFERENCES_MAX_COUNT = 20
AGAIN = (Outbox.State.REFUSED, Outbox.State.UNCERTAIN)
"""From here a person may send once more; looked at under the lock, so that two do it once."""
VARIABLE = re.compile(r"\{\{\s*[\w.]+\s*\}\}")

Then = Literal["waiting_on_buyer", "solved", "open"]


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that leaves with a reply."""

    name: str
    content_type: str
    content: bytes


def send(
    ticket_id: int,
    text: str,
    *,
    by: Person,
    now: datetime,
    key: str,
    files: Sequence[NewFile] = (),
    then: Then = "waiting_on_buyer",
    knows_message_id: int | None = None,
    anyway: bool = False,
) -> Message:
    """Put a reply to the buyer into the outbox.

    `key` is made when the composer opens: the same key again gives the reply it made before.
    `knows_message_id` is the last message the writer saw; with a later one by the buyer or a
    colleague the reply is held unless `anyway`. Raises `Refused` (see its codes).
    """
    with transaction.atomic():
        locked(ticket_id, by)  # of two equal requests the second waits here, and finds the first
        if made := Message.objects.filter(ticket=ticket_id, outbox__idempotency_key=key).first():
            return made
        with changing(ticket_id, "reply", by=by, now=now) as ticket:
            route = _checked(ticket, text, files)
            if not anyway:
                _hold_if_somebody_wrote(ticket, knows_message_id)
            message = _store(ticket, text.strip(), files, by=by, now=now, key=key)
            _queue(ticket, message, route, key=key, then=then, now=now)
            Draft.objects.filter(ticket=ticket, person=by, is_note=False).delete()
            return message


def answered_elsewhere(ticket_id: int, text: str, *, by: Person, now: datetime) -> Message:
    """Record an answer given in the marketplace's portal, which stops the clock. Refused: `empty`."""
    if not text.strip():
        raise Refused("empty")
    with changing(ticket_id, "answered_elsewhere", by=by, now=now) as ticket:
        message = _store(
            ticket, text.strip(), (), by=by, now=now, key=f"portal-{ticket.pk}-{now.timestamp()}"
        )
        message.state, message.seen_elsewhere = Message.State.ACCEPTED, True
        message.save(update_fields=["state", "seen_elsewhere"])
        write_fact(
            ticket,
            "agent_reply",
            at=now,
            now=now,
            by=by,
            message=message,
            id=str(message.pk),
            seen_elsewhere=True,
            to="both",  # in a portal the operator reads along: it answers whoever asked
        )
        keep_by_reply(ticket, message, at=now, now=now)
        set_status(ticket, Ticket.Status.WAITING_ON_BUYER, by=by, now=now)
        Draft.objects.filter(ticket=ticket, person=by, is_note=False).delete()
        return message


def undo(message_id: int, *, by: Person, now: datetime) -> bool:
    """Take a reply back that has not left yet; False when it is too late."""
    outbox = Outbox.objects.select_related("message").filter(message_id=message_id).first()
    if outbox is None:
        return False
    with changing(outbox.message.ticket_id, "undo_reply", by=by, now=now) as ticket:
        taken = Outbox.objects.filter(
            pk=outbox.pk, state=Outbox.State.QUEUED, attempt_count=0, not_before_at__gt=now
        ).update(state=Outbox.State.CANCELLED, settled_at=now)
        if not taken:
            return False
        outbox.message.state = Message.State.CANCELLED
        outbox.message.save(update_fields=["state"])
        write_fact(ticket, "reply_undone", at=now, now=now, by=by, message=outbox.message)
        _put_back(ticket, outbox.message.text, by=by, now=now)
        return True


def _put_back(ticket: Ticket, text: str, *, by: Person, now: datetime) -> None:
    """Make a text a draft again, in front of what was typed since."""
    typed = Draft.objects.filter(ticket=ticket, person=by).values_list("text", flat=True).first()
    parts = [text, typed] if typed and typed.strip() != text.strip() else [text]
    Draft.objects.update_or_create(
        ticket=ticket,
        person=by,
        defaults={"text": "\n\n".join(parts), "is_note": False, "saved_at": now},
    )


def retry(message_id: int, *, by: Person, now: datetime) -> None:
    """Send a refused or uncertain reply once more, because a person says so."""
    outbox = Outbox.objects.select_related("message").filter(message_id=message_id).first()
    if outbox is None:
        raise Refused("too_late")
    with changing(outbox.message.ticket_id, "retry_reply", by=by, now=now) as ticket:
        taken = Outbox.objects.filter(pk=outbox.pk, state__in=AGAIN).update(
            state=Outbox.State.QUEUED,
            queued_at=now,
            not_before_at=now,
            attempt_count=0,
            settled_at=None,
        )
        if not taken:
            raise Refused("too_late")
        Message.objects.filter(pk=message_id).update(state=Message.State.QUEUED)
        write_fact(ticket, "reply_retried", at=now, now=now, by=by, message=outbox.message)


def _checked(ticket: Ticket, text: str, files: Sequence[NewFile]) -> Route:
    """Say what stands in the way of a reply, before anything is stored."""
    channel = ticket.channel
    able = capability(channel.marketplace)
    if not text.strip():
        raise Refused("empty")
    if able.text_chars_max and len(text) > able.text_chars_max:
        raise Refused("too_long", limit=able.text_chars_max, length=len(text))
    if found := VARIABLE.search(text):
        raise Refused("unresolved_variable", variable=found.group())
    if channel.is_watched_only:
        raise Refused("watch_mode", channel=channel.name)
    if not able.reply_by_mail or not ticket.reply_address:
        raise Refused("not_answerable", channel=channel.name)
    if able.attachments_max is not None and len(files) > able.attachments_max:
        raise Refused("too_many_files", limit=able.attachments_max)
    largest = able.attachment_bytes_max
    if largest and sum(len(file.content) for file in files) > largest:
        raise Refused("files_too_large", limit=largest)
    return _route(channel, ticket.reply_connection_id)


def _route(channel: Channel, connection_id: int | None) -> Route:
    """Choose the way out: the connection the buyer's mail came by, else any that may send."""
    routes = list(
        Route.objects.select_related("connection")
        .filter(channel=channel, sends=True, connection__state=Connection.State.ACTIVE)
        .order_by("id")
    )
    same = [route for route in routes if route.connection_id == connection_id]
    if not routes:
        raise Refused("no_route", channel=channel.name)
    return (same or routes)[0]


def _hold_if_somebody_wrote(ticket: Ticket, knows_message_id: int | None) -> None:
    if knows_message_id is None:
        return
    later = ticket.messages.filter(pk__gt=knows_message_id).exclude(
        state__in=[Message.State.NOTE, Message.State.CANCELLED]
    )
    authors = set(later.values_list("author", flat=True))
    if Message.Author.BUYER in authors:
        raise Refused("buyer_wrote_meanwhile")
    if Message.Author.AGENT in authors:
        raise Refused("colleague_wrote_meanwhile")


def _store(
    ticket: Ticket, text: str, files: Sequence[NewFile], *, by: Person, now: datetime, key: str
) -> Message:
    message: Message = Message.objects.create(
        ticket=ticket,
        channel_id=ticket.channel_id,
        external_id=f"reply:{key}",
        author=Message.Author.AGENT,
        kind="reply",
        state=Message.State.QUEUED,
        person=by,
        from_name=by.name,
        text=text,
        new_text=text,
        language=ticket.language,
        needs_reply=False,
        occurred_at=now,
        stored_at=now,
    )
    for position, file in enumerate(files):
        MessageFile.objects.create(
            message=message,
            file=keep(file.content, now=now),
            name=file.name,
            content_type=file.content_type,
            position=position,
        )
    ticket.message_count += 1
    ticket.last_message_at = max(ticket.last_message_at, now)
    if ticket.assignee_id is None:
        ticket.assignee = by
    return message


def _queue(
    ticket: Ticket, message: Message, route: Route, *, key: str, then: Then, now: datetime
) -> None:
    settings: dict[str, Any] = route.connection.settings
    sender = route.sender_address or next(iter(settings.get("senders", ())), "")
    message_id = f"{key}@{sender.rpartition('@')[2] or 'comptoir.invalid'}"
    Outbox.objects.create(
        message=message,
        channel_id=ticket.channel_id,
        connection_id=route.connection_id,
        idempotency_key=key,
        envelope={
            "message_id": message_id,
            "recipient": ticket.reply_address,
            "recipient_name": ticket.buyer_name,
            "sender": sender,
            "sender_name": ticket.channel.sender_name or ticket.channel.brand.name,
            "subject": _reply_subject(ticket.subject),
            "then": then,
            **_threading(ticket),
        },
        queued_at=now,
        not_before_at=now + undo_window(ticket, now),
    )
    ThreadKey.objects.get_or_create(
        channel_id=ticket.channel_id, key=f"mid:{message_id}", ticket=ticket
    )
    write_fact(ticket, "reply_queued", at=now, now=now, by=message.person, message=message)


def undo_window(ticket: Ticket, now: datetime) -> timedelta:
    """Tell how long a reply can be taken back: not at all when the limit is two minutes off."""
    near = ticket.limit_at is not None and ticket.limit_at - now <= NO_UNDO_BEFORE_LIMIT
    return timedelta(0) if near else UNDO_WINDOW


def _threading(ticket: Ticket) -> dict[str, Any]:
    """Give In-Reply-To and References: the mail chain of this conversation, oldest first."""
    ids = [
        key.removeprefix("mid:")
        for key in ThreadKey.objects.filter(ticket=ticket, key__startswith="mid:")
        .order_by("id")
        .values_list("key", flat=True)
    ]
    last = (
        ticket.messages.filter(author=Message.Author.BUYER)
        .exclude(external_id__startswith="raw:")
        .order_by("-occurred_at", "-id")
        .values_list("external_id", flat=True)
        .first()
    )
    parent = last or (ids[-1] if ids else "")
    chain = [i for i in ids if i != parent] + ([parent] if parent else [])
    return {"in_reply_to": parent, "references": chain[-REFERENCES_MAX_COUNT:]}


def _reply_subject(subject: str) -> str:
    return subject if re.match(r"(?i)\s*(re|aw|sv|r)\s*:", subject) else f"Re: {subject}"


def latest_message_id(ticket: Ticket) -> int | None:
    """Give the last message of a ticket, for the composer to remember."""
    found: int | None = ticket.messages.aggregate(last=Max("id"))["last"]
    return found
