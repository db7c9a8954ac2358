"""The order and the buyer of a ticket, set right by a person; and what a changed order brings about.

What policies look at (value, customer, whether there is an order) may change with it: every verb
here ends in the clocks being computed anew, and so in the policy being chosen anew.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from comptoir.core.refusals import Refusal
from comptoir.merchant.models import Person
from comptoir.merchant.rights import rights_of
from comptoir.orders.actions import customers
from comptoir.orders.actions.record import Recorded
from comptoir.orders.models import Order
from comptoir.tickets.actions.changing import changing, write_fact
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.mentions import mentioning
from comptoir.tickets.models import Fact, Ticket

NAME_CHARS_MAX = 120
LANGUAGE_CHARS_MAX = 8
OVER = (Ticket.Status.SOLVED, Ticket.Status.CLOSED)


def link(ticket_id: int, number: str, *, by: Person, now: datetime) -> None:
    """Say which order a ticket is about, by its number on the ticket's channel.

    A ticket without a customer gets the order's; another customer is never replaced, see `merge`.
    Refused: `order_not_found`.
    """
    wanted = number.replace("\0", "").strip()
    with changing(ticket_id, "link_order", by=by, now=now) as ticket:
        order = Order.objects.filter(channel_id=ticket.channel_id, external_id=wanted).first()
        if order is None:
            raise Refused("order_not_found", number=wanted, channel=ticket.channel.name)
        if ticket.order_id == order.pk:
            return
        ticket.order, ticket.order_number = order, order.external_id
        if ticket.customer_id is None:
            ticket.customer_id = order.customer_id
        write_fact(ticket, "order_linked", at=now, now=now, by=by, order=order.external_id)


def unlink(ticket_id: int, *, by: Person, now: datetime) -> None:
    """Say that a ticket is not about the order it stands with; without one it is no error."""
    with changing(ticket_id, "unlink_order", by=by, now=now) as ticket:
        if ticket.order_id is None and not ticket.order_number:
            return
        was = ticket.order_number
        ticket.order, ticket.order_number = None, ""
        write_fact(ticket, "order_unlinked", at=now, now=now, by=by, order=was)


def correct_buyer(ticket_id: int, *, name: str, language: str, by: Person, now: datetime) -> None:
    """Set right what the buyer is called and which language they are answered in.

    Empty text leaves what is there. Refused: `name_too_long`.
    """
    wanted = " ".join(name.replace("\0", "").split())
    if len(wanted) > NAME_CHARS_MAX:
        raise Refused("name_too_long", limit=NAME_CHARS_MAX)
    spoken = language.strip().lower()[:LANGUAGE_CHARS_MAX]
    with changing(ticket_id, "correct_buyer", by=by, now=now) as ticket:
        if wanted in ("", ticket.buyer_name) and spoken in ("", ticket.language):
            return
        ticket.buyer_name = wanted or ticket.buyer_name
        ticket.language = spoken or ticket.language
        if ticket.customer_id is not None:
            customers.correct(ticket.customer_id, name=wanted, language=spoken, by=by, now=now)
        write_fact(ticket, "buyer_corrected", at=now, now=now, by=by, language=ticket.language)


@transaction.atomic
def merge_customers(ticket_id: int, other_id: int, *, by: Person, now: datetime) -> None:
    """Join another customer to this ticket's, because a person says that they are one.

    Refused: `no_such_customer` where there is none or the person sees nothing of theirs.
    """
    with changing(ticket_id, "merge_customers", by=by, now=now) as ticket:
        if ticket.customer_id is None or not may_see(by, other_id):
            raise Refused("no_such_customer")
        try:
            joined = customers.merge(ticket.customer_id, other_id, by=by, now=now)
        except Refusal:
            raise Refused("no_such_customer") from None
        theirs = Ticket.objects.filter(customer_id=other_id)
        joined["tickets"] = list(theirs.values_list("pk", flat=True))
        write_fact(ticket, "customers_merged", at=now, now=now, by=by, **joined)
    theirs.update(customer_id=ticket.customer_id)
    _recompute(_open_of(Q(customer_id=ticket.customer_id)), now=now)


@transaction.atomic
def part_customers(ticket_id: int, fact_id: int, *, by: Person, now: datetime) -> None:
    """Tell two customers apart again that were joined on this ticket: orders and tickets go back.

    Refused: `already_undone` where that was done before, or cannot be any more.
    """
    with changing(ticket_id, "part_customers", by=by, now=now) as ticket:
        fact = next((one for one in joinings_of(ticket) if one.pk == fact_id), None)
        if fact is None:
            raise Refused("already_undone")
        joined = fact.data
        try:
            customers.part(joined, by=by, now=now)
        except Refusal:
            raise Refused("already_undone") from None
        write_fact(ticket, "customers_parted", at=now, now=now, by=by, of=fact.pk)
    moved = Ticket.objects.filter(pk__in=joined["tickets"], customer_id=joined["kept"])
    moved.update(customer_id=joined["gone"])
    _recompute(_open_of(Q(customer_id__in=[joined["kept"], joined["gone"]])), now=now)


def joinings_of(ticket: Ticket) -> list[Fact]:
    """Give the joinings of customers on a ticket that can be taken back, the latest first."""
    facts = list(ticket.facts.filter(kind__in=["customers_merged", "customers_parted"]))
    parted = {one.data.get("of") for one in facts if one.kind == "customers_parted"}
    found = [one for one in facts if one.pk not in parted and "gone" in one.data]
    return sorted(found, key=lambda one: -one.pk)


def may_see(person: Person, customer_id: int) -> bool:
    """Tell whether a person sees anything of a customer: a ticket, or an order on their channels."""
    rights = rights_of(person)
    tickets = Ticket.objects.visible_to(rights).filter(customer_id=customer_id)
    orders = Order.objects.filter(customer_id=customer_id, channel_id__in=rights.channel_ids)
    return bool(tickets.exists() or orders.exists())


def concerned(recorded: Recorded) -> list[int]:
    """Give the open tickets whose policy may be another one after a report of an order.

    Those of the order (also those that only know its number so far), and all of the customer's
    when the customer's tier changed.
    """
    if not recorded.changed:
        return []
    order = Order.objects.get(pk=recorded.order_id)
    about = Q(order_id=order.pk) | Q(channel_id=order.channel_id, order_number=order.external_id)
    if "customer_tier" in recorded.changed and recorded.customer_id is not None:
        about |= Q(customer_id=recorded.customer_id)
    return _open_of(about)


def follow(recorded: Recorded, *, now: datetime) -> list[int]:
    """Let tickets know what a report of an order changed, and give their numbers.

    Tickets that named the order before it was reported are linked to it now: by their number, or
    by their buyer's words.
    """
    found = concerned(recorded)
    order = Order.objects.get(pk=recorded.order_id)
    if "customer" in recorded.changed and (named := mentioning(order)):
        Ticket.objects.filter(pk__in=named).update(order=order, order_number=order.external_id)
        found = sorted({*found, *named})
    Ticket.objects.filter(
        pk__in=found,
        order__isnull=True,
        channel_id=order.channel_id,
        order_number=order.external_id,
    ).update(order=order)
    _name_buyer(found, order)
    _recompute(found, now=now)
    return found


def _name_buyer(ticket_ids: list[int], order: Order) -> None:
    """Name the buyer of the order's tickets that were opened under an alias alone."""
    name = order.customer.name if order.customer else ""
    if name:
        nameless = Ticket.objects.filter(pk__in=ticket_ids, order=order, buyer_name="")
        nameless.update(buyer_name=name)


def _open_of(about: Q) -> list[int]:
    found = Ticket.objects.filter(about, merged_into__isnull=True).exclude(status__in=OVER)
    return list(found.order_by("pk").values_list("pk", flat=True))


def _recompute(ticket_ids: list[int], *, now: datetime) -> None:
    """Compute tickets anew, the smaller number first, so that two reports cannot block each other."""
    for ticket_id in ticket_ids:
        with changing(ticket_id, "order_changed", by=None, now=now):
            pass
