"""Putting a ticket back to how it was before a verb, done to it alone or to many at once.

Only where nobody did anything to it since: what a buyer or a colleague did later is never undone
with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from comptoir.merchant.models import Person, Team
from comptoir.tickets.actions import no_response, unsaid
from comptoir.tickets.actions.changing import changing, write_fact
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.solve import set_status
from comptoir.tickets.models import Fact, Ticket

BY_THEMSELVES = ("target_missed", "limit_missed", "policy_applied", "reply_accepted")
"""Facts that come about without anybody doing anything."""
PLAIN = ("snoozed_by_id", "snooze_reason", "tier_set_by_person")


def as_it_is(ticket_id: int) -> dict[str, Any]:
    """Give what `put_back` needs of a ticket, as JSON takes it; nothing for one that is gone."""
    ticket = Ticket.objects.filter(pk=ticket_id).first()
    if ticket is None:
        return {}
    return {
        "status": ticket.status,
        "solved_at": _written(ticket.solved_at),
        "solved_by": ticket.solved_by_id,
        "assignee": ticket.assignee_id,
        "team": ticket.team_id,
        "tags": ticket.tags,
        "tier": ticket.tier,
        "snoozed_until_at": _written(ticket.snoozed_until_at),
        **{name: getattr(ticket, name) for name in PLAIN},
    }


def last_fact(ticket_id: int) -> int:
    """Give the number of the last thing that was done on a ticket, 0 where nothing was."""
    return _done_on(ticket_id).values_list("id", flat=True).first() or 0


def _done_on(ticket_id: int) -> QuerySet[Fact]:
    facts = Fact.objects.filter(ticket_id=ticket_id).exclude(kind__in=BY_THEMSELVES)
    return facts.order_by("-id")


def put_back(
    ticket_id: int, before: Mapping[str, Any], *, seen_fact: int, by: Person, now: datetime
) -> None:
    """Put a ticket back to `before`. Refused: `not_allowed_to_answer`, `no_such_team`, and
    `changed_since` (with the `kind` of what was done, `who` did it, and whether that `is_own`).

    `seen_fact` is the `last_fact` of when the verb was done. `before` may hold what else there is to
    take back: `marks` or `records`, made since the fact `mark`.
    """
    with changing(ticket_id, "put_back", by=by, now=now) as ticket:
        _refuse_changed(ticket_id, seen_fact, by=by)
        _take_mark_back(ticket, before, by=by, now=now)
        if before.get("records"):
            unsaid.withdraw(ticket, after_fact=before["mark"], by=by, now=now)
        _put_status_back(ticket, before, by=by, now=now)
        _put_team_back(ticket, before.get("team", ticket.team_id), by=by, now=now)
        _put_assignee_back(ticket, before["assignee"], by=by, now=now)
        _put_tags_back(ticket, before["tags"], by=by, now=now)
        if ticket.tier != before["tier"]:
            write_fact(ticket, "tier_corrected", at=now, now=now, by=by, before=ticket.tier, to=before["tier"])  # fmt: skip
            ticket.tier = before["tier"]
        _put_snooze_back(ticket, before, by=by, now=now)
        for name in PLAIN:
            setattr(ticket, name, before[name])


def _refuse_changed(ticket_id: int, seen_fact: int, *, by: Person) -> None:
    last = _done_on(ticket_id).select_related("person").first()
    if last is None or last.pk == seen_fact:
        return
    who = last.person.name if last.person else ""
    raise Refused("changed_since", kind=last.kind, who=who, is_own=last.person_id == by.pk)


def _take_mark_back(
    ticket: Ticket, before: Mapping[str, Any], *, by: Person, now: datetime
) -> None:
    mark = no_response.last_mark(ticket)
    if mark is None or not before.get("marks") or mark.pk <= before.get("mark", 0):
        return
    messages = mark.data.get("messages")
    write_fact(ticket, "undo_no_response_needed", at=now, now=now, by=by, messages=messages)


def _put_status_back(
    ticket: Ticket, before: Mapping[str, Any], *, by: Person, now: datetime
) -> None:
    set_status(ticket, Ticket.Status(before["status"]), by=by, now=now)
    if ticket.status == Ticket.Status.SOLVED and before["solved_at"]:
        ticket.solved_at = datetime.fromisoformat(before["solved_at"])
        ticket.solved_by_id = before["solved_by"]


def _put_team_back(ticket: Ticket, team_id: int | None, *, by: Person, now: datetime) -> None:
    if ticket.team_id == team_id:
        return
    team = Team.objects.filter(pk=team_id).first() if team_id is not None else None
    if team is None and team_id is not None:
        raise Refused("no_such_team")
    ticket.team = team
    name = team.name if team else ""
    write_fact(ticket, "assigned_team", at=now, now=now, by=by, team=team_id, team_name=name)


def _put_assignee_back(ticket: Ticket, to: int | None, *, by: Person, now: datetime) -> None:
    if ticket.assignee_id == to:
        return
    if to is not None and not Person.objects.filter(pk=to, is_active=True).exists():
        raise Refused("not_allowed_to_answer")
    ticket.assignee_id = to
    write_fact(ticket, "assigned", at=now, now=now, by=by, to=to)


def _put_tags_back(ticket: Ticket, tags: list[str], *, by: Person, now: datetime) -> None:
    added = [tag for tag in tags if tag not in ticket.tags]
    removed = [tag for tag in ticket.tags if tag not in tags]
    if added:
        write_fact(ticket, "tagged", at=now, now=now, by=by, added=added)
    if removed:
        write_fact(ticket, "tagged", at=now, now=now, by=by, removed=removed)
    ticket.tags = tags


def _put_snooze_back(
    ticket: Ticket, before: Mapping[str, Any], *, by: Person, now: datetime
) -> None:
    written = before["snoozed_until_at"]
    until = datetime.fromisoformat(written) if written else None
    if ticket.snoozed_until_at == until:
        return
    if until is None:
        write_fact(ticket, "woken", at=now, now=now, by=by, because="colleague")
    else:
        write_fact(ticket, "snoozed", at=now, now=now, by=by, until=written)
    ticket.snoozed_until_at = until


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
