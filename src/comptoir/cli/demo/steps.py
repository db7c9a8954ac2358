"""What happens in a conversation, as values: mails that come, things that colleagues do.

A plan is a list of steps in order of time. Nothing here touches the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from comptoir.channels.demo.orders import KnownOrder
from comptoir.channels.kernel.protocol import OutgoingFile
from comptoir.cli.demo.channels import Place

Then = Literal["waiting_on_buyer", "solved", "open"]
Fate = Literal["accepted", "refused", "uncertain"]


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that comes. `names_ticket`: the conversation's ticket is the one it lands on."""

    at: datetime
    content: bytes
    names_ticket: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer by a colleague, and what became of it.

    One for later leaves at `leaves_at`, or before the target if that comes first.
    """

    at: datetime
    by: str
    text: str
    key: str
    then: Then = "waiting_on_buyer"
    fate: Fate = "accepted"
    files: tuple[OutgoingFile, ...] = ()
    is_holding: bool = False
    leaves_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A note for colleagues."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A text somebody has not finished, with its files."""

    at: datetime
    by: str
    text: str
    files: tuple[OutgoingFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Do:
    """A verb without a text: `take`, `solve`, `no_response`, `wait:marketplace`, `hold_back` …"""

    at: datetime
    by: str
    what: str


Step = Mail | Reply | Note | Draft | Do


@dataclass(slots=True)
class Conversation:
    """One planned conversation: where, about which order, and its steps so far."""

    key: str
    place: Place
    order: KnownOrder
    steps: list[Step] = field(default_factory=list)

    def add(self, *steps: Step) -> None:
        """Go on."""
        self.steps.extend(steps)


def in_order(conversations: Sequence[Conversation]) -> list[tuple[Conversation, Step]]:
    """Give all steps of all conversations as they happened."""
    everything = [(talk, step) for talk in conversations for step in talk.steps]
    return sorted(everything, key=lambda pair: (pair[1].at, pair[0].key))
