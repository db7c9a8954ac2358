"""What came back from an attempt to deliver, as a value that somebody else stores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Verdict(StrEnum):
    """What follows from the answer."""

    SENT = "sent"
    AGAIN = "again"
    """Not now; trying later may work."""
    REFUSED = "refused"
    """Trying again without a change is useless."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How an attempt ended.

    `code` is for programs and translations (`http_200`, `timeout`, `private_address` …), `detail`
    the other side's own words, shortened and without secrets. `wait` is how long it asked for.
    """

    verdict: Verdict
    code: str
    detail: str = ""
    wait: timedelta | None = None

    @property
    def is_good(self) -> bool:
        """Tell whether it arrived."""
        return self.verdict is Verdict.SENT
