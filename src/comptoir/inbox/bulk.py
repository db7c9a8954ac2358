"""One verb done to many tickets, and undone: a transaction a ticket, and nobody left untold.

A change grows while it is done, piece by piece: what stands in `BulkChange.before` was done and can
be put back, whatever happens to the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from comptoir.inbox.models import BulkChange
from comptoir.merchant.models import Person
from comptoir.merchant.rights import NotAllowed
from comptoir.tickets.actions import (
    assign,
    case,
    no_response,
    put_back,
    reply,
    snooze,
    solve,
    tag,
    tier,
    wait,
)
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.sendable import Hold
from comptoir.tickets.actions.writing import Party
from comptoir.tickets.models import Ticket
from comptoir.tickets.queries import NoSuchTicket

AT_ONCE_MAX = 500
"""Tickets of one change; more is no longer something that a person oversees."""
UNDO_WITHIN = timedelta(hours=1)
APPEND_SQL = "UPDATE inbox_bulkchange SET before = before || %s::jsonb WHERE id = %s"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done. Only the fields that the verb asks for are looked at."""

    verb: str
    to: int | None = None
    tag: str = ""
    on: str = ""
    until: datetime | None = None
    reason: str = ""
    tier: int = -1
    team: int | None = None
    confirmed_outside: bool = False
    text: str = ""
    party: Party = "both"
    key: str = ""
    is_copied: bool = True
    anyway: Collection[Hold] = ()


@dataclass(slots=True)
class Done:
    """What became of some tickets: done, or why not, by number."""

    change_id: int
    done: list[int] = field(default_factory=list)
    refused: dict[int, Refused] = field(default_factory=dict)
    is_over: bool = True
    """Whether every ticket has had its turn; only undoing in pieces leaves some for the next call."""


Verb = Callable[[int, Wanted, Person, datetime], object]


def do(
    ticket_ids: Iterable[int],
    wanted: Wanted,
    *,
    change_id: int | None = None,
    by: Person,
    now: datetime,
) -> Done:
    """Do a verb to each ticket; with `change_id` as the next piece of a change begun before.

    Refused as a whole: `no_such_verb`, `too_many_tickets`, `no_such_change`. What one ticket refuses
    is in the answer, and the others are done.
    """
    verb = FOR_MANY.get(wanted.verb)
    if verb is None:
        raise Refused("no_such_verb")
    change = _change(change_id, wanted.verb, by=by, now=now)
    known = {entry["ticket"] for entry in change.before}
    answer = Done(change.pk)
    for ticket_id in dict.fromkeys(ticket_ids):
        if ticket_id in known:
            continue
        if len(known) >= AT_ONCE_MAX:
            raise Refused("too_many_tickets", limit=AT_ONCE_MAX)
        known.add(ticket_id)
        try:
            _do_one(ticket_id, verb, wanted, change.pk, by=by, now=now)
            answer.done.append(ticket_id)
        except (Refused, NoSuchTicket, NotAllowed) as problem:
            answer.refused[ticket_id] = _as_refused(problem)
    return answer


def do_one(ticket_id: int, wanted: Wanted, *, by: Person, now: datetime) -> int | None:
    """Do a verb to one ticket so that it can be undone, and give the number of the change.

    Those of `FOR_ONE_ONLY` too: None for what was recorded before with the same key. Refused:
    `no_such_verb`, and whatever the verb refuses; raises what it raises.
    """
    verb = FOR_MANY.get(wanted.verb) or FOR_ONE_ONLY.get(wanted.verb)
    if verb is None:
        raise Refused("no_such_verb")
    with transaction.atomic():
        change = _change(None, wanted.verb, by=by, now=now)
        entry = _do_one(ticket_id, verb, wanted, change.pk, by=by, now=now)
        if wanted.verb in RECORDING and entry["fact"] == entry["was"]["mark"]:
            change.delete()
            return None
    return change.pk


def undo_one(change_id: int, ticket_id: int, *, by: Person, now: datetime) -> str:
    """Put one ticket back that a change of `do_one` changed; give the verb that is undone.

    Refused: `no_such_change` (also for a change of another ticket, or of more than this one),
    `already_undone`, `changed_since`, and what `put_back` refuses.
    """
    change = _undoable(change_id, by=by, now=now)
    if [entry["ticket"] for entry in change.before] != [ticket_id]:
        raise Refused("no_such_change")
    done = undo(change_id, by=by, now=now)
    if ticket_id in done.refused:
        raise done.refused[ticket_id]
    return change.verb


def undo(change_id: int, *, by: Person, now: datetime, at_most: int = AT_ONCE_MAX) -> Done:
    """Put back what one change did, the next `at_most` tickets of it; call again until `is_over`.

    Refused as a whole: `no_such_change`, `already_undone`. A ticket on which somebody did something
    since stays as it is, and is named; it has another turn when all have had theirs, so that it can
    be put back once nothing stands in the way.
    """
    change = _undoable(change_id, by=by, now=now)
    answer = Done(change_id)
    waiting = [entry for entry in change.before if not entry.get("had_turn")]
    for entry in waiting[:at_most]:
        ticket_id = entry["ticket"]
        try:
            put_back.put_back(ticket_id, entry["was"], seen_fact=entry["fact"], by=by, now=now)
            answer.done.append(ticket_id)
        except (Refused, NoSuchTicket, NotAllowed) as problem:
            answer.refused[ticket_id] = _as_refused(problem)
    answer.is_over = _drop(change_id, answer, now=now)
    return answer


