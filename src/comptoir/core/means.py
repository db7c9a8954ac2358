"""A marketplace that judges the mean of response times (Mirakl): where it stands, where it goes.

Delays of 2, 3, 4, 5 and 91 h make a mean of 21 h though four of five answers came within a working
day (rulebook, "Response time is a mean"): one forgotten message outweighs many quick ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Mean:
    """Answers of a window: how many, and their delays added up."""

    count: int = 0
    total: timedelta = NOTHING

    @property
    def value(self) -> timedelta | None:
        """Give the mean; None without an answer."""
        return self.total / self.count if self.count else None

    def after(self, *delays: timedelta) -> Mean:
        """Give what becomes of it when messages of these delays are answered now."""
        return Mean(self.count + len(delays), self.total + sum(delays, NOTHING))
