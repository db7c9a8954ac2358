"""`evaluate`: from a ticket's events to its clocks. A pure function; the heart of the product."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from comptoir.core.clocks.book import PolicyBook
from comptoir.core.clocks.clock import Clock, Evaluation
from comptoir.core.clocks.conversation import read_conversation
from comptoir.core.clocks.deadlines import Calendars
from comptoir.core.clocks.desk import Desk
from comptoir.core.clocks.events import Event, PolicyApplied, in_order
from comptoir.core.clocks.obligations import obligation_clocks
from comptoir.core.clocks.policies import Kind, Policy
from comptoir.core.clocks.replies import message_outcomes, reply_clock
from comptoir.core.clocks.resolution import resolution_clocks
from comptoir.core.clocks.spans import reply_spans

KIND_ORDER = {kind: position for position, kind in enumerate(Kind)}


def evaluate(
    events: Iterable[Event],
    policies: Mapping[str, Policy] | Policy,
    calendars: Calendars,
    now: datetime,
) -> Evaluation:
    """Compute every clock of a ticket as it stands at `now`.

    The order of the events means nothing; what lies after `now` has not happened yet. A single
    policy holds from the beginning; of several, `PolicyApplied` says which holds from when.
    Raises `Refusal` where a policy or a calendar is named that was not given, or where a
    calendar can never supply the time asked for.
    """
    now = now.astimezone(UTC)
    happened = in_order(events, until=now)
    book = PolicyBook(policies, [e for e in happened if isinstance(e, PolicyApplied)])
    desk = Desk(read_conversation(happened, book), book, calendars, now)
    spans = reply_spans(desk.talk)
    replies = [reply_clock(desk, span) for span in spans]
    clocks = [*replies, *resolution_clocks(desk, happened), *obligation_clocks(desk, happened)]
    if len(clocks) > 1:
        clocks.sort(key=_order)
    return Evaluation(
        clocks=tuple(clocks),
        messages=message_outcomes(desk, spans, replies),
        oldest_unanswered_at=next(iter([s.started_at for s in spans if s.ended_at is None]), None),
        next_deadline_at=min([c.next_at for c in clocks if c.next_at is not None], default=None),
    )


def _order(clock: Clock) -> tuple[datetime, int, str]:
    return clock.started_at, KIND_ORDER[clock.kind], clock.subject
