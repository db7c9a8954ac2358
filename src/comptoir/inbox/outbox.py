"""Delivery of the outbox: what is due leaves through its channel, and what became of it is kept."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from datetime import datetime

from comptoir.channels.kernel.protocol import (
    ChannelError,
    Connector,
    Outcome,
    Outgoing,
    OutgoingFile,
    Receipt,
)
from comptoir.inbox.connections import open_connector
from comptoir.merchant.models import Connection
from comptoir.tickets.actions import delivery
from comptoir.tickets.models import MessageFile, Outbox

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


def deliver_due(*, clock: Clock) -> int:
    """Send every reply whose time has come, and tell how many were tried."""
    settle_lost(clock=clock)
    claimed = delivery.claim(now=clock())
    for outbox in claimed:
        _deliver(outbox, clock=clock)
    return len(claimed)


def settle_lost(*, clock: Clock) -> None:
    """Replies whose sender died while sending become uncertain."""
    for outbox in delivery.lost_claims(now=clock()):
        delivery.uncertain(outbox.pk, now=clock(), reply="the sending process ended")


def look_for_uncertain(*, clock: Clock) -> int:
    """Look in the channel for replies nobody knows about; found ones are settled."""
    found = 0
    for outbox in Outbox.objects.filter(state=Outbox.State.UNCERTAIN).select_related("message"):
        connection = Connection.objects.filter(pk=outbox.connection_id or 0).first()
        if connection is None:
            continue
        try:
            with closing(open_connector(connection)) as connector:
                find_sent = getattr(connector, "find_sent", None)
                if find_sent is None or not find_sent(outbox.envelope["message_id"]):
                    continue
        except ChannelError as error:
            log.warning("an uncertain reply could not be looked for: %s", error.code)
            continue
        delivery.confirm_sent(
            outbox.message_id, by=None, at=outbox.message.occurred_at, now=clock()
        )
        found += 1
    return found


def _deliver(outbox: Outbox, *, clock: Clock) -> None:
    connection = Connection.objects.filter(pk=outbox.connection_id or 0).first()
    if connection is None:
        delivery.refused(outbox.pk, "no_route", now=clock())
        return
    if outbox.channel.is_watched_only:
        delivery.refused(outbox.pk, "watch_mode", now=clock())
        return
    receipt = _try(connection, _outgoing(outbox))
    now = clock()
    log.info("reply %s: %s %s", outbox.pk, receipt.outcome, receipt.code)
    match receipt.outcome:
        case Outcome.ACCEPTED:
            delivery.accepted(outbox.pk, at=now, now=now, reply=receipt.reply)
        case Outcome.REFUSED:
            delivery.refused(outbox.pk, receipt.code, now=now, reply=receipt.reply)
        case Outcome.DEFERRED:
            delivery.deferred(outbox.pk, receipt.code, now=now, reply=receipt.reply)
        case Outcome.UNCERTAIN:
            delivery.uncertain(outbox.pk, now=now, reply=receipt.reply)


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


def _outgoing(outbox: Outbox) -> Outgoing:
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
        text=outbox.message.text,
        in_reply_to=envelope.get("in_reply_to", ""),
        references=tuple(envelope.get("references", ())),
        files=tuple(
            OutgoingFile(file.name, file.content_type, bytes(file.file.content))
            for file in files.order_by("position")
        ),
    )
