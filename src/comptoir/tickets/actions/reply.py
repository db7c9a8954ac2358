"""Answering a buyer: what is checked before a reply is stored, and what a person decides later.

A reply that is stored waits in the outbox for the undo window. It stops no clock yet: only the
channel's acceptance does (`delivery`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from comptoir.merchant.models import Person
from comptoir.replies.signing import signed
from comptoir.rulebook.capabilities import capability
from comptoir.storage import rows
from comptoir.tickets import template_uses
from comptoir.tickets.actions import draft
from comptoir.tickets.actions.changing import changing, locked, write_fact
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.promise import keep_by_reply
from comptoir.tickets.actions.sendable import Hold, checked, hold, hold_uncopied
from comptoir.tickets.actions.solve import set_status
from comptoir.tickets.actions.writing import How, KeptFile, NewFile, Party, Then, keep_files
from comptoir.tickets.models import Message, Outbox, Ticket
from comptoir.tickets.signing import signature_of
from comptoir.tickets.way_back import Back

__all__ = ["NewFile", "Then", "answered_elsewhere", "latest_message_id", "retry", "send"]

UNDO_WINDOW = timedelta(seconds=10)
NO_UNDO_BEFORE_LIMIT = timedelta(minutes=2)
REFERENCES_MAX_COUNT = 20
THREAD_SQL = """
SELECT ARRAY(SELECT substr(key, 5) FROM tickets_threadkey
        WHERE ticket_id = %(ticket)s AND starts_with(key, 'mid:') ORDER BY id),
    (SELECT external_id FROM tickets_message
        WHERE ticket_id = %(ticket)s AND author = 'buyer' AND NOT starts_with(external_id, 'raw:')
        ORDER BY occurred_at DESC, id DESC LIMIT 1)
