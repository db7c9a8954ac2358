"""The clocks of a ticket: facts in, projection out, and the projection stored.

What is stored is always what `comptoir.core.clocks.evaluate` answers; nothing here decides.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from comptoir.core.clocks import (
    EVENT_TYPES,
    Clock,
    Evaluation,
    Event,
    Kind,
    Recipient,
    Status,
    evaluate,
)
from comptoir.core.priority import UNPROMISED, Lane, queue_place
from comptoir.sla.choosing import policy_version_for
from comptoir.sla.versions import promises
from comptoir.tickets.models import Fact, Ticket

FIELDS = {
    "buyer_message": ("id", "due_at"),
    "marketplace_message": ("id", "asks_us", "due_at"),
    "agent_reply": ("id", "to", "holding", "seen_elsewhere"),
    "automation_message": ("id",),
    "reply_refused": ("reply",),
    "no_response_needed": ("messages", "confirmed_outside"),
    "undo_no_response_needed": ("messages",),
    "status": ("to",),
    "return_requested": ("id", "due_at"),
    "return_decided": (),
    "case_opened": ("id", "due_at"),
    "case_answered": ("id",),
    "promise": ("id", "due_at"),
    "promise_kept": ("id",),
}
"""What the clocks take of a fact's data; other keys are for people."""

MISSES = {"past_target": "target_missed", "breached": "limit_missed"}
"""The fact, for people, that a clock came into that state."""

REPLIES = frozenset({Kind.FIRST_REPLY, Kind.NEXT_REPLY})

COLUMNS = (
    "oldest_unanswered_at", "next_kind", "target_at", "limit_at", "next_deadline_at",
    "queue_tier", "queue_at",
)  # fmt: skip

REPLACE_CLOCKS = """
WITH fresh AS (
    SELECT * FROM jsonb_to_recordset(%(clocks)s) AS c(kind text, number int, state text,
        started_at timestamptz, target_at timestamptz, limit_at timestamptz,
        ended_at timestamptz, target_missed boolean, next_at timestamptz)
), gone AS (
    DELETE FROM tickets_clock k WHERE k.ticket_id = %(ticket)s AND NOT EXISTS (
        SELECT 1 FROM fresh WHERE fresh.kind = k.kind AND fresh.number = k.number)
)
INSERT INTO tickets_clock (ticket_id, channel_id, policy_version_id, kind, number, state,
    started_at, target_at, limit_at, ended_at, target_missed, next_at)
SELECT %(ticket)s, %(channel)s, %(policy)s, kind, number, state, started_at, target_at, limit_at,
    ended_at, target_missed, next_at FROM fresh
ON CONFLICT (ticket_id, kind, number) DO UPDATE SET state = excluded.state,
    started_at = excluded.started_at, target_at = excluded.target_at,
    limit_at = excluded.limit_at, ended_at = excluded.ended_at,
    target_missed = excluded.target_missed, next_at = excluded.next_at
"""

WRITE_OUTCOMES = """
UPDATE tickets_outcome o SET answered_at = f.answered_at, response_seconds = f.response_seconds,
    within_limit = f.within_limit, is_taken_out = f.is_taken_out
FROM jsonb_to_recordset(%(outcomes)s) AS f(message_id bigint, answered_at timestamptz,
    response_seconds bigint, within_limit boolean, is_taken_out boolean)
WHERE o.message_id = f.message_id AND o.ticket_id = %(ticket)s
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact as the clocks read it."""

    id: int
    kind: str
    at: datetime
    data: dict[str, Any]
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Projection:
    """What is stored of an evaluation: clock rows, message outcomes, the ticket's own columns."""

    evaluation: Evaluation
    now: datetime

    @property
    def clock_rows(self) -> list[dict[str, Any]]:
        """Give the rows of the clocks, JSON-able, numbered by kind in order of start."""
        counts: dict[str, int] = {}
        rows = []
        for clock in self.evaluation.clocks:
            number = counts[clock.kind] = counts.get(clock.kind, 0) + 1
            rows.append(
                {
                    "kind": clock.kind,
                    "number": number,
                    "state": clock.state,
                    "started_at": _text(clock.started_at),
                    "target_at": _text(clock.target_at),
                    "limit_at": _text(clock.limit_at),
                    "ended_at": _text(clock.ended_at),
                    "target_missed": clock.target_missed,
                    "next_at": _text(clock.next_at),
                }
            )
        return rows

    @property
    def outcome_rows(self) -> list[dict[str, Any]]:
        """Give what became of each message, JSON-able."""
        return [
            {
                "message_id": int(outcome.id),
                "answered_at": _text(outcome.answered_at),
                "response_seconds": _whole(outcome.response_seconds),
                "within_limit": outcome.within_limit,
                "is_taken_out": outcome.is_taken_out,
            }
            for outcome in self.evaluation.messages
            if outcome.id.isdigit()
        ]

    def columns(self, *, tier: int, is_answering: bool = False) -> dict[str, Any]:
        """Give the ticket's deadline and queue columns.

        `is_answering` while a reply that answers every message is on its way out: the clocks run
        on, but only what a reply does not give (a case, a return) keeps the ticket in the queue.
        """
        clock = self._leading()
        owed = [c for c in self.evaluation.clocks if not (is_answering and c.kind in REPLIES)]
        place = queue_place(owed, tier, self.now)
        return {
            "oldest_unanswered_at": self.evaluation.oldest_unanswered_at,
            "next_kind": clock.kind.value if clock else "",
            "target_at": clock.target_at if clock else None,
            "limit_at": clock.limit_at if clock else None,
            "next_deadline_at": self.evaluation.next_deadline_at,
            "queue_tier": int(place.tier) if place else None,
            "queue_at": place.at if place else None,
        }

    def _leading(self) -> Clock | None:
        """Give the open clock that lists show: the one due first; resolution only when alone."""
        opened = [c for c in self.evaluation.clocks if c.is_open]
        if not opened:
            return None
        far = datetime.max.replace(tzinfo=UTC)
        return min(
            opened,
            key=lambda c: (
                c.kind is Kind.RESOLUTION,
                c.next_at or c.limit_at or c.target_at or far,
            ),
        )


