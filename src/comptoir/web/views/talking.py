"""Reads a conversation for its page: messages and what happened between them, by days."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language

from comptoir.tickets.models import Fact, Ticket
from comptoir.tickets.projection import Recorded
from comptoir.tickets.promising import POLICY_APPLIED
from comptoir.tickets.queries import Conversation
from comptoir.web import shell
from comptoir.web.keeping import keep
from comptoir.web.known import NAMES_SECONDS
from comptoir.web.present.composer import short_name
from comptoir.web.present.conversation import Day, make_days, make_messages
from comptoir.web.present.policies import PolicyRef, Refs, held_in, read_refs
from comptoir.web.present.timeline import make_events
from comptoir.web.present.times import Times


def read_days(read: Conversation, times: Times, refs: Refs, *, may_answer: bool) -> list[Day]:
    """Make the days of what was read; events from before the first message read are left out."""
    messages = make_messages(
        read.messages,
        read.files,
        times,
        buyer=read.ticket.buyer_name,
        channel=short_name(read.ticket.channel.name),
        may_answer=may_answer,
        unanswered_since=read.ticket.oldest_unanswered_at,
    )
    facts = read.facts
    if read.older_count and read.messages:
        since = read.messages[0].occurred_at
        facts = tuple(fact for fact in facts if fact.happened_at >= since)
    return make_days(messages, make_events(facts, shell.names(), times, refs), times)


def refs_in(ticket: Ticket, facts: Sequence[Fact]) -> dict[int, PolicyRef]:
    """Name the promises that the ticket has and had."""
    had = [held for fact in facts if fact.kind == POLICY_APPLIED for held in held_in(fact.data)]
    held = [*([ticket.held] if ticket.held else []), *had]
    found: dict[int, PolicyRef] = keep(
        ("policy_refs", get_language(), tuple(held)), lambda: read_refs(held), seconds=NAMES_SECONDS
    )
    return found


def recorded_of(facts: Sequence[Fact]) -> list[Recorded]:
    """Give the facts of a page as the clocks read them."""
    return [Recorded(f.pk, f.kind, f.happened_at, f.data, f.message_id) for f in facts]
