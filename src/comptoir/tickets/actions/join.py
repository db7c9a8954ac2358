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
from comptoir.tickets import clocks
from comptoir.tickets.actions.changing import locked, tell, write_fact
from comptoir.tickets.actions.errors import Refused
from comptoir.tickets.actions.solve import owes_a_decision, set_status
from comptoir.tickets.models import Draft, Fact, Joining, Message, Outcome, ThreadKey, Ticket
from comptoir.tickets.projection import event_of

ASKING = ("buyer_message", "marketplace_message")
MARKS = ("no_response_needed", "undo_no_response_needed")
KEPT = ("status", "tier", "tags", "gist", "order_number", "intents", "language")
"""Columns that a merge or split changes and computing anew does not give back."""


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
        "messages": list(source.messages.values_list("id", flat=True)),
        "facts": list(source.facts.values_list("id", flat=True)),
        "keys": list(source.thread_keys.values_list("id", flat=True)),
        "before": {"source": _columns(source), "target": _columns(target)},
    }
    _move(source, target, moved)
    _take_over(source, target)
    source.status, source.merged_into = Ticket.Status.CLOSED, target
    source.queue_tier = source.queue_at = None
    joining = _remember(Joining.Kind.MERGE, source, target, moved, by=by, now=now)
    write_fact(target, "merged", at=now, now=now, by=by, other=source.pk, joining=joining.pk)
    _settle("merge", source, target, by=by, now=now)
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
    moved["before"] = {"source": _columns(source), "target": _columns(target)}
    _move(source, target, moved)
    joining = _remember(Joining.Kind.SPLIT, source, target, moved, by=by, now=now)
    for ticket, other in ((source, target), (target, source)):
        write_fact(ticket, "split", at=now, now=now, by=by, other=other.pk, joining=joining.pk)
        _retell(ticket)
    _settle("split", source, target, by=by, now=now)
    for ticket in (source, target):
        _leave_if_answered(ticket, by=by, now=now)
    return joining


@transaction.atomic
def undo(joining_id: int, *, by: Person, now: datetime) -> Joining:
    """Give back what changed hands. Refused: `already_undone`, `reply_under_way`."""
    joining = Joining.objects.select_for_update().get(pk=joining_id)
    if joining.undone_at is not None:
        raise Refused("already_undone")
    source, target = _both(joining.source_id, joining.target_id, by)
    _refuse_under_way(source, target)
    Fact.objects.filter(pk__in=joining.moved.get("copied", [])).delete()
    Fact.objects.filter(kind__in=["merged", "split"], data__joining=joining.pk).delete()
    _move(target, source, joining.moved)
    _restore(source, joining.moved["before"]["source"])
    source.merged_into = None
    if joining.kind == Joining.Kind.MERGE:
        _restore(target, joining.moved["before"]["target"])
        _retell(target)
    else:  # what came to the new ticket since goes back with it
        rest = {
            "messages": list(target.messages.values_list("id", flat=True)),
            "facts": list(target.facts.exclude(kind="policy_applied").values_list("id", flat=True)),
            "keys": list(target.thread_keys.values_list("id", flat=True)),
        }
        _move(target, source, rest)
        target.status, target.merged_into = Ticket.Status.CLOSED, source
        target.queue_tier = target.queue_at = None
    _retell(source)
    joining.undone_at = now
    joining.save()
    _settle(f"undo_{joining.kind}", source, target, by=by, now=now)
    return joining


def _both(first: int, second: int, by: Person) -> tuple[Ticket, Ticket]:
    """Lock two tickets, the smaller number first, so that two people cannot block each other."""
    found = {number: locked(number, by) for number in sorted((first, second))}
    return found[first], found[second]


def _refuse_under_way(*tickets: Ticket) -> None:
    waiting = Message.objects.filter(ticket__in=tickets, state=Message.State.QUEUED)
    if waiting.exists():
        raise Refused("reply_under_way")


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
        "keys": list(keys.values_list("id", flat=True)),
        "copied": copied,
    }


def _about(source: Ticket, messages: list[int], gone: list[int]) -> list[int]:
    """Give the facts for people that speak of messages which go: queued, sent, seen elsewhere."""
    found = source.facts.filter(message_id__in=messages).exclude(pk__in=gone)
    return list(found.values_list("id", flat=True))


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
    writing = target.drafts.values_list("person_id", flat=True)
    if not source.messages.exists():
        Draft.objects.filter(ticket=source).exclude(person__in=list(writing)).update(ticket=target)


def _take_over(source: Ticket, target: Ticket) -> None:
    """Let the ticket that stays know what the other one knew."""
    target.tier = min(source.tier, target.tier)
    if source.tier == target.tier:
        target.tier_reasons = target.tier_reasons or source.tier_reasons
    target.tags = sorted({*source.tags, *target.tags})
    target.order_number = target.order_number or source.order_number
    target.order_id = target.order_id or source.order_id
    if source.status == Ticket.Status.OPEN:
        target.status, target.solved_at, target.solved_by = Ticket.Status.OPEN, None, None
    if not target.reply_address:
        target.reply_address = source.reply_address
        target.reply_connection_id = source.reply_connection_id
    _retell(target)


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


def _retell(ticket: Ticket) -> None:
    """Let the ticket's own columns speak of the messages it has now."""
    said = ticket.messages.order_by("-occurred_at", "-id")
    last = said.first()
    if last is not None:
        ticket.last_message_at = last.occurred_at
    asked = said.filter(author="buyer").first()
    if asked is not None:
        text = " ".join((asked.new_text or asked.text or asked.subject).split())
        ticket.gist = text[:180]
        ticket.language = asked.language or ticket.language
    ticket.message_count = said.exclude(state=Message.State.NOTE).count()
    ticket.automatic_count = said.filter(author="automation").count()


def _columns(ticket: Ticket) -> dict[str, Any]:
    solved = ticket.solved_at.isoformat() if ticket.solved_at else None
    kept = {name: getattr(ticket, name) for name in KEPT}
    return {**kept, "solved_at": solved, "solved_by": ticket.solved_by_id}


def _restore(ticket: Ticket, before: dict[str, Any]) -> None:
    for name in KEPT:
        setattr(ticket, name, before[name])
    solved = before["solved_at"]
    ticket.solved_at = datetime.fromisoformat(solved) if solved else None
    ticket.solved_by_id = before["solved_by"]


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


def _settle(what: str, source: Ticket, target: Ticket, *, by: Person, now: datetime) -> None:
    """Compute both anew, write the audit line, and tell the browsers."""
    for ticket in (source, target):
        clocks.recompute(ticket, now=now)
        tell(ticket, what, now=now)
    audit.record(
        f"ticket.{what}", by=by, now=now, subject=("ticket", source.pk), with_ticket=target.pk
    )
