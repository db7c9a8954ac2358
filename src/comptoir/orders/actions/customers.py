"""Correcting a customer, and joining two that a person says are one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from comptoir.core.refusals import Refusal
from comptoir.merchant.models import Person
from comptoir.orders.models import Customer, CustomerAlias, Order
from comptoir.storage import audit

NAME_CHARS_MAX = 120
FIELDS = ("name", "email", "language", "country")


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
def merge(kept_id: int, gone_id: int, *, by: Person, now: datetime) -> dict[str, Any]:
    """Join two customers into the first, and give what `part` needs to tell them apart again.

    Addresses lent by marketplaces are never joined by the desk itself: a person says so. The other
    one stays, with nothing of its own. Raises `Refusal`.
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
    filled = [field for field in FIELDS if getattr(gone, field) and not getattr(kept, field)]
    for field in filled:
        setattr(kept, field, getattr(gone, field))
    since = kept.created_at
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
    return {
        "kept": kept.pk,
        "gone": gone.pk,
        "orders": list(orders),
        "aliases": aliases,
        "filled": filled,
        "since": since.isoformat(),
    }


@transaction.atomic
def part(joined: Mapping[str, Any], *, by: Person, now: datetime) -> None:
    """Tell two customers apart again that `merge` joined; `joined` is what it gave.

    What went elsewhere since stays there. Raises `Refusal` where one of the two is no more.
    """
    pair = [joined["kept"], joined["gone"]]
    found = Customer.objects.select_for_update().order_by("pk").in_bulk(pair)
    if len(found) < 2:
        raise Refusal("there is no such customer")
    kept, gone = found[joined["kept"]], found[joined["gone"]]
    for model, moved in ((Order, joined["orders"]), (CustomerAlias, joined["aliases"])):
        model.objects.filter(pk__in=moved, customer=kept).update(customer=gone)
    for field in joined["filled"]:
        if field in FIELDS and getattr(kept, field) == getattr(gone, field):
            setattr(kept, field, "")
    kept.created_at = max(kept.created_at, datetime.fromisoformat(joined["since"]))
    kept.save()
    audit.record("customer.part", by=by, now=now, subject=("customer", kept.pk), other=gone.pk)
