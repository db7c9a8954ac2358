"""From a stored raw item to messages on tickets: read, recognised, routed, taken in.

The caller holds the transaction. Nothing here is lost in silence: what cannot be placed lands on
the connection's catch-all channel, what cannot be read raises, and goes into quarantine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from comptoir.channels.kernel.catalogue import reader_of
from comptoir.channels.kernel.protocol import RawItem as RawFromChannel
from comptoir.channels.kernel.told import Told
from comptoir.channels.mail.recognition.threads import Candidate, choose_thread
from comptoir.channels.mail.understood import Understood, understand
from comptoir.inbox import own_mail, translating
from comptoir.inbox.routing import Choice, Traits, candidates, choose
from comptoir.inbox.told import taking, twins
from comptoir.inbox.told.stored import Source
from comptoir.inbox.translating import Item
from comptoir.storage import rows
from comptoir.tickets.actions import delivery
from comptoir.tickets.actions.receive import receive
from comptoir.tickets.incoming import Received
from comptoir.tickets.models import Message

MAIL_DATE_MAX_AGE = timedelta(days=7)
MAIL_DATE_MAX_AHEAD = timedelta(minutes=5)


class NotTaken(Exception):  # noqa: N818 - reads as what happened
    """Say why an item has to wait in quarantine: `code` is for pages, the text for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


MAIL = "message/rfc822"
ACCOUNT_SQL = "SELECT kind, settings FROM merchant_connection WHERE id = %(connection)s"
DONE_SQL = "UPDATE storage_rawitem SET state = 'done' WHERE id = %(item)s RETURNING id"


def take_in(item: Item, *, now: datetime) -> None:
    """Take in what an item says: a mail itself, all else through its connector's `read`.

    Raises `NotTaken` when it has no content or no place yet.
    """
    if item.content_type == MAIL:
        take_in_mail(item, now=now)
        return
    source = Source(item.connection_id, item.id, item.stored_at)
    if not item.meta.get("is_file"):
        try:
            taking.take_in(source, _told(item), now=now)
        except taking.NoPlace as error:
            raise NotTaken("no_channel", str(error)) from error
    _done(item)


def _told(item: Item) -> Iterable[Told]:
    kind, settings = rows.fetch(ACCOUNT_SQL, {"connection": item.connection_id})[0]
    read = reader_of(kind)
    if read is None:
        raise NotTaken("not_readable", f"{kind} has nothing that reads {item.content_type}")
    raw = RawFromChannel(
        item.external_id, bytes(item.content), item.content_type, item.received_at, item.meta
    )
    return list(read(raw, settings))


def take_in_mail(item: Item, *, now: datetime) -> Received | None:
    """Make a raw mail a message; None for a copy of a reply of ours, or an alert of ours.

    Raises `NotTaken` when it has no content or no place yet.
    """
    if item.meta.get("problem") and not item.content:
        raise NotTaken("mail_unreadable", f"the server would not give {item.external_id}")
    read = understand(
        bytes(item.content),
        own_addresses=own_mail.addresses(item.connection_id),
        known_orders=own_mail.known_orders(candidates(item.connection_id)),
    )
    served = candidates(item.connection_id)
    if own_mail.is_own_alert(read) or own_mail.is_known_reply(read, served, now=now):
        _done(item)
        return None
    if read.kind == "bounce" and _take_in_bounce(item, read, now=now):
        _done(item)
        return None
    choice = _choose(item, read)
    if choice.candidate is None:
        raise NotTaken("no_channel", f"connection {item.connection_id} serves no channel")
    if twins.is_told_already(read, choice.candidate):
        _done(item)
        return None
    incoming = translating.incoming_of(
        item, read, choice, occurred_at=occurred_at(item, read, now=now)
    )
    received = receive(incoming, now=now, choose=_conversation)
    if received.was_known:
        _done(item)
    return received


def _conversation(
    keys: Sequence[str], candidates: Sequence[tuple[int, frozenset[str]]]
) -> int | None:
    """Choose by the rules of the mail channel (see `recognition.threads`)."""
    found = choose_thread(keys, [Candidate(str(number), known) for number, known in candidates])
    return int(found) if found else None


def occurred_at(item: Item, read: Understood, *, now: datetime) -> datetime:
    """Tell when the channel took the message: the mail's date, if it can be true.

    Never later than our own receipt; an implausible date gives way to the first trusted Received
    header, and that to the time at which the mailbox took the mail.
    """
    receipt = min(item.received_at or read.mail.received_at or item.stored_at, now)
    trusted = read.mail.received_at
    if trusted is None or not _is_near(trusted, receipt):
        trusted = receipt
    date = read.mail.date
    return (
        min(date, receipt)
        if date is not None and _is_near(date, receipt)
        else min(trusted, receipt)
    )


def _is_near(moment: datetime, receipt: datetime) -> bool:
    """Tell whether a time in a mail can be true, measured by when the mailbox took it."""
    return receipt - MAIL_DATE_MAX_AGE <= moment <= receipt + MAIL_DATE_MAX_AHEAD


def _choose(item: Item, read: Understood) -> Choice:
    served = candidates(item.connection_id)
    traits = Traits(
        marketplace=read.marketplace,
        country=read.recognition.country,
        operator=own_mail.operator_of(read, served),
        recipients=frozenset(read.recipients),
        order_channel_id=own_mail.channel_of_order(read, served),
        owner=own_mail.owner_of_sender(read),
    )
    return choose(served, traits)


def _take_in_bounce(item: Item, read: Understood, *, now: datetime) -> bool:
    """Take a reply's stop back when the mail says that it came back; False if it names none."""
    message = own_mail.reply_reported_on(read, candidates(item.connection_id))
    if message is None:
        return False
    _keep_notice(item, read, message, now=now)
    if read.subkind in ("delayed", "delivered"):
        return True
    answer = read.mail.delivery_report.diagnostic if read.mail.delivery_report else ""
    delivery.bounced(
        message,
        read.subkind or "failed",
        at=occurred_at(item, read, now=now),
        now=now,
        reply=answer or read.mail.subject,
    )
    return True


def _keep_notice(item: Item, read: Understood, message: Message, *, now: datetime) -> None:
    """Put the bounce itself on the ticket of the reply it reports on."""
    served = {c.channel_id: c for c in candidates(item.connection_id)}
    candidate = served.get(message.channel_id)
    if candidate is None:
        return
    choice = Choice(candidate, (f"reports_on:{message.pk}",))
    notice = translating.incoming_of(
        item, read, choice, occurred_at=occurred_at(item, read, now=now)
    )
    receive(replace(notice, ticket_id=message.ticket_id), now=now)


def _done(item: Item) -> None:
    rows.fetch(DONE_SQL, {"item": item.id})
