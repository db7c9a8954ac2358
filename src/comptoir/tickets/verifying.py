"""Proving that what is stored equals the function: every ticket computed anew and compared.

Clocks, what became of each message, and the ticket's own deadline columns. A difference is a bug,
and is reported as one; nothing is repaired in silence. Tickets are read some hundred at a time and
without a lock; one that seems to differ is looked at once more while nobody else can change it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from comptoir.sla.versions import Held
from comptoir.storage.models import Setting
from comptoir.tickets.bulk import facts_of
from comptoir.tickets.models import Clock, Outcome, Ticket
from comptoir.tickets.projection import Projection, Recorded, project

BATCH_TICKETS = 500
RESULT_KEY = "sla_verify_result"

OF_CLOCKS = (
    "policy_id", "state", "started_at", "target_at", "limit_at", "ended_at", "target_missed", "next_at",
)  # fmt: skip
OF_MESSAGES = ("answered_at", "response_seconds", "within_limit", "is_taken_out")
OF_TICKETS = (
    "oldest_unanswered_at", "next_kind", "target_at", "limit_at", "next_deadline_at", "risk_at",
)  # fmt: skip
READ = ("id", "tier", "policy_version_id", "base_version_id", *OF_TICKETS)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One stored value that is not what the function answers.

    `kind` is that of a clock, `message` or `ticket`; `number` is the clock's or the message's.
    """

    ticket_id: int
    kind: str
    number: int
    field: str
    stored: str
    computed: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of one ticket: its own row, its clocks and messages by kind and number."""

    ticket: Row
    clocks: Mapping[tuple[str, int], Row]
    messages: Mapping[int, Row]
    facts: list[Recorded]


def differences(
    *,
    now: datetime,
    ticket_ids: list[int] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[Difference]:
    """Compare every ticket that has a policy, or those given.

    `progress` is told after each batch how many are done, and of how many. What fell due less than
    the deadline loop's lag ago is not stored yet; a ticket whose next deadline has just passed is
    therefore compared as of that deadline.
    """
    tickets = Ticket.objects.filter(policy_version__isnull=False)
    if ticket_ids is not None:
        tickets = tickets.filter(pk__in=ticket_ids)
    ids = list(tickets.order_by("id").values_list("id", flat=True))
    for done in range(0, len(ids), BATCH_TICKETS):
        batch = ids[done : done + BATCH_TICKETS]
        doubtful = [stored.ticket["id"] for stored in _read(batch) if any(_compare(stored, now))]
        for ticket_id in doubtful:
            yield from _once_more(ticket_id, now)
        progress(done + len(batch), len(ids))


def verify_all(*, now: datetime) -> int:
    """Compare everything and keep the result for the pages; gives the number of differences."""
    checked = Ticket.objects.filter(policy_version__isnull=False).count()
    count = sum(1 for _ in differences(now=now))
    Setting.objects.update_or_create(
        key=RESULT_KEY,
        defaults={"value": {"at": now.isoformat(), "checked": checked, "differences": count}},
    )
    return count


@transaction.atomic
def _once_more(ticket_id: int, now: datetime) -> list[Difference]:
    """Look again at a ticket that was perhaps just changing, now that nobody can change it."""
    Ticket.objects.select_for_update().filter(pk=ticket_id).first()
    return [found for stored in _read([ticket_id]) for found in _compare(stored, now)]


def _read(ticket_ids: Iterable[int]) -> Iterator[Stored]:
    ids = list(ticket_ids)
    clocks: dict[int, dict[tuple[str, int], Row]] = defaultdict(dict)
    messages: dict[int, dict[int, Row]] = defaultdict(dict)
    found = Clock.objects.filter(ticket_id__in=ids).annotate(policy_id=F("policy_version_id"))
    for row in found.values("ticket_id", "kind", "number", *OF_CLOCKS):
        clocks[row["ticket_id"]][(row["kind"], row["number"])] = row
    outcomes = Outcome.objects.filter(ticket_id__in=ids)
    for row in outcomes.values("ticket_id", "message_id", *OF_MESSAGES):
        messages[row["ticket_id"]][row["message_id"]] = row
    facts = facts_of(ids)
    for ticket in Ticket.objects.filter(pk__in=ids).order_by("id").values(*READ):
        number = ticket["id"]
        yield Stored(ticket, clocks[number], messages[number], facts.get(number, []))


def _compare(stored: Stored, now: datetime) -> Iterator[Difference]:
    ticket = stored.ticket
    held = Held(ticket["policy_version_id"], ticket["base_version_id"])
    due = [row["next_at"] for row in stored.clocks.values() if row["next_at"] is not None]
    projection = project(stored.facts, held, now=min([now, *due]))
    if projection is None:
        return
    yield from _of_clocks(stored, projection)
    yield from _of_messages(stored, projection)
    computed = projection.columns(tier=ticket["tier"])
    yield from _fields(ticket["id"], "ticket", 1, OF_TICKETS, ticket, computed)


def _of_clocks(stored: Stored, projection: Projection) -> Iterator[Difference]:
    ticket_id = stored.ticket["id"]
    computed = {(str(row["kind"]), int(row["number"])): row for row in projection.clock_rows}
    for kind, number in sorted(stored.clocks.keys() | computed.keys()):
        before, after = stored.clocks.get((kind, number)), computed.get((kind, number))
        if before is not None and after is not None:
            yield from _fields(ticket_id, kind, number, OF_CLOCKS, before, after)
        else:
            there, wanted = ("missing", "there") if before is None else ("there", "missing")
            yield Difference(ticket_id, kind, number, "clock", there, wanted)


def _of_messages(stored: Stored, projection: Projection) -> Iterator[Difference]:
    ticket_id = stored.ticket["id"]
    computed = {row["message_id"]: row for row in projection.outcome_rows}
    for number, row in sorted(stored.messages.items()):
        if number in computed:
            yield from _fields(ticket_id, "message", number, OF_MESSAGES, row, computed[number])
        else:
            yield Difference(ticket_id, "message", number, "outcome", "there", "missing")


def _fields(
    ticket_id: int, kind: str, number: int, names: Iterable[str], stored: Row, computed: Row
) -> Iterator[Difference]:
    for name in names:
        before, after = _text(stored[name]), _text(computed[name])
        if before != after:
            yield Difference(ticket_id, kind, number, name, before, after)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
