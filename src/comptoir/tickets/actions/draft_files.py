"""Files of a draft: stored as soon as they are chosen, so that a crash loses none."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from comptoir.merchant.models import Person
from comptoir.rulebook import Capability
from comptoir.rulebook.capabilities import capability
from comptoir.tickets.actions.draft import attach, order_written_on, ticket_written_on
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.sendable import check_files
from comptoir.tickets.actions.writing import KeptFile, NewFile, kept
from comptoir.tickets.models import Draft, DraftFile


@transaction.atomic
def add(
    ticket_id: int, file: NewFile, *, by: Person, now: datetime, is_note: bool = False
) -> DraftFile:
    """Put a file into a person's draft on a ticket. Refused: what `sendable.check_files` says.

    What colleagues alone see is not held against the channel's limits.
    """
    ticket = ticket_written_on(ticket_id, by)
    able = None if is_note else capability(ticket.channel.marketplace)
    draft, _ = Draft.objects.get_or_create(
        ticket=ticket, person=by, is_note=is_note, defaults={"text": "", "saved_at": now}
    )
    return _add(draft, file, able, now=now)


@transaction.atomic
def add_for_order(order_id: int, file: NewFile, *, by: Person, now: datetime) -> DraftFile:
    """Put a file into a draft that has no ticket yet; as `add` in all else."""
    order = order_written_on(order_id, by)
    able = capability(order.channel.marketplace)
    draft, _ = Draft.objects.get_or_create(
        ticket=None, order=order, person=by, defaults={"text": "", "saved_at": now}
    )
    return _add(draft, file, able, now=now)


def remove(file_id: int, *, by: Person) -> DraftFile | None:
    """Take a file out of one's own draft; None when it is not there any more."""
    row = DraftFile.objects.filter(pk=file_id, draft__person=by).first()
    if row is not None:
        row.delete()
        Draft.objects.filter(pk=row.draft_id, text="", files__isnull=True).delete()
    return row


def files_of(draft: Draft) -> list[KeptFile]:
    """Give the files a draft takes along, in their order."""
    rows = draft.files.select_related("file").defer("file__content").order_by("position", "id")
    return [KeptFile(r.name, r.content_type, r.file_id, r.file.size_bytes) for r in rows]


def _add(draft: Draft, file: NewFile, able: Capability | None, *, now: datetime) -> DraftFile:
    (stored,) = kept([file], now=now)
    others = files_of(draft)
    check_files(able, [(one.name, one.size_bytes) for one in (*others, stored)])
    made = attach(draft, [stored])
    if not made:
        raise Refused("file_twice", name=stored.name)
    return made[0]
