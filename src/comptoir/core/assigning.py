"""Whom a rule gives a ticket to: pure. Conditions are those of policies (`core.clocks.choosing`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody a ticket could go to. `capacity` is how many open tickets they are given at most."""

    person_id: int
    may_answer: bool
    is_on_duty: bool
    speaks: frozenset[str]
    open_count: int = 0
    capacity: int | None = None

    @property
    def has_room(self) -> bool:
        """Tell whether they can be given one more."""
        return self.capacity is None or self.open_count < self.capacity


def fitting(candidates: Sequence[Candidate], language: str) -> list[Candidate]:
    """Keep those who are there, may answer and have room; those who speak it, if anybody does.

    Who said no language speaks any, and nobody knows which a ticket without one is in.
    """
    there = [one for one in candidates if one.may_answer and one.is_on_duty and one.has_room]
    if not language:
        return there
    speaking = [one for one in there if not one.speaks or language in one.speaks]
    return speaking or there


def by_turns(candidates: Sequence[Candidate], last: int | None) -> Candidate | None:
    """Give whose turn it is after `last`, by number round and round; None where nobody is there."""
    order = sorted(candidates, key=lambda one: one.person_id)
    after = [one for one in order if last is not None and one.person_id > last]
    return next(iter(after or order), None)


def with_least(candidates: Sequence[Candidate]) -> Candidate | None:
    """Give who has the fewest open tickets; None where nobody is there."""
    return min(candidates, key=lambda one: (one.open_count, one.person_id), default=None)
