"""Fetching one stored item again, whose content the channel would not give the first time."""

from __future__ import annotations

import logging
from contextlib import closing

from comptoir.channels.kernel.protocol import ChannelError
from comptoir.inbox.connections import open_connector
from comptoir.merchant.models import Connection
from comptoir.storage.models import RawItem

log = logging.getLogger(__name__)


def fetch_again(raw_item_id: int) -> bool:
    """Ask the channel for an item that came without content; True when it came now.

    Items that have their content are left alone. A channel that does not answer changes nothing.
    """
    row = (
        RawItem.objects.filter(pk=raw_item_id).only("connection_id", "external_id", "meta").first()
    )
    if row is None or not row.meta.get("problem"):
        return False
    account = Connection.objects.filter(pk=row.connection_id).first()
    if account is None:
        return False
    try:
        with closing(open_connector(account)) as connector:
            fetch = getattr(connector, "fetch", None)
            found = fetch(row.external_id) if fetch else None
    except ChannelError as error:
        log.warning("raw item %s could not be fetched again: %s", raw_item_id, error.code)
        return False
    if found is None or found.meta.get("problem"):
        return False
    RawItem.objects.filter(pk=raw_item_id).update(
        content=found.content, meta=dict(found.meta), received_at=found.received_at
    )
    return True
