"""Beginning a conversation: a first message of ours on an order, which makes its ticket."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from comptoir.merchant.models import Person
from comptoir.orders.models import CustomerAlias, Order
from comptoir.rulebook.capabilities import STARTED_BY_MAIL, capability
from comptoir.storage import audit
from comptoir.tickets.actions import reply
from comptoir.tickets.actions.changing import write_fact
from comptoir.tickets.actions.draft import order_written_on
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.sendable import Hold
from comptoir.tickets.actions.writing import How, KeptFile, NewFile
from comptoir.tickets.models import Draft, Message, ThreadKey, Ticket
from comptoir.tickets.way_back import way_to_begin

SUBJECT_CHARS_MAX = 200


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether a seller may write first about an order: the address to write to, or why not.

    No address and no code: it leaves by the channel's API.

    `code` is one of `cannot_start`, `start_too_late`, `no_buyer_address`, or empty.
    """

    address: str = ""
    code: str = ""
    days: int = 0


def opening(order: Order, *, now: datetime) -> Opening:
    """Tell whether a first message on that order can leave, by an API or by mail."""
    able = capability(order.channel.marketplace)
    if way_to_begin(order.channel_id, has_address=False).way == "api":
        return Opening()
    if not (able.can_start and able.reply_by_mail):
        return Opening(code="cannot_start")
    if able.start_days and now - order.placed_at > timedelta(days=able.start_days):
        return Opening(code="start_too_late", days=able.start_days)
    address = _address(order)
    return Opening(address=address) if address else Opening(code="no_buyer_address")


def send(
    order_id: int,
    text: str,
    *,
    subject: str,
    by: Person,
    now: datetime,
    key: str,
    files: Sequence[NewFile | KeptFile] = (),
    how: How | None = None,
    anyway: Collection[Hold] = (),
) -> Message:
    """Write to the buyer of an order; the ticket is made with the message, or not at all.

    The same key again gives the message it made before. Raises `Refused`: the codes of `opening`,
    those of `reply.send`, `subject_too_long`.
    """
    with transaction.atomic():
        order = order_written_on(order_id, by)
        Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
        if made := Message.objects.filter(outbox__idempotency_key=key, person=by).first():
            return reply.send(made.ticket_id, text, by=by, now=now, key=key)
        ticket = _open(order, " ".join(subject.split()), by=by, now=now)
        message = reply.send(
            ticket.pk, text, by=by, now=now, key=key, files=files, how=how, anyway=anyway
        )
        Draft.objects.filter(order=order, ticket=None, person=by).delete()
        return message


def _open(order: Order, subject: str, *, by: Person, now: datetime) -> Ticket:
    channel, chance = order.channel, opening(order, now=now)
    if chance.code:
        raise Refused(chance.code, channel=channel.name, days=chance.days)
    most = capability(channel.marketplace).subject_chars_max or SUBJECT_CHARS_MAX
    if len(subject) > most:
        raise Refused("subject_too_long", limit=most)
    customer = order.customer
    ticket: Ticket = Ticket.objects.create(
        channel=channel,
        customer=customer,
        order=order,
        order_number=order.external_id,
        buyer_name=customer.name if customer else "",
        reply_address=chance.address,
        subject=subject or order.external_id,
        language=(customer.language if customer else "") or channel.locale[:2],
        gist=subject[:180],
        assignee=by,
        created_at=now,
        last_message_at=now,
    )
    keys = [f"order:{channel.marketplace}:{order.external_id}"]
    if chance.address:
        keys.append(f"alias:{channel.marketplace}:{_lasting(chance.address)}")
    ThreadKey.objects.bulk_create(
        [ThreadKey(channel=channel, key=one, ticket=ticket) for one in keys]
    )
    write_fact(ticket, "begun", at=now, now=now, by=by, order=order.external_id)
    audit.record("ticket.begin", by=by, now=now, subject=("ticket", ticket.pk))
    return ticket


def _address(order: Order) -> str:
    """Give the address that reaches the buyer: their relay on this marketplace, else their own.

    Where messages belong into a relay, an address outside it is not written to.
    """
    if order.customer is None:
        return ""
    marketplace = order.channel.marketplace
    aliases = CustomerAlias.objects.filter(
        customer=order.customer, marketplace=marketplace, alias__contains="@"
    )
    known = aliases.order_by("-id").values_list("alias", flat=True).first()
    address = str(known or order.customer.email)
    is_relayed = marketplace in address.rpartition("@")[2].lower()
    return address if is_relayed or marketplace not in STARTED_BY_MAIL else ""


def _lasting(address: str) -> str:
    """Give an alias as mails are found by it: without Amazon's case behind the plus sign."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0] if 'amazon' in domain else local}@{domain}"
