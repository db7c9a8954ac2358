"""The clocks of a ticket: deadlines with their sources, states, and why each stands as it does."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from comptoir.api.explaining import Reason, reasons
from comptoir.api.language import Reader, reader_for
from comptoir.api.tickets import FAILURES
from comptoir.api.tokens import caller_of
from comptoir.core.clocks import Clock, Kind
from comptoir.sla.models import PolicyVersion
from comptoir.sla.versions import INHERITS
from comptoir.storage import clock as time
from comptoir.tickets.clocks import explain
from comptoir.tickets.models import Ticket
from comptoir.tickets.queries import ticket_for

REPLIES = (Kind.FIRST_REPLY, Kind.NEXT_REPLY)
router = Router(tags=["Tickets"])


class LimitSource(Schema):
    """Where a limit comes from, and how sure it is."""

    kind: str = Field(
        description="channel: the channel named the day; policy: a rule, with its citation"
    )
    text: str = Field(description="the citation of a reply limit; empty where none is kept")
    confidence: str = Field(description="high, medium or low; empty where nobody said")
    is_confirmed: bool = Field(description="false: assumed, and left out of breach figures")
    is_planning: bool = Field(description="the marketplace judges a mean: never a breach")


class ClockOut(Schema):
    """One promise on a ticket. Moments are in UTC; null for what does not apply."""

    kind: str
    number: int = Field(description="tells clocks of one kind apart, in order of start")
    state: str
    started_at: datetime
    target_at: datetime | None
    limit_at: datetime | None
    ended_at: datetime | None
    target_missed: bool
    elapsed_seconds: float = Field(description="as the outside sees it")
    business_seconds: float = Field(description="on the target's calendar, without pauses")
    policy: str
    limit_source: LimitSource | None
    explanation: list[Reason]


class ClocksOut(Schema):
    """All clocks of a ticket, in order of start, as they stand now."""

    ticket: int
    language: str
    time_zone: str
    oldest_unanswered_at: datetime | None
    next_deadline_at: datetime | None
    clocks: list[ClockOut]


class Wanted(Schema):
    """How the sentences are wanted."""

    language: str | None = Field(None, description="en, fr or de; else Accept-Language decides")
    time_zone: str | None = Field(
        None, description="such as Europe/Paris; else that of the token's maker"
    )


@router.get(
    "/{int:ticket_id}/clocks",
    response={200: ClocksOut, **FAILURES},
    summary="Read the clocks of a ticket, explained",
)
def read_clocks(request: HttpRequest, ticket_id: int, wanted: Query[Wanted]) -> dict[str, Any]:
    """Give each clock with its explanation, as codes with values and as sentences."""
    caller = caller_of(request)
    reader = reader_for(
        request, caller.token.made_by, language=wanted.language, time_zone=wanted.time_zone
    )
    ticket = ticket_for(caller.rights, ticket_id)
    found = explain(ticket, now=time.now())
    return {
        "ticket": ticket.pk,
        "language": reader.language,
        "time_zone": reader.zone.key,
        "oldest_unanswered_at": found.oldest_unanswered_at if found else None,
        "next_deadline_at": found.next_deadline_at if found else None,
        "clocks": _clocks(ticket, found.clocks, reader) if found else [],
    }


def _clocks(ticket: Ticket, clocks: tuple[Clock, ...], reader: Reader) -> list[dict[str, Any]]:
    versions = _versions(ticket)
    counts: Counter[str] = Counter()
    made = []
    for clock in clocks:
        counts[clock.kind.value] += 1
        number = counts[clock.kind.value]
        version = versions.get((clock.kind.value, number), ticket.policy_version)
        made.append(_clock(clock, number, _giver(ticket, version), reader))
    return made


def _clock(
    clock: Clock, number: int, version: PolicyVersion | None, reader: Reader
) -> dict[str, Any]:
    return {
        "kind": clock.kind.value,
        "number": number,
        "state": clock.state.value,
        "started_at": clock.started_at,
        "target_at": clock.target_at,
        "limit_at": clock.limit_at,
        "ended_at": clock.ended_at,
        "target_missed": clock.target_missed,
        "elapsed_seconds": clock.elapsed_seconds,
        "business_seconds": clock.business_seconds,
        "policy": clock.policy,
        "limit_source": _source(clock, version),
        "explanation": reasons(clock.explanation, reader),
    }


def _source(clock: Clock, version: PolicyVersion | None) -> LimitSource | None:
    if clock.limit_at is None:
        return None
    by_channel = any(step.code == "limit_given" for step in clock.explanation)
    # A version keeps the citation of its reply limit; those of other kinds stand in the rulebook.
    said = version if clock.kind in REPLIES and not by_channel else None
    return LimitSource(
        kind="channel" if by_channel else "policy",
        text=said.source if said else "",
        confidence=said.confidence if said else "",
        is_confirmed=clock.limit_confirmed,
        is_planning=clock.limit_is_planning,
    )


def _versions(ticket: Ticket) -> dict[tuple[str, int], PolicyVersion | None]:
    """Give the policy version of each stored clock, by kind and number."""
    rows = ticket.clocks.select_related("policy_version")
    return {(row.kind, row.number): row.policy_version for row in rows}


def _giver(ticket: Ticket, version: PolicyVersion | None) -> PolicyVersion | None:
    """Give the version whose limit it is: the channel's own where a policy inherits."""
    if version is None or not version.spec.get(INHERITS):
        return version
    base: PolicyVersion | None = ticket.base_version
    return base or version
