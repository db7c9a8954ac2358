"""What a ticket can be merged with, which messages can be split off, and what was joined lately."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from comptoir.merchant.rights import Rights
from comptoir.tickets.actions.join import ASKING
from comptoir.tickets.models import Joining, Ticket
from comptoir.tickets.queries import Conversation
from comptoir.web.present.joining import Candidate, Joinable, Joined, Part
from comptoir.web.present.times import Times
from comptoir.web.present.vocabulary import statuses

CANDIDATES_MAX = 8
UNDOABLE_FOR = timedelta(days=7)
GIST_CHARS = 120


def joinable(rights: Rights, read: Conversation, times: Times) -> Joinable:
    """Read it: two queries, none for who may only read."""
    ticket = read.ticket
    if not rights.may_answer:
        return Joinable()
    asking = {fact.data.get("id") for fact in read.facts if fact.kind in ASKING}
    asked = [message for message in read.messages if str(message.pk) in asking]
    parts = [
        Part(
            m.pk, times.short(m.occurred_at), " ".join((m.new_text or m.text).split())[:GIST_CHARS]
        )
        for m in asked
    ]
    return Joinable(
        candidates=tuple(_candidates(rights, ticket, times)),
        parts=tuple(parts) if len(parts) > 1 else (),
        joined=tuple(_joined(ticket, times)),
        soonest=times.for_input(times.now + timedelta(hours=1)),
    )


def _candidates(rights: Rights, ticket: Ticket, times: Times) -> list[Candidate]:
    same = Q(pk__in=[])
    if ticket.customer_id:
        same |= Q(customer_id=ticket.customer_id)
    if ticket.order_number:
        same |= Q(order_number=ticket.order_number)
    if ticket.reply_address:
        same |= Q(reply_address=ticket.reply_address)
    found = (
        Ticket.objects.visible_to(rights)
        .filter(same, channel_id=ticket.channel_id, merged_into__isnull=True)
        .exclude(pk=ticket.pk)
        .order_by("-last_message_at")[:CANDIDATES_MAX]
    )
    words = statuses(times.language)
    return [
        Candidate(
            other.pk, other.gist, times.short(other.last_message_at), words.get(other.status, "")
        )
        for other in found
    ]


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
