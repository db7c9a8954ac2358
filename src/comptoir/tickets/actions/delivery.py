"""What became of a reply: claimed for sending, accepted, refused, put off, or uncertain.

An outbox row is claimed in one transaction, sent outside any, and settled in another. If the
process dies in between, nobody knows whether the last byte left: the row becomes *uncertain*, is
looked for in the channel, and is never sent again by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from comptoir.merchant.models import Person
from comptoir.storage import audit
from comptoir.tickets import clocks
from comptoir.tickets.actions.changing import changing, locked, write_fact
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.promise import keep_by_reply
from comptoir.tickets.actions.sendable import ON_ITS_WAY, STOPPED_BY_REPLY
from comptoir.tickets.actions.solve import owes_a_decision, set_status
from comptoir.tickets.actions.writing import How
from comptoir.tickets.models import Message, Outbox, ThreadKey, Ticket

PENDING = "pending"
"""The code of a reply that the channel took and has not decided on."""
CLAIM_LASTS = timedelta(minutes=3)
GIVES_UP_AFTER = timedelta(hours=12)
BACKOFF_SECONDS = (5, 30, 120, 600, 1800)

CLAIM_SQL = """
UPDATE tickets_outbox SET state = 'sending', claimed_until_at = %(until)s,
    attempt_count = attempt_count + 1
WHERE id IN (
    SELECT id FROM tickets_outbox WHERE state = 'queued' AND not_before_at <= %(now)s
        AND NOT coalesce(connection_id, 0) = ANY(%(besides)s)
    ORDER BY not_before_at LIMIT %(count)s FOR UPDATE SKIP LOCKED
) RETURNING id
"""

IS_THERE_SQL = """
SELECT EXISTS (SELECT FROM tickets_outbox
        WHERE state = 'queued' AND (not_before_at <= %(now)s OR is_scheduled))
    OR EXISTS (SELECT FROM tickets_outbox WHERE state = 'sending' AND claimed_until_at < %(now)s)