"""
IS_MADE_SQL = "SELECT FROM tickets_outbox WHERE idempotency_key = %(key)s"
THREAD_KEY_SQL = """
INSERT INTO tickets_threadkey (channel_id, key, ticket_id)
VALUES (%(channel)s, %(key)s, %(ticket)s) ON CONFLICT DO NOTHING
"""
AGAIN = (Outbox.State.REFUSED, Outbox.State.UNCERTAIN)
"""From here a person may send once more; looked at under the lock, so that two do it once."""


def send(
    ticket_id: int,
    text: str,
    *,
    by: Person,
    now: datetime,
    key: str,
    files: Sequence[NewFile | KeptFile] = (),
    then: Then = "waiting_on_buyer",
    knows_message_id: int | None = None,
    anyway: Collection[Hold] = (),
    how: How | None = None,
    knows_draft_ms: int | None = None,
) -> Message:
    """Put a reply into the outbox, the signature of its channel below.

    `key` is made when the composer opens: the same key again gives the reply it made before, also
    after a merge. `knows_message_id` is the last message the writer saw; with a later one by the
    buyer or a colleague the reply is held, so is one whose file is missing unless `anyway` names it.
    `how` says all that was chosen; without it `then` alone. `knows_draft_ms` is the draft the
    writer's page knew: one that another tab wrote since is kept. Raises `Refused` (see its codes);
    `sent_otherwise` when the key has already sent another text.
    """
    how = how or How(then=then)
    with transaction.atomic():
        # Of two equal requests the second waits here, and finds the first.
        found = locked(ticket_id, by, is_merged_too=True)
        if made := _made_before(key, text, by=by):
            return made
        held = None if found.merged_into_id else found
        with changing(ticket_id, "reply", by=by, now=now, held=held) as ticket:
            below = signature_of(ticket, by)
            back = checked(ticket, signed(text, below), files, how, now=now)
            hold(ticket, back, text, files, knows_message_id=knows_message_id, anyway=anyway)
            message = _store(ticket, text.strip(), files, how, below, by=by, now=now, key=key)
            _queue(ticket, message, back, how, key=key, now=now)
            draft.leave(
                ticket, message.new_text, by=by, is_note=False, key=key, knows_ms=knows_draft_ms
            )
            return message


def _made_before(key: str, text: str, *, by: Person) -> Message | None:
    """Give what this key has sent. Refused: `sent_otherwise` when the text has changed since."""
    if not rows.fetch(IS_MADE_SQL, {"key": key}):
        return None
    made = Message.objects.filter(outbox__idempotency_key=key, person=by).first()
    if made is not None and made.new_text != text.strip():
        raise Refused("sent_otherwise")
    return made


def answered_elsewhere(
    ticket_id: int,
    text: str,
    *,
    by: Person,
    now: datetime,
    to: Party = "both",
    key: str = "",
    is_copied: bool = True,
    anyway: Collection[Hold] = (),
) -> Message:
    """Record an answer given in the marketplace's portal, which stops the clock.

    Refused: `nothing_to_record`.

    In a portal the operator reads along, so that it answers whoever asked; `to` says otherwise.
    `is_copied` is False where the page saw nobody take the text there: it is held (`not_copied`)
    unless `anyway` names that. The same key again gives what it recorded before.
    """
    if not text.strip():
        raise Refused("nothing_to_record")
    key = key or f"{ticket_id}-{now.timestamp()}"
    with transaction.atomic():
        ticket = locked(ticket_id, by, is_merged_too=True)
        known = Message.objects.filter(channel_id=ticket.channel_id, person=by)
        if made := known.filter(external_id=f"reply:portal-{key}").first():
            return made
        with changing(ticket_id, "answered_elsewhere", by=by, now=now) as ticket:
            hold_uncopied(ticket, text, to, is_copied=is_copied, anyway=anyway)
            message = _store(
                ticket, text.strip(), (), How(to=to), by=by, now=now, key=f"portal-{key}"
            )
            message.state, message.seen_elsewhere = Message.State.ACCEPTED, True
            message.save(update_fields=["state", "seen_elsewhere"])
            data = {"id": str(message.pk), "seen_elsewhere": True, "to": to}
            write_fact(ticket, "agent_reply", at=now, now=now, by=by, message=message, **data)
            status = Ticket.Status.WAITING_ON_BUYER
            if to == "operator":
                status = Ticket.Status.WAITING_ON_MARKETPLACE
            else:
                keep_by_reply(ticket, message, at=now, now=now)
            set_status(ticket, status, by=by, now=now)
            draft.leave(ticket, message.new_text, by=by, is_note=False)
            return message


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


def _store(
    ticket: Ticket,
    text: str,
    files: Sequence[NewFile | KeptFile],
    how: How,
    below: str = "",
    *,
    by: Person,
    now: datetime,
    key: str,
) -> Message:
    tells_apart = capability(ticket.channel.marketplace).parties != ("buyer",)
    message = Message(
        ticket=ticket,
        channel_id=ticket.channel_id,
        external_id=f"reply:{key}",
        author=Message.Author.AGENT,
        kind="reply",
        state=Message.State.QUEUED,
        person=by,
        from_name=by.name,
        text=signed(text, below),
        new_text=text,
        language=ticket.language,
        needs_reply=False,
        occurred_at=now,
        stored_at=now,
        is_holding=how.is_holding,
        to_party=how.to if tells_apart else "",
    )
    rows.add(message)
    keep_files(message, files, now=now)
    template_uses.record(message, how.templates, now=now)
    ticket.message_count += 1
    ticket.last_message_at = max(ticket.last_message_at, now)
    if ticket.assignee_id is None:
        ticket.assignee = by
    return message


def _queue(
    ticket: Ticket, message: Message, back: Back, how: How, *, key: str, now: datetime
) -> None:
    route = back.route
    assert route is not None
    settings: dict[str, Any] = route.connection.settings
    sender = route.sender_address or next(iter(settings.get("senders", ())), "")
    message_id = f"{key}@{sender.rpartition('@')[2] or 'comptoir.invalid'}"
    outbox = Outbox(
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
            "subject": _reply_subject(ticket.subject)
            if ticket.message_count > 1
            else ticket.subject,
            **how.as_choices(),
            **(_threading(ticket) if back.way == "mail" else {}),
            "thread_id": back.thread_id,
            "stream": back.stream,
            "order_number": ticket.order_number,
            "begins": back.way == "api" and not back.thread_id,
            "answer_until": back.answer_until.isoformat() if back.answer_until else "",
        },
        queued_at=now,
        not_before_at=how.send_at or now + undo_window(ticket, now),
        is_scheduled=how.send_at is not None,
    )
    rows.add(outbox)
    values = {"channel": ticket.channel_id, "key": f"mid:{message_id}", "ticket": ticket.pk}
    rows.run(THREAD_KEY_SQL, values)
    kind = "reply_scheduled" if how.send_at else "reply_queued"
    said = {"send_at": how.send_at.isoformat()} if how.send_at else {}
    write_fact(ticket, kind, at=now, now=now, by=message.person, message=message, **said)


def undo_window(ticket: Ticket, now: datetime) -> timedelta:
    """Tell how long a reply can be taken back: not at all in the last two minutes before the limit.

    Behind it nothing is lost by the wait.
    """
    left = ticket.limit_at - now if ticket.limit_at is not None else None
    is_near = left is not None and timedelta(0) <= left <= NO_UNDO_BEFORE_LIMIT
    return timedelta(0) if is_near else UNDO_WINDOW


def _threading(ticket: Ticket) -> dict[str, Any]:
    """Give In-Reply-To and References: the mail chain of this conversation, oldest first."""
    ids, last = rows.fetch(THREAD_SQL, {"ticket": ticket.pk})[0]
    parent = last or (ids[-1] if ids else "")
    chain = [i for i in ids if i != parent] + ([parent] if parent else [])
    return {"in_reply_to": parent, "references": chain[-REFERENCES_MAX_COUNT:]}


def _reply_subject(subject: str) -> str:
    return subject if re.match(r"(?i)\s*(re|aw|sv|r)\s*:", subject) else f"Re: {subject}"


def latest_message_id(ticket: Ticket) -> int | None:
    """Give the last message of a ticket, for the composer to remember."""
    found: int | None = ticket.messages.aggregate(last=Max("id"))["last"]
    return found
