"""What belongs to people on two tickets that are merged: who follows, and what was put off.

Mentions stand on notes and go with them; drafts have their own rule (`draft.follow`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from comptoir.tickets.actions.snooze import forget
from comptoir.tickets.models import Follow, Ticket


def take_along(source: Ticket, target: Ticket) -> dict[str, Any]:
    """Let followers follow the ticket that stays, and give what undoing needs.

    The ticket that stays is put off only if both were, and then to the earlier moment.
    """
    known = Follow.objects.filter(ticket=target).values("person_id")
    follows = Follow.objects.filter(ticket=source).exclude(person_id__in=known)
    told: dict[str, Any] = {
        "follows": list(follows.values_list("id", flat=True)),
        "snoozed": {"source": _snooze(source), "target": _snooze(target)},
    }
    Follow.objects.filter(pk__in=told["follows"]).update(ticket=target)
    if target.snoozed_until_at is not None:
        if source.snoozed_until_at is None and not source.is_over:
            forget(target)
        elif source.snoozed_until_at is not None:
            target.snoozed_until_at = min(target.snoozed_until_at, source.snoozed_until_at)
    forget(source)
    return told


def give_people_back(
    joined: dict[str, Any], source: Ticket, target: Ticket, *, now: datetime
) -> None:
    """Undo it: followers go back, and what was put off is so again unless its moment has passed.

    A ticket that somebody put off since is left as it is.
    """
    if "snoozed" not in joined:
        return
    known = Follow.objects.filter(ticket=source).values("person_id")
    gone = Follow.objects.filter(pk__in=joined["follows"], ticket=target)
    gone.exclude(person_id__in=list(known)).update(ticket=source)
    for ticket, side in ((source, "source"), (target, "target")):
        before = joined["snoozed"][side]
        until = datetime.fromisoformat(before["until"]) if before else None
        if until is None or until <= now or ticket.is_over:
            continue
        ticket.snoozed_until_at, ticket.snoozed_by_id = until, before["by"]
        ticket.snooze_reason = before["reason"]


def _snooze(ticket: Ticket) -> dict[str, Any] | None:
    if ticket.snoozed_until_at is None:
        return None
    return {
        "until": ticket.snoozed_until_at.isoformat(),
        "by": ticket.snoozed_by_id,
        "reason": ticket.snooze_reason,
    }
