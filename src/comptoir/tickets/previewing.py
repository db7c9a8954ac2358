"""What a change of policies or hours would do to the open tickets, before it is saved.

The change is really made, looked at, and taken back: what is shown is what would be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from comptoir.core.clocks import Clock, State
from comptoir.sla.choosing import PolicyList, forget_choices, read_list
from comptoir.sla.versions import Held
from comptoir.tickets import bulk, promising
from comptoir.tickets.models import Ticket
from comptoir.tickets.projection import Projection, Recorded, project
from comptoir.tickets.promising import POLICY_APPLIED, Known

LOOKED_AT_MAX = 2000
EXAMPLES_MAX = 12
LOST = frozenset({State.BREACHED})
LATE = frozenset({State.PAST_TARGET, State.BREACHED})

FIELDS = (
    "id", "buyer_name", "channel__name", "policy_version_id", "base_version_id", *promising.ROW,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One ticket that would change: its next clock before and after; None where none runs."""

    ticket_id: int
    buyer_name: str
    channel_name: str
    before: Clock | None
    after: Clock | None

    @property
    def moved(self) -> int:
        """1 where it would be due later, -1 earlier, 0 where no deadline moves."""
        return _moved(self.before, self.after)


@dataclass(slots=True)
class Preview:
    """What would become of the open tickets. Only `looked_at` of `open_count` were computed,
    those due first."""

    open_count: int = 0
    looked_at: int = 0
    changed: int = 0
    earlier: int = 0
    later: int = 0
    newly_past_target: int = 0
    newly_past_limit: int = 0
    back_in_time: int = 0
    examples: list[Line] = field(default_factory=list)


def preview(
    change: Callable[[], object],
    *,
    holds_from: datetime,
    now: datetime,
    channel_ids: Sequence[int] | None = None,
) -> Preview:
    """Make a change, compute what it does, and take it back. Raises what the change raises."""
    try:
        with transaction.atomic():
            change()
            found = _look(read_list(now=max(holds_from, now)), channel_ids, now=now)
            transaction.set_rollback(True)
            return found
    finally:
        forget_choices()


def _look(listed: PolicyList, channel_ids: Sequence[int] | None, *, now: datetime) -> Preview:
    opened = Ticket.objects.exclude(status__in=["solved", "closed"])
    if channel_ids is not None:
        opened = opened.filter(channel_id__in=channel_ids)
    rows = list(opened.order_by("next_deadline_at", "id").values(*FIELDS)[:LOOKED_AT_MAX])
    found = Preview(open_count=opened.count(), looked_at=len(rows))
    facts = bulk.facts_of([row["id"] for row in rows]) if rows else {}
    for row in rows:
        _compare(row, facts.get(row["id"], []), listed, found, now=now)
    return found


def _compare(
    row: dict[str, Any],
    facts: list[Recorded],
    listed: PolicyList,
    found: Preview,
    *,
    now: datetime,
) -> None:
    held = (
        Held(row["policy_version_id"], row["base_version_id"]) if row["policy_version_id"] else None
    )
    known = Known.of(row, [fact.kind for fact in facts])
    chosen = listed.choose(known.channel_id, promising.finder(known))
    if chosen is None or chosen.held == held:
        return
    before = _next(project(facts, held, now=now))
    turned = facts
    if held is not None:
        data = promising.applied(held, chosen, facts)
        turned = [*facts, Recorded(0, POLICY_APPLIED, now, data, None)]
    after = _next(project(turned, chosen.held, now=now))
    if _shown(before) == _shown(after):
        return
    _count(found, before, after)
    if len(found.examples) < EXAMPLES_MAX:
        name, channel = row["buyer_name"], row["channel__name"]
        found.examples.append(Line(row["id"], name, channel, before, after))


def _next(projection: Projection | None) -> Clock | None:
    return projection.leading if projection else None


def _shown(clock: Clock | None) -> tuple[Any, ...] | None:
    return None if clock is None else (clock.target_at, clock.limit_at, clock.state)


def _count(found: Preview, before: Clock | None, after: Clock | None) -> None:
    found.changed += 1
    moved = _moved(before, after)
    found.earlier += moved < 0
    found.later += moved > 0
    was = before.state if before else None
    will = after.state if after else None
    found.newly_past_target += was not in LATE and will is State.PAST_TARGET
    found.newly_past_limit += was not in LOST and will in LOST
    found.back_in_time += was in LATE and will is not None and will not in LATE


def _moved(before: Clock | None, after: Clock | None) -> int:
    """Compare the next deadlines; where they are the same, the limits behind them."""
    if before is None or after is None:
        return 0
    for first, second in ((_due(before), _due(after)), (before.limit_at, after.limit_at)):
        if first is not None and second is not None and first != second:
            return 1 if second > first else -1
    return 0


def _due(clock: Clock) -> datetime | None:
    return min((at for at in (clock.target_at, clock.limit_at) if at is not None), default=None)