"""
# A target may have moved since: the risk was corrected, a policy edited.
HURRY_SQL = """
WITH due AS (
    SELECT o.id, min(least(c.target_at, c.limit_at)) - %(lead)s AS latest_at
    FROM tickets_outbox o JOIN tickets_message m ON m.id = o.message_id
    JOIN tickets_clock c ON c.ticket_id = m.ticket_id AND c.ended_at IS NULL
        AND c.kind = ANY(%(kinds)s)
    WHERE o.state = 'queued' AND o.is_scheduled AND o.not_before_at > %(now)s GROUP BY o.id
)
UPDATE tickets_outbox o SET not_before_at = greatest(due.latest_at, %(now)s)
FROM due WHERE o.id = due.id AND o.state = 'queued' AND due.latest_at < o.not_before_at
"""


def is_there_work(*, now: datetime) -> bool:
    """Tell whether anything is to be sent, watched or settled: one query, asked every second."""
    with connection.cursor() as cursor:
        cursor.execute(IS_THERE_SQL, {"now": now})
        return bool(cursor.fetchone()[0])


def hurry(*, now: datetime) -> int:
    """Let replies for later leave sooner whose deadline has moved before their moment; count them."""
    values: dict[str, Any] = {
        "now": now,
        "lead": ON_ITS_WAY,
        "kinds": list(STOPPED_BY_REPLY),
    }
    with connection.cursor() as cursor:
        cursor.execute(HURRY_SQL, values)
        return int(cursor.rowcount)


def claim(*, now: datetime, count: int = 10, besides: Collection[int] = ()) -> list[Outbox]:
    """Take replies whose time has come; no other process gets the same ones.

    `besides` are connections left out. Who claims must begin to send at once: a claim that is not
    settled in time counts as lost.
    """
    values: dict[str, Any] = {
        "now": now,
        "until": now + CLAIM_LASTS,
        "count": count,
        "besides": list(besides),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM_SQL, values)
        ids = [row[0] for row in cursor.fetchall()]
    return list(Outbox.objects.select_related("message", "channel").filter(pk__in=ids))


def next_due_at() -> datetime | None:
    """Tell when the next reply may leave."""
    rows = Outbox.objects.filter(state=Outbox.State.QUEUED).order_by("not_before_at")
    return rows.values_list("not_before_at", flat=True).first()


def lost_claims(*, now: datetime) -> list[Outbox]:
    """Find replies whose sender died while sending."""
    return list(Outbox.objects.filter(state=Outbox.State.SENDING, claimed_until_at__lt=now))


def accepted(outbox_id: int, *, at: datetime, now: datetime, reply: str = "") -> None:
    """The channel took the reply at `at`: that moment stops the clock."""
    outbox = _outbox(outbox_id)
    with changing(outbox.message.ticket_id, "reply_accepted", by=None, now=now) as ticket:
        if not _settle(outbox, Outbox.State.ACCEPTED, now=now, reply=reply):
            return
        _mark(outbox.message, Message.State.ACCEPTED, at=at)
        _tell_the_clocks(ticket, outbox, at=at, now=now)
        if not _buyer_wrote_after(ticket, outbox.message):
            status = _status_after(ticket, outbox, now=now)
            set_status(ticket, status, by=outbox.message.person, now=now)


def _tell_the_clocks(ticket: Ticket, outbox: Outbox, *, at: datetime, now: datetime) -> None:
    """Write that the reply was given, to whom, and what it kept or promised."""
    message, said = outbox.message, how_of(outbox)
    data: dict[str, Any] = {"id": str(outbox.message_id)}
    if message.to_party:
        data["to"] = message.to_party
    if message.is_holding:
        data["holding"] = True
    write_fact(ticket, "agent_reply", at=at, now=now, by=message.person, message=message, **data)
    if not message.is_holding and message.to_party != "operator":
        keep_by_reply(ticket, message, at=at, now=now)
    if said.promise_at is not None and said.promise_at > at:
        due = {"id": f"p{outbox.idempotency_key[:12]}", "due_at": said.promise_at.isoformat()}
        write_fact(ticket, "promise", at=at, now=now, by=message.person, message=message, **due)


def _status_after(ticket: Ticket, outbox: Outbox, *, now: datetime) -> Ticket.Status:
    """Say whose move it is once the channel took the reply.

    A holding reply leaves it ours, and so does a word to the operator while the buyer waits.
    """
    then = Ticket.Status(outbox.envelope.get("then", Ticket.Status.WAITING_ON_BUYER))
    if outbox.message.is_holding:
        return Ticket.Status.OPEN
    if outbox.message.to_party == "operator":
        read = clocks.projected(ticket, now=now)
        if read is not None and read.evaluation.oldest_unanswered_at is not None:
            return Ticket.Status.OPEN
        is_theirs = then == Ticket.Status.WAITING_ON_BUYER
        return Ticket.Status.WAITING_ON_MARKETPLACE if is_theirs else then
    if then == Ticket.Status.SOLVED and (
        how_of(outbox).promise_at is not None or owes_a_decision(ticket)
    ):
        return Ticket.Status.WAITING_ON_BUYER  # the marketplace, or the buyer, still waits for us
    return then


def how_of(outbox: Outbox) -> How:
    """Give what the writer of a reply chose."""
    return How.of_choices(outbox.envelope)


def refused(outbox_id: int, code: str, *, now: datetime, reply: str = "") -> None:
    """The channel refused the reply for good: the ticket needs a person again."""
    outbox = _outbox(outbox_id)
    with changing(outbox.message.ticket_id, "reply_refused", by=None, now=now, code=code) as ticket:
        if not _settle(outbox, Outbox.State.REFUSED, now=now, code=code, reply=reply):
            return
        _mark(outbox.message, Message.State.REFUSED)
        write_fact(
            ticket, "reply_failed", at=now, now=now, message=outbox.message, code=code, reply=reply
        )
        set_status(ticket, Ticket.Status.OPEN, by=None, now=now)


def deferred(outbox_id: int, code: str, *, now: datetime, reply: str = "") -> None:
    """The channel is not ready: try again later, and give up in the open after half a day."""
    outbox = _outbox(outbox_id)
    send_at = how_of(outbox).send_at
    is_due = send_at is not None and outbox.queued_at < send_at <= now
    since = send_at if send_at is not None and is_due else outbox.queued_at
    if now - since > GIVES_UP_AFTER:
        refused(outbox_id, "gave_up", now=now, reply=reply or code)
        return
    pause = BACKOFF_SECONDS[min(outbox.attempt_count, len(BACKOFF_SECONDS)) - 1]
    with changing(outbox.message.ticket_id, "reply_deferred", by=None, now=now, code=code):
        # Uncertain: its sender took so long that it was taken for dead, and knows better now.
        unsettled = [Outbox.State.SENDING, Outbox.State.UNCERTAIN]
        Message.objects.filter(pk=outbox.message_id, state=Message.State.UNCERTAIN).update(
            state=Message.State.QUEUED
        )
        Outbox.objects.filter(pk=outbox_id, state__in=unsettled).update(
            state=Outbox.State.QUEUED,
            settled_at=None,
            not_before_at=now + timedelta(seconds=pause),
            claimed_until_at=None,
            last_code=code,
            last_reply=reply[:500],
        )


def known_as(outbox_id: int, external_id: str) -> None:
    """Keep the channel's own number of a reply: it comes back with the conversation."""
    outbox = _outbox(outbox_id)
    message = outbox.message
    ThreadKey.objects.bulk_create(
        [
            ThreadKey(
                channel_id=message.channel_id, key=f"msg:{external_id}", ticket_id=message.ticket_id
            )
        ],
        ignore_conflicts=True,
    )
    Outbox.objects.filter(pk=outbox_id).update(
        envelope={**outbox.envelope, "external_id": external_id}
    )


