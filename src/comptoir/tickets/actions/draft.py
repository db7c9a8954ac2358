"""Drafts: what somebody is writing, kept as they type, with all they chose.

A reply and a note a person and ticket (or a message on an order, before its ticket is made): two
texts that never mix, since the buyer must not read what was meant for colleagues. Of each the version
typed last wins; one that it replaces without knowing it, from another device, is kept beside it and
offered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from comptoir.merchant.models import Person
from comptoir.merchant.rights import NotAllowed, Rights, rights_of
from comptoir.orders.models import Order
from comptoir.storage import rows
from comptoir.tickets.actions.draft_versions import milliseconds, older_of, unsaid, with_version
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.writing import KeptFile
from comptoir.tickets.models import Draft, DraftFile, Message, Ticket
from comptoir.tickets.queries import ticket_for

OVERTAKEN_WITHIN = timedelta(seconds=30)
CLOCKS_DIFFER_BY = timedelta(seconds=1)
"""How far a browser may be off when it tells what time it is on the server."""
TICKET_SQL = "SELECT FROM tickets_ticket WHERE id = %(id)s FOR KEY SHARE"
ORDER_SQL = "SELECT FROM orders_order WHERE id = %(id)s FOR KEY SHARE"
"""Locks that wait for the FOR UPDATE of a verb, and neither for nor in the way of a plain UPDATE
(PostgreSQL's manual, "Row-Level Locks")."""
OF_TICKET_SQL = "WHERE ticket_id = %(ticket)s AND person_id = %(person)s AND is_note = %(is_note)s"
OF_ORDER_SQL = "WHERE order_id = %(order)s AND ticket_id IS NULL AND person_id = %(person)s"
REMEMBERED = ("older", "held", "moved_from")
"""What a draft holds besides the writer's choices: other versions, and what happened to it."""


@dataclass(frozen=True, slots=True)
class Version:
    """A draft's content."""

    text: str
    choices: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[KeptFile] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save.

    `ticket_id` is another one where the ticket was merged. `is_newest` is False when a version typed
    later, elsewhere, stays. `older` are the versions set aside. `is_said` is True where the text has
    left already, so that nothing was kept.
    """

    ticket_id: int | None
    saved_at: datetime | None
    is_newest: bool = True
    older: tuple[Mapping[str, Any], ...] = ()
    is_said: bool = False


def save(
    ticket_id: int,
    text: str,
    *,
    is_note: bool,
    by: Person,
    now: datetime,
    choices: Mapping[str, Any] | None = None,
    knows_ms: int | None = None,
    typed_at: datetime | None = None,
) -> Saved:
    """Keep a person's draft on a ticket; an empty text without files removes it.

    `knows_ms` is the version the writer's page began with, in milliseconds since 1970, 0 for none;
    `typed_at` is when they typed. A save that was on its way while the same text was sent brings no
    draft back: what was said would be said twice.
    """
    ticket = ticket_written_on(ticket_id, by)
    where = _where(ticket, is_note=is_note)
    with transaction.atomic():
        # A sending of the same moment is waited for: its text would come back as a draft.
        rows.fetch(TICKET_SQL, {"id": ticket.pk})
        messages = ticket.messages.all()
        if said := _said_since(messages, text, is_note=is_note, by=by, now=now, typed_at=typed_at):
            _drop_said(where, said, by=by)
            return Saved(ticket.pk, None, is_said=said.new_text == text.strip())
        version = Version(text, choices or {})
        return _save(where, version, by, now, knows_ms, typed_at or now)


def save_for_order(
    order_id: int,
    text: str,
    *,
    by: Person,
    now: datetime,
    choices: Mapping[str, Any] | None = None,
    knows_ms: int | None = None,
    typed_at: datetime | None = None,
) -> Saved:
    """Keep what will be the first message on an order; as `save` in all else."""
    order = order_written_on(order_id, by)
    where = _where(order)
    with transaction.atomic():
        rows.fetch(ORDER_SQL, {"id": order.pk})
        messages = Message.objects.filter(ticket__order=order)
        if said := _said_since(messages, text, is_note=False, by=by, now=now, typed_at=typed_at):
            _drop_said(where, said, by=by)
            return Saved(None, None, is_said=said.new_text == text.strip())
        version = Version(text, choices or {})
        return _save(where, version, by, now, knows_ms, typed_at or now)


def ticket_written_on(ticket_id: int, by: Person) -> Ticket:
    """Give the ticket a text goes to: the one it was merged into, if it was."""
    rights = _writing_rights(by)
    ticket = ticket_for(rights, ticket_id)
    while ticket.merged_into_id is not None:
        ticket = ticket_for(rights, ticket.merged_into_id)
    return ticket


def order_written_on(order_id: int, by: Person) -> Order:
    """Give an order this person may write about. Refused: `no_such_order`."""
    rights = _writing_rights(by)
    orders = Order.objects.select_related("channel", "channel__brand", "customer")
    order: Order | None = orders.filter(pk=order_id, channel_id__in=rights.channel_ids).first()
    if order is None:
        raise Refused("no_such_order")
    return order


def discard(ticket_id: int, *, by: Person) -> None:
    """Throw a person's own drafts away."""
    Draft.objects.filter(ticket_id=ticket_id, person=by).delete()


def of(ticket_id: int, by: Person, *, is_note: bool = False) -> Draft | None:
    """Give what a person is writing on a ticket."""
    values = {"ticket": ticket_id, "person": by.pk, "is_note": is_note}
    return next(iter(rows.read(Draft, OF_TICKET_SQL, values)), None)


def leave(
    ticket: Ticket,
    said: str,
    *,
    by: Person,
    is_note: bool,
    key: str = "",
    knows_ms: int | None = None,
) -> None:
    """Drop the draft of what was said; what other tabs and devices wrote is set aside, not lost.

    `key` is the composer's, `knows_ms` the version it knew: a draft with either was this text.
    """
    draft = of(ticket.pk, by, is_note=is_note)
    if draft is None:
        return
    older = unsaid(older_of(draft), said)
    is_another = knows_ms is not None and key != draft.choices.get("key")
    if is_another and milliseconds(draft.saved_at) != knows_ms:
        older = with_version(older, draft.text, draft.saved_at, besides=said)
    with transaction.atomic():
        draft.delete()
        if older:
            Draft.objects.create(
                ticket=ticket,
                person=by,
                is_note=is_note,
                text="",
                saved_at=draft.saved_at,
                choices={"older": older},
            )


@transaction.atomic
def choose_older(
    about: Ticket | Order, at_ms: int, *, by: Person, now: datetime, is_note: bool = False
) -> None:
    """Let a version that was set aside change places with the text. Refused: `no_such_version`."""
    draft = _found(_where(about, is_note=is_note), by)
    chosen = next((o for o in older_of(draft) if o["at_ms"] == at_ms), None) if draft else None
    if draft is None or chosen is None:
        raise Refused("no_such_version")
    rest = [other for other in older_of(draft) if other is not chosen]
    draft.choices["older"] = with_version(rest, draft.text, draft.saved_at)
    draft.text, draft.saved_at = chosen["text"], now
    draft.save()


def forget_older(about: Ticket | Order, *, by: Person, is_note: bool = False) -> None:
    """Drop the versions that were set aside, and what happened to the draft: the writer knows."""
    draft = _found(_where(about, is_note=is_note), by)
    if draft is not None:
        draft.choices = {k: v for k, v in draft.choices.items() if k not in REMEMBERED}
        draft.save(update_fields=["choices"])


def _where(about: Ticket | Order, *, is_note: bool = False) -> dict[str, Any]:
    if isinstance(about, Ticket):
        return {"ticket": about, "is_note": is_note}
    return {"ticket": None, "order": about}


def put_back(ticket: Ticket, version: Version, *, by: Person, now: datetime) -> None:
    """Make a reply a draft again, in front of what was typed since, with its files and choices."""
    draft = _found(_where(ticket), by)
    typed = draft.text if draft else ""
    is_other = typed.strip() and typed.strip() != version.text.strip()
    text = f"{version.text}\n\n{typed}" if is_other else version.text
    known = {k: v for k, v in (draft.choices if draft else {}).items() if k in REMEMBERED}
    values = {"text": text, "saved_at": now, "choices": {**known, **version.choices}}
    made, _ = Draft.objects.update_or_create(**_where(ticket), person=by, defaults=values)
    attach(made, version.files)


def attach(draft: Draft, files: Sequence[KeptFile]) -> list[DraftFile]:
    """Add stored files to a draft, behind those it has; the same file twice is one."""
    rows = list(draft.files.order_by("position"))
    known = {(row.name, row.file_id) for row in rows}
    start = rows[-1].position + 1 if rows else 0
    fresh = [file for file in files if (file.name, file.sha256) not in known]
    return [
        DraftFile.objects.create(
            draft=draft,
            file_id=file.sha256,
            name=file.name,
            content_type=file.content_type,
            position=start + number,
        )
        for number, file in enumerate(fresh)
    ]


def follow(source: Ticket, target: Ticket) -> None:
    """Let everybody's drafts go where the ticket went; who writes on both keeps both texts."""
    for draft in list(Draft.objects.filter(ticket=source)):
        there = Draft.objects.filter(
            ticket=target, person=draft.person_id, is_note=draft.is_note
        ).first()
        if there is None:
            draft.ticket = target
            draft.choices["moved_from"] = source.pk
            draft.save()
            continue
        there.choices["older"] = with_version(older_of(there), draft.text, draft.saved_at)
        there.choices["moved_from"] = source.pk
        there.save()
        DraftFile.objects.filter(draft=draft).update(draft=there)
        draft.delete()


@transaction.atomic
def _save(
    where: dict[str, Any],
    version: Version,
    by: Person,
    now: datetime,
    knows_ms: int | None,
    typed_at: datetime,
) -> Saved:
    draft = _found(where, by)
    number = where["ticket"].pk if where["ticket"] else None
    older = unsaid(older_of(draft), version.text) if draft else []
    # A draft without words, made for a file, is no version that could be overwritten.
    unknown = bool(
        draft is not None
        and draft.text.strip()
        and knows_ms is not None
        and milliseconds(draft.saved_at) != knows_ms
    )
    if draft is not None and unknown and typed_at < draft.saved_at:
        draft.choices["older"] = with_version(older, version.text, typed_at, besides=draft.text)
        draft.save(update_fields=["choices"])
        return Saved(number, draft.saved_at, is_newest=False, older=tuple(older_of(draft)))
    if draft is not None and unknown:
        older = with_version(older, draft.text, draft.saved_at, besides=version.text)
    has_files = draft is not None and draft.files.exists()
    if not version.text.strip() and not has_files and not older:
        if draft is not None:
            draft.delete()
        return Saved(number, None)
    remembered = {k: v for k, v in (draft.choices if draft else {}).items() if k in REMEMBERED}
    choices = {**remembered, **version.choices, **({"older": older} if older else {})}
    saved_at = min(typed_at, now)  # a slow line must not make a text newer than what came after
    values = {"text": version.text, "saved_at": saved_at, "choices": choices}
    Draft.objects.update_or_create(**where, person=by, defaults=values)
    return Saved(number, saved_at, older=tuple(older))


def _found(where: dict[str, Any], by: Person) -> Draft | None:
    if where["ticket"] is not None:
        return of(where["ticket"].pk, by, is_note=where["is_note"])
    values = {"order": where["order"].pk, "person": by.pk}
    return next(iter(rows.read(Draft, OF_ORDER_SQL, values)), None)


def _writing_rights(by: Person) -> Rights:
    rights = rights_of(by)
    if not rights.may_answer:
        raise NotAllowed("not_allowed_to_answer")
    return rights


def _said_since(
    messages: QuerySet[Message],
    text: str,
    *,
    is_note: bool,
    by: Person,
    now: datetime,
    typed_at: datetime | None,
) -> Message | None:
    """Find the message that said this text, or more of it, after it was typed."""
    if not text.strip():
        return None
    since = typed_at - CLOCKS_DIFFER_BY if typed_at else now - OVERTAKEN_WITHIN
    said = messages.filter(person=by, stored_at__gt=since, new_text__startswith=text.strip())
    same_kind = Q(state=Message.State.NOTE) if is_note else ~Q(state=Message.State.NOTE)
    said = said.filter(same_kind).exclude(state=Message.State.CANCELLED)
    found: Message | None = said.order_by("-pk").first()
    return found


def _drop_said(where: dict[str, Any], said: Message, *, by: Person) -> None:
    """Drop a draft that came in beside the message and says no more than it."""
    drafts = Draft.objects.filter(**where, person=by)
    draft = drafts.filter(saved_at__lte=said.stored_at).first()
    if draft and not older_of(draft) and said.new_text.startswith(draft.text.strip()):
        draft.delete()
