"""What a program of the merchant's own puts in and takes out, on the desk's side.

All it puts in is stored raw first and read by the door of all channels. A reply it takes waits, and
its clock with it, until the program says what became of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from comptoir.channels.kernel.protocol import Outgoing
from comptoir.channels.kernel.protocol import RawItem as Item
from comptoir.inbox import outbox as delivering
from comptoir.inbox.pulling import keep
from comptoir.merchant.models import Channel, Connection
from comptoir.merchant.rights import Rights
from comptoir.storage.models import RawItem
from comptoir.tickets.actions import delivery
from comptoir.tickets.models import MessageFile, Outbox

KIND = "http_api"


class NoExchange(Exception):  # noqa: N818 - reads as what happened
    """Say that there is no such connection or reply, or none that these rights reach."""


class Differs(Exception):  # noqa: N818 - reads as what happened
    """Say that something else came before under the same id."""


class TooLate(Exception):  # noqa: N818 - reads as what happened
    """Say that a reply is settled otherwise. `state` says how."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of something put in. `state`: new, done or quarantined, then with `problem`."""

    is_new: bool
    state: str
    problem: str = ""


def connections(rights: Rights) -> list[tuple[Connection, list[Channel]]]:
    """Give the programs' connections all of whose channels these rights see."""
    found = []
    rows = Connection.objects.filter(kind=KIND).prefetch_related("routes__channel")
    for row in rows.order_by("id"):
        channels = [route.channel for route in row.routes.all() if not route.channel.is_catch_all]
        if channels and all(rights.sees(channel.pk) for channel in channels):
            found.append((row, channels))
    return found


def connection(rights: Rights, connection_id: int) -> Connection:
    """Give one of them. Raises `NoExchange`."""
    for row, _channels in connections(rights):
        if row.pk == connection_id:
            return row
    raise NoExchange


def put(row: Connection, item: Item, *, now: datetime) -> Kept:
    """Store something unless it is there; the same again says how far it is. Raises `Differs`."""
    count = keep(row, [item], now=now)
    Connection.objects.filter(pk=row.pk).update(
        last_push_at=now, **({"last_item_at": now} if count else {})
    )
    stored = RawItem.objects.get(connection_id=row.pk, external_id=item.external_id)
    if not count and bytes(stored.content) != item.content:
        raise Differs
    return Kept(bool(count), stored.state, stored.error_detail)


def waiting(row: Connection, *, count: int) -> list[tuple[Outbox, Outgoing]]:
    """Give the replies that wait for the program, the oldest first."""
    found = Outbox.objects.select_related("message__ticket").filter(
        connection_id=row.pk, state=Outbox.State.UNCERTAIN, last_code=delivery.PENDING
    )
    return [(one, delivering.outgoing_of(one)) for one in found.order_by("id")[:count]]


def file_of(row: Connection, reply_id: str, position: int) -> MessageFile:
    """Give a file of a reply that this connection sends. Raises `NoExchange`."""
    outbox = _outbox(row, reply_id)
    files: Sequence[MessageFile] = list(
        MessageFile.objects.select_related("file")
        .filter(message=outbox.message_id)
        .order_by("position")
    )
    if not 0 < position <= len(files):
        raise NoExchange
    return files[position - 1]


def confirm(
    row: Connection, reply_id: str, external_id: str, *, at: datetime, now: datetime
) -> str:
    """Settle a reply that reached its buyer at `at`; twice is once. Raises `NoExchange`, `TooLate`."""
    outbox = _outbox(row, reply_id)
    if outbox.state == Outbox.State.ACCEPTED:
        return outbox.state
    if outbox.state != Outbox.State.UNCERTAIN:
        raise TooLate(outbox.state)
    if external_id:
        delivery.known_as(outbox.pk, external_id)
    delivery.confirm_sent(outbox.message_id, by=None, at=min(at, now), now=now)
    return Outbox.State.ACCEPTED.value


def refuse(row: Connection, reply_id: str, code: str, reason: str, *, now: datetime) -> str:
    """Settle a reply that the channel does not take, also one that came back after it was confirmed.

    Twice is once. Raises `NoExchange`, `TooLate`.
    """
    outbox = _outbox(row, reply_id)
    match outbox.state:
        case Outbox.State.REFUSED:
            return outbox.state
        case Outbox.State.UNCERTAIN:
            delivery.refused(outbox.pk, code, now=now, reply=reason)
        case Outbox.State.ACCEPTED:
            delivery.bounced(outbox.message, code, at=now, now=now, reply=reason)
        case _:
            raise TooLate(outbox.state)
    return Outbox.State.REFUSED.value


def _outbox(row: Connection, reply_id: str) -> Outbox:
    found = (
        Outbox.objects.select_related("message")
        .filter(connection_id=row.pk, idempotency_key=reply_id)
        .first()
    )
    if found is None:
        raise NoExchange
    return found
