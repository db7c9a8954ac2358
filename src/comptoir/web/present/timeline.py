"""The lines of a ticket's timeline: every fact that has words, changes of policy told once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy

from comptoir.tickets.models import Fact
from comptoir.web.present.facts import LINES, EventView, Names, make_event
from comptoir.web.present.policies import Refs
from comptoir.web.present.times import Times

POLICY = "policy_applied"
SAID = ("buyer_message", "agent_reply", "marketplace_message", "automation_message", "note")
"""Facts that stand in a conversation as messages."""


def make_events(
    facts: Iterable[Fact], names: Names, times: Times, policies: Refs
) -> list[EventView]:
    """Make the lines of a timeline; changes of policy right after each other are told once."""
    made = (make_event(fact, names, times, policies) for fact in _policies_once(facts))
    return [event for event in made if event is not None]


def _policies_once(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Join changes of policy between which nothing else is told: from the first to the last."""
    held: Fact | None = None
    for fact in facts:
        if fact.kind == POLICY:
            held = _joined(held, fact)
            continue
        if held is not None and (fact.kind in LINES or fact.kind in SAID):
            yield held
            held = None
        yield fact
    if held is not None:
        yield held


def _joined(first: Fact | None, last: Fact) -> Fact | None:
    """Give one change for two right after each other; None where it is as it was before both."""
    before = first.data.get("before") if first else None
    if not before:
        return last
    if before == last.data.get("policy"):
        return None
    joined = copy(last)
    joined.data = {**last.data, "before": before}
    return joined
