"""Merging tickets of one channel, and splitting one: rule 13 of docs/sla.md.

Messages change hands together with the facts they made, so that the clocks of both tickets are
what the function answers for their timelines. Both can be undone.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from comptoir.core.clocks import AgentReply
from comptoir.core.clocks.joining import split as split_events
from comptoir.merchant.models import Person
from comptoir.storage import audit
from comptoir.tickets import clocks, promising
from comptoir.tickets.actions import draft
from comptoir.tickets.actions.changing import locked, tell, write_fact
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.join_people import give_people_back, take_along
from comptoir.tickets.actions.join_state import (
    close_into,
    columns,
    give_back,
    open_if_unanswered,
    retell,
    say_status,
    take_over,
)
from comptoir.tickets.actions.solve import owes_a_decision, set_status
from comptoir.tickets.models import Fact, Joining, Message, Outcome, ThreadKey, Ticket
from comptoir.tickets.projection import event_of

ASKING = ("buyer_message", "marketplace_message")
MARKS = ("no_response_needed", "undo_no_response_needed")


@transaction.atomic
def merge(source_id: int, target_id: int, *, by: Person, now: datetime) -> Joining:
    """Join one ticket to another: their events, in order of time, make one ticket's clocks.

    Refused: `same_ticket`, `other_channel`, `already_merged`, and `reply_under_way` while a reply
    of either is still being sent.
    """
    if source_id == target_id:
        raise Refused("same_ticket")
    source, target = _both(source_id, target_id, by)
    if source.channel_id != target.channel_id:
        raise Refused("other_channel")
    if source.merged_into_id or target.merged_into_id:
        raise Refused("already_merged")
    _refuse_under_way(source, target)
    moved = {
        "messages": _numbers(source.messages),
        "facts": _numbers(source.facts.exclude(kind="policy_applied")),
        "keys": _numbers(source.thread_keys),
        "before": {"source": columns(source), "target": columns(target)},
    }
    seen_at = promising.risk_seen_at(clocks.recorded(source.pk), source.held)
    _move(source, target, moved)
    moved |= take_along(source, target)
    take_over(source, target)
    close_into(target, source)
    joining = _remember(Joining.Kind.MERGE, source, target, moved, by=by, now=now)
    write_fact(target, "merged", at=now, now=now, by=by, other=source.pk, joining=joining.pk)
    say_status(target, joining, by=by, now=now)
    _settle("merge", source, target, by=by, now=now, seen_at=seen_at)
    _note_after(joining, source, target)
    return joining


@transaction.atomic
def split(source_id: int, message_ids: Collection[int], *, by: Person, now: datetime) -> Joining:
    """Move messages to a ticket of their own, with the replies that answered them.

    A reply that answered on both sides stays, and its fact counts on both. Refused:
    `nothing_to_split` without messages of the buyer or the marketplace, or with all of them.
    """
    source = locked(source_id, by)
    _refuse_under_way(source)
    asking = {fact.data.get("id", ""): fact for fact in source.facts.filter(kind__in=ASKING)}
    chosen = {str(number) for number in message_ids} & asking.keys()
    if not chosen or chosen == asking.keys():
        raise Refused("nothing_to_split")
    target = _new_beside(source, now=now)
    moved = _parted(source, target, chosen)
    moved["before"] = {"source": columns(source), "target": columns(target)}
    _move(source, target, moved)
    joining = _remember(Joining.Kind.SPLIT, source, target, moved, by=by, now=now)
    for ticket, other in ((source, target), (target, source)):
        write_fact(ticket, "split", at=now, now=now, by=by, other=other.pk, joining=joining.pk)
        retell(ticket)
    _settle("split", source, target, by=by, now=now)
    for ticket in (source, target):
        _leave_if_answered(ticket, by=by, now=now)
    _note_after(joining, source, target)
    return joining


@transaction.atomic
def undo(joining_id: int, *, by: Person, now: datetime) -> Joining:
    """Give back what changed hands; what was changed since stays as it is now.

    Refused: `already_undone`, `reply_under_way`, and `joined_since` where a later merge or split
    took the messages further: that one is to be undone first.
    """
    joining = Joining.objects.select_for_update().get(pk=joining_id)
    if joining.undone_at is not None:
        raise Refused("already_undone")
    source, target = _both(joining.source_id, joining.target_id, by)
    _refuse_under_way(source, target)
    _refuse_joined_since(joining, source, target)
    Fact.objects.filter(pk__in=joining.moved.get("copied", [])).delete()
    made = Fact.objects.filter(ticket__in=[source, target], data__joining=joining.pk)
    made.filter(kind__in=["merged", "split", "status"]).delete()
    _move(target, source, joining.moved)
    give_back(source, joining, "source")
    source.merged_into = None
    if joining.kind == Joining.Kind.MERGE:
        give_back(target, joining, "target")
        give_people_back(joining.moved, source, target, now=now)
        retell(target)
        say_status(target, joining, by=by, now=now)
    else:  # what came to the new ticket since goes back with it
        rest = {
            "messages": _numbers(target.messages),
            "facts": _numbers(target.facts.exclude(kind="policy_applied")),
            "keys": _numbers(target.thread_keys),
        }
        _move(target, source, rest)
        source.tier = min(source.tier, target.tier)
        close_into(source, target)
    retell(source)
    say_status(source, joining, by=by, now=now)
    joining.undone_at = now
    joining.save()
    _settle(f"undo_{joining.kind}", source, target, by=by, now=now)
    return joining


def _both(first: int, second: int, by: Person) -> tuple[Ticket, Ticket]:
    """Lock two tickets, the smaller number first, so that two people cannot block each other."""
    found = {number: locked(number, by, is_merged_too=True) for number in sorted((first, second))}
    return found[first], found[second]


def _refuse_under_way(*tickets: Ticket) -> None:
    waiting = Message.objects.filter(ticket__in=tickets, state=Message.State.QUEUED)
    if waiting.exists():
        raise Refused("reply_under_way")


def _refuse_joined_since(joining: Joining, source: Ticket, target: Ticket) -> None:
    is_merge = joining.kind == Joining.Kind.MERGE
    is_elsewhere = Message.objects.filter(pk__in=joining.moved["messages"]).exclude(ticket=target)
    if (
        target.merged_into_id is not None
        or source.merged_into_id != (target.pk if is_merge else None)
        or is_elsewhere.exists()
    ):
        raise Refused("joined_since")


def _leave_if_answered(ticket: Ticket, *, by: Person, now: datetime) -> None:
    """Let a part on which nothing is unanswered wait on the buyer, not on us."""
    is_open = ticket.status == Ticket.Status.OPEN
    if is_open and ticket.oldest_unanswered_at is None and not owes_a_decision(ticket):
        set_status(ticket, Ticket.Status.WAITING_ON_BUYER, by=by, now=now)
        clocks.recompute(ticket, now=now)


def _parted(source: Ticket, target: Ticket, chosen: set[str]) -> dict[str, Any]:
    """Say which messages and facts go, and copy those that count on both sides."""
    facts = list(source.facts.order_by("happened_at", "id"))
    events = [event for f in clocks.recorded(source.pk) if (event := event_of(f)) is not None]
    staying, leaving = split_events(events, chosen)
    stay = {event.id for event in staying if isinstance(event, AgentReply)}
    leave = {event.id for event in leaving if isinstance(event, AgentReply)}
    gone: list[int] = []
    copied: list[int] = []
    for fact in facts:
        number = str(fact.data.get("id", ""))
        if (fact.kind in ASKING and number in chosen) or (
            fact.kind == "agent_reply" and number in leave - stay
        ):
            gone.append(fact.pk)
        elif _counts_on_both(fact, leave & stay, chosen):
            copied.append(_copy(fact, target).pk)
    messages = [
        pk for pk in Fact.objects.filter(pk__in=gone).values_list("message_id", flat=True) if pk
    ]
    ids = Message.objects.filter(pk__in=messages).values_list("external_id", flat=True)
    keys = source.thread_keys.filter(key__in=[f"mid:{external}" for external in ids])
    return {
        "messages": messages,
        "facts": [*gone, *_about(source, messages, gone)],
        "keys": _numbers(keys),
        "copied": copied,
    }


def _about(source: Ticket, messages: list[int], gone: list[int]) -> list[int]:
    """Give the facts for people that speak of messages which go: queued, sent, seen elsewhere."""
    found = source.facts.filter(message_id__in=messages).exclude(pk__in=gone)
    return _numbers(found)


def _counts_on_both(fact: Fact, replies: set[str], chosen: set[str]) -> bool:
    """Tell whether a fact of the ticket that stays is one of the new ticket too."""
    if fact.kind == "agent_reply":
        return str(fact.data.get("id", "")) in replies
    if fact.kind in MARKS:
        return bool(set(fact.data.get("messages") or ()) & chosen)
    return bool(fact.kind == "policy_applied")


def _copy(fact: Fact, target: Ticket) -> Fact:
    made: Fact = Fact.objects.create(
        ticket=target,
        kind=fact.kind,
        happened_at=fact.happened_at,
        stored_at=fact.stored_at,
        person_id=fact.person_id,
        message_id=fact.message_id,
        data=fact.data,
    )
    return made


def _move(source: Ticket, target: Ticket, moved: dict[str, Any]) -> None:
    Message.objects.filter(pk__in=moved["messages"]).update(ticket=target)
    Outcome.objects.filter(message_id__in=moved["messages"]).update(ticket=target)
    Fact.objects.filter(pk__in=moved["facts"]).update(ticket=target)
    known = target.thread_keys.values_list("key", flat=True)
    keys = ThreadKey.objects.filter(pk__in=moved["keys"])
    keys.exclude(key__in=list(known)).update(ticket=target)
    if not source.messages.exists():
        draft.follow(source, target)


def _new_beside(source: Ticket, *, now: datetime) -> Ticket:
    """Open a ticket of the same buyer on the same channel."""
    same = (
        "channel_id", "customer_id", "order_id", "order_number", "buyer_name", "reply_address",
        "reply_connection_id", "subject", "language", "tier", "tier_reasons", "intents", "tags",
        "assignee_id", "team_id", "policy_version_id", "base_version_id", "last_message_at",
    )  # fmt: skip
    made: Ticket = Ticket.objects.create(
        created_at=now, **{name: getattr(source, name) for name in same}
    )
    return made


def _remember(
    kind: Joining.Kind,
    source: Ticket,
    target: Ticket,
    moved: dict[str, Any],
    *,
    by: Person,
    now: datetime,
) -> Joining:
    made: Joining = Joining.objects.create(
        kind=kind, source=source, target=target, moved=moved, made_at=now, made_by=by
    )
    return made


def _note_after(joining: Joining, source: Ticket, target: Ticket) -> None:
    """Note what the tickets are like now, so that an undoing leaves later changes alone."""
    joining.moved["after"] = {"source": columns(source), "target": columns(target)}
    joining.save(update_fields=["moved"])


def _numbers(rows: Any) -> list[int]:
    return list(rows.values_list("id", flat=True))


def _settle(
    what: str,
    source: Ticket,
    target: Ticket,
    *,
    by: Person,
    now: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Compute both anew, write the audit line, and tell the browsers.

    `seen_at` is when the risk was seen that goes from the source to the target.
    """
    for ticket in (source, target):
        clocks.recompute(ticket, now=now, seen_elsewhere_at=seen_at if ticket is target else None)
        open_if_unanswered(ticket, by=by, now=now)
        tell(ticket, what, now=now)
    audit.record(
        f"ticket.{what}", by=by, now=now, subject=("ticket", source.pk), with_ticket=target.pk
    )