def _undoable(change_id: int, *, by: Person, now: datetime) -> BulkChange:
    change: BulkChange | None = BulkChange.objects.filter(pk=change_id, person=by).first()
    if change is None or change.made_at < now - UNDO_WITHIN:
        raise Refused("no_such_change")
    if change.undone_at is not None:
        raise Refused("already_undone")
    return change


@transaction.atomic
def _drop(change_id: int, answer: Done, *, now: datetime) -> bool:
    """Forget what was put back, and tell whether all others have had their turn.

    What another request did meanwhile is still to be undone.
    """
    change = BulkChange.objects.select_for_update().get(pk=change_id)
    left = [entry for entry in change.before if entry["ticket"] not in answer.done]
    for entry in left:
        entry["had_turn"] = entry.get("had_turn", False) or entry["ticket"] in answer.refused
    is_over = all(entry["had_turn"] for entry in left)
    if is_over:
        left = [{**entry, "had_turn": False} for entry in left]
    change.before, change.undone_at = left, None if left else now
    change.save(update_fields=["before", "undone_at"])
    return is_over


def forget_old(*, now: datetime) -> int:
    """Drop changes that can no longer be undone; tell how many."""
    return BulkChange.objects.filter(made_at__lt=now - UNDO_WITHIN).delete()[0]


def _do_one(
    ticket_id: int, verb: Verb, wanted: Wanted, change_id: int, *, by: Person, now: datetime
) -> dict[str, Any]:
    with transaction.atomic():
        Ticket.objects.select_for_update().filter(pk=ticket_id).values_list("pk").first()
        was = put_back.as_it_is(ticket_id)
        was |= {"marks": wanted.verb == "no_response", "records": wanted.verb in RECORDING}
        was["mark"] = put_back.last_fact(ticket_id)
        verb(ticket_id, wanted, by, now)
        entry = {"ticket": ticket_id, "was": was, "fact": put_back.last_fact(ticket_id)}
        with connection.cursor() as cursor:
            cursor.execute(APPEND_SQL, [json.dumps([entry]), change_id])
        return entry


def _change(change_id: int | None, verb: str, *, by: Person, now: datetime) -> BulkChange:
    if change_id is None:
        return BulkChange.objects.create(person=by, verb=verb, made_at=now)
    change = BulkChange.objects.filter(pk=change_id, person=by, undone_at=None).first()
    if change is None or change.verb != verb:
        raise Refused("no_such_change")
    return change


def _as_refused(problem: Exception) -> Refused:
    if isinstance(problem, Refused):
        return problem
    return Refused("no_such_ticket" if isinstance(problem, NoSuchTicket) else "read_only")


def _wait(ticket_id: int, wanted: Wanted, by: Person, now: datetime) -> None:
    if wanted.on not in wait.STATUS_OF:
        raise Refused("no_such_verb")
    wait.wait(ticket_id, on=wanted.on, by=by, now=now)  # type: ignore[arg-type]  # looked at above


def _snooze(ticket_id: int, wanted: Wanted, by: Person, now: datetime) -> None:
    if wanted.until is None:
        raise Refused("snooze_in_past")
    snooze.snooze(ticket_id, until=wanted.until, reason=wanted.reason, by=by, now=now)


def _no_response(ticket_id: int, wanted: Wanted, by: Person, now: datetime) -> None:
    no_response.mark(
        ticket_id, reason=wanted.reason, by=by, now=now, confirmed_outside=wanted.confirmed_outside
    )


FOR_MANY: Mapping[str, Verb] = {
    "assign": lambda id_, w, by, now: assign.assign(id_, to=w.to, by=by, now=now),
    "take": lambda id_, w, by, now: assign.take(id_, by=by, now=now),
    "solve": lambda id_, w, by, now: solve.solve(id_, by=by, now=now),
    "reopen": lambda id_, w, by, now: solve.reopen(id_, by=by, now=now),
    "tag": lambda id_, w, by, now: tag.add(id_, w.tag, by=by, now=now),
    "untag": lambda id_, w, by, now: tag.remove(id_, w.tag, by=by, now=now),
    "wait": _wait,
    "snooze": _snooze,
    "no_response": _no_response,
    "tier": lambda id_, w, by, now: tier.correct(id_, w.tier, by=by, now=now),
}
"""What the bar of a list offers, each with its sentence in `web/present/bulk.py`."""
RECORDING: Mapping[str, Verb] = {
    "answered_elsewhere": lambda id_, w, by, now: reply.answered_elsewhere(
        id_, w.text, by=by, now=now, to=w.party, key=w.key, is_copied=w.is_copied, anyway=w.anyway
    ),
    "case_answered": lambda id_, w, by, now: case.answered(id_, by=by, now=now),
    "return_decided": lambda id_, w, by, now: case.return_decided(id_, by=by, now=now),
}
"""What was given at the marketplace: said of one ticket at a time, by who gave it."""
FOR_ONE_ONLY: Mapping[str, Verb] = {
    "team": lambda id_, w, by, now: assign.give_to_team(id_, team_id=w.team, by=by, now=now),
    "wake": lambda id_, w, by, now: snooze.wake(id_, by=by, now=now),
    **RECORDING,
}
"""What only a ticket's own page offers."""
