"""The loop that gives tickets: it reads what happened since its last look, one process at a time.

Intake only writes facts; a second later this looks at the tickets they belong to. A ticket that
nobody has is given by the rules; one whose assignee is away goes to the stand-in, or back to the
queue. Numbers of facts become visible out of order, so each look begins a little earlier; looking
twice changes nothing.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from comptoir.inbox.assigning import rules
from comptoir.merchant.duty import Duty, reached, read_duty
from comptoir.merchant.models import AssignmentRule, Person
from comptoir.merchant.rights import rights_of
from comptoir.storage import audit
from comptoir.tickets import clocks
from comptoir.tickets.actions.assign import give
from comptoir.tickets.actions.changing import tell, write_fact
from comptoir.tickets.marks import marks, remember
from comptoir.tickets.models import Ticket

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0
CURSOR = "assigning_cursor"
OVERLAP = timedelta(seconds=30)
MARK_EVERY = timedelta(seconds=5)
LOCK = 0x61737367
BATCH = 200
BATCHES_AT_ONCE_MAX = 50
CAUSES = ("buyer_message", "case_opened", "return_requested", "tier_corrected", "tagged", "woken")
FAILED = "assignment_failed"

# What a rule found nobody for is looked at anew only when something happened since.
WAITING_SQL = """
SELECT t.id, t.assignee_id, (SELECT max(f.id) FROM tickets_fact f
    WHERE f.ticket_id = t.id AND f.kind = ANY(%(causes)s)) FROM tickets_ticket t
WHERE t.queue_tier IS NOT NULL AND t.id <> ALL(%(besides)s) AND t.id IN (
    SELECT f.ticket_id FROM tickets_fact f
    WHERE f.id > %(after)s AND f.stored_at > %(since)s AND f.kind = ANY(%(causes)s))
AND ((t.assignee_id IS NULL AND t.team_id IS NULL AND NOT EXISTS (
        SELECT FROM tickets_fact g WHERE g.ticket_id = t.id AND g.kind IN ('assigned', 'assignment_failed')
        AND g.id > (SELECT max(f.id) FROM tickets_fact f
                    WHERE f.ticket_id = t.id AND f.kind = ANY(%(causes)s))))
    OR t.assignee_id = ANY(%(away)s))
ORDER BY t.queue_tier, t.queue_at, t.id LIMIT %(count)s
"""
NEWEST_SQL = "SELECT coalesce(max(id), 0) FROM tickets_fact"


@dataclass(slots=True)
class Memory:
    """What this process need not look at again: the newest fact, and tickets that no rule wants.

    `unwanted` holds the cause by which a ticket was looked at; other `rules` may want it.
    """

    newest: int = -1
    since: datetime | None = None
    rules: tuple[Any, ...] = ()
    unwanted: dict[int, int] = field(default_factory=dict)

    def has_news(self, *, now: datetime) -> bool:
        """Tell whether there are facts that were not there before, or may still become visible."""
        with connection.cursor() as cursor:
            cursor.execute(NEWEST_SQL)
            newest = cursor.fetchone()[0]
        if newest != self.newest or self.since is None or now < self.since:
            self.newest, self.since = newest, now
        return now - self.since <= OVERLAP

    def forget_if_other(self, listed: list[AssignmentRule]) -> None:
        """Look at everything again when the rules are others, and now and then to stay small."""
        rules = tuple((rule.pk, rule.changed_at) for rule in listed)
        if rules != self.rules or len(self.unwanted) > UNWANTED_MAX:
            self.rules = rules
            self.unwanted.clear()


UNWANTED_MAX = 20_000
_memory = Memory()


def step(*, now: datetime) -> bool:
    """Give what came in since the last look, and tell whether there may be more right now."""
    if not _memory.has_news(now=now):
        return False
    duty = read_duty(now=now)
    listed = rules.active_rules()
    if not listed and not duty.absences:
        return False
    _memory.forget_if_other(listed)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return False
        try:
            return _look(listed, duty, now=now)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def apply(ticket_id: int, listed: list[AssignmentRule], duty: Duty, *, now: datetime) -> bool:
    """Give one ticket that nobody has by the rules; True where a rule gave it to somebody."""
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update(of=("self",)).filter(pk=ticket_id).first()
        if ticket is None or ticket.assignee_id or ticket.team_id or ticket.queue_tier is None:
            return False
        rule = rules.holding(listed, rules.facts_for(ticket, now=now))
        if rule is None:
            return False
        choice = rules.choose(rule, ticket, duty)
        why: dict[str, Any] = {"rule": rule.pk, "name": rule.name}
        if choice.is_nobody:
            write_fact(ticket, FAILED, at=now, now=now, **why)
            tell(ticket, "assign", now=now)
            return False
        give(ticket, to=choice.person, team=choice.team, now=now, **why)
        _settle(ticket, "assign_by_rule", now=now, rule=rule.name)
        return True


def give_on(ticket_id: int, duty: Duty, *, now: datetime) -> bool:
    """Give a ticket whose assignee is away to the stand-in, or back to the queue."""
    with transaction.atomic():
        tickets = Ticket.objects.select_for_update(of=("self",)).select_related("assignee")
        ticket = tickets.filter(pk=ticket_id).first()
        if ticket is None or ticket.assignee is None or not duty.is_away(ticket.assignee):
            return False
        to = reached(ticket.assignee, duty)
        if to is not None and not _may_have(to, ticket):
            to = None
        give(ticket, to=to, now=now, away=ticket.assignee.pk)
        _settle(ticket, "assign_away", now=now)
        return True


def _look(listed: list[AssignmentRule], duty: Duty, *, now: datetime) -> bool:
    known = marks(CURSOR)
    values: dict[str, Any] = {
        "after": known[0][1] if known else 0,
        "since": now - timedelta(hours=1),
        "causes": list(CAUSES),
        "away": list(duty.absences),
        "besides": [],
        "count": BATCH,
    }
    for _round in range(BATCHES_AT_ONCE_MAX):
        with connection.cursor() as cursor:
            cursor.execute(WAITING_SQL, values)
            found = cursor.fetchall()
        for ticket_id, assignee_id, cause in found:
            _try(ticket_id, assignee_id, cause, listed, duty, now=now)
        if len(found) < BATCH:
            remember(CURSOR, known, now=now, every=MARK_EVERY, overlap=OVERLAP)
            return False
        values["besides"] += [row[0] for row in found]
    return True


def _try(
    ticket_id: int,
    assignee_id: int | None,
    cause: int,
    listed: list[AssignmentRule],
    duty: Duty,
    *,
    now: datetime,
) -> None:
    if assignee_id is None and _memory.unwanted.get(ticket_id) == cause:
        return
    try:
        is_free = assignee_id is None or give_on(ticket_id, duty, now=now)
        if is_free and not apply(ticket_id, listed, duty, now=now):
            _memory.unwanted[ticket_id] = cause
    except Exception:
        log.exception("assigning: ticket %s could not be given", ticket_id)


def _settle(ticket: Ticket, what: str, *, now: datetime, **audited: Any) -> None:
    clocks.recompute(ticket, now=now)
    audit.record(f"ticket.{what}", by=None, now=now, subject=("ticket", ticket.pk), **audited)
    tell(ticket, "assign", now=now)


def _may_have(person: Person, ticket: Ticket) -> bool:
    return person.may_answer and rights_of(person).sees(ticket.channel_id)
