"""From a plan to a desk: mails are stored raw and read, replies go through the real verbs.

Steps are told in the order in which they happened, each with its own moment as `now`: what the desk
holds afterwards is what it would hold had it run all the time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection as database

from comptoir.channels.kernel.protocol import Page, RawItem
from comptoir.cli.demo.steps import Conversation, Do, Draft, Mail, Note, Reply, Step, in_order
from comptoir.inbox import arrivals, pulling
from comptoir.inbox.deadlines import fire_due
from comptoir.inbox.outbox import hold_overtaken
from comptoir.merchant.models import Connection, Person
from comptoir.rulebook.capabilities import capability
from comptoir.storage.models import RawItem as StoredItem
from comptoir.tickets.actions import (
    assign,
    delivery,
    draft,
    draft_files,
    no_response,
    note,
    reply,
    solve,
    wait,
)
from comptoir.tickets.actions.sendable import Hold, latest
from comptoir.tickets.actions.writing import How, NewFile
from comptoir.tickets.models import Message, Ticket

PULLED_AFTER = timedelta(seconds=20)
FILE_OR_NOT: tuple[Hold, ...] = ("file",)
"""What the demo's replies speak of is not always there: as in life, somebody sent them anyway."""
LEFT_AFTER = timedelta(seconds=12)
REFUSAL = "550 5.7.1 The sender address is not authorised for this marketplace account"
LATE_REPLY_AFTER = timedelta(hours=20)

STORED_AT_SQL = """
UPDATE storage_rawitem SET stored_at = received_at + interval '20 seconds' WHERE state = 'new'
"""


