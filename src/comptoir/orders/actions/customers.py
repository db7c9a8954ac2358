"""Correcting a customer, and joining two that a person says are one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from comptoir.core.refusals import Refusal
from comptoir.merchant.models import Person
from comptoir.orders.models import Customer, CustomerAlias, Order
from comptoir.storage import audit

NAME_CHARS_MAX = 120


@transaction.atomic
def correct(customer_id: int, *, name: str, language: str, by: Person, now: datetime) -> Customer:
    """Correct what a customer is called and writes in; empty text leaves it. Raises `Refusal`."""
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    wanted = " ".join(name.replace("\0", "").split())
    if len(wanted) > NAME_CHARS_MAX:
        raise Refusal("a name has {limit} characters at most", limit=NAME_CHARS_MAX)
    changed = [
        field
        for field, value in (("name", wanted), ("language", language))
        if value and value != getattr(customer, field)
    ]
    if not changed:
        return customer
    customer.name = wanted or customer.name
    customer.language = language or customer.language
    customer.save()
    audit.record(
        "customer.correct", by=by, now=now, subject=("customer", customer.pk), fields=changed
    )
    return customer


@transaction.atomic
def merge(kept_id: int, gone_id: int, *, by: Person, now: datetime) -> tuple[int, ...]:
    """Join two customers into the first, and give the numbers of the orders that moved.

    Addresses lent by marketplaces are never joined by the desk itself: a person says so. What moved
    stands in the audit trail, so that it can be told apart again. Raises `Refusal`.
    """
    if kept_id == gone_id:
        raise Refusal("that is this customer already")
    found = Customer.objects.select_for_update().order_by("pk").in_bulk([kept_id, gone_id])
    if len(found) < 2:
        raise Refusal("there is no such customer")
    kept, gone = found[kept_id], found[gone_id]
    orders = tuple(Order.objects.filter(customer=gone).values_list("pk", flat=True))
    aliases = list(CustomerAlias.objects.filter(customer=gone).values_list("pk", flat=True))
    Order.objects.filter(customer=gone).update(customer=kept)
    CustomerAlias.objects.filter(customer=gone).update(customer=kept)
    for field in ("name", "email", "language", "country"):
        setattr(kept, field, getattr(kept, field) or getattr(gone, field))
    kept.created_at = min(kept.created_at, gone.created_at)
    kept.save()
    audit.record(
        "customer.merge",
        by=by,
        now=now,
        subject=("customer", kept.pk),
        other=gone.pk,
        orders=list(orders),
        aliases=aliases,
    )
    return orders
