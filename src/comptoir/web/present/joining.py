"""What the dialogs of merging and splitting show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket that may be about the same.

    `is_named` where its number was typed, `is_stranger` where neither buyer nor order are the same,
    and both buyers are known; `buyer` is empty where nobody knows who wrote.
    """

    id: int
    buyer: str
    order: str
    gist: str
    time: str
    status: str
    is_named: bool = False
    is_stranger: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A message that can become a ticket of its own."""

    id: int
    time: str
    gist: str


@dataclass(frozen=True, slots=True)
class Joined:
    """A merge or split of the last days, which can be taken back."""

    id: int
    is_merge: bool
    other: int
    who: str
    time: str


@dataclass(frozen=True, slots=True)
class Joinable:
    """All of it. `soonest` is a moment for an input of the person's own zone."""

    candidates: tuple[Candidate, ...] = ()
    parts: tuple[Part, ...] = ()
    joined: tuple[Joined, ...] = ()
    soonest: str = ""
