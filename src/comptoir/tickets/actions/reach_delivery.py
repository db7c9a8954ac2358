"""What became of something said on an order of our own accord: claimed, taken, refused, put off.

As with replies: claimed in one transaction, sent outside any, settled in another. Whose sender died
in between is uncertain, shown to people, and never sent again by itself. What happened becomes a
fact of the ticket it was said from; such facts move no clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from comptoir.channels.kernel.outreach import REVIEW
from comptoir.channels.kernel.protocol import Outcome, Receipt
from comptoir.merchant.models import Person
from comptoir.storage import audit
from comptoir.tickets.actions.changing import changing, locked, write_fact
from comptoir.tickets.actions.delivery import BACKOFF_SECONDS, CLAIM_LASTS, GIVES_UP_AFTER
from comptoir.tickets.actions.draft import order_written_on
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.models import Outreach, Ticket

CLAIM_SQL = """
UPDATE tickets_outreach SET state = 'sending', claimed_until_at = %(until)s,
    attempt_count = attempt_count + 1
WHERE id IN (
    SELECT id FROM tickets_outreach WHERE state = 'queued' AND not_before_at <= %(now)s
    ORDER BY not_before_at LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING id
"""
OPEN = (Outreach.State.SENDING, Outreach.State.UNCERTAIN)
"""States out of which a receipt may come; the late word of a slow sender counts, too."""


def claim(*, now: datetime) -> Outreach | None:
    """Take the next one; no other process gets the same. Who claims must begin to send at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM_SQL, {"now": now, "until": now + CLAIM_LASTS})
        row = cursor.fetchone()
    if row is None:
        return None
    rows = Outreach.objects.select_related("order", "channel", "person")
    found: Outreach = rows.get(pk=row[0])
    return found


def hold(row: Outreach, *, now: datetime) -> bool:
    """Claim it for longer, right before it leaves; False where it is not this sender's any more."""
    ours = Outreach.objects.filter(
        pk=row.pk, state=Outreach.State.SENDING, attempt_count=row.attempt_count
    )
    return bool(ours.update(claimed_until_at=now + CLAIM_LASTS))


def settle_lost(*, now: datetime) -> None:
    """Make those uncertain whose sender died while sending."""
    lost = Outreach.objects.filter(state=Outreach.State.SENDING, claimed_until_at__lt=now)
    for number in lost.values_list("pk", flat=True):
        settle(number, Receipt(Outcome.UNCERTAIN, "connection_lost"), now=now)


def settle(outreach_id: int, receipt: Receipt, *, now: datetime) -> None:
    """Keep what the channel said; nothing where it is settled for good already."""
    with transaction.atomic():
        row = Outreach.objects.select_for_update(of=("self",)).get(pk=outreach_id)
        if row.state not in OPEN:
            return
        if receipt.outcome is Outcome.DEFERRED and now - row.queued_at <= GIVES_UP_AFTER:
            _put_off(row, receipt, now=now)
            return
        code = "gave_up" if receipt.outcome is Outcome.DEFERRED else receipt.code
        state = _state_after(receipt.outcome)
        if state == row.state:
            return
        _keep(row, state, code, receipt.reply, now=now)


def confirm(outreach_id: int, *, was_sent: bool, by: Person, now: datetime) -> Outreach:
    """Settle an uncertain one by a person's word. Refused: `too_late`, `no_such_order`."""
    with transaction.atomic():
        row = Outreach.objects.select_for_update(of=("self",)).filter(pk=outreach_id).first()
        if row is None:
            raise Refused("no_such_order")
        if row.ticket_id is not None:
            locked(row.ticket_id, by, is_merged_too=True)
        else:
            order_written_on(row.order_id, by)
        if row.state != Outreach.State.UNCERTAIN:
            raise Refused("too_late")
        state = Outreach.State.ACCEPTED if was_sent else Outreach.State.REFUSED
        _keep(row, state, "" if was_sent else "not_sent", "", now=now, by=by)
        return row


def _state_after(outcome: Outcome) -> Outreach.State:
    if outcome in (Outcome.REFUSED, Outcome.DEFERRED):
        return Outreach.State.REFUSED
    return Outreach.State.ACCEPTED if outcome is Outcome.ACCEPTED else Outreach.State.UNCERTAIN


def _put_off(row: Outreach, receipt: Receipt, *, now: datetime) -> None:
    pause = BACKOFF_SECONDS[min(row.attempt_count, len(BACKOFF_SECONDS)) - 1]
    row.state, row.claimed_until_at, row.settled_at = Outreach.State.QUEUED, None, None
    row.not_before_at = now + timedelta(seconds=pause)
    row.last_code, row.last_reply = receipt.code, receipt.reply[:500]
    row.save()


def _keep(
    row: Outreach,
    state: Outreach.State,
    code: str,
    reply: str,
    *,
    now: datetime,
    by: Person | None = None,
) -> None:
    row.state, row.settled_at, row.claimed_until_at = state, now, None
    row.last_code, row.last_reply = code, reply[:500]
    row.save()
    what = f"outreach_{state}"
    data: dict[str, Any] = {"form": row.form, **({"code": code} if code else {})}
    told: dict[str, Any] = {"outreach": row.pk, "state": str(state)}
    ticket_id = _ticket_of(row)
    if ticket_id is None:
        audit.record(f"order.{what}", by=by, now=now, subject=("order", row.order_id), **data)
        return
    with changing(ticket_id, what, by=by, now=now, held=locked(ticket_id, None), **data) as held:
        if by is not None:
            data["settled_by"] = by.name
        write_fact(held, _fact(row), at=now, now=now, by=row.person, **told, **data)


def _fact(row: Outreach) -> str:
    return "review_asked" if row.form == REVIEW else "typed_message"


def _ticket_of(row: Outreach) -> int | None:
    """Give the ticket whose timeline tells it: where it went, if it was merged since."""
    if row.ticket_id is None:
        return None
    found: int = row.ticket_id
    merged = Ticket.objects.exclude(merged_into_id=None).values_list("merged_into_id", flat=True)
    while into := merged.filter(pk=found).first():
        found = into
    return found
