"""What a ticket can be merged with, which messages can be split off, and what was joined lately."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q

from comptoir.inbox.search import asking, finding
from comptoir.merchant.rights import Rights
from comptoir.tickets.actions.join import ASKING
from comptoir.tickets.models import Joining, Ticket
from comptoir.tickets.queries import Conversation
from comptoir.web.present.joining import Candidate, Joinable, Joined, Part
from comptoir.web.present.times import Times
from comptoir.web.present.vocabulary import statuses
from comptoir.web.views.asking import number_in

CANDIDATES_MAX = 8
JOINING = ("merged", "split")
UNDOABLE_FOR = timedelta(days=7)
GIST_CHARS = 120


def joinable(
    rights: Rights, read: Conversation, others: Sequence[Ticket], times: Times
) -> Joinable:
    """Say it, of the other tickets of the same buyer or order; one query where tickets were joined."""
    ticket = read.ticket
    if not rights.may_answer:
        return Joinable()
    was_joined = any(fact.kind in JOINING for fact in read.facts)
    asking = {fact.data.get("id") for fact in read.facts if fact.kind in ASKING}
    asked = [message for message in read.messages if str(message.pk) in asking]
    parts = [
        Part(
            m.pk, times.short(m.occurred_at), " ".join((m.new_text or m.text).split())[:GIST_CHARS]
        )
        for m in asked
    ]
    return Joinable(
        candidates=tuple(_candidates(others, ticket, times)),
        parts=tuple(parts) if len(parts) > 1 else (),
        joined=tuple(_joined(ticket, times)) if was_joined else (),
        soonest=times.for_input(times.now + timedelta(hours=1)),
    )


def _candidates(others: Sequence[Ticket], ticket: Ticket, times: Times) -> list[Candidate]:
    found = [other for other in others if other.channel_id == ticket.channel_id][:CANDIDATES_MAX]
    return [_candidate(other, ticket, times) for other in found]


def _candidate(other: Ticket, ticket: Ticket, times: Times, *, is_named: bool = False) -> Candidate:
    return Candidate(
        other.pk,
        buyer=other.buyer_name,
        order=other.order_number,
        gist=other.gist,
        time=times.short(other.last_message_at),
        status=statuses(times.language).get(other.status, ""),
        is_named=is_named,
        is_stranger=are_strangers(other, ticket),
    )


def are_strangers(other: Ticket, ticket: Ticket) -> bool:
    """Tell whether two tickets are of two buyers as far as anybody knows."""
    return _is_known(other) and _is_known(ticket) and not _are_of_one(other, ticket)


def _is_known(ticket: Ticket) -> bool:
    return bool(ticket.buyer_name or ticket.customer_id)


def _are_of_one(other: Ticket, ticket: Ticket) -> bool:
    """Tell whether two tickets have their buyer, the buyer's name or the order in common."""
    return any(
        mine is not None and mine != "" and mine == theirs
        for mine, theirs in (
            (ticket.customer_id, other.customer_id),
            (ticket.order_number, other.order_number),
            (ticket.buyer_name.casefold(), other.buyer_name.casefold()),
        )
    )


def found_to_merge(rights: Rights, ticket: Ticket, text: str, times: Times) -> list[Candidate]:
    """Find tickets of the same channel by buyer, order, words or their own number, that one first."""
    question = asking.read(text, today=times.now.astimezone(times.zone).date())
    size, channel = CANDIDATES_MAX + 1, ticket.channel_id
    found = finding.find(question, rights, zone=times.zone.key, size=size, channel_id=channel)
    named = number_in(text.strip().lstrip("#")) or 0
    ids = list(dict.fromkeys([named, *found.ticket_ids]))
    others = Ticket.objects.visible_to(rights).filter(pk__in=ids, channel_id=channel)
    by_id = others.filter(merged_into=None).exclude(pk=ticket.pk).in_bulk()
    known = [by_id[id_] for id_ in ids if id_ in by_id][:CANDIDATES_MAX]
    return [_candidate(other, ticket, times, is_named=other.pk == named) for other in known]


def _joined(ticket: Ticket, times: Times) -> list[Joined]:
    recent = Joining.objects.filter(
        Q(source=ticket) | Q(target=ticket),
        undone_at__isnull=True,
        made_at__gte=times.now - UNDOABLE_FOR,
    ).select_related("made_by")
    return [
        Joined(
            one.pk,
            is_merge=one.kind == Joining.Kind.MERGE,
            other=one.source_id if one.target_id == ticket.pk else one.target_id,
            who=one.made_by.name if one.made_by else "",
            time=times.short(one.made_at),
        )
        for one in recent.order_by("-id")
    ]
