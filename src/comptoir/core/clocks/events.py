"""What happened on a ticket: the only input of its clocks.

Each event is a small frozen value with the moment `at` which the channel gives it. The order in
which events were stored means nothing: `in_order` sorts them by what happened.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from operator import itemgetter, lt
from typing import Any

from comptoir.core.refusals import Refusal


class Recipient(StrEnum):
    """To whom a reply goes."""

    BUYER = "buyer"
    OPERATOR = "operator"
    BOTH = "both"


class Status(StrEnum):
    """Whose move it is on the ticket."""

    OPEN = "open"
    WAITING_ON_BUYER = "waiting_on_buyer"
    WAITING_ON_MARKETPLACE = "waiting_on_marketplace"
    WAITING_INTERNALLY = "waiting_internally"
    SOLVED = "solved"


@dataclass(frozen=True, slots=True)
class BuyerMessage:
    """The buyer wrote. `due_at` where the channel itself names the day of the answer."""

    at: datetime
    id: str
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MarketplaceMessage:
    """The operator, a mediator or a notification wrote; only a question starts a clock."""

    at: datetime
    id: str = ""
    asks_us: bool = False
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AgentReply:
    """A person of ours wrote, or approved a draft, and the channel accepted it."""

    at: datetime
    id: str = ""
    to: Recipient = Recipient.BUYER
    holding: bool = False
    seen_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class AutomationMessage:
    """An auto-acknowledgement, an out-of-office or a bot of ours wrote."""

    at: datetime
    id: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """An internal note: nobody outside sees it."""

    at: datetime
    id: str = ""


@dataclass(frozen=True, slots=True)
class ReplyRefused:
    """The channel refused, perhaps hours later, the reply with that id."""

    at: datetime
    reply: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class NoResponseNeeded:
    """An agent says that those messages need no answer; `None` means all unanswered ones.

    `confirmed_outside` is false where the marketplace has such a mark too and it is not known
    to be set there.
    """

    at: datetime
    messages: tuple[str, ...] | None = None
    confirmed_outside: bool = True
    id: str = ""


@dataclass(frozen=True, slots=True)
class UndoNoResponseNeeded:
    """The mark is taken off those messages; `None` means all marked ones."""

    at: datetime
    messages: tuple[str, ...] | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The ticket now waits on somebody else, is solved, or is open again."""

    at: datetime
    to: Status
    id: str = ""


@dataclass(frozen=True, slots=True)
class PolicyApplied:
    """From here on that policy (version) holds, by its name.

    `seen_at` where the risk that it looks at was seen earlier: under a version before this one, or
    on a ticket that was merged.
    """

    at: datetime
    policy: str
    id: str = ""
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReturnRequested:
    """The buyer asks to return something."""

    at: datetime
    id: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReturnDecided:
    """We authorised, refunded or refused the return; without an id, all open ones."""

    at: datetime
    id: str = ""


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """A claim, chargeback or incident wants an answer on the claim page or through the API."""

    at: datetime
    id: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseAnswered:
    """We answered the marketplace on the case; without an id, all open ones."""

    at: datetime
    id: str = ""


@dataclass(frozen=True, slots=True)
class PromiseMade:
    """An agent wrote "I will come back to you by …"."""

    at: datetime
    due_at: datetime
    id: str = ""


@dataclass(frozen=True, slots=True)
class PromiseKept:
    """We came back; without an id, on all that was promised."""

    at: datetime
    id: str = ""


Event = (
    BuyerMessage
    | MarketplaceMessage
    | AgentReply
    | AutomationMessage
    | Note
    | ReplyRefused
    | NoResponseNeeded
    | UndoNoResponseNeeded
    | StatusChanged
    | PolicyApplied
    | ReturnRequested
    | ReturnDecided
    | CaseOpened
    | CaseAnswered
    | PromiseMade
    | PromiseKept
)

EVENT_TYPES: dict[str, type[Event]] = {
    "buyer_message": BuyerMessage,
    "marketplace_message": MarketplaceMessage,
    "agent_reply": AgentReply,
    "automation_message": AutomationMessage,
    "note": Note,
    "reply_refused": ReplyRefused,
    "no_response_needed": NoResponseNeeded,
    "undo_no_response_needed": UndoNoResponseNeeded,
    "status": StatusChanged,
    "policy_applied": PolicyApplied,
    "return_requested": ReturnRequested,
    "return_decided": ReturnDecided,
    "case_opened": CaseOpened,
    "case_answered": CaseAnswered,
    "promise": PromiseMade,
    "promise_kept": PromiseKept,
}
"""The words of `comptoir sla evaluate`, and what they become."""

_RANKS: dict[type[Event], int] = {
    BuyerMessage: 0,
    MarketplaceMessage: 0,
    # A reply answers what is not later than itself, so at one moment the question comes first.
    AgentReply: 1,
    AutomationMessage: 1,
}


def in_order(events: Iterable[Event], *, until: datetime) -> list[Event]:
    """Give the events that have happened by then: by time, messages before others, then id.

    What was told twice under its id counts once.
    """
    happened = [event for event in map(_in_utc, events) if event.at <= until]
    if len(happened) < 2:
        return happened
    keys = [(event.at, _RANKS.get(type(event), 2), event.id) for event in happened]
    if all(map(lt, keys, keys[1:])):
        return happened  # as they are stored
    if len(set(keys)) == len(keys):
        return [event for _, event in sorted(zip(keys, happened, strict=True), key=itemgetter(0))]
    # Told apart by what they say, so that the order of arrival has no part in it. Rare.
    told = zip(keys, map(repr, happened), happened, strict=True)
    ordered = [event for *_, event in sorted(told, key=itemgetter(0, 1))]
    pairs = zip([None, *ordered], ordered, strict=False)
    return [event for before, event in pairs if not event.id or event != before]


def _in_utc(event: Event) -> Event:
    """Turn moments of another zone into UTC: two of one zone would be compared by wall clock."""
    at, due_at = event.at, getattr(event, "due_at", None)
    if at.tzinfo is UTC and (due_at is None or due_at.tzinfo is UTC):
        return event
    changes: dict[str, Any] = {"at": _utc(at)}
    if due_at is not None:
        changes["due_at"] = _utc(due_at)
    return replace(event, **changes)


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise Refusal("the moment {moment} has no offset from UTC; add one", moment=moment)
    return moment.astimezone(UTC)