def uncertain(outbox_id: int, *, now: datetime, reply: str = "", code: str = "uncertain") -> None:
    """Nobody knows whether the reply arrived: show it, look for it, never send it again alone.

    `code` is `pending` where the channel took it and decides later.
    """
    outbox = _outbox(outbox_id)
    with changing(outbox.message.ticket_id, "reply_uncertain", by=None, now=now) as ticket:
        if not _settle(outbox, Outbox.State.UNCERTAIN, now=now, code=code, reply=reply):
            return
        # Should it turn out to have arrived, then when it was tried, not when it was written.
        claimed_until_at = outbox.claimed_until_at or now + CLAIM_LASTS
        _mark(outbox.message, Message.State.UNCERTAIN, at=claimed_until_at - CLAIM_LASTS)
        if code != PENDING:  # the channel has it, and will say: nobody has to look
            write_fact(ticket, "reply_uncertain", at=now, now=now, message=outbox.message)


def confirm_sent(message_id: int, *, by: Person | None, at: datetime, now: datetime) -> None:
    """Settle an uncertain reply: it did arrive, at `at`. `by` is None when it was found there."""
    outbox = _uncertain(message_id)
    with transaction.atomic():
        _trail(outbox, "reply_confirmed", by=by, now=now)
        accepted(outbox.pk, at=at, now=now, reply="found in the channel" if by is None else "")


def confirm_not_sent(message_id: int, *, by: Person, now: datetime) -> None:
    """Settle an uncertain reply: it did not arrive; it can then be sent again by hand."""
    outbox = _uncertain(message_id)
    with transaction.atomic():
        _trail(outbox, "reply_not_sent", by=by, now=now)
        refused(outbox.pk, "not_sent", now=now)


def _trail(outbox: Outbox, what: str, *, by: Person | None, now: datetime) -> None:
    """Write who decided; a person must see the ticket and may not only read."""
    ticket_id = outbox.message.ticket_id
    if by is not None:
        locked(ticket_id, by)
    audit.record(f"ticket.{what}", by=by, now=now, subject=("ticket", ticket_id))


def bounced(message: Message, code: str, *, at: datetime, now: datetime, reply: str = "") -> None:
    """An accepted reply came back: the stop is taken back, with the old deadline.

    A second notice, or one that comes while the reply is sent once more, changes nothing.
    """
    with transaction.atomic():
        locked(message.ticket_id, None)
        message.refresh_from_db(fields=["state"])
        if message.state in (Message.State.ACCEPTED, Message.State.UNCERTAIN):
            _take_back(message, code, at=at, now=now, reply=reply)


def _take_back(message: Message, code: str, *, at: datetime, now: datetime, reply: str) -> None:
    with changing(message.ticket_id, "reply_bounced", by=None, now=now, code=code) as ticket:
        Outbox.objects.filter(message=message).update(
            state=Outbox.State.REFUSED, last_code=code, last_reply=reply[:500], settled_at=now
        )
        _mark(message, Message.State.REFUSED)
        write_fact(
            ticket,
            "reply_refused",
            at=at,
            now=now,
            message=message,
            reply=str(message.pk),
            code=code,
            answer=reply[:500],
        )
        set_status(ticket, Ticket.Status.OPEN, by=None, now=now)


def _outbox(outbox_id: int) -> Outbox:
    return Outbox.objects.select_related("message__person").get(pk=outbox_id)


def _uncertain(message_id: int) -> Outbox:
    outbox = Outbox.objects.select_related("message").filter(message_id=message_id).first()
    if outbox is None or outbox.state != Outbox.State.UNCERTAIN:
        raise Refused("too_late")
    return outbox


SETTLED: Sequence[Outbox.State] = (
    Outbox.State.ACCEPTED,
    Outbox.State.REFUSED,
    Outbox.State.CANCELLED,
)


def _settle(
    outbox: Outbox, state: Outbox.State, *, now: datetime, code: str = "", reply: str = ""
) -> bool:
    """Move the row to its end state once; False when it is settled already."""
    return bool(
        Outbox.objects.filter(pk=outbox.pk)
        .exclude(state__in=SETTLED)
        .update(
            state=state,
            last_code=code,
            last_reply=reply[:500],
            settled_at=now,
            claimed_until_at=None,
        )
    )


def _mark(message: Message, state: Message.State, at: datetime | None = None) -> None:
    message.state = state
    if at is not None:
        message.occurred_at = at
    message.save(update_fields=["state", "occurred_at"])


def _buyer_wrote_after(ticket: Ticket, message: Message) -> bool:
    """Tell whether the reply did not know a message of the buyer, whatever their times say."""
    later = Q(occurred_at__gt=message.occurred_at) | Q(pk__gt=message.pk)
    return bool(
        ticket.messages.filter(later, author=Message.Author.BUYER)
        .exclude(kind__in=["auto_reply", "bounce"])
        .exists()
    )
