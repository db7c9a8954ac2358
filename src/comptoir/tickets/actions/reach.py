"""Saying something on an order of our own accord: once, whoever clicks, and however often.

What was chosen becomes a row that `reach_delivery` lets out. It answers nobody and stops no clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from comptoir.channels.kernel.card import Outreach as Able
from comptoir.channels.kernel.outreach import REVIEW, problem
from comptoir.merchant.models import Person
from comptoir.orders.models import Order
from comptoir.storage import audit
from comptoir.tickets.actions.changing import changing
from comptoir.tickets.actions.draft import order_written_on
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.sendable import check_files
from comptoir.tickets.actions.writing import KeptFile, NewFile, kept
from comptoir.tickets.models import Outreach, OutreachFile


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person chose. `seen` is the newest row of this order they had before them."""

    form: str
    key: str
    text: str = ""
    files: Sequence[NewFile | KeptFile] = ()
    more: Mapping[str, str] = field(default_factory=dict)
    seen: int = 0


def say(
    order_id: int,
    wanted: Wanted,
    able: Able,
    *,
    connection_id: int,
    ticket_id: int | None = None,
    by: Person,
    now: datetime,
) -> Outreach:
    """Put it on its way; the same key again gives the row it made before.

    `able` is what the connection's card allows. Raises `Refused`: `no_such_order`, `watch_mode`,
    `sent_otherwise` when the key has already sent something else and `did_not_leave` when that was
    refused (both with `row`), `review_asked` (with `who` and `at`), `said_meanwhile` (with `who`),
    what `kernel.outreach.problem` names, what `sendable.check_files` says.
    """
    what = "ask_for_review" if wanted.form == REVIEW else "typed_message"
    try:
        with _around(order_id, ticket_id, what, wanted.form, by=by, now=now) as order:
            _known(order, wanted, by, now=now)
            if order.channel.is_watched_only:
                raise Refused("watch_mode", channel=order.channel.name)
            _check(order, wanted, able)
            return _store(order, wanted, connection_id, ticket_id, by=by, now=now)
    except _Again as again:
        return again.row


class _Again(Exception):  # noqa: N818 - reads as what happened
    """Say that the same click was taken already: nothing is written, not even to the trail."""

    def __init__(self, row: Outreach) -> None:
        super().__init__(row.pk)
        self.row = row


def _known(order: Order, wanted: Wanted, by: Person, *, now: datetime) -> None:
    row = Outreach.objects.filter(idempotency_key=wanted.key).first()
    if row is None:
        return
    if row.order_id != order.pk or row.person_id != by.pk:
        raise Refused("no_such_order")
    if _payload_of(row) != _payload(wanted, now=now):
        raise Refused("sent_otherwise", row=row.pk)
    if row.state == Outreach.State.REFUSED:
        raise Refused("did_not_leave", row=row.pk)
    raise _Again(row)


def _payload(wanted: Wanted, *, now: datetime) -> tuple[Any, ...]:
    """Give what makes one thing to say another; its files are stored, until somebody rolls back."""
    files = [(file.name, file.sha256) for file in kept(wanted.files, now=now)]
    return wanted.form, wanted.text.strip(), dict(wanted.more), files


def _payload_of(row: Outreach) -> tuple[Any, ...]:
    files = row.files.order_by("position", "id").values_list("name", "file_id")
    return row.form, row.text, row.more, list(files)


def _store(
    order: Order,
    wanted: Wanted,
    connection_id: int,
    ticket_id: int | None,
    *,
    by: Person,
    now: datetime,
) -> Outreach:
    row: Outreach = Outreach.objects.create(
        order=order,
        ticket_id=ticket_id,
        channel_id=order.channel_id,
        connection_id=connection_id,
        person=by,
        form=wanted.form,
        text=wanted.text.strip(),
        more=dict(wanted.more),
        idempotency_key=wanted.key,
        queued_at=now,
        not_before_at=now,
    )
    _keep_files(row, wanted.files, now=now)
    return row


def said_on(order_id: int) -> list[Outreach]:
    """Give what was said on an order so far, the newest first, refusals included."""
    rows = Outreach.objects.filter(order_id=order_id).select_related("person")
    return list(rows.order_by("-pk"))


@contextmanager
def _around(
    order_id: int, ticket_id: int | None, what: str, form: str, *, by: Person, now: datetime
) -> Iterator[Order]:
    """Lock order and ticket, so that two people never do it at once, and write the audit line.

    The order comes first, as where orders are taken in: else the two would wait for each other.
    """
    with transaction.atomic():
        order = _locked(order_id)
        if ticket_id is not None:
            with changing(ticket_id, what, by=by, now=now, form=form) as ticket:
                if ticket.order_id != order_id:
                    raise Refused("no_such_order")
                yield order
            return
        order_written_on(order_id, by)
        yield order
        audit.record(f"order.{what}", by=by, now=now, subject=("order", order.pk), form=form)


def _locked(order_id: int) -> Order:
    orders = Order.objects.select_for_update(of=("self",)).select_related("channel")
    order: Order | None = orders.filter(pk=order_id).first()
    if order is None:
        raise Refused("no_such_order")
    return order


def _check(order: Order, wanted: Wanted, able: Able) -> None:
    """Refuse what was said already, and what the form does not take."""
    same: Any = Outreach.objects.filter(order=order, form=wanted.form)
    standing = same.exclude(state=Outreach.State.REFUSED).select_related("person").order_by("-pk")
    last = standing.first()
    if wanted.form == REVIEW:
        if last is not None:
            raise Refused("review_asked", who=last.person.name, at=last.queued_at)
        if not able.review:
            raise Refused("unknown_kind")
        return
    if last is not None and last.pk > wanted.seen:
        raise Refused("said_meanwhile", who=last.person.name, at=last.queued_at)
    form = able.form(wanted.form)
    code = problem(form, wanted.text.strip(), len(wanted.files))
    if code:
        raise Refused(f"form_{code}", limit=form.text_chars_max if form else 0)
    check_files(None, [(file.name, _size(file)) for file in wanted.files])


def _size(file: NewFile | KeptFile) -> int:
    return file.size_bytes if isinstance(file, KeptFile) else len(file.content)


def _keep_files(row: Outreach, files: Sequence[NewFile | KeptFile], *, now: datetime) -> None:
    OutreachFile.objects.bulk_create(
        OutreachFile(
            outreach=row,
            file_id=file.sha256,
            name=file.name,
            content_type=file.content_type,
            position=position,
        )
        for position, file in enumerate(kept(files, now=now))
    )
