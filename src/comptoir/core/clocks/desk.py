"""What all clocks of one ticket share."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from comptoir.core.clocks.book import InForce, PolicyBook
from comptoir.core.clocks.conversation import Conversation
from comptoir.core.clocks.deadlines import Calendars


class Desk(NamedTuple):
    """What the clocks of one ticket share."""

    talk: Conversation
    book: PolicyBook
    calendars: Calendars
    now: datetime

    def in_force(self, ended_at: datetime | None) -> InForce:
        """Give the policy of a clock: the latest, or the one under which it ended."""
        return self.book.at(self.now) if ended_at is None else self.book.before(ended_at)
