"""What the desk itself knows of a mail: our own addresses, replies of ours, orders we have."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from comptoir.channels.mail.compose import LOOP_HEADER
from comptoir.channels.mail.understood import Understood
from comptoir.inbox.routing import Candidate
from comptoir.merchant.models import Connection, Route
from comptoir.orders.models import Order
from comptoir.tickets.actions import delivery
from comptoir.tickets.models import Message, Outbox, ThreadKey

KEPT_SECONDS = 5.0
COPY_WITHIN = timedelta(hours=6)
COPY_SHARE_MIN = 0.6
"""So much of a copy must be our own words: a portal frames them, a new answer only greets alike."""

_addresses: dict[int, tuple[float, frozenset[str]]] = {}


def addresses(connection_id: int) -> frozenset[str]:
    """Give the addresses under which we write ourselves; kept for a few seconds."""
    found = _addresses.get(connection_id)
    if found and time.monotonic() - found[0] < KEPT_SECONDS:
        return found[1]
    row = Connection.objects.filter(pk=connection_id).first()
    senders = set(row.settings.get("senders", ())) if row else set()
    senders |= {str(row.settings.get("user", ""))} if row else set()
    routes = Route.objects.filter(connection_id=connection_id).exclude(sender_address="")
    senders |= set(routes.values_list("sender_address", flat=True))
    made = frozenset(address.lower() for address in senders if "@" in address)
    _addresses[connection_id] = (time.monotonic(), made)
    return made


def forget_addresses() -> None:
    """Look our own addresses up anew from now on."""
    _addresses.clear()


def is_own_alert(read: Understood) -> bool:
    """Tell whether the mail is an alert of a desk that came back to a mailbox it reads.

    A colleague's address may lead here. It is nobody's question: taken for one it would start a
    clock, whose alert would come back as mail.
    """
    by_a_desk = read.mail.header(LOOP_HEADER) != ""
    submitted = read.mail.header("Auto-Submitted").strip().lower()
    return by_a_desk and submitted.startswith("auto-generated")


def is_known_reply(read: Understood, served: Sequence[Candidate], *, now: datetime) -> bool:
    """Tell whether the mail is a copy of a reply that left here.

    A copy of an uncertain one, found in the Sent folder or sent back by a rule, settles it.
    """
    if read.kind != "reply_copy":
        return False
    outbox = _outbox_of(read.mail.message_id)
    if outbox is not None:
        if outbox.state == Outbox.State.UNCERTAIN:
            at = min(read.mail.date or now, now)
            delivery.confirm_sent(outbox.message_id, by=None, at=at, now=now)
        return True
    return _says_the_same(read, served, at=min(read.mail.date or now, now), now=now)


def reply_reported_on(read: Understood, served: Sequence[Candidate]) -> Message | None:
    """Find the reply of ours that a bounce speaks of: by its Message-ID, else by its thread."""
    report = read.mail.delivery_report
    named = [read.verdict.original_message_id, report.original_message_id if report else ""]
    for message_id in [*named, *read.mail.in_reply_to, *reversed(read.mail.references)]:
        if message_id and (outbox := _outbox_of(message_id)):
            return outbox.message
    return _last_reply(read, served)


def known_orders(served: Sequence[Candidate]) -> Callable[[str], str]:
    """Give a look-up of the marketplace of an order on the channels a connection serves."""
    ids = [candidate.channel_id for candidate in served]

    def marketplace_of(number: str) -> str:
        orders = Order.objects.filter(channel_id__in=ids, external_id=number)
        return orders.values_list("channel__marketplace", flat=True).first() or ""

    return marketplace_of


def owner_of_sender(read: Understood) -> str:
    """Tell whose domain an unlisted platform sender writes from; empty for all others."""
    for code in read.recognition.evidence:
        if code.startswith("unlisted_platform:"):
            return code.split(":")[1]
    return ""


def channel_of_order(read: Understood, served: Sequence[Candidate]) -> int | None:
    """Tell the channel of a known order the mail names, where exactly one of ours has it."""
    if not read.order_ids or read.marketplace != "mirakl":
        return None
    ids = [candidate.channel_id for candidate in served]
    orders = Order.objects.filter(channel_id__in=ids, external_id__in=read.order_ids)
    channels = set(orders.values_list("channel_id", flat=True))
    return channels.pop() if len(channels) == 1 else None


def operator_of(read: Understood, served: Sequence[Candidate]) -> str:
    """Tell which Mirakl operator is meant: hinted at, and one that this connection serves."""
    hinted = [c.marketplace for c in served if c.marketplace in read.recognition.operators]
    return hinted[0] if len(set(hinted)) == 1 else ""


def _outbox_of(message_id: str) -> Outbox | None:
    key = message_id.strip("<> ").partition("@")[0]
    if not key:
        return None
    return Outbox.objects.select_related("message").filter(idempotency_key=key).first()


def _says_the_same(
    read: Understood, served: Sequence[Candidate], *, at: datetime, now: datetime
) -> bool:
    """Tell whether a marketplace sends back, as a copy, what we had sent through its relay.

    Such a copy also proves that an uncertain reply arrived.
    """
    ours = Message.objects.filter(
        ticket_id__in=_tickets_known_as(read.thread_keys, served),
        author=Message.Author.AGENT,
        state__in=[Message.State.ACCEPTED, Message.State.UNCERTAIN],
        seen_elsewhere=False,
        occurred_at__range=(at - COPY_WITHIN, at + COPY_WITHIN),
    )
    copies = [_flat(read.new_text), _flat(read.text)]
    for message in ours.order_by("-occurred_at"):
        if any(_repeats(copy, _flat(message.text)) for copy in copies):
            if message.state == Message.State.UNCERTAIN:
                delivery.confirm_sent(message.pk, by=None, at=at, now=now)
            return True
    return False


def _repeats(copy: str, ours: str) -> bool:
    """Tell whether a copy is our reply with a frame around it, and not an answer of its own."""
    return bool(ours) and ours in copy and len(ours) >= COPY_SHARE_MIN * len(copy)


def _tickets_known_as(keys: Sequence[str], served: Sequence[Candidate]) -> list[int]:
    channels = [candidate.channel_id for candidate in served]
    found = ThreadKey.objects.filter(channel_id__in=channels, key__in=keys)
    return list(found.values_list("ticket_id", flat=True))


def _last_reply(read: Understood, served: Sequence[Candidate]) -> Message | None:
    """Give our last accepted reply of the thread, for refusals that quote no Message-ID."""
    keys = [key for key in read.thread_keys if not key.startswith("order:")]
    replies = Message.objects.filter(
        ticket_id__in=_tickets_known_as(keys, served),
        author=Message.Author.AGENT,
        state=Message.State.ACCEPTED,
    )
    return replies.exclude(seen_elsewhere=True).order_by("-occurred_at").first()


def _flat(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()
