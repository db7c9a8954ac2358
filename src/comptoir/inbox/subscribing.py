"""Asking vendors to push, where an account can: again and again, as some drop who was once away.

It needs an address that vendors reach: without https in `COMPTOIR_URL` nothing is asked for.
"""

from __future__ import annotations

import logging
from contextlib import closing

from django.conf import settings

from comptoir.channels.kernel.catalogue import card_of
from comptoir.channels.kernel.protocol import ChannelError
from comptoir.inbox.connections import open_connector
from comptoir.inbox.pushing import key_of
from comptoir.merchant.models import Connection

log = logging.getLogger(__name__)

PATH = "/push/"


def subscribe_all() -> int:
    """Subscribe every account whose connector can, and count the subscriptions that are new.

    An account that fails is left for the next time: its pull goes on without pushes.
    """
    if not settings.URL.startswith("https://"):
        return 0
    rows = Connection.objects.filter(state=Connection.State.ACTIVE).order_by("pk")
    return sum(_subscribe(row) for row in rows if _pushes(row))


def _pushes(row: Connection) -> bool:
    """Tell whether an account is asked for pushes; one that only watches changes nothing there."""
    card = card_of(row.kind)
    is_used = row.routes.filter(channel__is_watched_only=False).exists()
    return card is not None and card.ways.push and is_used


def _subscribe(row: Connection) -> int:
    try:
        with closing(open_connector(row)) as connector:
            verb = getattr(connector, "subscribe", None)
            made = verb(f"{settings.URL}{PATH}{key_of(row)}") if verb else ()
    except ChannelError as error:
        log.warning("connection %s: not subscribed (%s)", row.pk, error.code)
        return 0
    return len(made)
