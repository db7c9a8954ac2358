"""What vendors push: verified on its raw bytes, stored, answered; read like all else afterwards.

Each connection whose channel pushes has an address of its own that nobody can guess. A push that
cannot be the vendor's is refused and leaves no trace but a line in the log; a pull repairs what
never came.
"""

from __future__ import annotations

import logging
import secrets
from contextlib import closing
from datetime import datetime

from comptoir.channels.kernel.protocol import Call, Pushed
from comptoir.inbox.connections import open_connector
from comptoir.inbox.pulling import keep
from comptoir.merchant.models import Connection

log = logging.getLogger(__name__)


class NoSuchPush(Exception):  # noqa: N818 - reads as what happened
    """Say that nothing is pushed to this address."""


def receive(push_key: str, call: Call, *, now: datetime) -> Pushed:
    """Take one push in. Raises `NoSuchPush`, `Forged`, or another `ChannelError`."""
    row = Connection.objects.filter(push_key=push_key).first() if push_key else None
    if row is None:
        raise NoSuchPush
    with closing(open_connector(row)) as connector:
        take = getattr(connector, "receive", None)
        if take is None:
            raise NoSuchPush
        pushed: Pushed = take(call)
    keep(row, pushed.items, now=now)
    Connection.objects.filter(pk=row.pk).update(
        last_push_at=now, **({"last_item_at": now} if pushed.items else {})
    )
    return pushed


def key_of(row: Connection) -> str:
    """Give the unguessable part of a connection's address, made when it is first asked for."""
    if not row.push_key:
        Connection.objects.filter(pk=row.pk, push_key="").update(push_key=secrets.token_urlsafe(32))
        row.refresh_from_db(fields=["push_key"])
    return row.push_key
