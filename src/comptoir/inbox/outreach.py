"""Saying something on an order of our own accord: by which account, what it allows now, and delivery.

What an order allows is the marketplace's to say and is asked each time; nothing is kept of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import transaction

from comptoir.channels.kernel.card import Outreach as Able
from comptoir.channels.kernel.catalogue import card_of, cards
from comptoir.channels.kernel.outreach import Offer, Said
from comptoir.channels.kernel.protocol import ChannelError, Outcome, OutgoingFile, Receipt
from comptoir.inbox.connections import open_connector
from comptoir.inbox.outbox import OUR_ACCOUNT
from comptoir.merchant.models import Channel, Connection, Route
from comptoir.orders.models import Order
from comptoir.tickets.actions import reach_delivery
from comptoir.tickets.models import Outreach

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]

PLAYED = {"demo": "amazon_sp"}
"""Kinds of connections without a card that play one with it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The account by which something can be said on a channel's orders, and what its card allows."""

    connection: Connection
    able: Able


@cache
def marketplaces() -> frozenset[str]:
    """Name the marketplaces that have such forms at all."""
    able = [one for one in cards().values() if one.outreach.review or one.outreach.forms]
    return frozenset(name for card in able for name in card.serves.marketplaces)


def reach_of(channel: Channel) -> Reach | None:
    """Choose the account; None where the channel has none that may send."""
    routes = Route.objects.select_related("connection").filter(
        channel_id=channel.pk, sends=True, connection__state=Connection.State.ACTIVE
    )
    found = []
    for route in routes.order_by("pk"):
        kind = route.connection.kind
        card = card_of(PLAYED.get(kind, kind))
        if card is None or channel.marketplace not in card.serves.marketplaces:
            continue
        if card.outreach.review or card.outreach.forms:
            found.append(Reach(route.connection, card.outreach))
    return min(found, key=lambda one: one.connection.kind in PLAYED, default=None)


def ask(reach: Reach, order: Order) -> Offer:
    """Ask what an order allows now. Raises `ChannelError`."""
    with closing(open_connector(reach.connection)) as connector:
        offer: Offer = connector.offer(  # type: ignore[attr-defined]  # optional verb
            order.external_id, order.channel.country
        )
    return offer


def deliver_due(*, clock: Clock) -> int:
    """Let out all that is due, and tell how many were tried."""
    reach_delivery.settle_lost(now=clock())
    count = 0
    while row := reach_delivery.claim(now=clock()):
        receipt = _try(row, clock)
        log.info("outreach %s: %s %s", row.pk, receipt.outcome, receipt.code)
        reach_delivery.settle(row.pk, receipt, now=clock())
        count += 1
    return count


def _try(row: Outreach, clock: Clock) -> Receipt:
    """Hand one to its channel. What fails before sending starts is safe to try again."""
    account = Connection.objects.filter(pk=row.connection_id).first()
    if account is None:
        return Receipt(Outcome.REFUSED, "no_route")
    if row.channel.is_watched_only:
        return Receipt(Outcome.REFUSED, "watch_mode")
    said = _said(row, clock)
    try:
        connector = open_connector(account)
    except ChannelError as error:
        return Receipt(Outcome.DEFERRED, error.code, error.detail)
    with closing(connector):
        try:
            receipt: Receipt = connector.reach(said)  # type: ignore[attr-defined]  # optional verb
        except Exception as error:
            log.exception("a connector broke its promise while saying something")
            return Receipt(Outcome.UNCERTAIN, "connector_failed", type(error).__name__)
    if receipt.outcome is Outcome.REFUSED and receipt.code in OUR_ACCOUNT:
        return Receipt(Outcome.DEFERRED, receipt.code, receipt.reply)
    return receipt


@transaction.atomic
def _said(row: Outreach, clock: Clock) -> Said:
    files = row.files.select_related("file").order_by("position", "id")
    return Said(
        key=row.idempotency_key,
        form=row.form,
        order_number=row.order.external_id,
        country=row.channel.country,
        text=row.text,
        files=tuple(OutgoingFile(f.name, f.content_type, bytes(f.file.content)) for f in files),
        more=row.more,
        may_go=lambda: reach_delivery.hold(row, now=clock()),
    )
