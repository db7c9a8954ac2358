"""How close a channel is to trouble with its marketplace, from the messages past their limit (R4).

A marketplace allows a share of late answers (Amazon 10 %: 90 % within 24 h over 7, 30 and 90
days); where the rulebook names none, 10 % stands. A message counts once it was answered, or once
its limit passed; only confirmed limits count.

| state | when |
| --- | --- |
| watch | at least 2 late, and more than half of the allowed share in any window |
| danger | at least 3 late, and over the allowed share within 7 days, or over 80 % of it in 30 or 90 |
| critical | at least 4 late, and over the allowed share in 30 or 90 days |

A state is left for a better one only when the figures are a tenth better than what led to it, so
that one message does not make it swing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

WINDOWS_DAYS = (7, 30, 90)
ALLOWED_SHARE = 0.10
"""The share of late answers that is allowed where the rulebook names no target."""

WATCH_PART = 0.5
DANGER_PART = 0.8
SLACK_PART = 0.9
LATE_MIN = {"watch": 2, "danger": 3, "critical": 4}


class State(StrEnum):
    """From no trouble to the worst."""

    OK = "ok"
    WATCH = "watch"
    DANGER = "danger"
    CRITICAL = "critical"


ORDER = tuple(State)


@dataclass(frozen=True, slots=True)
class Window:
    """The decided messages of the last so many days: how many, and how many of them late.

    `late` are those past their limit, answered or not; `unanswered` the open ones among them.
    """

    days: int
    total: int
    late: int
    unanswered: int = 0

    @property
    def late_share(self) -> float:
        """Give the share of late ones, 0 to 1; 0 where there is no message."""
        return self.late / self.total if self.total else 0.0


def allowed_share(target_share_percent: float | None) -> float:
    """Give the share that may be late where so many percent must be in time."""
    if target_share_percent is None or not 0 < target_share_percent < 100:
        return ALLOWED_SHARE
    return round(1 - target_share_percent / 100, 4)


def judge(
    windows: Sequence[Window], *, allowed: float = ALLOWED_SHARE, before: State = State.OK
) -> State:
    """Give the state from the windows' figures; `before` is what it was."""
    by_days = {window.days: window for window in windows}
    found = _state(by_days, allowed)
    if ORDER.index(found) >= ORDER.index(before):
        return found
    held = _state(by_days, allowed * SLACK_PART)
    return before if ORDER.index(held) >= ORDER.index(before) else max(found, held, key=ORDER.index)


def _state(windows: Mapping[int, Window], allowed: float) -> State:
    long = [window for days, window in windows.items() if days > WINDOWS_DAYS[0]]
    short = [window for days, window in windows.items() if days <= WINDOWS_DAYS[0]]
    if _is_over(long, allowed, "critical"):
        return State.CRITICAL
    if _is_over(short, allowed, "danger") or _is_over(long, allowed * DANGER_PART, "danger"):
        return State.DANGER
    if _is_over([*short, *long], allowed * WATCH_PART, "watch"):
        return State.WATCH
    return State.OK


def _is_over(windows: Sequence[Window], share: float, state: str) -> bool:
    return any(w.late >= LATE_MIN[state] and w.late_share > share for w in windows)