class Teller:
    """Tells conversations to the desk."""

    def __init__(self, connections: Mapping[str, Connection], people: Mapping[str, Person]) -> None:
        self._connections = connections
        self._people = people
        self._items: dict[tuple[str, int], arrivals.Waiting] = {}
        self._tickets: dict[str, int] = {}

    def tell(self, talks: Sequence[Conversation], *, now: datetime) -> None:
        """Store all mail, then go through everything as it happened."""
        steps = in_order(talks)
        self._store(steps, now=now)
        counts: dict[str, int] = defaultdict(int)
        for talk, step in steps:
            if isinstance(step, Mail):
                self._read(talk, self._items[talk.key, counts[talk.key]], step)
                counts[talk.key] += 1
            elif talk.key in self._tickets:
                with without_savepoints():
                    self._act(talk, step)

    def _store(self, steps: Sequence[tuple[Conversation, Step]], *, now: datetime) -> None:
        """Store the mails of each mailbox as one page, as a first pull would."""
        mails: dict[str, list[tuple[Conversation, Mail]]] = defaultdict(list)
        for talk, step in steps:
            if isinstance(step, Mail):
                mails[talk.place.mailbox].append((talk, step))
        for key, known in mails.items():
            row = self._connections[key]
            items = [
                RawItem(f"seed/{number:05d}", mail.content, received_at=mail.at)
                for number, (_, mail) in enumerate(known)
            ]
            pulling.store(row, Page(tuple(items), {"through": now.isoformat()}), now=now)
            self._note_items(row, [talk for talk, _ in known])

    def _note_items(self, row: Connection, talks: Sequence[Conversation]) -> None:
        with database.cursor() as cursor:
            cursor.execute(STORED_AT_SQL)
        counts: dict[str, int] = defaultdict(int)
        stored = StoredItem.objects.filter(connection_id=row.pk, state="new").order_by("id")
        columns = (
            "id", "connection_id", "external_id", "content", "content_type", "meta", "received_at",
            "stored_at",
        )  # fmt: skip
        for talk, values in zip(talks, stored.values_list(*columns), strict=True):
            self._items[talk.key, counts[talk.key]] = arrivals.Waiting(*values)
            counts[talk.key] += 1

    def _read(self, talk: Conversation, item: arrivals.Waiting, mail: Mail) -> None:
        arrivals.read(item, clock=lambda: mail.at + PULLED_AFTER)
        if talk.key not in self._tickets:
            found = Message.objects.filter(raw_item_id=item.id).values_list("ticket_id").first()
            if found:
                self._tickets[talk.key] = found[0]

    def _act(self, talk: Conversation, step: Step) -> None:
        ticket_id = self._tickets[talk.key]
        match step:
            case Reply():
                self._reply(talk, step, ticket_id)
            case Note():
                note.add(ticket_id, step.text, by=self._people[step.by], now=step.at)
            case Draft():
                self._begin(step, ticket_id)
            case Do():
                self._do(step, ticket_id)

    def _begin(self, step: Draft, ticket_id: int) -> None:
        by = self._people[step.by]
        draft.save(ticket_id, step.text, is_note=False, by=by, now=step.at)
        for file in step.files:
            stored = NewFile(file.name, file.content_type, file.content)
            draft_files.add(ticket_id, stored, by=by, now=step.at)

    def _reply(self, talk: Conversation, step: Reply, ticket_id: int) -> None:
        by = self._people[step.by]
        if step.at - talk.steps[0].at > LATE_REPLY_AFTER:
            fire_due(now=step.at)
        if not capability(talk.place.marketplace).reply_by_mail:
            reply.answered_elsewhere(ticket_id, step.text, by=by, now=step.at)
            if step.then == "solved":
                solve.solve(ticket_id, by=by, now=step.at)
            elif step.then == "waiting_on_buyer":
                wait.wait(ticket_id, on="buyer", by=by, now=step.at)
            return
        if step.leaves_at is not None:
            self._reply_later(step, ticket_id)
            return
        files = [NewFile(f.name, f.content_type, f.content) for f in step.files]
        how = How(then=step.then, is_holding=step.is_holding)
        reply.send(
            ticket_id,
            step.text,
            by=by,
            now=step.at,
            key=step.key,
            files=files,
            how=how,
            anyway=FILE_OR_NOT,
        )
        left_at = step.at + LEFT_AFTER
        for outbox in delivery.claim(now=left_at, count=1):
            match step.fate:
                case "accepted":
                    delivery.accepted(outbox.pk, at=left_at, now=left_at, reply="250 accepted")
                case "refused":
                    delivery.refused(outbox.pk, "sender_not_authorised", now=left_at, reply=REFUSAL)
                case "uncertain":
                    delivery.uncertain(
                        outbox.pk, now=left_at, reply="connection lost after the last byte"
                    )

    def _reply_later(self, step: Reply, ticket_id: int) -> None:
        """Send for later, as late as the target allows; not at all where it leaves no room."""
        end = latest(Ticket.objects.get(pk=ticket_id), now=step.at)
        if end is None or step.leaves_at is None:
            return
        leaves_at = min(step.leaves_at, end)
        by, how = self._people[step.by], How(then=step.then, send_at=leaves_at)
        reply.send(
            ticket_id, step.text, by=by, now=step.at, key=step.key, how=how, anyway=FILE_OR_NOT
        )

    def _do(self, step: Do, ticket_id: int) -> None:
        by = self._people[step.by]
        verb, _, value = step.what.partition(":")
        match verb:
            case "take":
                assign.take(ticket_id, by=by, now=step.at)
            case "solve":
                solve.solve(ticket_id, by=by, now=step.at)
            case "no_response":
                no_response.mark(
                    ticket_id, reason=value, by=by, now=step.at, confirmed_outside=True
                )
            case "hold_back":
                hold_overtaken(clock=lambda: step.at)
            case "wait":
                wait.wait(ticket_id, on=value, by=by, now=step.at)  # type: ignore[arg-type]


@contextmanager
def without_savepoints() -> Iterator[None]:
    """Do a verb without savepoints, a quarter of its statements: any error undoes everything."""
    features = database.features
    before, features.uses_savepoints = features.uses_savepoints, False
    try:
        yield
    finally:
        features.uses_savepoints = before
