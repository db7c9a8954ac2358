"""Taking a message from a form: raw first, and read by the same door as everything else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from comptoir.channels.contact_form.submission import Submission
from comptoir.channels.contact_form.wording import wording
from comptoir.inbox.forms import orders
from comptoir.inbox.forms.finding import Form
from comptoir.inbox.pulling import keep
from comptoir.merchant.models import Connection


def submit(form: Form, given: Submission, number: str, *, now: datetime) -> bool:
    """Store a message with its files; False when the same was sent before with this number.

    An order number goes along as proven only where the e-mail address belongs to the order.
    """
    order = orders.find(form, given.order_number, given.email)
    told = replace(
        given,
        order_is_matched=order is not None,
        order_number=order.external_id if order else given.order_number,
        subject=given.subject or _subject(form, given),
    )
    return _store(form, told, number, now=now)


def answer(form: Form, given: Submission, number: str, *, now: datetime) -> bool:
    """Store a buyer's answer on the page of their conversation."""
    return _store(form, given, number, now=now)


def _store(form: Form, told: Submission, number: str, *, now: datetime) -> bool:
    count = keep(form.row, told.items(f"{number}-{told.digest()}", now=now), now=now)
    if count:
        Connection.objects.filter(pk=form.row.pk).update(last_push_at=now, last_item_at=now)
    return count > 0


def _subject(form: Form, given: Submission) -> str:
    words = wording(given.language)
    said = words.subject_order if given.order_number else words.subject
    return said.format(brand=form.brand, order=given.order_number)
