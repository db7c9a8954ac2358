"""Delivery of the outbox: what is due leaves through its channel, and what became of it is kept.

Replies are claimed one by one, so that no claim runs out while it waits behind a slow server. Of
each connection one reply is on its way at a time in a process, and a connection that just failed
rests until the replies of all others have left.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from itertools import groupby

from django.db import InterfaceError, OperationalError, close_old_connections

from comptoir.channels.kernel.protocol import (
    ChannelError,
    Connector,
    Outcome,
    Outgoing,
    OutgoingFile,
    Receipt,
)
from comptoir.inbox.connections import open_connector
from comptoir.inbox.forms import pages
from comptoir.merchant.models import Connection
from comptoir.tickets.actions import delivery, taking_back
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import MessageFile, Outbox

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

LOOKED_FOR = timedelta(days=3)
"""So long an uncertain reply is looked for; after that a person has to settle it."""
CONFIRM_SECONDS = 5.0
SETTLE_TRIES, SETTLE_PAUSE_SECONDS = 20, 1.0

_claiming = threading.Lock()
_busy: set[int] = set()
"""Connections that a thread of this process sends through."""


def deliver_due(*, clock: Clock) -> int:
    """Send every reply whose time has come, and tell how many were tried."""
    if not delivery.is_there_work(now=clock()):
        return 0
    settle_lost(clock=clock)
    count = 0
    resting: set[int] = set()
    while outbox := _next(resting, clock=clock):
        connection_id = outbox.connection_id or 0
        try:
            if not _deliver(outbox, clock=clock):
                resting.add(connection_id)
        finally:
            _busy.discard(connection_id)
        count += 1
    return count


def _next(resting: set[int], *, clock: Clock) -> Outbox | None:
    """Take the next reply, once those whose ticket went on without them are out of the way."""
    hold_overtaken(clock=clock)
    delivery.hurry(now=clock())
    return _claim(resting, now=clock())


def hold_overtaken(*, clock: Clock) -> int:
    """Make drafts again of replies for later on whose ticket somebody wrote since; count them."""
    return sum(taking_back.hold_back(number, now=clock()) for number in taking_back.overtaken())


def _claim(resting: set[int], *, now: datetime) -> Outbox | None:
    """Take the next reply of a connection that nobody here sends through at the moment."""
    with _claiming:
        for outbox in delivery.claim(now=now, count=1, besides=resting | _busy):
            _busy.add(outbox.connection_id or 0)
            return outbox
    return None


def settle_lost(*, clock: Clock) -> None:
    """Replies whose sender died while sending become uncertain."""
    for outbox in delivery.lost_claims(now=clock()):
        delivery.uncertain(outbox.pk, now=clock(), reply="the sending process ended")


def look_for_uncertain(*, clock: Clock) -> int:
    """Look in the channel for replies nobody knows about; found ones are settled."""
    since = clock() - LOOKED_FOR
    rows = Outbox.objects.filter(state=Outbox.State.UNCERTAIN, settled_at__gt=since)
    found = 0
    by_connection = rows.select_related("message").order_by("connection_id", "id")
    for connection_id, some in groupby(by_connection, key=lambda row: row.connection_id or 0):
        connection = Connection.objects.filter(pk=connection_id).first()
        if connection is not None:
            found += _look_in(connection, list(some), clock=clock)
    return found


def _look_in(connection: Connection, rows: list[Outbox], *, clock: Clock) -> int:
    """Look for the replies of one connection, with one log-in."""
    found = 0
    try:
        with closing(open_connector(connection)) as connector:
            for outbox in rows:
                if _is_found(connector, outbox):
                    at = outbox.message.occurred_at
                    found += _confirm(outbox, at=at, now=clock())
    except ChannelError as error:
        log.warning("uncertain replies could not be looked for: %s", error.code)
    return found


def _is_found(connector: Connector, outbox: Outbox) -> bool:
    """Look for one reply in its channel, where the channel lets us look."""
    if (find_sent := getattr(connector, "find_sent", None)) is not None:
        return bool(find_sent(outbox.envelope["message_id"]))
    if (find := getattr(connector, "find", None)) is None:
        return False
    external_id = find(outgoing_of(outbox))
    if external_id:
        delivery.known_as(outbox.pk, external_id)
    return bool(external_id)


def ask_for_pending(*, clock: Clock) -> int:
    """Ask channels that decide later what became of replies they took; count those settled."""
    rows = Outbox.objects.filter(state=Outbox.State.UNCERTAIN, last_code=delivery.PENDING)
    by_connection = rows.select_related("message").order_by("connection_id", "id")
    settled = 0
    for connection_id, some in groupby(by_connection, key=lambda row: row.connection_id or 0):
        connection = Connection.objects.filter(pk=connection_id).first()
        if connection is None:
            continue
        try:
            with closing(open_connector(connection)) as connector:
                for outbox in some:
                    settled += _ask_for(connector, outbox, clock=clock)
        except ChannelError as error:
            log.warning("pending replies could not be asked for: %s", error.code)
    return settled


def _ask_for(connector: Connector, outbox: Outbox, *, clock: Clock) -> bool:
    confirm = getattr(connector, "confirm", None)
    if confirm is None or clock() - (outbox.settled_at or clock()) > LOOKED_FOR:
        return False
    receipt: Receipt = confirm(outbox.envelope.get("external_id", ""))
    if receipt.outcome is Outcome.ACCEPTED:
        if receipt.external_id:
            delivery.known_as(outbox.pk, receipt.external_id)
        return _confirm(outbox, at=outbox.message.occurred_at, now=clock())
    if receipt.outcome is Outcome.REFUSED:
        delivery.refused(outbox.pk, receipt.code, now=clock(), reply=receipt.reply)
        return True
    if receipt.outcome is Outcome.DEFERRED:
        delivery.deferred(outbox.pk, receipt.code, now=clock(), reply=receipt.reply)
        return True
    return False


def _confirm(outbox: Outbox, *, at: datetime, now: datetime) -> bool:
    """Settle a reply that was found; False when a person was quicker."""
    try:
        delivery.confirm_sent(outbox.message_id, by=None, at=at, now=now)
    except Refused:
        return False
    return True


def _deliver(outbox: Outbox, *, clock: Clock) -> bool:
    """Send one reply and settle it; False when its connection does not work."""
    connection = Connection.objects.filter(pk=outbox.connection_id or 0).first()
    if connection is None:
        delivery.refused(outbox.pk, "no_route", now=clock())
        return True
    if outbox.channel.is_watched_only:
        delivery.refused(outbox.pk, "watch_mode", now=clock())
        return True
    receipt = _try(connection, outgoing_of(outbox))
    log.info("reply %s: %s %s", outbox.pk, receipt.outcome, receipt.code)
    _keep(outbox, receipt, now=clock())
    return receipt.outcome in (Outcome.ACCEPTED, Outcome.REFUSED)


OUR_ACCOUNT = frozenset({"auth_failed", "consent_revoked", "settings_invalid"})
"""Refusals that say nothing of the reply: once the account is mended, it leaves by itself."""


def _keep(outbox: Outbox, receipt: Receipt, *, now: datetime) -> None:
    """Write down what became of a reply, also when the database has to be started anew first."""
    for tries_left in reversed(range(SETTLE_TRIES)):
        try:
            _settle(outbox, receipt, now=now)
        except (OperationalError, InterfaceError):
            if not tries_left:
                raise
            log.warning("reply %s: what became of it could not be stored yet", outbox.pk)
            time.sleep(SETTLE_PAUSE_SECONDS)
            close_old_connections()
        else:
            return


def _settle(outbox: Outbox, receipt: Receipt, *, now: datetime) -> None:
    if receipt.external_id:
        delivery.known_as(outbox.pk, receipt.external_id)
    match receipt.outcome:
        case Outcome.ACCEPTED:
            delivery.accepted(outbox.pk, at=now, now=now, reply=receipt.reply)
        case Outcome.REFUSED if receipt.code in OUR_ACCOUNT:
            delivery.deferred(outbox.pk, receipt.code, now=now, reply=receipt.reply)
        case Outcome.REFUSED:
            delivery.refused(outbox.pk, receipt.code, now=now, reply=receipt.reply)
        case Outcome.DEFERRED:
            delivery.deferred(outbox.pk, receipt.code, now=now, reply=receipt.reply)
        case Outcome.UNCERTAIN:
            delivery.uncertain(outbox.pk, now=now, reply=receipt.reply)
        case Outcome.PENDING:
            delivery.uncertain(outbox.pk, now=now, reply=receipt.reply, code=delivery.PENDING)


def _try(connection: Connection, outgoing: Outgoing) -> Receipt:
    """Hand one reply to its channel. What fails before sending starts is safe to try again."""
    try:
        connector: Connector = open_connector(connection)
    except ChannelError as error:
        return Receipt(Outcome.DEFERRED, error.code, error.detail)
    with closing(connector):
        try:
            return connector.send(outgoing)
        except Exception as error:
            log.exception("a connector broke its promise while sending")
            return Receipt(Outcome.UNCERTAIN, "connector_failed", type(error).__name__)


def outgoing_of(outbox: Outbox) -> Outgoing:
    """Give a reply as its connector gets it."""
    envelope = outbox.envelope
    files = MessageFile.objects.filter(message=outbox.message_id).select_related("file")
    return Outgoing(
        idempotency_key=outbox.idempotency_key,
        message_id=envelope["message_id"],
        recipient=envelope["recipient"],
        recipient_name=envelope.get("recipient_name", ""),
        sender=envelope["sender"],
        sender_name=envelope.get("sender_name", ""),
        subject=envelope.get("subject", ""),
        text=outbox.message.text + pages.below(outbox),
        in_reply_to=envelope.get("in_reply_to", ""),
        references=tuple(envelope.get("references", ())),
        thread_id=envelope.get("thread_id", ""),
        stream=envelope.get("stream", ""),
        order_number=envelope.get("order_number", ""),
        party=outbox.message.to_party or "buyer",
        begins=bool(envelope.get("begins")),
        written_at=outbox.queued_at,
        answer_until=_moment(envelope.get("answer_until")),
        files=tuple(
            OutgoingFile(file.name, file.content_type, bytes(file.file.content))
            for file in files.order_by("position")
        ),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
