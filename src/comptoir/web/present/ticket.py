"""A ticket page, put together: header, conversation, side panel, composer, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from comptoir.web.present.cases import CaseView
from comptoir.web.present.clocks import ClockView
from comptoir.web.present.composer import Composer
from comptoir.web.present.conversation import Day
from comptoir.web.present.customer import CustomerView
from comptoir.web.present.joining import Joinable
from comptoir.web.present.order import OrderView
from comptoir.web.present.outreach import OutreachPanel
from comptoir.web.present.side import ChannelView, EarlierView
from comptoir.web.present.together import Together


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a menu: a value to send, its words, and whether it holds now."""

    value: str
    label: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Outside:
    """A mark that was set here and not at the marketplace: where to set it, and since when."""

    marketplace: str
    link: str
    time: str


@dataclass(frozen=True, slots=True)
class Can:
    """Which verbs make sense now."""

    answer: bool
    solve: bool
    reopen: bool
    mark: bool
    unmark: bool
    take: bool
    wait: bool
    answer_case: bool
    decide_return: bool
    promise: bool
    keep_promise: bool


@dataclass(frozen=True, slots=True)
class TicketView:
    """Everything the ticket page shows. `why_not` says, by key, why there is nothing to press it for."""

    id: int
    buyer: str
    subject: str
    channel: str
    channel_short: str
    stream: str
    status: str
    status_word: str
    tier: int
    tier_word: str
    tier_reasons: tuple[str, ...]
    tier_by_person: bool
    tiers: tuple[Choice, ...]
    assignee: str
    assignee_initials: str
    is_mine: bool
    people: tuple[Choice, ...]
    together: Together
    waits: tuple[Choice, ...]
    clocks: Sequence[ClockView]
    days: Sequence[Day]
    older_count: int
    shown_count: int
    last_message_id: int
    order: OrderView | None
    order_number: str
    outreach: OutreachPanel | None
    cases: Sequence[CaseView]
    customer: CustomerView
    earlier: Sequence[EarlierView]
    open_too: Sequence[EarlierView]
    channel_card: ChannelView
    composer: Composer
    outside: Outside | None
    mark_needs_confirmation: bool
    can: Can
    why_not: Mapping[str, str]
    joins: Joinable
    mean: str
    is_history: bool
    is_watched: bool
    is_unmatched: bool
    tags: tuple[str, ...]
    known_tags: tuple[str, ...]

    @property
    def address(self) -> str:
        """Give the address of the page."""
        return f"/tickets/{self.id}"

    @property
    def clock(self) -> ClockView | None:
        """Give the clock that counts, if one runs."""
        return next((clock for clock in self.clocks if clock.is_open), None)