def project(
    facts: Sequence[Recorded],
    policy_version_id: int | None,
    *,
    now: datetime,
) -> Projection | None:
    """Compute a ticket's clocks from its facts; None where no policy exists."""
    if policy_version_id is None:
        return None
    promised = promises(policy_version_id)
    events = [event for fact in facts if (event := event_of(fact)) is not None]
    return Projection(evaluate(events, promised.policy, promised.calendars, now), now)


def event_of(fact: Recorded) -> Event | None:
    """Give the event that a fact is to the clocks; None for facts that are for people only."""
    taken = FIELDS.get(fact.kind)
    if taken is None:
        return None
    values = {name: fact.data[name] for name in taken if fact.data.get(name) is not None}
    if "due_at" in values:
        values["due_at"] = datetime.fromisoformat(values["due_at"])
    if "to" in values:
        values["to"] = (Status if fact.kind == "status" else Recipient)(values["to"])
    if "messages" in values:
        values["messages"] = tuple(values["messages"])
    if "id" in values:
        values["id"] = str(values["id"])
    made: Event = EVENT_TYPES[fact.kind](at=fact.at, **values)
    return made


def recorded(ticket_id: int) -> list[Recorded]:
    """Read the facts of a ticket."""
    rows = Fact.objects.filter(ticket_id=ticket_id).order_by("happened_at", "id")
    return [
        Recorded(*row)
        for row in rows.values_list("id", "kind", "happened_at", "data", "message_id")
    ]


def recompute(ticket: Ticket, *, now: datetime) -> None:
    """Compute a locked ticket's clocks anew and store them with the ticket."""
    if ticket.policy_version_id is None and ticket.status != Ticket.Status.CLOSED:
        ticket.policy_version_id = policy_version_for(ticket.channel_id)
    projection = project(recorded(ticket.pk), ticket.policy_version_id, now=now)
    if projection is not None:
        answering = _is_answering(ticket)
        for name, value in projection.columns(tier=ticket.tier, is_answering=answering).items():
            setattr(ticket, name, value)
        if ticket.status == Ticket.Status.OPEN and ticket.queue_tier is None and not answering:
            ticket.queue_tier, ticket.queue_at = place_of_open(ticket.last_message_at)
        _write_misses(ticket, projection, now=now)
        with connection.cursor() as cursor:
            values: dict[str, Any] = {
                "clocks": json.dumps(projection.clock_rows),
                "ticket": ticket.pk,
                "channel": ticket.channel_id,
                "policy": ticket.policy_version_id,
            }
            cursor.execute(REPLACE_CLOCKS, values)
        write_outcomes(ticket.pk, projection)
    ticket.save()


def place_of_open(last_message_at: datetime) -> tuple[int, datetime]:
    """Give the place of a ticket that is open though no clock runs, so that it is in nobody's way
    and still seen: somebody opened it again, or a reply did not know the buyer's last word."""
    return int(Lane.IN_TIME), last_message_at + UNPROMISED


def _write_misses(ticket: Ticket, projection: Projection, *, now: datetime) -> None:
    """Write the fact of each deadline found missed, whoever looked first: the loop or a verb."""
    before = {(c.kind, c.number): c.state for c in ticket.clocks.all()}
    for row in projection.clock_rows:
        fact = MISSES.get(row["state"])
        if fact is not None and before.get((row["kind"], row["number"])) != row["state"]:
            at = row["limit_at"] if fact == "limit_missed" else row["target_at"]
            Fact.objects.create(
                ticket=ticket,
                kind=fact,
                happened_at=datetime.fromisoformat(at) if at else now,
                stored_at=now,
                data={"clock": row["kind"]},
            )


def write_outcomes(ticket_id: int, projection: Projection) -> None:
    """Store what became of each buyer message."""
    if not projection.outcome_rows:
        return
    values: dict[str, Any] = {"outcomes": json.dumps(projection.outcome_rows), "ticket": ticket_id}
    with connection.cursor() as cursor:
        cursor.execute(WRITE_OUTCOMES, values)


def explain(ticket: Ticket, *, now: datetime) -> Evaluation | None:
    """Compute a ticket's clocks with their explanations, for a person to read."""
    projection = project(recorded(ticket.pk), ticket.policy_version_id, now=now)
    return projection.evaluation if projection else None


def _is_answering(ticket: Ticket) -> bool:
    """Tell whether a reply written after everything unanswered is still on its way out."""
    waiting = ticket.messages.filter(author="agent", state="queued").order_by("-id").first()
    if waiting is None:
        return False
    later = ticket.messages.filter(author="buyer", id__gt=waiting.pk)
    return not later.exclude(kind__in=["auto_reply", "bounce"]).exists()


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds)
